"""Who is listening to a meeting's live channel, and how a fact reaches ten thousand of them.

Each message is made once per role, framed once, and the same bytes are written to every transport in a tight loop:
staff first, and a pause for everybody else's work after every hundred.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from websockets.frames import CloseCode

from streamer.council.roles import STAFF, Role
from web.live_room import Member, Room
from web.live_socket import Connection, Dismissed, text_frame
from web.live_stream import dump

Message = dict[str, Any]
Make = Callable[[Role], Message | None]
"""The message a role gets; `None`: nothing."""
Settled = Callable[[float], Awaitable[None]]
"""Returns when nothing waits to be written to the database, or after so many seconds."""

SLICE = 100
"""Transports written to before others get their turn: an acknowledgement then waits 4 ms and not 140."""
GIVING_WAY = 0.04
"""Seconds that one message to many stands still, all in all, for questions that are just being stored."""
PING_SECONDS = 20.0
DEAD_SECONDS = 40.0
SWEEPS_PER_PING = 20
EMPTY_ROOMS = 32
"""Meetings of which is kept what was told last, with nobody there: those who were cut off come back."""
STAFF_FIRST = (*STAFF, Role.CITIZEN)
BACK_WITHIN = 1.0
VIEWERS_PER_SECOND = 2000
"""How fast they come back after a restart: about half of what a core can shake hands with."""


class TooManyConnections(Dismissed):
    """One person, one address or all together hold as many as are allowed: closed with 1013, try again later."""

    def __init__(self) -> None:
        super().__init__(CloseCode.TRY_AGAIN_LATER, "too many connections")


class Restarting(Dismissed):
    """The service goes down while this one arrives: closed with 1012, come back."""

    def __init__(self) -> None:
        super().__init__(CloseCode.SERVICE_RESTART, "the service restarts")


@dataclass(frozen=True)
class Limits:
    """How many connections one person, one address and all citizens together may hold. A whole hall is behind one
    address; staff are let in above `viewers`, which keeps room for the pages and the players."""

    per_person: int = 20
    per_address: int = 2000
    viewers: int = 100_000


async def _at_once(seconds: float) -> None:
    """There is no database to wait for."""


class Hub:
    """All connections of the service. `sweep` runs beside it; `close` says goodbye to everybody. `settled`: what a
    message to many gives way to."""

    def __init__(
        self, limits: Limits = Limits(), *, ping_seconds: float = PING_SECONDS, dead_seconds: float = DEAD_SECONDS,
        settled: Settled = _at_once,
    ) -> None:  # fmt: skip
        self.limits, self._settled = limits, settled
        self._ping_seconds, self._dead_seconds = ping_seconds, dead_seconds
        self._rooms: dict[str, Room] = {}
        self._held: Counter[tuple[str, str]] = Counter()
        self._citizens = 0
        self._closing = False

    @contextmanager
    def join(
        self, meeting: str, connection: Connection, role: Role, asker: str | None = None, address: str = ""
    ) -> Iterator[Room]:
        """The meeting's room, for as long as the block lasts. Raises TooManyConnections, Restarting. From here on every
        message arrives, so a snapshot taken inside the block misses nothing."""
        held = self._admitted(role, asker, address)
        member = Member(connection, role, asker)
        room = self._room(meeting)
        self._held.update(held)
        self._citizens += role is Role.CITIZEN
        room.add(member)
        try:
            yield room
        finally:
            room.remove(member)
            self._citizens -= role is Role.CITIZEN
            self._held.subtract(held)
            for key in held:
                if not self._held[key]:
                    del self._held[key]

    def _admitted(self, role: Role, asker: str | None, address: str) -> list[tuple[str, str]]:
        """What is counted for this one."""
        if self._closing:
            raise Restarting
        held = [(kind, who) for kind, who in (("asker", asker), ("address", address)) if who]
        allowed = {"address": self.limits.per_address, "asker": self.limits.per_person}
        if any(self._held[kind, who] >= allowed[kind] for kind, who in held):
            raise TooManyConnections
        if role is Role.CITIZEN and self._citizens >= self.limits.viewers:
            raise TooManyConnections
        return held

    def _room(self, meeting: str) -> Room:
        """The room; the one used last stands last, and of those that are empty only the last ones are kept."""
        if (room := self._rooms.get(meeting)) is None:
            empty = [id for id, other in self._rooms.items() if not other.members]
            for id in empty[: max(0, len(empty) - EMPTY_ROOMS)]:
                del self._rooms[id]
            room = self._rooms[meeting] = Room()
        elif not room.members:
            self._rooms[meeting] = self._rooms.pop(meeting)
        return room

    def knows(self, meeting: str) -> bool:
        """Whether somebody was connected to it lately: then it exists."""
        return meeting in self._rooms

    def viewers(self, meeting: str) -> int:
        """How many citizens are connected."""
        room = self._rooms.get(meeting)
        return room.count(Role.CITIZEN) if room else 0

    def meetings(self) -> list[str]:
        """The meetings to which anybody is connected."""
        return [id for id, room in self._rooms.items() if room.members]

    async def publish(self, meeting: str, make: Make, about: str) -> int:
        """Tell each role what `make` has for it, and keep that for those who are away for a moment; `about`: the thing
        it is about (see `live_stream`). To how many it was written.

        Messages of one meeting reach every member in the order of the calls.
        """
        room = self._rooms.get(meeting)
        if room is None:
            return 0  # nobody was ever here, so nobody misses it
        async with room.order:
            room.changes += 1
            roles = [role for role in STAFF_FIRST if role in room.streams]
            return await self._write([_numbered(room, role, make, about) for role in roles])

    async def gauge(self, meeting: str, make: Make, turn: int | None = None) -> int:
        """The same for what is true for a second only: it has no number, and nobody is told it later. With a `turn`
        (any number) only a fifth of the citizens are told, the next fifth with the next one."""
        room = self._rooms.get(meeting)
        if room is None or not room.members:
            return 0
        said = [(role, make(role)) for role in STAFF_FIRST if room.count(role)]
        frames = [(role, text_frame(dump(message))) for role, message in said if message is not None]
        async with room.order:
            return await self._write([(room.connections(role, turn), frame) for role, frame in frames])

    def tally(self, meeting: str, question: str, votes: int) -> None:
        """How many support a question now. Told with the next pulse: a thousand votes in a second are one word."""
        if room := self._rooms.get(meeting):
            room.votes[question] = votes

    def tallied(self, meeting: str) -> dict[str, int]:
        """What `tally` was told since the last time."""
        room = self._rooms.get(meeting)
        if room is None or not room.votes:
            return {}
        votes, room.votes = room.votes, {}
        room.changes += 1  # the snapshot that is kept has the old count
        return votes

    async def _write(self, frames: list[tuple[Sequence[Connection], bytes]]) -> int:
        patience = GIVING_WAY
        for connections, frame in frames:
            for start in range(0, len(connections), SLICE):
                for connection in connections[start : start + SLICE]:
                    connection.write(frame)
                await asyncio.sleep(0)
                if patience > 0:
                    patience -= await self._give_way(patience)
        return sum(len(connections) for connections, _ in frames)

    async def _give_way(self, seconds: float) -> float:
        """Each write to a socket takes the processor from the database's thread, whose every statement then waits for
        its turn. How many seconds that was."""
        began = time.monotonic()
        await self._settled(seconds)
        return time.monotonic() - began

    async def send_to(self, meeting: str, asker: str, message: Message) -> int:
        """Send to every connection of one person, and to nobody else. To how many it was written."""
        room = self._rooms.get(meeting)
        if room is None:
            return 0
        async with room.order:
            room.changes += 1
            members = room.of_asker(asker)
            if members:
                frame = text_frame(dump(message))
                for member in members:
                    member.connection.write(frame)
            return len(members)

    async def close(self) -> None:
        """The service goes down (for `app.on_shutdown`): everybody is told within how many seconds to come back, each
        at a moment of their own, and 1012."""
        self._closing = True
        viewers = self._citizens / VIEWERS_PER_SECOND
        within = {role: BACK_WITHIN + (viewers if role is Role.CITIZEN else 0) for role in Role}
        goodbye = {role: text_frame(dump({"type": "bye", "within": round(within[role], 1)})) for role in Role}
        for members in _slices(self._everybody()):
            for member in members:
                member.connection.write(goodbye[member.role])
                member.connection.begin_close(CloseCode.SERVICE_RESTART, "the service restarts")
            await asyncio.sleep(0)

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

    def _everybody(self) -> list[Member]:
        """Staff first."""
        members = [member for room in self._rooms.values() for member in room.members]
        return sorted(members, key=lambda member: member.role is Role.CITIZEN)


def _numbered(room: Room, role: Role, make: Make, about: str) -> tuple[Sequence[Connection], bytes]:
    message = make(role)
    if message is None:
        return [], b""
    text = dump(room.streams[role].next(message))
    room.streams[role].keep(about, text)
    return room.connections(role), text_frame(text)


def _slices(members: list[Member]) -> Iterator[list[Member]]:
    return (members[start : start + SLICE] for start in range(0, len(members), SLICE))
