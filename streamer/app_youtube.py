"""What follows the meetings at YouTube, put together."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from streamer.config import Config
from streamer.control.conductor import Conductor
from streamer.control.consent_watch import ConsentWatch
from streamer.control.desk import Desk
from streamer.control.timekeeper import Timekeeper
from streamer.control.youtube import YouTubeDesk
from streamer.control.youtube_channel import Channel as YouTubeChannel
from streamer.platforms.channel import Channel
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.endpoints import Endpoints
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import TokenFile
from streamer.store.database import Database
from streamer.store.youtube import YouTubeBook
from web.consent_words import ConsentWords
from web.i18n import Translator
from web.twin_words import TwinWords


@dataclass(frozen=True)
class AtYouTube:
    """Who follows there, and who looks after the consent."""

    desk: YouTubeDesk
    consent: ConsentWatch


def youtube_of(
    config: Config, database: Database, desk: Desk, conductor: Conductor, timekeeper: Timekeeper,
    readers: Mapping[str, Translator], alarms: Sequence[Channel], new_id: Callable[[], str], google: Endpoints,
) -> AtYouTube | None:  # fmt: skip
    """`None` where only a stream key is used. Words are in the council's first language."""
    place, client_id = config.youtube_destination, config.youtube.client_id
    if place is None or client_id is None:
        return None
    tokens, book = TokenFile(config.youtube_token), YouTubeBook(database)
    youtube = YouTube(lambda: ClientId(client_id, config.youtube.client_secret()), tokens, time.time, google)
    channel = YouTubeChannel(youtube, place.stream_key, config.youtube.privacy)
    reader, start_of = next(iter(readers.values())), timekeeper.start_of
    words = TwinWords(config.council.name, config.web.public_url, reader, start_of, conductor.studio.delay)
    follower = YouTubeDesk(desk, channel, book, words, conductor.sending, start_of, time.time)
    told = ConsentWords(config.council.name, config.web.public_url, reader, new_id, time.time).compose
    consent = ConsentWatch(youtube, desk, start_of, book, alarms, told, time.time)
    follower.consent = lambda: consent.consent
    return AtYouTube(follower, consent)
