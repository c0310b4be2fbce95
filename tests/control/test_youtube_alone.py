"""Following a meeting at YouTube, at a clock of its own: what is written there, and how often."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.control.desk import Desk
from streamer.control.youtube import STREAM_SECONDS, YouTubeDesk
from streamer.control.youtube_channel import Channel
from streamer.council.meeting import Meeting
from streamer.council.phase import Verb
from streamer.council.twin import Words
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.methods import Method
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import Grant, TokenFile
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.youtube import YouTubeBook
from tests.support.fake_youtube import FakeYouTube

NOW = datetime.now(UTC).timestamp()
START = datetime.fromtimestamp(NOW + 3600, UTC).isoformat(timespec="seconds")


class Office:
    """A follower, its clock, and the words it writes."""

    def __init__(self, folder: Path, database: Database, fake: FakeYouTube) -> None:
        self.now, self.fake, self.agenda = NOW, fake, "Minutes"
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        tokens = TokenFile(folder / "youtube.token")
        tokens.save(Grant("canary-refresh", "scope", NOW))
        youtube = YouTube(lambda: ClientId("id", "canary-secret"), tokens, lambda: self.now, fake.endpoints)
        self.follower = YouTubeDesk(
            self.desk, Channel(youtube, lambda: "key", "private"), YouTubeBook(database), self.words,
            lambda meeting: True, lambda meeting: NOW + 3600, lambda: self.now,
        )  # fmt: skip

    def words(self, meeting: Meeting, began: float | None) -> Words:
        return Words(meeting.name, f"{meeting.id}\n{self.agenda}", NOW + 3600)

    async def later(self, seconds: float) -> list[str]:
        """What was written there after so long."""
        self.now, before = self.now + seconds, len(self.fake.calls)
        await self.follower.look()
        return [call for call in self.fake.calls[before:] if not call.endswith(".list")]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Office]:
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with FakeYouTube(lambda key: True) as fake:
            fake.add_stream("key")
            yield Office(tmp_path, database, fake)
    finally:
        await database.close()


async def test_what_changes_on_the_air_is_written_once(here: Office) -> None:
    """A change of a description costs fifty of the day's ten thousand units."""
    await here.desk.plan("m", "Council", START, [], by="claire")
    await here.later(0)
    await here.desk.order("m", Verb.GO_LIVE, by="claire")
    await here.later(1)
    (twin,) = here.fake.broadcasts
    here.fake.broadcasts[twin]["status"]["lifeCycleStatus"] = "live"
    assert await here.later(STREAM_SECONDS) == []
    here.agenda = "Minutes, budget"
    assert await here.later(STREAM_SECONDS) == [Method.UPDATE_VIDEO]
    assert await here.later(STREAM_SECONDS) == []
    assert here.fake.broadcasts[twin]["snippet"]["description"] == "m\nMinutes, budget"
    assert here.fake.mistakes == []


async def test_an_answer_nobody_understands_keeps_no_other_meeting_from_being_followed(here: Office) -> None:
    """And it is not asked for again each second."""
    await here.desk.plan("a", "Council", START, [], by="claire")
    await here.later(0)
    (broken,) = here.fake.broadcasts
    del here.fake.broadcasts[broken]["snippet"]
    await here.desk.change_plan("a", "Municipal council", START, [], by="claire")
    await here.desk.plan("b", "Committee", START, [], by="claire")
    assert await here.later(1) == [Method.INSERT_BROADCAST, Method.BIND], "of the other one"
    assert here.follower.view("a").problem == ("youtube_failed", "")
    calls = len(here.fake.calls)
    await here.later(1)
    assert len(here.fake.calls) == calls, "a pause"
