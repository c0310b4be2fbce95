"""The consent is checked before it is needed, and people are told: once, by signed webhook, over a restart, too."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from streamer.control.consent_watch import TELL_AGAIN_SECONDS, ConsentWatch
from streamer.control.desk import Desk
from streamer.council.consent import DAY_SECONDS, State
from streamer.platforms.channel import Channel
from streamer.platforms.webhook import Webhook
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import Grant, TokenFile
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.youtube import YouTubeBook
from tests.support.fake_youtube import FakeYouTube
from tests.support.webhook_receiver import SECRET, WebhookReceiver
from web.consent_words import ConsentWords, standing
from web.i18n import Translator

START = datetime.fromisoformat("2026-11-27T19:00:00+01:00").timestamp()
READER = Translator("en", ZoneInfo("Europe/Luxembourg"))
NUMBERS = count()


class Office:
    """A watch at a time of its own, its tokens and its database."""

    def __init__(self, folder: Path, database: Database, fake: FakeYouTube, channels: Sequence[Channel]) -> None:
        self.now, self.fake, self.channels = START - 20 * DAY_SECONDS, fake, channels
        self.tokens, self.book = TokenFile(folder / "youtube.token"), YouTubeBook(database)
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        self.connect()
        self.watch = self.service()

    def connect(self) -> None:
        self.tokens.save(Grant("canary-refresh", "scope", self.now))

    def service(self) -> ConsentWatch:
        """One that knows nothing but what is on the disk."""
        youtube = YouTube(lambda: ClientId("id", "canary-secret"), self.tokens, lambda: self.now, self.fake.endpoints)
        words = ConsentWords("Musterbierg", "https://live.example.lu", READER, lambda: f"{next(NUMBERS)}",
                             lambda: self.now)  # fmt: skip
        return ConsentWatch(
            youtube, self.desk, lambda meeting: START, self.book, self.channels, words.compose, lambda: self.now
        )

    async def at(self, now: float) -> None:
        self.now = now
        await self.watch.look()


async def test_the_consent_is_checked_and_its_end_told(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with FakeYouTube() as fake, WebhookReceiver(503) as receiver:
            here = Office(tmp_path, database, fake, [Webhook(receiver.url, lambda: SECRET)])
            await here.desk.plan("m", "Council", "2026-11-27T19:00:00+01:00", [], by="claire")
            await here.at(here.now)
            await here.at(here.now + 60)
            assert (fake.tokens, receiver.took) == (1, []), "once after the start, and nothing is wrong"
            await here.at(here.now + DAY_SECONDS)
            assert fake.tokens == 2, "and once a day"

            fake.faults.consent_ends = 7 * 24 * 3600
            here.connect()
            await here.at(here.now + 60)
            assert here.watch.consent
            assert here.watch.consent.ends == here.now + 7 * DAY_SECONDS
            assert receiver.took == [], "the receiver refused it"
            assert len(receiver.ids) == 1
            await here.at(here.now + TELL_AGAIN_SECONDS)
            [told] = receiver.took
            assert "15 November 2026" in told["data"]["what"], "the day it ends, before a meeting that lies after it"

            here.watch = here.service()
            await here.at(here.now + 60)
            assert len(receiver.took) == 1, "a restart tells nothing twice"

            fake.faults.consent_ended = True
            await here.at(here.now + DAY_SECONDS)
            assert here.watch.consent
            assert here.watch.consent.state is State.ENDED
            assert "tribune youtube connect" in receiver.took[1]["data"]["what"]
            for early, messages in ((DAY_SECONDS, 3), (DAY_SECONDS - 90, 3), (3600, 4), (600, 5), (590, 5)):
                await here.at(START - early)
                assert len(receiver.took) == messages, early

            fake.faults.consent_ended, fake.faults.consent_ends = False, None
            here.connect()
            await here.at(START - 580)
            assert standing(READER, here.watch.consent) == "", "connected anew: seen at once"
            assert "canary" not in str(receiver.took)
    finally:
        await database.close()


async def test_what_could_not_be_noted_is_told_later(tmp_path: Path) -> None:
    """A database that fails for a moment must not make a message be lost."""
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with FakeYouTube() as fake, WebhookReceiver() as receiver:
            here = Office(tmp_path, database, fake, [Webhook(receiver.url, lambda: SECRET)])
            fake.faults.consent_ended = True
            await database.write(lambda sql: sql.execute("ALTER TABLE youtube_told RENAME TO gone").rowcount)
            with pytest.raises(sqlite3.OperationalError):
                await here.at(here.now)
            await database.write(lambda sql: sql.execute("ALTER TABLE gone RENAME TO youtube_told").rowcount)
            await here.at(here.now + 5)
            assert len(receiver.took) == 1
    finally:
        await database.close()
