"""The log: every fact of every meeting, append-only. `meetings` is its projection, written in the same transaction."""

import json
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from itertools import takewhile

from streamer.council.errors import Conflict
from streamer.council.events import Event, Fact, Kind
from streamer.council.meeting import Meeting, fold, fold_events
from streamer.council.phase import Phase, Verb
from streamer.store.database import Database
from streamer.store.group_commit import note
from streamer.store.question_rows import follow_the_meeting

TAIL = 2000
"""Events kept in memory: followers are seldom further behind."""


class Log:
    """Reads and appends events. What is appended through its database, by whomever, it hears at the commit."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tail = deque[Event](maxlen=TAIL)
        self._versions: dict[str, int] = {}
        self._seen = 0
        database.follow(self._heard)

    def follow(self, heard: Callable[[Sequence[Event]], None]) -> None:
        """Call `heard` with the events of each commit, before whoever gave the order is told that it is done."""
        self._database.follow(heard)

    def version(self, meeting: str) -> int:
        """The newest version of a meeting that was appended since the start; 0 where nothing was."""
        return self._versions.get(meeting, 0)

    def _heard(self, events: Sequence[Event]) -> None:
        if self._tail and self._tail[-1].seq + 1 != events[0].seq:
            self._tail.clear()  # another program wrote in between
        self._tail.extend(events)
        self._versions |= {event.meeting: event.version for event in events}

    async def others_wrote(self) -> bool:
        """Whether another program has appended something since this was asked last; `since` then reads it."""
        last = await self.last_seq()
        heard, self._seen = max(self._seen, self._tail[-1].seq if self._tail else 0), last
        if last <= heard:
            return False
        self._tail.clear()
        return True

    async def settled(self, seconds: float) -> None:
        """Returns when nothing waits to be written, or after so long."""
        await self._database.settled(seconds)

    async def append(self, meeting: Meeting, facts: Sequence[Fact], *, at: float, by: str) -> Meeting:
        """Append `facts` upon the version of `meeting` that was seen, all or none; the meeting after them.

        `at` in unix seconds. Raises `Conflict` when somebody else appended in between.
        """

        def operation(connection: sqlite3.Connection) -> Meeting:
            last = _last_version(connection, meeting.id)
            if last != meeting.version:
                raise Conflict(meeting.version, last)
            events = record(connection, meeting.id, facts, at=at, by=by)
            if moved := _questions_too(connection, meeting.id, facts, at):
                events += record(connection, meeting.id, moved, at=at, by=by)
            after = fold_events(meeting, events)
            _project(connection, after)
            return after

        return await self._database.write(operation)

    async def last_seq(self) -> int:
        """The sequence number of the newest event, 0 where there is none: where a new follower begins."""
        rows = await self._database.read("SELECT max(seq) AS seq FROM log")
        return rows[0]["seq"] or 0

    async def since(self, seq: int) -> list[Event]:
        """The events of all meetings after `seq`, oldest first: what a follower has not read."""
        if self._tail and self._tail[0].seq <= seq + 1:
            return [*takewhile(lambda event: event.seq > seq, reversed(self._tail))][::-1]
        return [
            _event(row) for row in await self._database.read("SELECT * FROM log WHERE seq > ? ORDER BY seq", (seq,))
        ]

    async def events(self, meeting: str, *, after: int = 0) -> list[Event]:
        """A meeting's events with a version above `after`, oldest first."""
        rows = await self._database.read(
            "SELECT * FROM log WHERE meeting = ? AND version > ? ORDER BY version", (meeting, after)
        )
        return [_event(row) for row in rows]

    async def meeting(self, id: str) -> Meeting | None:
        """The meeting as its events tell it; `None` where there are none."""
        events = await self.events(id)
        return fold(id, events) if events else None

    async def listed(self) -> list[Meeting]:
        """All meetings, the latest start first: id, name, start, phase and version alone (no agenda, no marks)."""
        rows = await self._database.read("SELECT * FROM meetings ORDER BY start DESC, id")
        return [Meeting(r["id"], r["name"], r["start"], phase=Phase(r["phase"]), version=r["version"]) for r in rows]

    async def phases(self, *wanted: str) -> list[str]:
        """Ids of the meetings in one of these phases."""
        marks = ",".join("?" * len(wanted))
        sql = f"SELECT id FROM meetings WHERE phase IN ({marks}) ORDER BY start DESC"  # noqa: S608 only question marks
        return [row["id"] for row in await self._database.read(sql, wanted)]


