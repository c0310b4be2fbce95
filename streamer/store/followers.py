"""Who is written to, and the letters that wait for them. Whoever leaves is erased, in the files of the database too."""

import sqlite3
from dataclasses import dataclass

from streamer.council.following import CONFIRM_SECONDS, MOST_A_DAY, Follower, FollowerState, Topic, Wish
from streamer.council.news import Occasion
from streamer.store.database import Database

DAY_SECONDS = 24 * 3600.0
CONFIRM = "confirm"
"""The occasion of the letter that asks to confirm."""
KEEP_SENT_SECONDS = 60 * DAY_SECONDS
"""So long it is known which letter was sent: longer than anything is news."""


@dataclass(frozen=True)
class Letter:
    """One that waits. `occasion`: None asks to confirm; `at` unix seconds since when it waits."""

    follower: Follower
    news: int
    meeting: str
    occasion: Occasion | None
    at: float


class Followers:
    """The tables `followers` and `letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, id: str, wish: Wish, now: float) -> bool:
        """Keep a wish, and the letter that asks to confirm it; false where this address has enough of them."""

        def operation(connection: sqlite3.Connection) -> bool:
            sql = "SELECT count(*) FROM followers WHERE address = ? AND state = 'pending' AND since > ?"
            if connection.execute(sql, (wish.address, now - DAY_SECONDS)).fetchone()[0] >= MOST_A_DAY:
                return False
            row = (id, wish.address, wish.topic, wish.value, wish.language, FollowerState.PENDING, now)
            connection.execute("INSERT INTO followers VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            sql = "INSERT INTO letters (follower, news, meeting, occasion, at, due) VALUES (?, 0, '', ?, ?, ?)"
            connection.execute(sql, (id, CONFIRM, now, now))
            return True

        return await self._database.write(operation)

    async def find(self, id: str) -> Follower | None:
        """One of them."""
        rows = await self._database.read("SELECT * FROM followers WHERE id = ?", (id,))
        return _follower(rows[0]) if rows else None

    async def confirm(self, id: str, now: float) -> Follower | None:
        """The owner of the address wants it; the same wish of before is replaced. `None`: there is no such."""

        def operation(connection: sqlite3.Connection) -> None:
            sql = "UPDATE followers SET state = 'confirmed', since = ? WHERE id = ? AND state = 'pending'"
            if connection.execute(sql, (now, id)).rowcount:
                connection.execute(
                    "DELETE FROM followers WHERE id != ?1 AND (address, topic, value) = "
                    "(SELECT address, topic, value FROM followers WHERE id = ?1)",
                    (id,),
                )

        await self._database.write(operation)
        return await self.find(id)

    async def leave(self, follower: Follower, *, everything: bool = False) -> None:
        """Forget this wish, or all of its address, and every copy."""
        column, value = ("address", follower.wish.address) if everything else ("id", follower.id)
        sql = f"DELETE FROM followers WHERE {column} = ?"  # noqa: S608 one of two names
        await self._database.write(lambda connection: connection.execute(sql, (value,)).rowcount)
        await self._database.empty_log()

    async def forget(self, now: float) -> int:
        """Erase what nobody confirmed in time, and which letters were sent long ago; how many wishes that was."""

        def operation(connection: sqlite3.Connection) -> int:
            connection.execute("DELETE FROM letters WHERE state != 'waiting' AND at < ?", (now - KEEP_SENT_SECONDS,))
            sql = "DELETE FROM followers WHERE state = 'pending' AND since < ?"
            return connection.execute(sql, (now - CONFIRM_SECONDS,)).rowcount

        gone = await self._database.write(operation)
        if gone:
            await self._database.empty_log()
        return gone

    async def words(self) -> list[str]:
        """All words that are followed."""
        sql = "SELECT DISTINCT value FROM followers WHERE state = 'confirmed' AND topic = ?"
        return [row["value"] for row in await self._database.read(sql, (Topic.WORD,))]

    async def count(self) -> int:
        """How many wishes are confirmed."""
        rows = await self._database.read("SELECT count(*) AS n FROM followers WHERE state = 'confirmed'")
        return int(rows[0]["n"])

    async def waiting(self, now: float, most: int) -> list[Letter]:
        """Letters to send now; those that ask to confirm first, for somebody is looking at a letter-box."""
        rows = await self._database.read(
            "SELECT f.*, l.news, l.meeting, l.occasion, l.at FROM letters l JOIN followers f ON f.id = l.follower "
            "WHERE l.state = 'waiting' AND l.due <= ? ORDER BY l.news != 0, l.due, l.follower LIMIT ?",
            (now, most),
        )
        return [_letter(row) for row in rows]

    async def sending(self, letter: Letter) -> bool:
        """It is sent now: should the service be killed meanwhile, it is not sent again. False where it is gone."""
        return await self._move(letter, "sending", None)

    async def sent(self, letter: Letter) -> None:
        """It was taken."""
        await self._move(letter, "sent", None)

    async def again(self, letter: Letter, due: float) -> None:
        """It was not; to be tried again at `due`, unix seconds."""
        await self._move(letter, "waiting", due)

    async def drop(self, letter: Letter) -> None:
        """It is not worth sending any more."""
        sql = "DELETE FROM letters WHERE follower = ? AND news = ?"
        key = (letter.follower.id, letter.news)
        await self._database.write(lambda connection: connection.execute(sql, key).rowcount)

    async def tally(self, meeting: str) -> dict[tuple[str, str], int]:
        """How many letters of a meeting there are, by (occasion, state)."""
        sql = "SELECT occasion, state, count(*) AS n FROM letters WHERE meeting = ? GROUP BY occasion, state"
        return {(row["occasion"], row["state"]): row["n"] for row in await self._database.read(sql, (meeting,))}

    async def _move(self, letter: Letter, state: str, due: float | None) -> bool:
        sql = "UPDATE letters SET state = ?, due = coalesce(?, due) WHERE follower = ? AND news = ?"
        row = (state, due, letter.follower.id, letter.news)
        return await self._database.write(lambda connection: connection.execute(sql, row).rowcount > 0)


def _follower(row: sqlite3.Row) -> Follower:
    wish = Wish(row["address"], Topic(row["topic"]), row["value"], row["language"])
    return Follower(row["id"], wish, FollowerState(row["state"]), row["since"])


def _letter(row: sqlite3.Row) -> Letter:
    occasion = None if row["occasion"] == CONFIRM else Occasion(row["occasion"])
    return Letter(_follower(row), row["news"], row["meeting"], occasion, row["at"])
