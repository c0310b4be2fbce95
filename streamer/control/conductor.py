"""Follows the log and gives the machines their orders: which meeting has the camera, what it shows, where it goes."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from streamer.control.archive import Archive
from streamer.control.broadcast import Broadcast, Studio
from streamer.control.desk import Desk
from streamer.control.status import Status, TwinView
from streamer.control.steady import SteadyClock
from streamer.council.air import playable_from
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, Phase
from streamer.council.roles import Role, as_seen
from streamer.council.truth import Truth
from streamer.media.replay import clear_unfinished
from streamer.media.run import clear_leftovers, encodes
from streamer.media.segments import read_segments
from streamer.media.upright import clear_upright

log = logging.getLogger(__name__)

RUNNING = (Phase.REHEARSAL, *ON_AIR)
"""Phases in which a meeting has machines."""
TICK_SECONDS = 0.5
"""How often segments are looked at when nobody orders anything: a quarter of a segment."""


FADE_SECONDS = 10.0
"""How long players still find the end of a meeting: they run three segments behind."""


class Conductor:
    """Runs until cancelled. A mistake in one meeting's machines is logged and never stops the loop."""

    def __init__(self, desk: Desk, studio: Studio, archive: Archive, clock: SteadyClock) -> None:
        self.studio = studio
        self._desk, self._archive, self._clock = desk, archive, clock
        self._broadcasts: dict[str, Broadcast] = {}
        self._fading: dict[str, Broadcast] = {}
        self._finishing: set[asyncio.Task[None]] = set()
        self._news = desk.follow()
        self.viewers: Callable[[str], int] = lambda meeting: 0
        self.truth: Callable[[str], Truth | None] = lambda meeting: None
        self.twin: Callable[[str], TwinView | None] = lambda meeting: None
        self.before_camera: Callable[[Meeting], Awaitable[None]] | None = None
        """Awaited before a meeting's machines come or go, so that nothing else has the camera then."""
        self.caption: Callable[[Meeting], Awaitable[str]] = _no_caption

    async def prepare(self) -> None:
        """Go on with what a killed service left running, and end what no phase allows: a camera may be open.

        To be called once, before anybody is answered. Follow it with `close`, whatever happens in between.
        """
        wanted = await self._desk.in_phases(*RUNNING)
        told = bool(wanted) and self._clock.take_up()
        for id in wanted:
            await self._adopt(await self._desk.meeting(id), told=told)
        for folder in self.studio.recordings.glob("*/"):
            running = self._broadcasts.get(folder.name)
            for place in (folder, folder / "rehearsal"):
                if place.is_dir() and not (running and running.folder == place):
                    await clear_leftovers(place)
            clear_unfinished(folder)
            if not running:
                clear_upright(folder)

    async def _adopt(self, meeting: Meeting, *, told: bool) -> None:
        broadcast = self._equip(meeting)
        if not told:
            self._guess_time(broadcast)
        try:
            await broadcast.adopt(meeting)
        except Exception:
            log.exception("meeting %s: what was left running could not be taken over", meeting.id)
            await self._drop(meeting.id)
            await clear_leftovers(broadcast.folder)

    def _guess_time(self, broadcast: Broadcast) -> None:
        """After a reboot nobody knows what was done to the machine's clock: what was filmed has to do."""
        recorded = read_segments(broadcast.folder)
        last = max((segment.end for segment in recorded), default=0.0)
        self._clock.not_before(last)
        if recorded and encodes(broadcast.folder):
            self._clock.not_long_after(last)

    async def run(self) -> None:
        """Follow the log until cancelled. The processes go on: `close` ends them."""
        while True:
            await self._follow_all()
            await self._wait()

    async def close(self) -> None:
        """End every process."""
        for task in self._finishing:
            task.cancel()
        last = [*self._broadcasts.values(), *self._fading.values()]
        await asyncio.gather(*self._finishing, *(b.close() for b in last), return_exceptions=True)

    def broadcast(self, meeting: str) -> Broadcast | None:
        """The machines of a meeting, while it has any."""
        return self._broadcasts.get(meeting)

    def airing(self, meeting: str) -> Broadcast | None:
        """What the public can play: also the last seconds of a meeting that has just ended. Never a rehearsal."""
        found = self._broadcasts.get(meeting) or self._fading.get(meeting)
        return found if found and not found.rehearsal and found.air.playable else None

    def as_seen(self, meeting: Meeting) -> Meeting:
        """The meeting as citizens see it now: as late as its picture, and over when they have been shown its end."""
        airing = self.airing(meeting.id) is not None
        return as_seen(Role.CITIZEN, meeting, at=self._clock() - self.studio.delay, airing=airing)

    def sending(self, meeting: str) -> bool:
        """Whether anything of it still goes out to the destinations."""
        return meeting in self._broadcasts or meeting in self._fading

    def sent_after(self, meeting: str, at: float) -> float:
        """How many seconds of the camera's picture of later than `at` (unix seconds) the public has been sent."""
        found = self._broadcasts.get(meeting) or self._fading.get(meeting)
        return max(found.air.filmed_until - at, 0.0) if found else 0.0

    def running(self) -> list[str]:
        """Ids of the meetings that have machines."""
        return list(self._broadcasts)

    async def status(self, meeting_id: str) -> Status | None:
        """A meeting's machines as of now; `None` while it has none."""
        broadcast = self._broadcasts.get(meeting_id)
        if broadcast is None:
            return None
        meeting = await self._desk.meeting(meeting_id)
        status = broadcast.status(meeting, self._clock(), self.viewers(meeting_id))
        return replace(status, truth=self.truth(meeting_id), youtube=self.twin(meeting_id))

    async def _wait(self) -> None:
        # not wait_for: before Python 3.12 it can swallow a cancellation
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TICK_SECONDS):
                await self._news.wait()
        self._news.clear()

    async def _follow_all(self) -> None:
        try:
            wanted = await self._desk.in_phases(*RUNNING)
        except Exception:
            log.exception("the log could not be read; the machines go on as they are")
            wanted = []
        if wanted or self._broadcasts:
            self._clock.hold()
        else:
            self._clock.follow()
        for id in {*wanted, *self._broadcasts}:
            try:
                now = self._desk.told_until()  # before reading: what is aired by then, no order can still reach
                await self._follow(await self._desk.meeting(id), now)
            except OSError as error:  # a full disk is no mistake of ours
                log.error("meeting %s: its machines could not be given their orders: %s", id, error)
            except Exception:
                log.exception("meeting %s: its machines could not be given their orders", id)

    async def _follow(self, meeting: Meeting, now: float) -> None:
        rehearsal = meeting.phase is Phase.REHEARSAL
        broadcast = self._broadcasts.get(meeting.id)
        wanted = rehearsal or meeting.phase.on_air
        if self.before_camera and (wanted if broadcast is None else broadcast.rehearsal and not rehearsal):
            await self.before_camera(meeting)
        if broadcast and broadcast.rehearsal and not rehearsal:
            await self._drop(meeting.id)
            broadcast = None
        if broadcast is None:
            if not wanted:
                return
            broadcast = self._equip(meeting)
        await broadcast.follow(meeting, now)
        await self._write_caption(broadcast, meeting)
        if not wanted and broadcast.drained():
            self._finish(meeting)

    async def _write_caption(self, broadcast: Broadcast, meeting: Meeting) -> None:
        """The lower third; where its words cannot be read, it goes away and nothing else does."""
        try:
            text = await self.caption(meeting)
        except Exception:
            log.exception("meeting %s: the words of its lower third could not be read", meeting.id)
            text = ""
        broadcast.encoder.caption(text)

    def _equip(self, meeting: Meeting) -> Broadcast:
        rehearsal = meeting.phase is Phase.REHEARSAL
        made = Broadcast(meeting.id, self.studio, self._clock, rehearsal=rehearsal)
        made.air.hide_before(playable_from(meeting))  # before anybody can ask for it
        self._broadcasts[meeting.id] = made
        return made

    async def _drop(self, id: str) -> None:
        await self._broadcasts[id].close()  # whoever breaks this off finds it again, and `close` ends it
        del self._broadcasts[id]

    def _finish(self, meeting: Meeting) -> None:
        """The rest is sent in the background: the next meeting may have the camera meanwhile."""
        broadcast = self._fading[meeting.id] = self._broadcasts.pop(meeting.id)
        self._archive.request(meeting.id)
        task = asyncio.create_task(self._fade(meeting.id, broadcast), name=f"finish {meeting.id}")
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)

    async def _fade(self, id: str, broadcast: Broadcast) -> None:
        await broadcast.finish()
        await asyncio.sleep(FADE_SECONDS)
        if self._fading.get(id) is broadcast:
            del self._fading[id]


async def _no_caption(meeting: Meeting) -> str:
    return ""
