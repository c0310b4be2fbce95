"""The checks of one preflight: beside one another where they do not disturb one another, each with a time limit."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from streamer.control import preflight_camera as camera
from streamer.control.conductor import Conductor
from streamer.control.desk import Clock, Desk
from streamer.control.machine import look_at_clock, look_at_power
from streamer.control.preflight_ways import bits_per_second, fitting, look_at_slates, speed_line, walked
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.networks import Sending
from streamer.council.phase import Phase
from streamer.council.preflight import (
    Check,
    Line,
    Outcome,
    judge_disk,
    judge_meeting,
    nearer_meeting,
)
from streamer.council.screening import Screening
from streamer.media.publisher import Destination
from streamer.media.room import free_bytes

log = logging.getLogger(__name__)

LIMIT_SECONDS = 20.0
"""For any check but the camera, which may have to wake up and then wait for somebody to speak."""
CAMERA_LIMIT_SECONDS = 50.0
SINGLE = (Check.MEETING, Check.CAMERA, Check.VOICE, Check.SLATE, Check.ENCODER, Check.DISK, Check.CLOCK, Check.POWER)
"""One line each; a destination has two, and one or more where its network is known."""
Lines = Sequence[Line]
Platform = Callable[[Meeting], Awaitable[Line]]
"""What a platform itself says of a meeting."""


class Checks:
    """All checks of one meeting. `found` grows while they run."""

    def __init__(
        self, meeting: Meeting, desk: Desk, conductor: Conductor, planned_hours: float,
        start_of: Callable[[Meeting], float], clock: Clock, platform: Platform | None = None,
    ) -> None:  # fmt: skip
        self._meeting, self._desk, self._conductor, self._clock = meeting, desk, conductor, clock
        self._planned_hours, self._start_of, self._platform = planned_hours, start_of, platform
        self._studio = conductor.studio
        self._destinations = self._wanted()
        self._filming: camera.Filming | None = None
        self._elsewhere: str | None = None
        self.found: list[Line] = []

    @property
    def phase(self) -> Phase:
        """What the meeting was doing when it began to be checked."""
        return self._meeting.phase

    @property
    def total(self) -> int:
        """How many lines there will be."""
        return len(SINGLE) + 2 * len(self._destinations) + len(self._fitting()) + self._asks

    @property
    def level_db(self) -> float | None:
        """How loud it is right now, while the camera is being looked at."""
        return self._filming.encoder.status().level_db if self._filming else None

    async def all(self) -> list[Line]:
        """Run them; in the order in which they are told. Raises `Refused` where the meeting went on the air."""
        # read once more: from here on whoever wants the camera finds this run, and ends it
        self._meeting = await self._desk.meeting(self._meeting.id)
        if self._meeting.phase not in (Phase.SCHEDULED, Phase.REHEARSAL):
            raise Refused("preflight_too_late", phase=self._meeting.phase)
        self._destinations = self._wanted()
        self._elsewhere = await self._desk.camera_used_by(self._meeting.id)
        await asyncio.gather(
            self._limited([Check.MEETING], self._right_meeting),
            self._limited([Check.DISK], self._disk),
            self._limited([Check.CLOCK], self._machine_clock),
            self._limited([Check.POWER], self._power),
            self._limited([Check.SLATE], self._slates),
            *([self._limited([Check.PLATFORM], self._asked)] if self._asks else []),
            self._camera_and_encoder(),
            *(self._way(destination) for destination in self._destinations),
        )
        self.found += self._fitting()
        order, names = list(Check), [destination.name for destination in self._destinations]
        return sorted(
            self.found, key=lambda line: (order.index(line.check), names.index(line.subject) if line.subject else 0)
        )

    @property
    def _asks(self) -> bool:
        """Whether a platform is to show it."""
        return self._platform is not None and self._meeting.screening is Screening.LIVE

    def _wanted(self) -> list[Destination]:
        """Those that will be sent to."""
        places = self._studio.destinations
        return [to for to in places if self._meeting.sending(to.ordered_as, to.usual) is Sending.SEND]

    def _fitting(self) -> list[Line]:
        """Whether each network takes what the encoder makes."""
        return [line for to in self._destinations for line in fitting(to, self._studio.settings)]

    async def _limited(
        self,
        checks: Sequence[Check],
        work: Callable[[], Awaitable[Lines]],
        seconds: float = LIMIT_SECONDS,
        subject: str = "",
    ) -> None:
        """What `work` finds; where it fails or takes too long, that nothing is known."""
        try:
            async with asyncio.timeout(seconds):
                self.found += await work()
        except TimeoutError:
            self.found += [Line(check, Outcome.NOT_CHECKED, "check_late", subject=subject) for check in checks]
        except Exception:
            log.exception("preflight of meeting %s: %s", self._meeting.id, ", ".join(checks))
            self.found += [Line(check, Outcome.NOT_CHECKED, "check_failed", subject=subject) for check in checks]

    async def _right_meeting(self) -> Lines:
        now, start = self._clock(), self._start_of(self._meeting)
        planned = [
            (other.name, self._start_of(other))
            for other in await self._desk.meetings()
            if other.id != self._meeting.id and other.phase is Phase.SCHEDULED
        ]
        return [judge_meeting(start, now, self._elsewhere, nearer_meeting(start, now, planned))]

    async def _machine_clock(self) -> Lines:
        return [await asyncio.to_thread(look_at_clock)]

    async def _disk(self) -> Lines:
        free = await asyncio.to_thread(free_bytes, self._studio.recordings)
        return [judge_disk(free, self._needed, self._planned_hours)]

    @property
    def _needed(self) -> float:
        return bits_per_second(self._studio.settings)

    async def _power(self) -> Lines:
        return [await look_at_power()]

    async def _asked(self) -> Lines:
        assert self._platform
        return [await self._platform(self._meeting)]

    async def _slates(self) -> Lines:
        return [await look_at_slates(self._studio)]

    async def _camera_and_encoder(self) -> None:
        """One after the other: each would slow the other down."""
        await self._limited([Check.CAMERA, Check.VOICE], self._camera, CAMERA_LIMIT_SECONDS)
        await self._limited([Check.ENCODER], self._encoder)

    async def _camera(self) -> Lines:
        if self._elsewhere is not None:
            return [
                Line(Check.CAMERA, Outcome.NOT_CHECKED, "camera_elsewhere", {"name": self._elsewhere}),
                Line(Check.VOICE, Outcome.NOT_CHECKED, "voice_unknown"),
            ]
        try:
            if self._meeting.phase is Phase.REHEARSAL:
                self._filming = await self._rehearsal()
                return await camera.look(self._filming, self._studio)
            async with camera.own_filming(self._studio) as self._filming:
                return await camera.look(self._filming, self._studio)
        finally:
            self._filming = None

    async def _rehearsal(self) -> camera.Filming:
        """The machines of this meeting's rehearsal, which may only just be starting."""
        while (broadcast := self._conductor.broadcast(self._meeting.id)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return camera.Filming(broadcast.encoder, broadcast.folder)

    async def _encoder(self) -> Lines:
        if self._elsewhere is not None:
            return [Line(Check.ENCODER, Outcome.NOT_CHECKED, "encoder_elsewhere")]
        # a rehearsal's own encoder runs at the speed of life beside the trial
        beside = 1.0 if self._meeting.phase is Phase.REHEARSAL else 0.0
        return [await speed_line(self._studio, self._destinations, beside)]

    async def _way(self, to: Destination) -> None:
        checks, began = [Check.DESTINATION, Check.UPLOAD], time.monotonic()
        await self._limited(
            checks, partial(walked, to, self._needed, beside=self._elsewhere is not None), LIMIT_SECONDS, to.name
        )
        log.info("the way to %s was tried for %.1f s", to.name, time.monotonic() - began)
