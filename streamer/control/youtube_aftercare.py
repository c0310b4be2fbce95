"""Sees to what belongs to a video at YouTube: its still picture when it is planned, playlist and captions once it is
public here. What does not work is tried again, for as long as the meeting is followed there: sixty days.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.control.status import ThingView
from streamer.control.transcripts import Transcripts
from streamer.control.youtube_things import Things
from streamer.council.aftercare import Act, Errand, Kind, Sent, Thing, errands
from streamer.council.captions import Line
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, Phase
from streamer.council.twin import Life, Twin
from streamer.media.caption_files import as_srt
from streamer.platforms.youtube.errors import Refused, Unclear, YouTubeError
from streamer.store.youtube import Entry, YouTubeBook

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
REST_SECONDS = 300.0
"""Between two looks at a meeting of which nothing is to be done."""
PAUSES = (60.0, 300.0, 900.0, 3600.0, 6 * 3600.0)
"""After a failure; the last one again and again."""
LISTED_SECONDS = 30.0
"""What was sent without an answer may be missing from YouTube's list for a while."""
UNTIL_OVER = (*BEFORE, *ON_AIR)
DAILY_UNITS, KEPT_UNITS = 10_000, 3_000
"""A day's allowance, and what of it is kept for a meeting on the air."""


class NoUnits(YouTubeError):
    """What is left of the day's units is kept for a broadcast."""

    code = "youtube_units_kept"


@dataclass
class Trouble:
    """Of one thing that does not work."""

    failures: int = 0
    due: float = 0.0
    problem: tuple[str, str] = ("", "")


@dataclass
class Caring:
    """What is known of one meeting's things."""

    due: float = 0.0
    version: int = -1
    life: Life | None = None
    troubles: dict[Thing, Trouble] = field(default_factory=dict)
    view: tuple[ThingView, ...] = ()


@dataclass(frozen=True)
class Wishes:
    """What the commune wants. `picture(meeting)`: a JPEG; `playlists(meeting)`: ids; `delay`: seconds the public runs
    behind."""

    picture: Callable[[Meeting], bytes]
    playlists: Callable[[Meeting], Sequence[str]]
    delay: float


