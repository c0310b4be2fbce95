"""What follows the meetings at YouTube, put together."""

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from streamer.config import Config
from streamer.control.conductor import Conductor
from streamer.control.consent_watch import ConsentWatch
from streamer.control.desk import Clock, Desk
from streamer.control.eraser import Eraser
from streamer.control.live_captions import LiveCaptions, Way
from streamer.control.question_desk import QuestionDesk
from streamer.control.timekeeper import Timekeeper
from streamer.control.transcripts import Transcripts
from streamer.control.youtube import YouTubeDesk
from streamer.control.youtube_aftercare import Aftercare, Wishes
from streamer.control.youtube_channel import Channel as YouTubeChannel
from streamer.control.youtube_chat import ChatReader
from streamer.control.youtube_things import Things
from streamer.council.chat import Taking
from streamer.council.meeting import Meeting
from streamer.council.searching import body_of
from streamer.media.thumbnail import thumbnail
from streamer.platforms.channel import Channel
from streamer.platforms.youtube.answers import Captions
from streamer.platforms.youtube.caption_post import CaptionPost
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.endpoints import Endpoints
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import TokenFile
from streamer.store.database import Database
from streamer.store.live_captions import LiveCaptionBook
from streamer.store.youtube import YouTubeBook
from web.consent_words import ConsentWords
from web.i18n import Translator
from web.twin_words import TwinWords


@dataclass(frozen=True)
class AtYouTube:
    """Who follows there, and who looks after the consent."""

    desk: YouTubeDesk
    consent: ConsentWatch
    care: Aftercare
    chat: ChatReader | None


def youtube_of(
    config: Config, database: Database, desk: Desk, conductor: Conductor, timekeeper: Timekeeper,
    transcripts: Transcripts, readers: Mapping[str, Translator], alarms: Sequence[Channel],
    new_id: Callable[[], str], google: Endpoints, questions: QuestionDesk, eraser: Eraser, secret: bytes,
) -> AtYouTube | None:  # fmt: skip
    """`None` where only a stream key is used. Words are in the council's first language."""
    place, client_id = config.youtube_destination, config.youtube.client_id
    if place is None or client_id is None:
        return None
    tokens, book = TokenFile(config.youtube_token), YouTubeBook(database)
    youtube = YouTube(lambda: ClientId(client_id, config.youtube.client_secret()), tokens, time.time, google)
    captions = Captions.HTTP_POST if config.youtube.takes_captions else None
    channel = YouTubeChannel(youtube, place.stream_key, config.youtube.privacy, captions)
    reader, start_of = next(iter(readers.values())), timekeeper.start_of
    words = TwinWords(config.council.name, config.web.public_url, reader, start_of, conductor.studio.delay)
    follower = YouTubeDesk(desk, channel, book, words, conductor.sending, start_of, time.time)
    told = ConsentWords(config.council.name, config.web.public_url, reader, new_id, time.time).compose
    consent = ConsentWatch(youtube, desk, start_of, book, alarms, told, time.time)
    follower.consent = lambda: consent.consent
    things = Things(youtube, config.council.name)
    wishes = wishes_of(config, words, conductor.studio.delay)
    care = Aftercare(desk, things, book, transcripts, wishes, follower.twin, lambda: follower.units, time.time)
    chat = None
    if config.youtube.chat_rule.taking is not Taking.OFF:
        rule, planned = config.youtube.chat_rule, config.preflight.planned_hours * 3600
        chat = ChatReader(
            desk, questions, eraser, channel.chat, rule, follower.twin, lambda: follower.units, asker_of(secret),
            planned, time.time,
        )  # fmt: skip
    return AtYouTube(follower, consent, care, chat)


def live_captions_of(
    config: Config, database: Database, desk: Desk, conductor: Conductor, transcripts: Transcripts, clock: Clock
) -> LiveCaptions:
    """What a captioner writes goes to YouTube where there is an address for it; with the picture, which is sent a
    segment later than its delay says. The stream key is enough for that."""
    language, studio = config.council.languages[0], conductor.studio
    way = None
    if config.youtube.takes_captions:
        delay = studio.delay + studio.settings.segment_seconds
        way = Way(CaptionPost(config.youtube.captions_url), config.youtube.captions_language or language, delay)
    book = LiveCaptionBook(database)
    return LiveCaptions(desk, book, transcripts, way, language, lambda id: conductor.broadcast(id) is not None, clock)


def asker_of(secret: bytes) -> Callable[[str], str]:
    """A keyed hash of a channel's id: nobody who has the database alone can tell which channel asked."""
    return lambda channel: hmac.new(secret, f"youtube {channel}".encode(), "sha256").hexdigest()


def wishes_of(config: Config, words: TwinWords, delay: float) -> Wishes:
    """A still picture, and the playlists of a meeting."""

    def picture(meeting: Meeting) -> bytes:
        return thumbnail(tuple(words.picture(meeting)), config.council.crest)

    def playlists(meeting: Meeting) -> list[str]:
        return config.youtube.playlists_of(body_of(meeting.name), meeting.start[:4])

    return Wishes(picture, playlists, delay)
