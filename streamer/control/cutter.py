"""Cuts what the clerk ordered out of recordings: one at a time, behind everything else, never while a meeting is live.

A follower like the others: what is to be done follows from the log and from what is in the folder, so a service that
was killed goes on where it stood. The stretch is hidden from the moment of the order on, however long this takes.
"""

import asyncio
import contextlib
import logging
import shutil
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from streamer.control.archive import Archive
from streamer.control.desk import Desk
from streamer.control.notary import said_of_cut
from streamer.control.transcripts import Transcripts
from streamer.council import cut as rules
from streamer.council import decide
from streamer.council.cut import Cut, Stretch, What
from streamer.council.errors import Invalid
from streamer.council.events import Kind
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER
from streamer.council.picture import Slate, SlateKind
from streamer.media.binary import Ffmpeg
from streamer.media.cutting import Maker, Plan, Snip, apply, leftovers, prepare, work_folder
from streamer.media.manifest import Said
from streamer.media.replay import clear_unfinished
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often it is looked whether a meeting is on the air, while a cut waits or is made."""


class State(StrEnum):
    """What a cut that is ordered is waiting for."""

    WAITING = "waiting"
    """For its turn, or for a meeting that is on the air to be over."""
    WORKING = "working"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """Of the cut that is pending; `share` 0..1."""

    cut: Cut
    state: State
    share: float


class Cutter:
    """`run` until cancelled."""

    def __init__(
        self, desk: Desk, archive: Archive, transcripts: Transcripts, settings: EncoderSettings, ffmpeg: Ffmpeg,
        slates: Slates,
    ) -> None:  # fmt: skip
        self._desk, self._archive, self._transcripts = desk, archive, transcripts
        self._settings, self._ffmpeg, self._slates = settings, ffmpeg, slates
        self._wanted: dict[str, None] = {}
        self._shares: dict[str, float] = {}
        self._failed: set[str] = set()
        self._news = desk.follow()

    def stretch(self, meeting: Meeting, start: float, end: float) -> Stretch:
        """From second `start` to `end` of a replay as it is now. Raises `Invalid` where it has no such seconds."""
        timeline = self._archive.timeline(meeting)
        end = min(end, timeline.duration)
        first, last = timeline.wall(start), timeline.wall(max(start, end - rules.FRAME))
        if not 0 <= start < end or first is None or last is None:
            raise Invalid({"to": ("cut_empty", {})})
        return Stretch(start, end - start, first, last + rules.FRAME, timeline.duration)

    async def order(self, id: str, what: What, start: float, end: float, why: str, *, by: str) -> Meeting:
        """Cut from second `start` to `end` of the replay, for good. Raises `Refused`, `Invalid`, `Unknown`."""
        return await self._desk.correct(
            id, lambda meeting: decide.cut(meeting, what, self.stretch(meeting, start, end), why), by=by
        )

    def progress(self, meeting: Meeting) -> Progress | None:
        """How far the cut is that is pending; `None` where none is."""
        cut = rules.pending(meeting.cuts)
        if cut is None:
            return None
        working = State.WORKING if meeting.id in self._shares else State.WAITING
        state = State.FAILED if meeting.id in self._failed else working
        return Progress(cut, state, self._shares.get(meeting.id, 0.0))

    def again(self, meeting: str) -> None:
        """Try a cut that failed once more."""
        self._failed.discard(meeting)
        self._wanted[meeting] = None
        self._news.set()

    async def run(self) -> None:
        """Follow the log; first what an earlier service did not end."""
        seq = await self._desk.last_seq()
        for id in await self._desk.in_phases(*OVER):
            await self._settle(id)
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS if self._wanted else None):
                    await self._news.wait()
            self._news.clear()
            try:
                events = await self._desk.news(seq)
                seq = events[-1].seq if events else seq
                self._wanted |= {event.meeting: None for event in events if event.kind is Kind.REPLAY_CUT}
                while self._wanted and not await self._desk.in_phases(*ON_AIR):
                    await self._unless_live(next(iter(self._wanted)))
            except Exception:
                log.exception("the log could not be read; cuts wait")

    async def _settle(self, id: str) -> None:
        """What an earlier service left of cuts that are done goes; what is not done is done."""
        cut = rules.pending((await self._desk.meeting(id)).cuts)
        for number, path in list(leftovers(self._archive.folder(id))):
            if cut is None or number != cut.version:
                await asyncio.to_thread(shutil.rmtree, path, ignore_errors=True)
        if cut:
            self.again(id)

    async def _unless_live(self, id: str) -> None:
        """Make a cut, and break it off when a meeting goes on the air: it is begun again when that is over."""
        work = asyncio.create_task(self._trying(id))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=LOOK_SECONDS)
                if not work.done() and await self._desk.in_phases(*ON_AIR):
                    return
            del self._wanted[id]
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._shares.pop(id, None)

    async def _trying(self, id: str) -> None:
        try:
            await self._make(await self._desk.meeting(id))
        except Exception:
            self._failed.add(id)
            log.exception("meeting %s: what was to be cut is hidden, but not destroyed yet", id)

    async def _make(self, meeting: Meeting) -> None:
        cut, folder = rules.pending(meeting.cuts), self._archive.folder(meeting.id)
        if cut is None:
            return
        self._shares[meeting.id] = 0.0
        await self._transcripts.erase(meeting, cut)
        work = work_folder(folder, cut.version)
        maker = Maker(folder, work, self._settings, self._ffmpeg, partial(self._shares.__setitem__, meeting.id))
        plan = await prepare(maker, self._snip(cut))
        async with self._archive.undisturbed():
            await self._archive.notary.cut(meeting.id, cut, partial(_carry_out, folder, work, plan, cut.version))
        await self._desk.note(meeting.id, rules.done(cut), by=cut.by)
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        self._archive.request(meeting.id)

    def _snip(self, cut: Cut) -> Snip:
        cover = self._slates.path(Slate(SlateKind.CUT)) if cut.what is What.PICTURE else None
        return Snip(cut.start, cut.end, cut.what is What.BOTH, cut.silences, cover)


def _carry_out(folder: Path, work: Path, plan: Plan, number: int) -> list[Said]:
    clear_unfinished(folder)
    apply(folder, work, plan)
    return said_of_cut(folder, plan, number)
