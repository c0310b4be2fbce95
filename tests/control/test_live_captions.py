"""A captioner's lines go to a stand-in for YouTube with the picture, and into the replay; never what was not public."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.control.desk import Desk
from streamer.control.live_captions import LATE_SECONDS, LiveCaptions, Way
from streamer.control.transcripts import Transcripts
from streamer.council.air import kept
from streamer.council.captions import Origin
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import Verb
from streamer.media.segments import Segment
from streamer.media.timeline import Timeline
from streamer.platforms.youtube.caption_post import CaptionPost
from streamer.store.captions import Captions
from streamer.store.database import Database
from streamer.store.live_captions import LiveCaptionBook
from streamer.store.log import Log
from tests.support.caption_ingest import CaptionIngest

BEGAN, DELAY, CID = 1_800_000_000.0, 10.0, "canary-cid"


class Chamber:
    """A meeting, a clock of its own, and a camera that films all the time."""

    def __init__(self, database: Database, there: CaptionIngest) -> None:
        self.now, self.there, self.busy, self.database = BEGAN, there, True, database
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        self.transcripts = Transcripts(self.desk, Captions(database), self.timeline, lambda: self.now)
        self.live = self.service()

    def service(self) -> LiveCaptions:
        """One that knows nothing but what is on the disk."""
        way = Way(CaptionPost(lambda: self.there.url), "fr", DELAY)
        return LiveCaptions(self.desk, LiveCaptionBook(self.database), self.transcripts, way, "fr",
                            lambda meeting: self.busy, lambda: self.now)  # fmt: skip

    def timeline(self, meeting: Meeting) -> Timeline:
        filmed = [Segment(1, "program", f"{n}.ts", BEGAN + n, 1.0, float(n)) for n in range(int(self.now - BEGAN) + 1)]
        return Timeline(kept(meeting, filmed))

    async def say(self, text: str, language: str = "", speaker: str = "", key: str = "") -> None:
        await self.live.take("m", key or text, text, speaker=speaker, language=language, seconds_ago=2.0, by="anna")

    async def refused(self, text: str) -> str:
        with pytest.raises(Refused) as refusal:
            await self.say(text)
        return refusal.value.code

    async def later(self, seconds: float) -> list[str]:
        """What viewers there have read so far, after so long."""
        self.now += seconds
        await self.live.look()
        return self.there.lines

    async def order(self, verb: Verb, seconds_ago: float = 0.0) -> None:
        await self.desk.order("m", verb, by="claire", seconds_ago=seconds_ago)


async def test_a_captioner_s_evening(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with CaptionIngest(CID) as there:
            here = Chamber(database, there)
            await here.desk.plan("m", "Council", "2027-01-15T09:00:00+01:00", [], by="claire")
            assert await here.refused("Too early") == "live_captions_not_now"
            await here.order(Verb.GO_LIVE)
            here.now += 20
            await here.say("Bonjour\nà tous <b>", speaker="Claire")
            await here.say("Bonjour\nà tous <b>", speaker="Claire")
            await here.say("Moien", "lb")
            assert await here.later(DELAY - 2.5) == [], "not before the picture"
            assert await here.later(1) == ["Claire: Bonjour<br>à tous ‹b›"], "once, in the language for there alone"
            assert there.posts[1][0] == moment(BEGAN + 20 - 2 + DELAY), "when the picture of those words is sent"

            there.answers = [403, None]
            await here.say("Le budget")
            await here.later(DELAY)
            assert (await here.live.standing("m")).problem == 403
            await here.later(5)
            assert (await here.live.standing("m")).problem == 0, "taken there, and the answer lost"
            here.live = here.service()
            assert (await here.later(5))[1:] == ["Le budget"], "the same number again, after a restart"
            assert (await here.live.standing("m")).problem is None

            await here.say("Ceci est repris")
            here.now += 3
            await here.order(Verb.CLOSE_SESSION, seconds_ago=5)
            assert await here.refused("Secret") == "live_captions_not_now"
            assert (await here.later(60))[2:] == [], "nothing of it, and nothing while the session is closed"
            await here.order(Verb.RESUME)
            here.now += 5
            assert await here.refused("Encore secret") == "live_captions_not_now", "it may have been said in there"
            here.now += 10
            await here.say("En public")
            here.there.answers = [500] * 99
            for _ in range(8):
                await here.later(LATE_SECONDS / 4)
            there.answers = []
            assert (await here.later(10))[2:] == [], "its picture is gone"
            await here.say("Au revoir")
            assert (await here.later(DELAY))[2:] == ["Au revoir"]

            here.now += 5
            await here.order(Verb.END)
            await here.later(1)
            assert await here.transcripts.tracks("m") == [], "the rest is still being sent"
            here.busy = False
            await here.later(1)
            tracks = {track.language: track for track in await here.transcripts.tracks("m")}
            assert {(language, track.origin) for language, track in tracks.items()} == {
                ("fr", Origin.LIVE), ("lb", Origin.LIVE)
            }  # fmt: skip
            lines = await here.transcripts.lines(tracks["fr"])
            assert [line.text for line in lines] == ["Bonjour\nà tous <b>", "Le budget", "En public", "Au revoir"]
            assert (lines[0].speaker, round(lines[0].at or 0)) == ("Claire", 18)

            await here.transcripts.correct("m", "fr", lines[0].id, seen=1, speaker="Claire", text="Bonsoir", by="c")
            here.busy = True
            await here.order(Verb.REOPEN)
            await here.order(Verb.RESUME)
            here.now += 30
            await here.say("Encore un mot")
            here.now += 5
            await here.order(Verb.END)
            here.busy = False
            await here.later(1)
            again = await here.transcripts.lines(await here.transcripts.track("m", "fr"))
            assert [line.text for line in again] == ["Bonsoir", "Le budget", "En public", "Au revoir", "Encore un mot"]
            assert (there.mistakes, there.languages) == ([], {"fr"})
        kept_bytes = b"".join(path.read_bytes() for path in tmp_path.glob("tribune.db*"))
        assert b"Au revoir" in kept_bytes
        assert [word for word in (b"repris", CID.encode()) if word in kept_bytes] == []
        assert any("403" in record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING)
        assert CID not in caplog.text
    finally:
        await database.close()


def moment(at: float) -> str:
    """As YouTube wants it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000")
