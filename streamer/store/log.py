"""The log: every fact of every meeting, append-only. `meetings` is its projection, written in the same transaction."""

import json
import sqlite3
from collections.abc import Sequence
from functools import reduce

from streamer.council.errors import Conflict
from streamer.council.events import Event, Fact, Kind
from streamer.council.meeting import Meeting, fold, fold_event
from streamer.council.phase import Phase, Verb
from streamer.store.database import Database
from streamer.store.question_rows import follow_the_meeting


class Log:
    """Reads and appends events. Its followers are told the sequence number of what was appended."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def generation(self) -> int:
        """While it stays the same, nothing was appended."""
        return self._database.generation

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
            after = reduce(fold_event, events, meeting)
            _project(connection, after)
            return after

        return await self._database.write(operation)

    async def last_seq(self) -> int:
        """The sequence number of the newest event, 0 where there is none: where a new follower begins."""
        rows = await self._database.read("SELECT max(seq) AS seq FROM log")
        return rows[0]["seq"] or 0

    async def since(self, seq: int) -> list[Event]:
        """The events of all meetings after `seq`, oldest first: what a follower has not read."""
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
    last = _last_version(connection, meeting)
    events = [_insert(connection, meeting, last + step, fact, at, by) for step, fact in enumerate(facts, 1)]
    connection.execute("UPDATE meetings SET version = ? WHERE id = ?", (last + len(facts), meeting))
    return events


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


def _insert(connection: sqlite3.Connection, meeting: str, version: int, fact: Fact, at: float, by: str) -> Event:
    data = json.dumps(fact.data, ensure_ascii=False)
    cursor = connection.execute(
        "INSERT INTO log (meeting, version, at, by, kind, data) VALUES (?, ?, ?, ?, ?, ?)",
        (meeting, version, at, by, fact.kind, data),
    )
    return Event(cursor.lastrowid or 0, meeting, version, at, by, fact.kind, json.loads(data))


def _project(connection: sqlite3.Connection, meeting: Meeting) -> None:
    connection.execute(
        "INSERT INTO meetings (id, name, start, phase, version) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "name = excluded.name, start = excluded.start, phase = excluded.phase, version = excluded.version",
        (meeting.id, meeting.name, meeting.start, meeting.phase, meeting.version),
    )


def _event(row: sqlite3.Row) -> Event:
    data = json.loads(row["data"])
    return Event(row["seq"], row["meeting"], row["version"], row["at"], row["by"], Kind(row["kind"]), data)
