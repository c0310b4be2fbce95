"""One meeting's live channel: its members, what each role was told, the snapshot that is kept ready."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from streamer.council.question import Question
from streamer.council.roles import Role
from web.live_socket import Connection
from web.live_stream import Stream

SNAPSHOT_SECONDS = 1.0
"""After which one is taken anew though nothing was told: a clock may have gone past something."""

TURNS = 5
"""Ten thousand are not told at the same moment what is no news."""


@dataclass(frozen=True, eq=False, slots=True)
class Member:
    """One connection. `asker` is the keyed hash of the visitor's cookie, `None` without one."""

    connection: Connection
    role: Role
    asker: str | None


@dataclass(frozen=True)
class Snapshot:
    """Everything a role sees of a meeting. `text`: the message but for its end, where one's own questions stand;
    `frame`: the whole, for whoever has none. `own`: what each asker asked there; `votes`: how many support each."""

    text: str
    frame: bytes
    own: Mapping[str, Sequence[Question]]
    votes: Mapping[str, int]


Take = Callable[[], Awaitable[Snapshot]]


@dataclass
class Room:
    """`order`: held by whoever writes to many, and while a snapshot is taken. `changes`: grows with all that is told.
    `votes`: what the next pulse has to tell of questions."""

    order: asyncio.Lock = field(default_factory=asyncio.Lock)
    streams: dict[Role, Stream] = field(default_factory=dict)
    changes: int = 0
    votes: dict[str, int] = field(default_factory=dict)
    members: dict[Member, None] = field(default_factory=dict)
    _by_role: dict[Role, dict[Connection, int]] = field(default_factory=dict)
    _by_asker: dict[str, list[Member]] = field(default_factory=dict)
    _arrived: int = 0
    _kept: dict[Role, tuple[int, float, Snapshot]] = field(default_factory=dict)

    def add(self, member: Member) -> None:
        """From now on it is written to."""
        self.streams.setdefault(member.role, Stream())
        self.members[member] = None
        self._by_role.setdefault(member.role, {})[member.connection] = self._arrived
        self._arrived += 1
        if member.asker:
            self._by_asker.setdefault(member.asker, []).append(member)

    def remove(self, member: Member) -> None:
        """It is gone."""
        del self.members[member]
        del self._by_role[member.role][member.connection]
        if member.asker:
            self._by_asker[member.asker].remove(member)
            if not self._by_asker[member.asker]:
                del self._by_asker[member.asker]

    def connections(self, role: Role, turn: int | None = None) -> Sequence[Connection]:
        """Of one role, as of now; of the citizens with a `turn` only those whose turn it is."""
        there = self._by_role.get(role, {})
        if turn is None or role is not Role.CITIZEN:
            return list(there)
        return [connection for connection, number in there.items() if number % TURNS == turn % TURNS]

    def count(self, role: Role) -> int:
        """How many of one role."""
        return len(self._by_role.get(role, ()))

    def of_asker(self, asker: str) -> Collection[Member]:
        """The connections of one person."""
        return self._by_asker.get(asker, ())

    async def snapshot(self, role: Role, take: Take) -> Snapshot:
        """The one that is kept, or a new one: while it is taken nothing is told, so it fits what is told next. Whoever
        sends it must not wait for anything before."""
        if kept := self._fresh(role):
            return kept
        async with self.order:
            if kept := self._fresh(role):
                return kept
            now, changes = asyncio.get_running_loop().time(), self.changes
            found = await take()
            self._kept[role] = (changes, now, found)
            return found

    def _fresh(self, role: Role) -> Snapshot | None:
        kept = self._kept.get(role)
        if kept is None or kept[0] != self.changes:
            return None
        return kept[2] if asyncio.get_running_loop().time() - kept[1] < SNAPSHOT_SECONDS else None
