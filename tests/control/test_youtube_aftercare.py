"""Still picture, captions and playlist at a stand-in for YouTube: never twice, whatever is lost on the way."""

import io
from pathlib import Path

import pytest
from PIL import Image

from streamer.control import youtube_aftercare
from streamer.control.desk import Desk
from streamer.control.transcripts import Transcripts
from streamer.control.youtube_aftercare import DAILY_UNITS, LISTED_SECONDS, REST_SECONDS, Aftercare, Wishes
from streamer.control.youtube_things import Things
from streamer.council.aftercare import UPDATE_SECONDS, Kind
from streamer.council.captions import Line, Origin
from streamer.council.meeting import Meeting
from streamer.council.phase import Verb
from streamer.council.twin import Twin
from streamer.media.thumbnail import thumbnail
from streamer.platforms.youtube import client
from streamer.platforms.youtube.answers import twin_of
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import Grant, TokenFile
from streamer.store.captions import Captions
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.youtube import YouTubeBook
from tests.support.fake_youtube import FakeYouTube

VIDEO, BEGAN = "broadcast-1", 1_800_000_000.0
PLAYLIST = "PLcanaryplaylist"


class Office:
    """A meeting, its broadcast, and a clock of its own."""

    def __init__(self, folder: Path, database: Database, fake: FakeYouTube) -> None:
        self.now, self.fake, self.used = BEGAN + 7200, fake, 0
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        self.captions, self.book = Captions(database), YouTubeBook(database)
        self.tokens = TokenFile(folder / "youtube.token")
        self.tokens.save(Grant("canary-refresh", "scope", self.now))
        self.care = self.service()
        fake.broadcasts[VIDEO] = {
            "id": VIDEO, "snippet": {"title": "", "description": "", "scheduledStartTime": "2027-01-15T08:00:00Z"},
            "status": {"lifeCycleStatus": "ready"}, "contentDetails": {},
        }  # fmt: skip

    def service(self) -> Aftercare:
        """One that knows nothing but what is on the disk."""
        youtube = YouTube(lambda: ClientId("id", "canary-secret"), self.tokens, lambda: self.now, self.fake.endpoints)
        transcripts = Transcripts(self.desk, self.captions, lambda meeting: pytest.fail("not asked"), lambda: self.now)
        wishes = Wishes(picture, lambda meeting: [PLAYLIST], 5.0)
        return Aftercare(self.desk, Things(youtube, "Musterbierg"), self.book, transcripts, wishes, self.twin,
                         lambda: self.used, lambda: self.now)  # fmt: skip

    def twin(self, meeting: str) -> Twin:
        return twin_of(self.fake.broadcasts[VIDEO])

    async def later(self, seconds: float) -> list[str]:
        """What was called after so long."""
        self.now, before = self.now + seconds, len(self.fake.calls)
        await self.care.look()
        return [call for call in self.fake.calls[before:] if not call.endswith(".list")]

    async def say(self, text: str, language: str = "fr") -> None:
        """Captions of one line, ten seconds after the video's beginning by the chamber's clock."""
        line = Line(0, BEGAN + 10, BEGAN + 12, 2.0, 7.0, "Claire", text)
        await self.captions.put("m", "2027-01-15T09:00:00+01:00", language, [line], origin=Origin.FILE, name="c.srt",
                                by="claire", at=self.now, dropped=0)  # fmt: skip

    async def publish(self) -> None:
        for verb in (Verb.GO_LIVE, Verb.END, Verb.PUBLISH):
            await self.desk.order("m", verb, by="claire")
        broadcast = self.fake.broadcasts[VIDEO]
        broadcast["status"]["lifeCycleStatus"] = "complete"
        broadcast["snippet"]["actualStartTime"] = "2027-01-15T08:00:00Z"


def picture(meeting: Meeting) -> bytes:
    return thumbnail(("Musterbierg", meeting.name), None)


async def test_everything_comes_there_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE_SECONDS", 0.01)
    pause = youtube_aftercare.PAUSES[0]
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with FakeYouTube() as fake:
            here = Office(tmp_path, database, fake)
            await here.desk.plan("m", "Council", "2027-01-15T09:00:00+01:00", [], by="claire")
            assert await here.later(0) == ["thumbnails.set"]
            with Image.open(io.BytesIO(fake.thumbnails[VIDEO])) as sent:
                assert (sent.format, sent.size) == ("JPEG", (1280, 720))
            assert await here.later(REST_SECONDS) == []
            await here.desk.change_plan("m", "Finance committee", "2027-01-15T09:00:00+01:00", [], by="claire")
            assert await here.later(1) == ["thumbnails.set"], "the new name"

            await here.publish()
            await here.say("Bonjour")
            fake.faults.lost.update({"captions.insert": 1, "playlistItems.insert": 1})
            assert await here.later(1) == ["playlistItems.insert", "captions.insert"]
            view = {thing.kind: thing for thing in here.care.view("m")}
            assert view[Kind.CAPTIONS].problem == ("youtube_unclear", "")
            here.care = here.service()
            assert await here.later(1) == [], "the service was killed: it looks, and finds both"
            assert (len(fake.captions), len(fake.playlist)) == (1, 1)
            assert {thing.again for thing in here.care.view("m")} == {None}
            [id] = fake.captions
            assert fake.texts[id].decode() == "1\n00:00:15,000 --> 00:00:17,000\nClaire: Bonjour\n"

            await here.say("Bonsoir")
            assert await here.later(REST_SECONDS) == [], "corrections are gathered"
            assert await here.later(UPDATE_SECONDS) == ["captions.update"]
            assert (list(fake.captions), "Bonsoir" in fake.texts[id].decode()) == ([id], True)

            await here.say("Gudden Owend", "lb")
            fake.faults.down = True
            assert await here.later(REST_SECONDS) == [], "not even asked whether it is there"
            fake.faults.down, fake.faults.quota_gone = False, True
            await here.later(pause)
            assert here.care.view("m")[-1].problem == ("youtube_refused", "quotaExceeded")
            fake.faults.quota_gone, here.used = False, DAILY_UNITS - 3400
            assert await here.later(UPDATE_SECONDS) == []
            assert here.care.view("m")[-1].problem[0] == "youtube_units_kept"
            here.used = 0
            fake.faults.expired.update(f"access-{n}" for n in range(fake.tokens + 1))
            assert "captions.insert" in await here.later(UPDATE_SECONDS), "days later, with a new token"
            assert len(fake.captions) == 2

            await here.book.begin("m", "send captions de x", here.now)
            await here.say("Guten Abend", "de")
            here.care = here.service()
            assert await here.later(LISTED_SECONDS + 1) == ["captions.insert"]
            for language in ("de", "lb"):
                await here.captions.remove("m", language)
            assert await here.later(REST_SECONDS) == ["captions.delete"] * 2
            assert (list(fake.captions), len(fake.playlist), fake.mistakes) == ([id], 1, [])
            assert b"canary-refresh" not in (tmp_path / "tribune.db").read_bytes()
    finally:
        await database.close()
