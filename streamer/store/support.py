"""Who else wants to know: one ballot a browser and question, as a keyed hash, that can be taken back."""

import sqlite3

from streamer.store.database import Database

COUNTS = """
SELECT questions.id, count(support.ballot) + coalesce(support_counted.number, 0) AS given
FROM questions LEFT JOIN support ON support.question = questions.id
LEFT JOIN support_counted ON support_counted.question = questions.id
WHERE questions.meeting = ? GROUP BY questions.id HAVING given > 0
"""


class Support:
    """The table `support`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, question: str, ballot: str) -> bool:
        """Count this ballot; whether it is a new one."""
        sql = "INSERT OR IGNORE INTO support VALUES (?, ?)"
        return await self._database.write(lambda connection: connection.execute(sql, (question, ballot)).rowcount > 0)

    async def take_back(self, question: str, ballot: str) -> bool:
        """Count it no longer; whether it was counted."""
        sql = "DELETE FROM support WHERE question = ? AND ballot = ?"
        return await self._database.write(lambda connection: connection.execute(sql, (question, ballot)).rowcount > 0)

    async def counts(self, meeting: str) -> dict[str, int]:
        """How many support each question of a meeting; those that nobody supports are left out."""
        return {row["id"]: row["given"] for row in await self._database.read(COUNTS, (meeting,))}

    async def given(self, ballots: dict[str, str]) -> set[str]:
        """Of these questions (question -> ballot) those this browser supports."""
        if not ballots:
            return set()
        marks = ",".join(["(?, ?)"] * len(ballots))  # joined: of pairs in an IN, SQLite reads everybody's ballots
        sql = (
            f"WITH mine (question, ballot) AS (VALUES {marks}) SELECT s.question FROM mine CROSS JOIN support s "  # noqa: S608
            "ON s.question = mine.question AND s.ballot = mine.ballot"
        )
        rows = await self._database.read(sql, [word for pair in ballots.items() for word in pair])
        return {row["question"] for row in rows}


def counted(connection: sqlite3.Connection, question: str) -> None:
    """Destroy a question's ballots; how many they were stays."""
    connection.execute(
        "INSERT INTO support_counted SELECT ?1, count(*) FROM support WHERE question = ?1 HAVING count(*) > 0 "
        "ON CONFLICT (question) DO UPDATE SET number = number + excluded.number",
        (question,),
    )
    connection.execute("DELETE FROM support WHERE question = ?", (question,))
