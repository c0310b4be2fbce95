"""The notary: every segment goes into its meeting's manifest as it is written, and the end is signed.

A follower like the others. What it has to do follows from the log, the segments and the manifest itself, so a service
that was killed goes on where it stood. Nothing on the air ever waits for it.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from streamer.control.desk import Clock, Desk
from streamer.council.air import leaks, taken_back
from streamer.council.chain import Entry, short
from streamer.council.cut import Cut
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER, Phase
from streamer.media.cutting import Plan
from streamer.media.manifest import NAME, Manifest, Said, covered, sealed
from streamer.media.segments import Segment, read_segments
from streamer.media.signing import KeyUnusable, installation_key

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
"""How often new segments are looked for: half a segment."""
CLOSED, TAKEN_BACK, CUT_OUT = "closed session", "taken back by the clerk", "cut"
"""Why a segment was removed, in the words of the manifest."""


@dataclass(frozen=True)
class Seal:
    """A recording was signed at `at` (unix seconds); `hash` names it. `lost`: how many pieces were gone."""

    at: float
    hash: str
    lost: int

    @property
    def short(self) -> str:
        """Its name, to be read aloud or compared at a glance."""
        return short(self.hash)


class Notary:
    """Runs until cancelled. `filming(meeting)`: whether it still has machines, that may write another segment."""

    def __init__(self, desk: Desk, recordings: Path, clock: Clock, filming: Callable[[str], bool]) -> None:
        self._desk, self._recordings, self._clock, self._filming = desk, recordings, clock, filming
        self._open: dict[str, Manifest] = {}
        self._looked: dict[str, object] = {}
        self._settled: dict[str, int] = {}
        self._seals: dict[str, Seal] = {}
        self._troubles: dict[str, str] = {}
        self._news = desk.follow()
        self._lock = asyncio.Lock()

    def seal(self, meeting: str) -> Seal | None:
        """The signature a recording ends with; `None` while there is none, or more has been recorded since."""
        return self._seals.get(meeting)

    async def run(self) -> None:
        """Follow the log and the disk."""
        with contextlib.suppress(OSError, KeyUnusable):  # said when there is something to sign
            await asyncio.to_thread(installation_key, self._recordings)
        while True:
            for id in await self._waiting():
                await self._trying(id, partial(self._look, id))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self._news.wait()
            self._news.clear()

    async def made(self, meeting: str, video: Path) -> None:
        """Take down what the MP4 is that was just made. A recording without a manifest gets none by this."""
        if meeting in self._open or (self._recordings / meeting / NAME).exists():
            await self._trying(meeting, partial(_to_the_end, partial(self._take_down, meeting, video)))

    def _take_down(self, meeting: str, video: Path) -> None:
        self._manifest(meeting).append([(Entry.VIDEO, sealed(video))], self._clock())
        self._settled.pop(meeting, None)
        self._looked.pop(meeting, None)

    async def cut(self, meeting: str, cut: Cut, work: Callable[[], Sequence[Said]]) -> None:
        """Do the `work` of a cut, in a thread, and take down what it says of the files; signed anew where the meeting
        is over. Nobody looks at the folder meanwhile. It can be done again. Raises OSError, KeyUnusable."""
        async with self._lock:
            await _to_the_end(partial(self._take_out, meeting, cut, work))
            await self._look(meeting)

    def _take_out(self, meeting: str, cut: Cut, work: Callable[[], Sequence[Said]]) -> None:
        said = work()
        self._settled.pop(meeting, None)
        self._looked.pop(meeting, None)
        if meeting not in self._open and not (self._recordings / meeting / NAME).exists():
            return  # recorded before there were manifests
        manifest = self._manifest(meeting)
        if cut.version not in manifest.cuts:
            manifest.append([(Entry.CUT, _cut_line(cut)), *said], self._clock())

    async def _waiting(self) -> list[str]:
        """Meetings whose manifest may have to grow: those on the air first."""
        try:
            meetings = await self._desk.meetings()
        except Exception:
            log.exception("the log could not be read; the manifests wait")
            return []
        over = [m.id for m in meetings if m.phase in OVER and self._settled.get(m.id) != m.version]
        return [m.id for m in meetings if m.phase in ON_AIR] + over

    async def _trying(self, id: str, work: Callable[[], Awaitable[None]]) -> None:
        """A failure is logged once, not every second, and tried again."""
        try:
            async with self._lock:
                await work()
            self._troubles.pop(id, None)
        except Exception as error:
            if self._troubles.get(id) != str(error):
                self._troubles[id] = str(error)
                log.exception("meeting %s: its manifest could not be written; the recording is not affected", id)

    async def _look(self, id: str) -> None:
        meeting = await self._desk.meeting(id)
        over = meeting.phase in OVER and not self._filming(id)
        await _to_the_end(partial(self._catch_up, meeting, over=over))

    def _manifest(self, meeting: str) -> Manifest:
        if meeting not in self._open:
            self._open[meeting] = Manifest(self._recordings / meeting)
        return self._open[meeting]

    def _catch_up(self, meeting: Meeting, *, over: bool) -> None:
        """Bring a manifest where the disk and the log are. Not for the event loop."""
        folder = self._recordings / meeting.id
        if meeting.phase in OVER and meeting.id not in self._open and not (folder / NAME).exists():
            self._settled[meeting.id] = meeting.version  # recorded before there were manifests
            return
        segments = read_segments(folder)
        state = (meeting.version, len(segments), over)
        if self._looked.get(meeting.id) == state:
            return
        manifest = self._manifest(meeting.id)
        closed = {segment.name: segment for segment in leaks(meeting, [*segments, *manifest.segments()])}
        removed: list[Said] = [
            _removed(leak, TAKEN_BACK if taken_back(meeting, leak) else CLOSED)
            for name, leak in closed.items()
            if _is_gone(folder, manifest, name)
        ]
        new = [s for s in segments if manifest.kind(s.name) is None and (over or s.name not in closed)]
        manifest.append([*removed, *filter(None, (_recorded(folder, s, over=over) for s in new))], self._clock())
        self._seals.pop(meeting.id, None)
        if over:
            self._conclude(meeting, folder, manifest)
        self._looked[meeting.id] = state

    def _conclude(self, meeting: Meeting, folder: Path, manifest: Manifest) -> None:
        beside = (name for name in covered(folder) if manifest.kind(name) is None)
        files: list[Said] = [(Entry.FILE, sealed(folder / name)) for name in beside]
        told = log_of(meeting)
        manifest.append([*files, *([(Entry.LOG, told)] if manifest.log != told else [])], self._clock())
        if not manifest.signed:
            manifest.sign(installation_key(self._recordings), self._clock())
        self._seals[meeting.id] = Seal(manifest.signed_at or 0.0, manifest.seal, manifest.lost)
        self._settled[meeting.id] = meeting.version
        if manifest.untouched:
            del self._open[meeting.id]  # of an earlier service, and as it should be: nothing more will come


def _cut_line(cut: Cut) -> dict[str, Any]:
    span = _span(cut.start, cut.end - cut.start)
    who = {"by": cut.by, "ordered": round(cut.at, 3), "why": cut.why}
    return {"cut": cut.version, "what": str(cut.what), **span, **who}


def _is_gone(folder: Path, manifest: Manifest, name: str) -> bool:
    return manifest.kind(name) in (None, Entry.SEGMENT) and not (folder / name).exists()


def _removed(segment: Segment, why: str) -> Said:
    return Entry.REMOVED, {"file": segment.name, **_when(segment), "why": why}


def _recorded(folder: Path, segment: Segment, *, over: bool) -> Said | None:
    """What is to be said of a new segment; nothing where it cannot be read and may only be about to be destroyed."""
    try:
        return Entry.SEGMENT, {**sealed(folder / segment.name), "picture": segment.picture, **_when(segment)}
    except OSError:
        return (Entry.LOST, {"file": segment.name, **_when(segment)}) if over else None


def said_of_cut(folder: Path, plan: Plan, number: int) -> list[Said]:
    """What a manifest says of the files after a cut: the segments that are gone, the pieces that are there now, and the
    lists of them. Not for the event loop. Raises OSError."""
    whens = {segment.name: segment for segment in read_segments(folder)}
    gone: list[Said] = [
        (Entry.REMOVED, {"file": g.name, **_span(g.start, g.seconds), "why": CUT_OUT, "cut": number}) for g in plan.gone
    ]
    pieces: list[Said] = [
        (Entry.SEGMENT, {**sealed(folder / name), "picture": "program", **_when(whens[name]), "cut": number})
        for name in plan.pieces
    ]
    lists: list[Said] = [(Entry.FILE, sealed(folder / name)) for name in plan.lists]
    return [*gone, *pieces, *lists]


def _when(segment: Segment) -> dict[str, float]:
    return _span(segment.start, segment.duration)


def _span(start: float, seconds: float) -> dict[str, float]:
    return {"start": round(start, 3), "seconds": round(seconds, 3)}


def log_of(meeting: Meeting) -> dict[str, Any]:
    """What of the log is signed with the recording: when it was in which phase on the air, when which public item was
    opened. No name of a person, and nothing of a closed session but its times."""
    phases: list[list[Any]] = []
    for at, phase in meeting.changes:
        again = bool(phases) and phases[-1][1] == phase  # a replay that was withdrawn has not ended anew
        if (phase.on_air or (phase is Phase.ENDED and phases)) and not again:
            phases.append([at, str(phase)])
    opened = [(mark.at, item) for mark in meeting.marks if (item := meeting.item(mark.item)) and item.public]
    return {
        "name": meeting.name,
        "phases": phases,
        "items": [[at, item.number, item.name] for at, item in sorted(opened, key=lambda found: found[0])],
    }


async def _to_the_end(work: Callable[[], None]) -> None:
    """Work in a thread, off the event loop, and wait for it even when cancelled: a manifest has one writer."""
    thread = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(thread)
    except asyncio.CancelledError:
        await asyncio.wait({thread})
        raise
