"""What is done to a meeting, one class a kind. Each puts right what it broke, and leaves the recovery to the service.

What a fault may cost is what is promised (docs/reliability.md) and a margin for a machine that is slow.
"""

import asyncio
import sqlite3
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from random import Random
from threading import Event
from typing import Protocol

from tests.chaos.evening import CAMERA_OPENS, DELAY, SEGMENT, Cost, Evening
from tests.support.set_clock import READ_AGAIN_SECONDS
from tests.support.waiting import eventually

LOST = SEGMENT + 1.0
"""Of a killed encoder: the segment that was open. Its dates are up to 0.35 s late, and a frame is read in whole."""
RUSHED = 0.3
"""Share of the faults that do not wait."""
GUARD = 3.0
"""What is thrown away after a closed session."""
SLOW_BYTES = 12_000
"""A second: a fifth of what is broadcast at most."""
NEARLY_BYTES = 60_000_000
"""Below what the encoder leaves free (streamer/council/trouble.py)."""
ROOM_AGAIN = 3.0
"""Until a service that was told of no room takes up its work: the longest pause between two attempts, and a margin."""


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
class LinkCut:
    """Nothing passes any more, and nobody is told: the far end of the line is gone."""

    seconds: float = 3.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"link cut {self.seconds:.1f} s", Cost(publishes=2)):
            it.link.cut()
            await asyncio.sleep(self.seconds)
            it.link.mend()
            await it.sends()


@dataclass(frozen=True)
class LinkSlow:
    """Less passes than is broadcast. Afterwards it catches up by itself, or begins anew at the live edge."""

    seconds: float = 5.0

    async def strike(self, it: Evening) -> None:
        with it.timeline.suffers(f"link slow {self.seconds:.1f} s", Cost(publishes=1)):
            it.link.slow(SLOW_BYTES)
            await asyncio.sleep(self.seconds)
            it.link.mend()
            await it.sends()


@dataclass(frozen=True)
class DiskFull:
    """Somebody else fills it until `leave` bytes are free, and makes room again."""

    seconds: float = 3.0
    leave: int = 0

    async def strike(self, it: Evening) -> None:
        assert it.disk
        how = "nearly full" if self.leave else "full"
        with it.timeline.suffers(f"disk {how} {self.seconds:.1f} s", Cost(LOST, CAMERA_OPENS + ROOM_AGAIN)):
            it.disk.fill(self.leave)
            try:
                await asyncio.sleep(self.seconds)
            finally:
                it.disk.clear()


@dataclass(frozen=True)
class ClockJumped:
    """Somebody sets the machine's clock, and sets it right again. Nothing may come of it; nor where the service is
    killed meanwhile, and is `away` for some seconds."""

    by: int = 3600
    seconds: float = 3.0
    away: float | None = None

    async def strike(self, it: Evening) -> None:
        assert it.clock
        killed = "" if self.away is None else f", service killed meanwhile, away {self.away:.1f} s"
        with it.timeline.suffers(f"clock set by {self.by:+d} s for {self.seconds:.1f} s{killed}", Cost()):
            it.clock.set(self.by)
            await asyncio.sleep(self.seconds)
            if self.away is not None:
                await it.restart(self.away)
                await it.films(for_seconds=1.0)
            it.clock.set(0)
            await asyncio.sleep(READ_AGAIN_SECONDS + 0.5)


@dataclass(frozen=True)
class Rebooted:
    """Power is lost: the service and all its processes are gone at once. On start the meeting goes on by itself."""

    seconds: float = 1.0

    async def strike(self, it: Evening) -> None:
        cost = Cost(LOST, CAMERA_OPENS, publishes=1)
        with it.timeline.suffers(f"machine rebooted, away {self.seconds:.1f} s", cost):
            await it.reboot(self.seconds)


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
            await held(it, self.seconds)


async def held(it: Evening, seconds: float, taken: Event | None = None) -> None:
    """A backup holds the database for so long; `taken` is set when it does."""
    await asyncio.to_thread(_hold, str(it.service.recordings / "tribune.db"), seconds, taken or Event())


