"""Support is counted in memory as it is in the database, also by a service that starts again."""

import asyncio
from pathlib import Path

from streamer.control.supporters import Supporters
from streamer.store.database import Database
from streamer.store.support import Support, counted

QUESTION = """INSERT INTO questions
              (id, meeting, asker, client_id, text, language, status, version, asked_at, changed_at)
              VALUES ('q', 'm', 'somebody', 'c', 'Why?', 'en', 'published', 1, 0, 0)"""


async def test_each_ballot_is_counted_once_after_a_restart_too(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "tribune.db")
    try:
        await database.write(lambda connection: connection.execute(QUESTION).rowcount)
        first = Supporters(Support(database))
        await asyncio.gather(*(first.give("m", "q", f"ballot-{number}") for number in range(5)), first.counts("m"))
        assert await first.counts("m") == {"q": 5}
        anew = Supporters(Support(database))
        assert await anew.counts("m") == {"q": 5}
        assert await anew.give("m", "q", "ballot-0") == 5, "it was counted before"
        assert (await anew.take_back("m", "q", "ballot-0"), await anew.take_back("m", "q", "ballot-0")) == (4, 4)
        await database.write(lambda connection: counted(connection, "q"))
        assert await Support(database).counts("m") == {"q": 4}, "the ballots are destroyed, their number is not"
    finally:
        await database.close()
