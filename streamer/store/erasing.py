"""Destroying words for good: text, name and whatever else could tell who asked. The numbers stay.

The database overwrites what is deleted (`secure_delete`); what an index for searching still has of it goes when the
index is put together anew, what the write-ahead log has when it is emptied.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from streamer.council.questions import Status
from streamer.store.database import Database
from streamer.store.search_index import forget_traces
from streamer.store.support import counted

WORDS = """
UPDATE questions SET text = '', name = NULL, name_public = 0, original = NULL, translations = '{}', answer = NULL,
    notice_by = NULL, redaction_by = NULL, asker = '', client_id = id WHERE id = ?
"""
NAME = "UPDATE questions SET name = NULL, name_public = 0, asker = '', client_id = id WHERE id = ?"
KEPT = """
SELECT questions.id, questions.status, questions.changed_at, meetings.start FROM questions
JOIN meetings ON meetings.id = questions.meeting WHERE questions.id NOT IN (SELECT question FROM erasures)
"""


@dataclass(frozen=True)
class Kept:
    """A question whose words are still there. Times in unix seconds; `start`: of its meeting."""

    id: str
    status: Status
    changed_at: float
    start: float


class Erasing:
    """The tables `erasures` and `erasure_rounds`, and what is destroyed elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> list[Kept]:
        """All questions whose words are still there."""
        return [
            Kept(row["id"], Status(row["status"]), row["changed_at"], datetime.fromisoformat(row["start"]).timestamp())
            for row in await self._database.read(KEPT)
        ]

    async def erase(self, questions: list[str], *, at: float, why: str) -> None:
        """Destroy the words of these questions, and every copy."""

        def operation(connection: sqlite3.Connection) -> None:
            for id in questions:
                connection.execute(WORDS, (id,))
                connection.execute("DELETE FROM question_texts WHERE question = ?", (id,))
                counted(connection, id)
                connection.execute("INSERT OR IGNORE INTO erasures VALUES (?, ?, ?)", (id, at, why))
            _reindex(connection)

        await self._database.write(operation)
        await self._database.empty_log()

    async def erase_name(self, question: str) -> None:
        """Destroy the name and the browser's hash, and every copy."""

        def operation(connection: sqlite3.Connection) -> None:
            connection.execute(NAME, (question,))
            connection.execute("UPDATE question_texts SET name = NULL WHERE question = ?", (question,))
            _reindex(connection)

        await self._database.write(operation)
        await self._database.empty_log()

    async def erased_at(self, question: str) -> float | None:
        """When its words were destroyed, unix seconds; `None` while they are there."""
        rows = await self._database.read("SELECT at FROM erasures WHERE question = ?", (question,))
        return rows[0]["at"] if rows else None

    async def went_round(self, at: float, erased: int) -> None:
        """Note that the round was made, so that it can be shown."""
        row = (at, erased)
        await self._database.write(lambda sql: sql.execute("INSERT INTO erasure_rounds VALUES (?, ?)", row).rowcount)

    async def last_round(self) -> float | None:
        """When the last round was made, unix seconds."""
        rows = await self._database.read("SELECT max(at) AS at FROM erasure_rounds")
        return rows[0]["at"] if rows else None


def _reindex(connection: sqlite3.Connection) -> None:
    """An index for searching forgets a word only when its parts are merged."""
    forget_traces(connection)
    connection.execute("INSERT INTO question_search (question_search) VALUES ('optimize')")
