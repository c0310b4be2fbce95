"""Questions: text and name live here and can be erased; the log only knows their numbers."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from streamer.council.errors import Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.question import Question, told
from streamer.council.questions import Status
from streamer.store.database import Database
from streamer.store.log import record
from streamer.store.question_rows import Change, fact_of, question_of, update
from streamer.store.submitting import submit_all

ROOT = 5
NOT_INDEXED = "FROM questions WHERE rowid > (SELECT last FROM question_search_until)"
MINE = "SELECT * FROM questions WHERE meeting = ? AND asker = ? ORDER BY asked_at, id"


class Questions:
    """The table `questions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def submit(self, question: Question, *, per_person: int) -> tuple[Question, bool]:
        """Store it and log that it was asked, or return what the same asker stored under the same `client_id` before:
        (question, is new).

        Raises `Refused` when the asker has `per_person` questions in this meeting already.
        """

        return await self._database.write_together(submit_all, (question, per_person))

    async def move(self, changes: Sequence[Change], *, at: float, by: str) -> list[Question]:
        """Change questions of one meeting, all or none, and log it; as they are then. `at` in unix seconds.

        Raises `Conflict` when one of them is not at the version seen any more.
        """

        def operation(connection: sqlite3.Connection) -> list[Question]:
            for before, after, _ in changes:
                update(connection, before, after)
            facts = [fact_of(after, verb, at) for _, after, verb in changes]
            record(connection, changes[0][0].meeting, facts, at=at, by=by)
            return [after for _, after, _ in changes]

        return await self._database.write(operation)

    async def arrange(self, meeting: str, order: Sequence[str], *, at: float, by: str) -> list[Question]:
        """Give the queued questions `order` their places from 1 on, and log it. `at` in unix seconds.

        Raises `Refused` when these are not exactly the queued ones any more.
        """

        def operation(connection: sqlite3.Connection) -> list[Question]:
            rows = connection.execute(
                "SELECT * FROM questions WHERE meeting = ? AND status = ?", (meeting, Status.QUEUED)
            ).fetchall()
            queued = {row["id"]: question_of(row) for row in rows}
            if sorted(order) != sorted(queued):
                raise Refused("queue_changed")
            for place, id in enumerate(order, 1):
                connection.execute("UPDATE questions SET place = ? WHERE id = ?", (place, id))
            record(connection, meeting, [Fact(Kind.QUEUE_ARRANGED, {"order": list(order)})], at=at, by=by)
            return [replace(queued[id], place=float(place)) for place, id in enumerate(order, 1)]

        return await self._database.write(operation)

    async def tell(self, *, at: float) -> list[Question]:
        """Let go of the verdicts whose seconds have passed at `at` (unix seconds), and log that they are told."""

        def operation(connection: sqlite3.Connection) -> list[Question]:
            rows = connection.execute("SELECT * FROM questions WHERE tell_at <= ? ORDER BY tell_at", (at,)).fetchall()
            due = [told(question_of(row)) for row in rows]
            for question in due:
                connection.execute(
                    "UPDATE questions SET told_status = NULL, told_reason = NULL, told_other = NULL, "
                    "told_version = NULL, tell_at = NULL WHERE id = ?",
                    (question.id,),
                )
                fact = Fact(Kind.QUESTION_TOLD, {"question": question.id, "status": question.status, "at": at})
                record(connection, question.meeting, [fact], at=at, by="tribune")
            return due

        return await self._database.write(operation)

    async def next_to_tell(self) -> float | None:
        """When the next verdict falls due, unix seconds; `None` where none waits."""
        rows = await self._database.read("SELECT min(tell_at) AS at FROM questions WHERE tell_at IS NOT NULL")
        at: float | None = rows[0]["at"]
        return at

    async def unfinished(self) -> list[str]:
        """The meetings, by their ids, of which a question waits to be read or to be reached."""
        open_ones = (Status.PENDING, Status.HELD, Status.PUBLISHED, Status.QUEUED)
        rows = await self._database.read(
            "SELECT DISTINCT meeting FROM questions WHERE status IN (?, ?, ?, ?)", open_ones
        )
        return [row["meeting"] for row in rows]

    async def get(self, meeting: str, id: str) -> Question:
        """Raises `Unknown`."""
        rows = await self._database.read("SELECT * FROM questions WHERE id = ? AND meeting = ?", (id, meeting))
        if not rows:
            raise Unknown("question", id)
        return question_of(rows[0])

    async def of_meeting(self, meeting: str, *statuses: Status) -> list[Question]:
        """A meeting's questions, oldest first; of `statuses`, or all."""
        marks = ",".join("?" * len(statuses))
        where = f"AND status IN ({marks})" if statuses else ""
        sql = f"SELECT * FROM questions WHERE meeting = ? {where} ORDER BY asked_at, id"  # noqa: S608 question marks
        return [question_of(row) for row in await self._database.read(sql, (meeting, *statuses))]

    async def of_asker(self, meeting: str, asker: str) -> list[Question]:
        """What one asker asked, oldest first."""
        return [question_of(row) for row in await self._database.read(MINE, (meeting, asker))]

    async def of_client(self, meeting: str, client_id: str) -> list[Question]:
        """What was asked under one `client_id`, by whomever."""
        sql = "SELECT * FROM questions WHERE meeting = ? AND client_id = ?"
        return [question_of(row) for row in await self._database.read(sql, (meeting, client_id))]

    async def about(self, meeting: str, words: Sequence[str], *, most: int = 60) -> list[Question]:
        """Those of a meeting that share beginnings of words with `words`, the closest first, at most `most`."""
        return await self._search(meeting, " OR ".join(_beginning(word) for word in words), most)

    async def found(self, meeting: str, words: Sequence[str], *, most: int = 200) -> list[Question]:
        """Those of a meeting that have all `words`, each whole or as a beginning, the closest first."""
        return await self._search(meeting, " AND ".join(f'"{word}"*' for word in words), most)

    async def _search(self, meeting: str, query: str, most: int) -> list[Question]:
        if not query:
            return []
        await self._index()
        rows = await self._database.search(
            "SELECT questions.* FROM question_search JOIN questions ON questions.rowid = question_search.rowid "
            "WHERE question_search MATCH ? AND questions.meeting = ? ORDER BY rank LIMIT ?",
            (query, meeting, most),
        )
        return [question_of(row) for row in rows]

    async def _index(self) -> None:
        """Questions asked since the last time somebody looked: asking itself waits for one commit only."""
        if not await self._database.read(f"SELECT 1 {NOT_INDEXED} LIMIT 1"):
            return

        def operation(connection: sqlite3.Connection) -> None:
            connection.execute(
                f"INSERT INTO question_search (rowid, text, original) SELECT rowid, text, original {NOT_INDEXED}"
            )
            connection.execute("UPDATE question_search_until SET last = (SELECT max(rowid) FROM questions)")

        await self._database.write(operation)

    async def earlier_texts(self, id: str) -> list[tuple[str, float, bool]]:
        """What it said before, oldest first: (text, until when in unix seconds, whether its asker changed it)."""
        sql = "SELECT text, at, by_asker FROM question_texts WHERE question = ? ORDER BY version"
        return [(row["text"], row["at"], bool(row["by_asker"])) for row in await self._database.read(sql, (id,))]


def _beginning(word: str) -> str:
    """Long words by their first letters: "Schoulhaff" finds "Schoulhoff". Quoted, it is no operator of FTS5."""
    return f'"{word[:ROOT]}"*' if len(word) > ROOT else f'"{word}"'
