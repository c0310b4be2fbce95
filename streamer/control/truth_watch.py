"""Looks at every running meeting once a second and keeps its light: gauges in, truth out."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from streamer.control.conductor import Conductor
from streamer.control.destination_view import Moved
from streamer.control.status import DestinationView, PictureView, Status, TwinView
from streamer.council.ingest_issues import IssueKind
from streamer.council.phase import Phase
from streamer.council.readings import (
    DestinationReading,
    Hours,
    Link,
    Picture,
    PlatformReading,
    Readings,
    Senses,
    Showing,
)
from streamer.council.trouble import SLOW_SECONDS
from streamer.council.truth import Truth, Watching, truth, watch
from streamer.council.twin import Health, Life
from streamer.media.encoder_status import EncoderState
from streamer.media.signals import Signals

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
FRESH_SECONDS = 5.0
"""A light that nobody has looked at for so long is no light."""
JUMP_SECONDS = 5.0
"""Clocks are set right by less than this all the time."""
JUMP_TOLD_SECONDS = 120.0
BYTES_PER_HOUR = 2e9
"""At 4 Mbit/s, while the recording is too short to tell."""
SEGMENTS_AND_FILE = 2
"""What is kept is written once as it is filmed, and again as the file to download."""

LINKS = {"running": Link.SENDING, "refused": Link.REFUSED}
"""A publisher's state -> its connection; every other one is on its way there."""

Probe = Callable[[], Awaitable[None]]
"""Returns when the database has taken a write. Raises when it has not."""


@dataclass
class Look:
    """What is remembered of one meeting from one look to the next. `at`: of the last one."""

    at: float = 0.0
    phase: Phase = Phase.SCHEDULED
    watching: Watching = field(default_factory=dict)
    recorded: Moved = field(default_factory=Moved)
    aired: Moved = field(default_factory=Moved)


class TruthWatch:
    """`run` looks; `truth(meeting)` tells. Every time is on the monotonic clock: the other one may jump."""

    def __init__(self, conductor: Conductor, probe: Probe, clock: Callable[[], float] = time.time) -> None:
        self._conductor, self._probe, self._clock = conductor, probe, clock
        self._looks: dict[str, Look] = {}
        self.hours: Callable[[str], Hours | None] = lambda meeting: None
        self.late: Callable[[], Sequence[str]] = tuple
        """Meetings that should be live and have no machines."""
        self._answered = time.monotonic()
        self._clocks = clock() - time.monotonic()
        self._jump, self._jumped = 0.0, -JUMP_TOLD_SECONDS

    def truth(self, meeting: str) -> Truth | None:
        """As of the last look; None where nobody has looked lately."""
        look = self._looks.get(meeting)
        if look is None or time.monotonic() - look.at > FRESH_SECONDS:
            return None
        return truth(look.phase, look.watching, look.at)

    async def run(self) -> None:
        """Until cancelled."""
        probing = asyncio.create_task(self._keep_probing(), name="database probe")
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            probing.cancel()

    async def look(self) -> None:
        """At every meeting, now."""
        now = time.monotonic()
        self._look_at_clocks(now)
        running, late = self._conductor.running(), self.late()
        self._looks = {id: look for id, look in self._looks.items() if id in (*running, *late)}
        for id in (*running, *(id for id in late if id not in running)):
            try:
                if status := await self._conductor.status(id):
                    self._look_at(self._looks.setdefault(id, Look()), status, now)
                elif id in late:
                    self._look_at_clock(self._looks.setdefault(id, Look()), id, now)
            except Exception:
                log.exception("meeting %s: its light could not be told", id)

    def watched(self) -> list[str]:
        """Ids of the meetings that are looked at."""
        return list(self._looks)

    def _look_at_clock(self, look: Look, id: str, now: float) -> None:
        """Nothing runs, and that is the trouble."""
        look.at, look.phase = now, Phase.SCHEDULED
        look.watching = watch(look.watching, Readings(now, look.phase, Showing.NOTHING, hours=self.hours(id)))

    def _look_at(self, look: Look, status: Status, now: float) -> None:
        look.at, look.phase = now, Phase(status.phase)
        look.watching = watch(look.watching, self._readings(look, status, now))

    def _readings(self, look: Look, status: Status, now: float) -> Readings:
        showing = _showing(status.encoder.showing)
        recorded = look.recorded.when(status.recording.seconds, now)
        if showing is not Showing.PROGRAM:
            look.recorded.at = now  # a camera that comes back has its time anew
        return Readings(
            at=now, phase=look.phase, showing=showing, problem=status.source.problem_code,
            recording_still=now - recorded, air_still=now - look.aired.when(status.aired_seconds, now),
            aired_seconds=status.aired_seconds, delay_seconds=status.delay_seconds,
            free_bytes=status.recording.free_bytes, hours_left=hours_left(status),
            database_still=now - self._answered,
            clock_jump=self._jump if now - self._jumped < JUMP_TOLD_SECONDS else 0.0,
            destinations=[_destination(view) for view in status.destinations],
            platforms=[_platform(status.youtube)] if status.youtube else [],
            senses=senses_of(status.signals), hours=self.hours(status.meeting), screening=status.screening,
        )  # fmt: skip

    def _look_at_clocks(self, now: float) -> None:
        apart = self._clock() - now
        if abs(apart - self._clocks) > JUMP_SECONDS:
            self._jump, self._jumped = apart - self._clocks, now
            log.warning("the clock jumped by %.0f s", self._jump)
        self._clocks = apart

    async def _keep_probing(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # whatever it is, it shows in the time since the last answer
                await self._probe()
                self._answered = time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)


def hours_left(status: Status) -> float:
    """For how many hours the disk has room."""
    kept = status.recording
    per_hour = kept.bytes / kept.seconds * 3600 if kept.seconds > 30 else BYTES_PER_HOUR
    return kept.free_bytes / max(per_hour, 1.0) / SEGMENTS_AND_FILE


def _showing(name: str) -> Showing:
    return Showing.SLATE if name.startswith("slate") else Showing(name)


def senses_of(heard: Signals | None) -> Senses | None:
    """What the encoder's gauges say, as the rules read it."""
    if heard is None:
        return None
    return Senses(
        heard.silent_seconds, heard.black_seconds, heard.frozen_seconds, heard.clipping, heard.dead_channel,
        heard.apart_seconds,
    )  # fmt: skip


def _destination(view: DestinationView) -> DestinationReading:
    if not view.ordered:
        return DestinationReading(view.name, Link.OFF, backup_of=view.backup_of)
    link = LINKS.get(view.state, Link.CONNECTING)
    return DestinationReading(
        view.name, link, view.still_seconds, view.behind_seconds, view.backup_of, _picture(view.picture)
    )


def _picture(made: PictureView | None) -> Picture:
    if made is None:
        return Picture.AIRED
    if made.state != EncoderState.RUNNING:
        return Picture.MISSING
    return Picture.SLOW if made.behind_seconds > SLOW_SECONDS else Picture.AIRED


def _platform(twin: TwinView) -> PlatformReading:
    """What YouTube says. An issue is what it calls an error; "bad" without one is one, too."""
    errors = [issue.kind for issue in twin.issues if issue.severity == "error"]
    complaint = errors[0] if errors else IssueKind.OTHER if twin.health is Health.BAD else ""
    return PlatformReading("YouTube", twin.life is Life.LIVE, str(complaint), twin.problem is not None)
