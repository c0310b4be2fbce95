"""Who is listening to a meeting's live channel, and how a fact reaches ten thousand of them.

Each message is made once per role, framed once, and the same bytes are written to every transport in a tight loop:
staff first, and a pause for everybody else's work after every hundred.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from websockets.frames import CloseCode

from streamer.council.roles import STAFF, Role
from web.live_socket import Connection, Dismissed, text_frame

SLICE = 100
"""Transports written to before others get their turn: an acknowledgement then waits 4 ms and not 140."""
PING_SECONDS = 20.0
DEAD_SECONDS = 40.0
SWEEPS_PER_PING = 20


class TooManyConnections(Dismissed):
    """One person or one address holds as many as are allowed: closed with 1013, try again later."""

    def __init__(self) -> None:
        super().__init__(CloseCode.TRY_AGAIN_LATER, "too many connections")


@dataclass(frozen=True, eq=False)
class Member:
    """One connection to a meeting. `asker` is the keyed hash of the visitor's cookie, `None` without one."""

    connection: Connection
    meeting: str
    role: Role
    asker: str | None
    address: str


class Hub:
    """All connections of the service. `sweep` runs beside it; `close` says goodbye to everybody."""

    def __init__(
        self,
        *,
        per_asker: int = 20,
        per_address: int = 2000,
        ping_seconds: float = PING_SECONDS,
        dead_seconds: float = DEAD_SECONDS,
    ) -> None:
        self._per_asker, self._per_address = per_asker, per_address
        self._ping_seconds, self._dead_seconds = ping_seconds, dead_seconds
        self._staff: dict[str, set[Member]] = {}
        self._citizens: dict[str, set[Member]] = {}
        self._held: Counter[tuple[str, str]] = Counter()
        self._order: dict[str, asyncio.Lock] = {}

    @contextmanager
    def join(
        self, meeting: str, connection: Connection, role: Role, asker: str | None = None, address: str = ""
    ) -> Iterator[Member]:
        """A member for as long as the block lasts. Raises TooManyConnections. From here on every message arrives, so a
        snapshot taken inside the block misses nothing."""
        held = [(kind, who) for kind, who in (("asker", asker), ("address", address)) if who]
        limits = {"address": self._per_address, "asker": self._per_asker}
        if any(self._held[kind, who] >= limits[kind] for kind, who in held):
            raise TooManyConnections
        member = Member(connection, meeting, role, asker, address)
        rooms = self._staff if role in STAFF else self._citizens
        self._held.update(held)
        rooms.setdefault(meeting, set()).add(member)
        try:
            yield member
        finally:
            self._held.subtract(held)
            for key in held:
                if not self._held[key]:
                    del self._held[key]
            rooms[meeting].discard(member)
            if not rooms[meeting]:
                del rooms[meeting]

    def viewers(self, meeting: str) -> int:
        """How many citizens are connected."""
        return len(self._citizens.get(meeting, ()))

    def meetings(self) -> list[str]:
        """The meetings to which anybody is connected."""
        return list({**self._staff, **self._citizens})

    async def publish(self, meeting: str, by_role: Mapping[Role, str | bytes]) -> int:
        """Send each role its message; a role without one gets nothing. How many were written to.

        Messages of one meeting reach every member in the order of the calls.
        """
        frames = {role: text_frame(message) for role, message in by_role.items()}
        async with self._order.setdefault(meeting, asyncio.Lock()):
            written = 0
            for members in _slices(self._members(meeting)):
                for member in members:
                    frame = frames.get(member.role)
                    if frame is not None:
                        written += member.connection.send_frame(frame)
                await asyncio.sleep(0)
            return written

    def send_to(self, meeting: str, asker: str, message: str | bytes) -> int:
        """Send to every connection of one person, and to nobody else. How many were written to."""
        frame = text_frame(message)
        members = self._members(meeting)
        return sum(member.connection.send_frame(frame) for member in members if member.asker == asker)

    async def close(self) -> None:
        """The service goes down (for `app.on_shutdown`): 1001 to everybody, who then come back by themselves."""
        for member in self._everybody():
            member.connection.begin_close(CloseCode.GOING_AWAY)

    async def sweep(self) -> None:
        """Ping the quiet and drop the dead: one task for all connections. Runs until cancelled."""
        while True:
            await asyncio.sleep(self._ping_seconds / SWEEPS_PER_PING)
            now = asyncio.get_running_loop().time()
            for members in _slices(self._everybody()):
                for member in members:
                    self._look_after(member.connection, now)
                await asyncio.sleep(0)

    def _look_after(self, connection: Connection, now: float) -> None:
        if now - connection.last_seen > self._dead_seconds:
            connection.abort()
        elif now - connection.last_ping >= self._ping_seconds:
            connection.ping(now)

    def _members(self, meeting: str) -> list[Member]:
        """Staff first: whoever has to act hears it before those who watch."""
        return [*self._staff.get(meeting, ()), *self._citizens.get(meeting, ())]

    def _everybody(self) -> list[Member]:
        rooms = (*self._staff.values(), *self._citizens.values())
        return [member for room in rooms for member in room]


def _slices(members: list[Member]) -> Iterator[list[Member]]:
    return (members[start : start + SLICE] for start in range(0, len(members), SLICE))
