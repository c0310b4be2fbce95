"""Lines that a captioner writes during a meeting: kept until the replay has them, numbered as they are posted."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from streamer.council.live_captions import Said
from streamer.store.database import Database

INSERT = """
INSERT INTO live_captions (meeting, key, language, speaker, text, start, came, "by") VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
MINE = "SELECT * FROM live_captions WHERE meeting = ? AND key = ?"


class State(StrEnum):
    """What became of a line elsewhere. LEFT: it was too late, or is not for there."""

    WAITING = "waiting"
    SHOWN = "shown"
    LEFT = "left"


class LiveCaptionBook:
    """The tables of `schema_live_captions.sql`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, said: Said) -> Said:
        """Keep a line; the one that came before under its key, if there is one."""

        def operation(connection: sqlite3.Connection) -> Said:
            if row := connection.execute(MINE, (said.meeting, said.key)).fetchone():
                return _said(row)
            values = (said.meeting, said.key, said.language, said.speaker, said.text, said.start, said.came, said.by)
            return replace(said, id=connection.execute(INSERT, values).lastrowid or 0)

        return await self._database.write(operation)

    async def meetings(self) -> list[str]:
        """Those of which lines are kept, by their ids."""
        return [row[0] for row in await self._database.read("SELECT DISTINCT meeting FROM live_captions")]

    async def lines(self, meeting: str, *states: State) -> list[Said]:
        """A meeting's lines in the order in which they were said; of `states`, or all."""
        marks = ",".join("?" * len(states))
        where = f"AND state IN ({marks})" if states else ""
        sql = f"SELECT * FROM live_captions WHERE meeting = ? {where} ORDER BY start, id"  # noqa: S608 question marks
        return [_said(row) for row in await self._database.read(sql, (meeting, *states))]

    async def counted(self, meeting: str) -> dict[State, int]:
        """How many lines are in which state."""
        sql = "SELECT state, count(*) AS n FROM live_captions WHERE meeting = ? GROUP BY state"
        return {State(row["state"]): row["n"] for row in await self._database.read(sql, (meeting,))}

    async def number(self, line: int) -> int:
        """The number under which a line is posted: always the same."""

        def operation(connection: sqlite3.Connection) -> int:
            row = connection.execute("SELECT seq FROM live_caption_posts WHERE line = ?", (line,)).fetchone()
            if row is None:  # an insert that is ignored would use a number up
                return connection.execute("INSERT INTO live_caption_posts (line) VALUES (?)", (line,)).lastrowid or 0
            return int(row["seq"])

        return await self._database.write(operation)

    async def settle(self, line: int, state: State) -> None:
        """What became of it."""
        sql = "UPDATE live_captions SET state = ? WHERE id = ?"
        await self._database.write(lambda connection: connection.execute(sql, (state, line)).rowcount)

    async def erase(self, lines: Sequence[Said]) -> None:
        """Destroy lines for good."""
        if not lines:
            return

        def operation(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM live_captions WHERE id = ?", [(said.id,) for said in lines])
            connection.executemany("DELETE FROM live_caption_posts WHERE line = ?", [(said.id,) for said in lines])

        await self._database.write(operation)
        await self._database.empty_log()


def _said(row: sqlite3.Row) -> Said:
    return Said(
        row["id"], row["meeting"], row["key"], row["language"], row["speaker"], row["text"], row["start"], row["came"],
        row["by"],
    )  # fmt: skip