class Aftercare:
    """`run` follows. `twin(meeting)`: as YouTube showed it last; `units()`: of the day's, used so far."""

    def __init__(
        self, desk: Desk, things: Things, book: YouTubeBook, transcripts: Transcripts, wishes: Wishes,
        twin: Callable[[str], Twin | None], units: Callable[[], int], clock: Clock,
    ) -> None:  # fmt: skip
        self._desk, self._things, self._book, self._transcripts = desk, things, book, transcripts
        self._wishes, self._twin, self._units, self._clock = wishes, twin, units, clock
        self._cared: dict[str, Caring] = {}

    def view(self, meeting: str) -> Sequence[ThingView]:
        """What was sent, and what waits, as of the last look."""
        return self._cared.get(meeting, Caring()).view

    async def run(self) -> None:
        """Until cancelled."""
        await again_and_again(self.look, LOOK_SECONDS, log, "what belongs to videos at YouTube could not be seen to")

    async def look(self) -> None:
        """At every meeting that has a broadcast there and is due."""
        for listed in await self._desk.meetings():
            if (twin := self._twin(listed.id)) is None or listed.phase not in (*UNTIL_OVER, Phase.PUBLISHED):
                continue
            caring, now = self._cared.setdefault(listed.id, Caring()), self._clock()
            meeting = await self._desk.meeting(listed.id)
            if now >= caring.due or (caring.version, caring.life) != (meeting.version, twin.life):
                caring.version, caring.life = meeting.version, twin.life
                await self._care(meeting, twin, caring)

    async def _care(self, meeting: Meeting, twin: Twin, caring: Caring) -> None:
        """Every errand that is due, once."""
        wanted, settled = await self._wanted(meeting, twin), _settled(meeting, twin)
        todo = errands(
            {thing: digest for thing, (digest, _) in wanted.items()}, await self._book.things(twin.id), self._clock(),
            settled=settled,
        )  # fmt: skip
        for errand in todo:
            trouble = caring.troubles.setdefault(errand.thing, Trouble())
            if self._clock() >= trouble.due:
                await self._run(errand, meeting, twin, wanted.get(errand.thing, ("", b""))[1], trouble)
        caring.troubles = {thing: trouble for thing, trouble in caring.troubles.items() if trouble.failures}
        waiting = [trouble.due for trouble in caring.troubles.values()]
        caring.due = min([self._clock() + REST_SECONDS, *waiting])
        caring.view = _view(await self._book.things(twin.id), caring.troubles)

    async def _run(self, errand: Errand, meeting: Meeting, twin: Twin, data: bytes, trouble: Trouble) -> None:
        try:
            await self._do(errand, meeting.id, twin.id, data)
            trouble.failures = 0
        except (YouTubeError, OSError) as error:
            pause = PAUSES[min(trouble.failures, len(PAUSES) - 1)]
            trouble.failures, trouble.due = trouble.failures + 1, self._clock() + pause
            code = error.code if isinstance(error, YouTubeError) else "youtube_failed"
            trouble.problem = (code, error.reason if isinstance(error, Refused) else "")
            log.warning("meeting %s: YouTube, %s: %s; again in %.0f s", meeting.id, errand.step, error, pause)

    async def _do(self, errand: Errand, meeting: str, video: str, data: bytes) -> None:
        """Look whether it is there already, then one write, noted before and after. Raises YouTubeError."""
        if self._units() + self._things.units(errand) > DAILY_UNITS - KEPT_UNITS:
            raise NoUnits("kept for a broadcast")
        if errand.act is Act.SEND and await self._found(errand, meeting, video):
            return
        known = (await self._book.things(video)).get(errand.thing)
        line = await self._book.begin(meeting, errand.step, self._clock())
        try:
            remote = await self._write(errand, video, known, data)
        except Unclear as error:
            await self._book.settle(line, Entry.UNCLEAR, error.code)
            raise
        except YouTubeError as error:
            await self._book.settle(line, Entry.REFUSED, error.reason if isinstance(error, Refused) else error.code)
            raise
        sent = Sent(remote, errand.digest, self._clock()) if remote else None
        await self._book.put_thing(meeting, video, errand.thing, sent)
        await self._book.settle(line, Entry.DONE)
        log.info("meeting %s: YouTube: %s", meeting, errand.step)

    async def _write(self, errand: Errand, video: str, known: Sent | None, data: bytes) -> str | None:
        if errand.act is Act.SEND or known is None:
            return await self._things.send(video, errand, data)
        if errand.act is Act.REPLACE:
            return await self._things.replace(known.remote, errand, data)
        await self._things.remove(known.remote)
        return None

    async def _found(self, errand: Errand, meeting: str, video: str) -> bool:
        """Whether YouTube has it, be it by an answer that was lost or by somebody's hand. Raises YouTubeError."""
        line = await self._book.unclear(meeting, errand.step)
        if (remote := await self._things.find(video, errand)) is not None:
            # of what we did not send just now we do not know what it says: captions are sent anew
            digest = errand.digest if line or errand.thing.kind is Kind.PLAYLIST else ""
            await self._book.put_thing(meeting, video, errand.thing, Sent(remote, digest, self._clock()))
            if line:
                await self._book.settle(line.seq, Entry.DONE, "found")
            return True
        if line and errand.thing.kind is not Kind.THUMBNAIL and self._clock() - line.at < LISTED_SECONDS:
            raise Unclear(errand.step)
        if line:
            await self._book.settle(line.seq, Entry.REFUSED, "not_there")
        return False

    async def _wanted(self, meeting: Meeting, twin: Twin) -> Mapping[Thing, tuple[str, bytes]]:
        """Each thing with its digest and its content."""
        found: dict[Thing, tuple[str, bytes]] = {}
        if meeting.phase in UNTIL_OVER and twin.life not in (Life.COMPLETE, Life.REVOKED):
            picture = await asyncio.to_thread(self._wishes.picture, meeting)
            found[Thing(Kind.THUMBNAIL)] = (_digest(picture), picture)
        if _settled(meeting, twin):
            for id in self._wishes.playlists(meeting):
                found[Thing(Kind.PLAYLIST, id)] = ("in", b"")
            for track in await self._transcripts.tracks(meeting.id):
                lines = await self._transcripts.lines(track)
                text = await asyncio.to_thread(captions_of, lines, self._wishes.delay - (twin.began or 0.0))
                if text:
                    found[Thing(Kind.CAPTIONS, track.language)] = (_digest(text), text)
        return found


def captions_of(lines: Sequence[Line], shift: float) -> bytes:
    """SubRip on the video's own clock: it has recesses and closed sessions in it as stills, which our replay leaves
    out. `shift`: seconds from unix time to the video's."""
    there = [replace(line, at=line.start + shift) for line in lines if line.start + shift >= 0]
    return as_srt(there).encode()


def _settled(meeting: Meeting, twin: Twin) -> bool:
    return meeting.phase is Phase.PUBLISHED and twin.life is Life.COMPLETE and twin.began is not None


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]


def _view(sent: Mapping[Thing, Sent], troubles: Mapping[Thing, Trouble]) -> tuple[ThingView, ...]:
    waiting = [ThingView(thing.kind, thing.about, trouble.due, trouble.problem) for thing, trouble in troubles.items()]
    fine = [ThingView(thing.kind, thing.about) for thing in sent if thing not in troubles]
    order = list(Kind)
    return tuple(sorted([*fine, *waiting], key=lambda view: (order.index(view.kind), view.about)))
