"""Receipts: who knows the code may see and change the question it stands for. The codes themselves are stored nowhere.

A question's code follows from its id and the server's key, so that the asker's own browser can be told it at any time;
in the database is a keyed hash, by which a code that is typed finds its question.
"""

import hashlib
import hmac
import sqlite3

from streamer.council.errors import Unknown
from streamer.council.receipt import code_of
from streamer.store.database import Database

MISSING = "SELECT id FROM questions WHERE id NOT IN (SELECT question FROM receipts)"


class Receipts:
    """The table `receipts`. `key`: the server's own."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database, self._key = database, key

    def code(self, question: str) -> str:
        """The code of a question's id."""
        return code_of(int.from_bytes(self._keyed("code", question)))

    async def find(self, code: str) -> tuple[str, str]:
        """(meeting, question) of a code. Raises `Unknown`."""
        await self._index()
        rows = await self._database.read(
            "SELECT meeting, id FROM receipts JOIN questions ON id = question WHERE code_hash = ?", (self._hash(code),)
        )
        if len(rows) != 1:  # two with the same code: nobody is shown somebody else's
            raise Unknown("receipt", "")
        return rows[0]["meeting"], rows[0]["id"]

    async def _index(self) -> None:
        """Questions asked since the last time somebody looked: asking itself waits for one commit only."""
        missing = [row["id"] for row in await self._database.read(MISSING)]
        if not missing:
            return
        rows = [(id, self._hash(self.code(id))) for id in missing]

        def insert(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR IGNORE INTO receipts VALUES (?, ?)", rows)

        await self._database.write(insert)

    def _hash(self, code: str) -> str:
        return self._keyed("find", code).hex()

    def _keyed(self, use: str, text: str) -> bytes:
        return hmac.digest(self._key, f"receipt {use}\0{text}".encode("utf-8", "surrogatepass"), hashlib.sha256)
