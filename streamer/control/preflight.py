"""Runs the preflight: at the clerk's button, and by itself some minutes before a meeting.

One run at a time. A meeting that is on the air comes first: beside it no camera is opened, nothing is uploaded and
nothing is encoded; and whoever wants the camera has it at once. What was found is kept in the log by its
outcomes alone; the sentences' values live in memory until the service ends.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from streamer.control.conductor import Conductor
from streamer.control.desk import Clock, Desk
from streamer.control.preflight_checks import Checks, Platform
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.preflight import MOMENTS_MINUTES, Line, Report, due

log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
"""How often it is looked whether one is due."""
ITSELF = "tribune"
"""Who ordered a run that nobody ordered."""


@dataclass(frozen=True)
class PreflightRules:
    """The commune's own: hours a meeting lasts, when to check by itself (minutes before), the council's clock."""

    planned_hours: float = 3.0
    minutes_before: Sequence[int] = MOMENTS_MINUTES
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))


@dataclass(frozen=True)
class PreflightView:
    """`running`: it is being checked now, `done` of `total` lines are there. `lines` are those of the run or, when
    there is none, of the last report in memory, which ended at `at` (unix seconds)."""

    running: bool
    done: int
    total: int
    lines: tuple[Line, ...]
    at: float | None
    level_db: float | None


class Run:
    """One run of one meeting."""

    def __init__(self, meeting: str, checks: Checks) -> None:
        self.meeting, self.checks = meeting, checks
        self.task: asyncio.Task[None] | None = None


class Preflights:
    """Starts, stops and remembers. `run` is the follower of the clock; it runs until cancelled."""

    def __init__(self, desk: Desk, conductor: Conductor, rules: PreflightRules, clock: Clock) -> None:
        self._desk, self._conductor, self._rules, self._clock = desk, conductor, rules, clock
        self.platform: Platform | None = None
        """What is asked where broadcasts are planned at a platform, too."""
        self._run: Run | None = None
        self._reports: dict[str, Report] = {}
        self._begun: dict[str, float] = {}
        conductor.before_camera = self._give_way

    async def start(self, id: str, *, by: str) -> None:
        """Begin to check; a run of this meeting that is under way goes on. Raises `Refused`, `Unknown`."""
        meeting = await self._desk.meeting(id)
        if meeting.phase not in (Phase.SCHEDULED, Phase.REHEARSAL):
            raise Refused("preflight_too_late", phase=meeting.phase)
        if self._run and self._run.meeting != id:
            raise Refused("preflight_elsewhere", name=(await self._desk.meeting(self._run.meeting)).name)
        if self._run is None:
            self._begin(meeting, by)

    def _begin(self, meeting: Meeting, by: str) -> None:
        self._begun[meeting.id] = self._clock()
        checks = Checks(
            meeting, self._desk, self._conductor, self._rules.planned_hours, self.start_of, self._clock, self.platform
        )
        run = self._run = Run(meeting.id, checks)
        run.task = asyncio.create_task(self._carry_out(run, by), name=f"preflight {meeting.id}")

    async def _carry_out(self, run: Run, by: str) -> None:
        try:
            lines = await run.checks.all()
            report = Report(self._clock(), tuple(lines))
            self._reports[run.meeting] = report
            await self._desk.preflight_done(run.meeting, report, by=by)
        except Refused:
            log.info("meeting %s went on the air before its preflight was over", run.meeting)
        except Exception:
            log.exception("meeting %s: the preflight failed", run.meeting)
        finally:
            self._run = None

    async def cancel(self, id: str) -> None:
        """Stop checking this meeting; what was found counts for nothing."""
        if self._run and self._run.meeting == id:
            await self._end()

    async def _give_way(self, meeting: Meeting) -> None:
        """A meeting's machines come or go: end what has the camera, or looks at machines that go."""
        run = self._run
        joins = run and run.meeting == meeting.id and run.checks.phase is meeting.phase is Phase.REHEARSAL
        if not joins:
            await self._end()

    async def _end(self) -> None:
        """No process of a run is left when this returns."""
        run = self._run
        if run and run.task:
            run.task.cancel()
            await asyncio.wait({run.task})
            if self._run is run:  # it was ended before it had begun
                self._run = None

    def view(self, id: str) -> PreflightView:
        """What is going on with this meeting, and what the last run found."""
        known = self._reports.get(id)
        if self._run and self._run.meeting == id:
            checks = self._run.checks
            found = tuple(checks.found)
            return PreflightView(True, len(found), checks.total, found, None, checks.level_db)
        lines = known.lines if known else ()
        return PreflightView(False, len(lines), len(lines), lines, known.at if known else None, None)

    def start_of(self, meeting: Meeting) -> float:
        """When it begins, unix seconds."""
        start = datetime.fromisoformat(meeting.start)
        return (start if start.tzinfo else start.replace(tzinfo=self._rules.zone)).timestamp()

    async def run(self) -> None:
        """Start what is due by itself."""
        try:
            while True:
                try:
                    await self._start_due()
                except Exception:
                    log.exception("it could not be seen whether a preflight is due")
                await asyncio.sleep(TICK_SECONDS)
        finally:
            await self._end()

    async def _start_due(self) -> None:
        now = self._clock()
        for id in await self._desk.in_phases(Phase.SCHEDULED, Phase.REHEARSAL):
            meeting = await self._desk.meeting(id)
            last = max(self._begun.get(id, 0.0), meeting.preflight.at if meeting.preflight else 0.0)
            if self._run is None and due(self.start_of(meeting), now, last, self._rules.minutes_before):
                log.info("meeting %s: its preflight begins by itself", id)
                self._begin(meeting, ITSELF)