def _hold(path: str, seconds: float, taken: Event) -> None:
    other = sqlite3.connect(path, isolation_level=None, timeout=10)
    try:
        other.execute("BEGIN IMMEDIATE")
        taken.set()
        time.sleep(seconds)
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
    """A closed session, called `ago` seconds late; `away`: meanwhile the service is killed, for so many seconds, or
    the whole machine, `rebooted`; `held`: the order is given while a backup holds the database for so many."""

    ago: float = 0.0
    away: float | None = None
    seconds: float = 1.5
    rebooted: bool = False
    held: float = 0.0

    async def strike(self, it: Evening) -> None:
        if self.ago:
            await it.films(for_seconds=self.ago)
        cost = Cost(LOST + self.ago, 0.0, publishes=int(self.rebooted))
        with it.timeline.suffers(f"closed session, from {self.ago:.1f} s ago{self._meanwhile}", cost):
            await self._close(it)
            if self.away is not None:
                await (it.reboot if self.rebooted else it.restart)(self.away)
            await eventually(lambda: it.camera.clients == 0, "the camera is closed")
            assert it.pids("encodes") == []
            await it.showing("slate:closed_session")
            await asyncio.sleep(self.seconds)
            assert it.pids("encodes") == []
            assert it.camera.clients == 0
        await resumed(it, CAMERA_OPENS + GUARD)

    @property
    def _meanwhile(self) -> str:
        held = f", ordered while the database is held {self.held:.1f} s" if self.held else ""
        what = "machine rebooted" if self.rebooted else "service killed"
        return held + ("" if self.away is None else f", {what} in it, away {self.away:.1f} s")

    async def _close(self, it: Evening) -> None:
        """Whoever orders it while the database is held waits, and is obeyed as of the press."""
        backup = None
        if self.held:
            backup = asyncio.create_task(held(it, self.held, taken := Event()))
            await asyncio.to_thread(taken.wait)
        await it.order("close-session", "closed_session", ago=self.ago)
        if backup:
            await backup


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
    "link cut": lambda chance: LinkCut(_between(1, 20, chance)),
    "link slow": lambda chance: LinkSlow(_between(2, 20, chance)),
    "disk full": lambda chance: DiskFull(_between(0.5, 6, chance)),
    "disk nearly full": lambda chance: DiskFull(_between(0.5, 6, chance), leave=NEARLY_BYTES),
    "clock jumped": lambda chance: ClockJumped(chance.choice((-3600, 3600)), _between(1, 6, chance)),
    "clock jumped, restarted": lambda chance: ClockJumped(
        chance.choice((-3600, 3600)), _between(1, 4, chance), away=_between(0, 2, chance)
    ),
    "rebooted": lambda chance: Rebooted(_between(0, 4, chance)),
    "closed, rebooted": lambda chance: Closed(
        _between(0, DELAY - 1.5, chance), away=_between(0, 3, chance), seconds=_between(0.5, 4, chance), rebooted=True
    ),
    "closed by an order that waits": lambda chance: Closed(held=_between(0.5, 3, chance)),
    "service killed": lambda chance: ServiceKilled(_between(0, 4, chance)),
    "database held": lambda chance: DatabaseHeld(_between(0.5, 3, chance)),
    "recess": lambda chance: Recess(_between(0.5, 5, chance)),
    "closed": lambda chance: Closed(seconds=_between(0.5, 5, chance)),
    "closed from ago": lambda chance: Closed(_between(1, DELAY - 1.5, chance), seconds=_between(0.5, 5, chance)),
    "closed, restarted": lambda chance: Closed(
        _between(0, DELAY - 1.5, chance), away=_between(0, 3, chance), seconds=_between(0.5, 4, chance)
    ),
}


def possible(it: Evening) -> list[str]:
    """The kinds that can be done to it here."""
    wanting = {
        "disk full": it.disk,
        "disk nearly full": it.disk,
        "clock jumped": it.clock,
        "clock jumped, restarted": it.clock,
    }
    return [kind for kind in KINDS if wanting.get(kind, True)]


def draw(chance: Random, kinds: Collection[str]) -> list[Fault]:
    """One fault of each kind, in an order and of a length that only chance decides: the same whatever is left out,
    because it is not possible here."""
    order = list(KINDS)
    chance.shuffle(order)
    drawn = [(kind, KINDS[kind](chance)) for kind in order]
    return [fault for kind, fault in drawn if kind in kinds]
