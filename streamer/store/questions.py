"""Questions: text and name live here and can be erased; the log only knows their numbers."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from streamer.council.errors import Conflict, Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.questions import Question, Reason, Status
from streamer.store.database import Database
from streamer.store.log import record

_COLUMNS = "id, meeting, asker, client_id, text, name, item, language, status, reason, version, asked_at, changed_at"


class Questions:
    """The table `questions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def submit(self, question: Question, *, per_person: int) -> tuple[Question, bool]:
        """Store it and log that it was asked, or return what the same asker stored under the same `client_id` before:
        (question, is new).

        Raises `Refused` when the asker has `per_person` questions in this meeting already.
        """

        def operation(connection: sqlite3.Connection) -> tuple[Question, bool]:
            same = _find(connection, "meeting = ? AND asker = ? AND client_id = ?", question, "client_id")
            if same:
                return same, False
            count = "SELECT count(*) FROM questions WHERE meeting = ? AND asker = ? AND status != 'withdrawn'"
            if connection.execute(count, (question.meeting, question.asker)).fetchone()[0] >= per_person:
                raise Refused("too_many_questions", limit=per_person)
            _insert(connection, question)
            asked = Fact(Kind.QUESTION_ASKED, {"question": question.id})
            record(connection, question.meeting, [asked], at=question.asked_at, by="citizen")
            return question, True

        return await self._database.write(operation)

    async def move(
        self, moves: Sequence[tuple[Question, Status, Reason | None]], *, at: float, by: str
    ) -> list[Question]:
        """Move questions of one meeting, all or none, and log it. `at` in unix seconds.

        Raises `Conflict` when one of them is not at the version seen any more.
        """

        def operation(connection: sqlite3.Connection) -> list[Question]:
            after = [_moved(connection, question, status, reason, at) for question, status, reason in moves]
            facts = [Fact(Kind.QUESTION_MOVED, {"question": q.id, "status": q.status, "at": at}) for q in after]
            record(connection, after[0].meeting, facts, at=at, by=by)
            return after

        return await self._database.write(operation)

    async def get(self, meeting: str, id: str) -> Question:
        """Raises `Unknown`."""
        rows = await self._database.read("SELECT * FROM questions WHERE id = ? AND meeting = ?", (id, meeting))
        if not rows:
            raise Unknown("question", id)
        return _question(rows[0])

    async def of_meeting(self, meeting: str, status: Status | None = None) -> list[Question]:
        """A meeting's questions, oldest first."""
        sql = "SELECT * FROM questions WHERE meeting = ? AND (? IS NULL OR status = ?) ORDER BY asked_at, id"
        return [_question(row) for row in await self._database.read(sql, (meeting, status, status))]

    async def of_asker(self, meeting: str, asker: str) -> list[Question]:
        """What one asker asked, oldest first."""
        sql = "SELECT * FROM questions WHERE meeting = ? AND asker = ? ORDER BY asked_at, id"
        return [_question(row) for row in await self._database.read(sql, (meeting, asker))]


def _moved(
    connection: sqlite3.Connection, question: Question, status: Status, reason: Reason | None, at: float
) -> Question:
    """Raises `Conflict` when it is not at the version seen any more."""
    after = replace(question, status=status, reason=reason, version=question.version + 1, changed_at=at)
    cursor = connection.execute(
        "UPDATE questions SET status = ?, reason = ?, version = ?, changed_at = ? WHERE id = ? AND version = ?",
        (status, reason, after.version, at, question.id, question.version),
    )
    if cursor.rowcount != 1:
        row = connection.execute("SELECT version FROM questions WHERE id = ?", (question.id,)).fetchone()
        raise Conflict(question.version, row[0] if row else 0)
    return after


def _find(connection: sqlite3.Connection, where: str, like: Question, *names: str) -> Question | None:
    sql = f"SELECT * FROM questions WHERE {where}"  # noqa: S608 `where` is a constant of this file
    row = connection.execute(sql, (like.meeting, like.asker, *(getattr(like, name) for name in names))).fetchone()
    return _question(row) if row else None


def _insert(connection: sqlite3.Connection, q: Question) -> None:
    connection.execute(
        f"INSERT INTO questions ({_COLUMNS}) VALUES ({','.join('?' * 13)})",  # noqa: S608 constants of this file
        (q.id, q.meeting, q.asker, q.client_id, q.text, q.name, q.item, q.language, q.status, q.reason, q.version,
         q.asked_at, q.changed_at),
    )  # fmt: skip


def _question(row: sqlite3.Row) -> Question:
    values = {name: row[name] for name in _COLUMNS.split(", ")}
    values["status"] = Status(values["status"])
    values["reason"] = Reason(values["reason"]) if values["reason"] else None
    return Question(**values)