def record(connection: sqlite3.Connection, meeting: str, facts: Sequence[Fact], *, at: float, by: str) -> list[Event]:
    """Append within a running transaction, upon whatever version is the last."""
    events = [_insert(connection, meeting, fact, at, by) for fact in facts]
    if events:
        connection.execute("UPDATE meetings SET version = ? WHERE id = ?", (events[-1].version, meeting))
    return events


def record_many(connection: sqlite3.Connection, meeting: str, facts: Sequence[tuple[Fact, float]], *, by: str) -> None:
    """The same for many facts of one meeting, each with its moment, in a tenth of the time."""
    ((version, seq),) = connection.execute(LAST, (meeting,)).fetchall()
    events = [
        Event(seq + place, meeting, version + place, at, by, fact.kind, fact.data)
        for place, (fact, at) in enumerate(facts, 1)
    ]
    connection.executemany(
        "INSERT INTO log (seq, meeting, version, at, by, kind, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(e.seq, meeting, e.version, e.at, by, e.kind, json.dumps(e.data, ensure_ascii=False)) for e in events],
    )
    for event in events:
        note(connection, event)
    connection.execute("UPDATE meetings SET version = ? WHERE id = ?", (events[-1].version, meeting))


def _questions_too(connection: sqlite3.Connection, meeting: str, facts: Sequence[Fact], at: float) -> list[Fact]:
    """A closed session and an end are for the questions, too: by the same switch."""
    return [
        moved
        for fact in facts
        if fact.kind is Kind.PHASE_CHANGED
        for moved in follow_the_meeting(connection, meeting, Verb(fact.data["verb"]), at=fact.data.get("at", at))
    ]


def _last_version(connection: sqlite3.Connection, meeting: str) -> int:
    row = connection.execute("SELECT max(version) FROM log WHERE meeting = ?", (meeting,)).fetchone()
    return row[0] or 0


INSERT = """
INSERT INTO log (meeting, version, at, by, kind, data)
VALUES (?1, (SELECT coalesce(max(version), 0) + 1 FROM log WHERE meeting = ?1), ?2, ?3, ?4, ?5) RETURNING seq, version
"""


LAST = "SELECT coalesce((SELECT max(version) FROM log WHERE meeting = ?), 0), coalesce(max(seq), 0) FROM log"


def _insert(connection: sqlite3.Connection, meeting: str, fact: Fact, at: float, by: str) -> Event:
    data = json.dumps(fact.data, ensure_ascii=False)
    ((seq, version),) = connection.execute(INSERT, (meeting, at, by, fact.kind, data)).fetchall()
    event = Event(seq, meeting, version, at, by, fact.kind, json.loads(data))
    note(connection, event)
    return event


def _project(connection: sqlite3.Connection, meeting: Meeting) -> None:
    connection.execute(
        "INSERT INTO meetings (id, name, start, phase, version) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "name = excluded.name, start = excluded.start, phase = excluded.phase, version = excluded.version",
        (meeting.id, meeting.name, meeting.start, meeting.phase, meeting.version),
    )


def _event(row: sqlite3.Row) -> Event:
    data = json.loads(row["data"])
    return Event(row["seq"], row["meeting"], row["version"], row["at"], row["by"], Kind(row["kind"]), data)
