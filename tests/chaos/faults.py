"""What is done to a meeting, one class a kind. Each puts right what it broke, and leaves the recovery to the service.

What a fault may cost is what is promised (docs/reliability.md) and a margin for a machine that is slow.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from tests.chaos.evening import CAMERA_OPENS, DELAY, SEGMENT, Cost, Evening
from tests.support.waiting import eventually

LOST = SEGMENT + 1.0
"""Of a killed encoder: the segment that was open. Its dates are up to 0.35 s late, and a frame is read in whole."""
RUSHED = 0.3
"""Share of the faults that do not wait."""
GUARD = 3.0
"""What is thrown away after a closed session."""


class Fault(Protocol):
    """Something that goes wrong, or an order, while a meeting is live; when it is over the meeting is live again."""

    async def strike(self, it: Evening) -> None:
        """Do it, and undo it."""


@dataclass(frozen=True)
class CameraKilled:
    """Its process dies and comes back, as when it is unplugged."""

    seconds: float = 2.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"camera killed {self.seconds:.1f} s", Cost(LOST, CAMERA_OPENS)):
            await it.camera.stop()
            await asyncio.sleep(self.seconds)
            await it.camera.start()


@dataclass(frozen=True)
class CameraFrozen:
    """It is silent without hanging up."""

    seconds: float = 2.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"camera frozen {self.seconds:.1f} s", Cost(LOST, CAMERA_OPENS)):
            it.camera.freeze()
            await asyncio.sleep(self.seconds)
            it.camera.thaw()


@dataclass(frozen=True)
class EncoderKilled:
    """As by the kernel that runs out of memory."""

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers("encoder killed", Cost(LOST, CAMERA_OPENS)):
            it.kill("encodes")


@dataclass(frozen=True)
class PublisherKilled:
    """The one process that sends."""

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers("publisher killed", Cost(publishes=1)):
            began = it.server.began()
            it.kill("publishes")
            await eventually(lambda: it.server.began() > began, "it publishes anew")


@dataclass(frozen=True)
class ServerStopped:
    """The platform is away."""

    seconds: float = 3.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"RTMP server stopped {self.seconds:.1f} s", Cost(publishes=1)):
            await it.server.stop()
            await asyncio.sleep(self.seconds)
            await it.server.start()
            await it.sends()


@dataclass(frozen=True)
class HalfOpen:
    """The platform takes nothing more and does not hang up. For longer than 15 s that must be noticed."""

    seconds: float = 3.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"connection half open {self.seconds:.1f} s", Cost(publishes=2)):
            it.server.freeze()
            await asyncio.sleep(self.seconds)
            it.server.thaw()
            await it.sends()


@dataclass(frozen=True)
class ServiceKilled:
    """SIGKILL, and started again."""

    seconds: float = 1.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"service killed, away {self.seconds:.1f} s", Cost()):
            await it.restart(self.seconds)


@dataclass(frozen=True)
class DatabaseHeld:
    """A backup holds the lock."""

    seconds: float = 1.5

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"database held {self.seconds:.1f} s", Cost()):
            await asyncio.to_thread(self._hold, str(it.service.recordings / "tribune.db"))

    def _hold(self, path: str) -> None:
        other = sqlite3.connect(path, isolation_level=None, timeout=10)
        try:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(self.seconds)
            other.execute("ROLLBACK")
        finally:
            other.close()


@dataclass(frozen=True)
class Recess:
    """A break."""

    seconds: float = 2.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"recess {self.seconds:.1f} s", Cost(0.0)):
            await it.order("call-recess", "recess")
            await asyncio.sleep(self.seconds)
        await resumed(it, CAMERA_OPENS)


@dataclass(frozen=True)
class Closed:
    """A closed session, called `ago` seconds late; `away`: meanwhile the service is killed, for so many seconds."""

    ago: float = 0.0
    away: float | None = None
    seconds: float = 1.5

    async def strike(self, it: Evening) -> None:
        if self.ago:
            await it.films(for_seconds=self.ago)
        killed = "" if self.away is None else f", service killed in it, away {self.away:.1f} s"
        with it.timeline.suffers(f"closed session, from {self.ago:.1f} s ago{killed}", Cost(LOST + self.ago, 0.0)):
            await it.order("close-session", "closed_session", ago=self.ago)
            if self.away is not None:
                await it.restart(self.away)
            await eventually(lambda: it.camera.clients == 0, "the camera is closed")
            assert it.pids("encodes") == []
            await it.showing("slate:closed_session")
            await asyncio.sleep(self.seconds)
            assert it.pids("encodes") == []
            assert it.camera.clients == 0
        await resumed(it, CAMERA_OPENS + GUARD)


async def resumed(it: Evening, opens: float) -> None:
    """Back from a break or a closed session."""
    with it.timeline.suffers("resumed", Cost(0.0, opens)):
        await it.order("resume", "live")


async def suffer(it: Evening, faults: Iterable[Fault], chance: Random | None = None) -> None:
    """One after the other, some seconds apart. By `chance` some come before the one before has been got over."""
    for fault in faults:
        await fault.strike(it)
        if chance is None:
            await it.films()
        elif chance.random() < RUSHED:
            await asyncio.sleep(chance.uniform(0.0, 2.0))
        else:
            await it.films()
            await asyncio.sleep(chance.uniform(0.0, 3.0))
    await it.films()


class Kind(Protocol):
    """Draws a fault of one kind."""

    def __call__(self, chance: Random) -> Fault: ...


def _between(low: float, high: float, chance: Random) -> float:
    return round(chance.uniform(low, high), 1)


KINDS: dict[str, Kind] = {
    "camera killed": lambda chance: CameraKilled(_between(0.5, 8, chance)),
    "camera frozen": lambda chance: CameraFrozen(_between(0.5, 12, chance)),
    "encoder killed": lambda chance: EncoderKilled(),
    "publisher killed": lambda chance: PublisherKilled(),
    "server stopped": lambda chance: ServerStopped(_between(1, 15, chance)),
    "camera away for long": lambda chance: CameraKilled(_between(20, 50, chance)),
    "server away for long": lambda chance: ServerStopped(_between(20, 70, chance)),
    "half open": lambda chance: HalfOpen(_between(1, 20, chance)),
    "service killed": lambda chance: ServiceKilled(_between(0, 4, chance)),
    "database held": lambda chance: DatabaseHeld(_between(0.5, 3, chance)),
    "recess": lambda chance: Recess(_between(0.5, 5, chance)),
    "closed": lambda chance: Closed(seconds=_between(0.5, 5, chance)),
    "closed from ago": lambda chance: Closed(_between(1, DELAY - 1.5, chance), seconds=_between(0.5, 5, chance)),
    "closed, restarted": lambda chance: Closed(
        _between(0, DELAY - 1.5, chance), away=_between(0, 3, chance), seconds=_between(0.5, 4, chance)
    ),
}


def draw(chance: Random, kinds: Iterable[str] = KINDS) -> list[Fault]:
    """One fault of each kind, in an order and of a length that only chance decides."""
    order = list(kinds)
    chance.shuffle(order)
    return [KINDS[kind](chance) for kind in order]
