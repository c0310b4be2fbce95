"""The desk's log, and until when it is complete: what may be aired hangs on it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from streamer.control.desk import Desk
from streamer.council.phase import Phase, Verb
from streamer.store.database import Database
from streamer.store.log import Log
from tests.support.waiting import eventually


async def test_what_is_at_hand_is_what_is_in_the_log(tmp_path: Path) -> None:
    """Followed from memory as it would be read; also with another program's orders in between."""
    here, there = [await Database.open(tmp_path / "tribune.db") for _ in range(2)]
    desk, other = (Desk(Log(database), lambda: 100.0, lambda meeting: 0) for database in (here, there))
    try:
        await desk.plan("m", "Council", "2026-11-27T19:00:00+01:00", [], by="claire")
        await desk.order("m", Verb.OPEN_DOORS, by="claire")
        assert await desk.news(1) == (await other.news(0))[1:]
        await other.change_plan("m", "Gemengerot", "2026-11-27T19:00:00+01:00", [], by="max")
        live = await desk.order("m", Verb.GO_LIVE, by="claire")
        assert live.name == "Gemengerot"
        assert live == await desk.meeting("m") == await Log(there).meeting("m")
        assert await desk.news(1) == (await Log(there).since(0))[1:]
    finally:
        await here.close()
        await there.close()


async def test_nothing_is_aired_for_a_moment_after_an_order_that_the_disk_keeps_waiting(tmp_path: Path) -> None:
    """Closed from 10 s ago while a backup holds the database: it reaches back from the press, and so does the air."""
    clock: Iterator[float] = iter(float(second) for second in range(100, 10_000))
    path = tmp_path / "tribune.db"
    database = await Database.open(path)
    try:
        desk = Desk(Log(database), lambda: next(clock), lambda meeting: 0)
        await desk.plan("m", "Council", "2026-11-27T19:00:00+01:00", [], by="claire")
        await desk.order("m", Verb.GO_LIVE, by="claire")
        backup = sqlite3.connect(path, isolation_level=None)
        backup.execute("BEGIN IMMEDIATE")
        for _ in range(20):
            desk.told_until()  # time goes by
        before = desk.told_until()
        order = asyncio.create_task(desk.order("m", Verb.CLOSE_SESSION, by="claire", seconds_ago=10))
        await eventually(lambda: desk.told_until() == desk.told_until(), "the order is on its way")
        held = desk.told_until()
        assert held > before
        assert not order.done()
        backup.execute("ROLLBACK")
        backup.close()
        closed = await order
        assert closed.phase is Phase.CLOSED_SESSION
        assert closed.changes[-1][0] == held - 10, "the same moment"
        assert desk.told_until() > held
    finally:
        await database.close()
