"""What Tribune has on YouTube, and what it did there: the broadcast of each meeting, a journal of writes, the quota."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.aftercare import Kind, Sent, Thing
from streamer.store.database import Database


class Entry(StrEnum):
    """What became of a write. A pending one that a crash left behind is as unclear as one without an answer."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Line:
    """One write. `at` in unix seconds; `reason`: Google's word."""

    seq: int
    step: str
    at: float
    state: Entry
    reason: str = ""


class YouTubeBook:
    """The tables of `schema_youtube.sql`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def broadcast(self, meeting: str) -> str | None:
        """The id of the meeting's broadcast."""
        rows = await self._database.read("SELECT broadcast FROM youtube_broadcasts WHERE meeting = ?", (meeting,))
        return str(rows[0][0]) if rows else None

    async def broadcasts(self) -> dict[str, str]:
        """Of every meeting that has one."""
        rows = await self._database.read("SELECT meeting, broadcast FROM youtube_broadcasts")
        return {row["meeting"]: row["broadcast"] for row in rows}

    async def keep(self, meeting: str, broadcast: str | None) -> None:
        """The meeting has this broadcast now, and no other."""

        def operation(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM youtube_broadcasts WHERE meeting = ?", (meeting,))
            if broadcast:
                connection.execute("INSERT INTO youtube_broadcasts VALUES (?, ?)", (meeting, broadcast))

        await self._database.write(operation)

    async def begin(self, meeting: str, step: str, at: float) -> int:
        """Note what is about to be tried. Returns the number of the line."""
        sql = "INSERT INTO youtube_journal (meeting, step, at, state) VALUES (?, ?, ?, ?)"
        return await self._database.write(
            lambda connection: connection.execute(sql, (meeting, step, at, Entry.PENDING)).lastrowid or 0
        )

    async def settle(self, line: int, state: Entry, reason: str = "") -> None:
        """Note what became of it."""
        sql = "UPDATE youtube_journal SET state = ?, reason = ? WHERE seq = ?"
        await self._database.write(lambda connection: connection.execute(sql, (state, reason, line)).rowcount)

    async def unclear(self, meeting: str, step: str) -> Line | None:
        """The last write of that kind, if it may have happened and nobody has looked since."""
        sql = """SELECT seq, step, at, state, reason FROM youtube_journal WHERE meeting = ? AND step = ?
                 AND state IN ('pending', 'unclear') ORDER BY seq DESC LIMIT 1"""
        rows = await self._database.read(sql, (meeting, step))
        if not rows:
            return None
        row = rows[0]
        return Line(row["seq"], row["step"], row["at"], Entry(row["state"]), row["reason"])

    async def spend(self, day: str, units: int) -> None:
        """Add to what was used on a day of Google's."""
        sql = ("INSERT INTO youtube_units VALUES (?, ?) "
               "ON CONFLICT (day) DO UPDATE SET units = units + excluded.units")  # fmt: skip
        await self._database.write(lambda connection: connection.execute(sql, (day, units)).rowcount)

    async def spent(self, day: str) -> int:
        """Units used on a day of Google's."""
        rows = await self._database.read("SELECT units FROM youtube_units WHERE day = ?", (day,))
        return int(rows[0][0]) if rows else 0

    async def tell_once(self, what: str, at: float) -> bool:
        """Whether people have not been told this yet; from now on they have."""
        sql = "INSERT OR IGNORE INTO youtube_told VALUES (?, ?)"
        return bool(await self._database.write(lambda connection: connection.execute(sql, (what, at)).rowcount))

    async def untell(self, what: str) -> None:
        """Nobody could be told."""
        sql = "DELETE FROM youtube_told WHERE what = ?"
        await self._database.write(lambda connection: connection.execute(sql, (what,)).rowcount)

    async def things(self, broadcast: str) -> dict[Thing, Sent]:
        """What was sent beside the broadcast itself."""
        rows = await self._database.read("SELECT * FROM youtube_things WHERE broadcast = ?", (broadcast,))
        return {Thing(Kind(row["kind"]), row["about"]): Sent(row["remote"], row["digest"], row["at"]) for row in rows}

    async def put_thing(self, meeting: str, broadcast: str, thing: Thing, sent: Sent | None) -> None:
        """YouTube has this now; None: it has it no more."""

        def operation(connection: sqlite3.Connection) -> None:
            key = (broadcast, thing.kind, thing.about)
            connection.execute("DELETE FROM youtube_things WHERE broadcast = ? AND kind = ? AND about = ?", key)
            if sent:
                values = (meeting, *key, sent.remote, sent.digest, sent.at)
                connection.execute("INSERT INTO youtube_things VALUES (?, ?, ?, ?, ?, ?, ?)", values)

        await self._database.write(operation)
