"""The writer's promises: durable before acknowledged, one failure hurts nobody else, the log cannot be rewritten."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from streamer.store.database import Database, DatabaseUnavailable
from streamer.store.group_commit import Operation, note
from tests.support.waiting import PATIENCE


def append(meeting: str, version: int) -> Operation[int]:
    def operation(connection: sqlite3.Connection) -> int:
        (seq,) = connection.execute(
            'INSERT INTO log (meeting, version, at, "by", kind, data) VALUES (?, ?, 0, ?, ?, ?) RETURNING seq',
            (meeting, version, "clerk", "opened", "{}"),
        ).fetchone()
        return int(seq)

    return operation


async def count(db: Database) -> int:
    return int((await db.read("SELECT count(*) AS n FROM log"))[0]["n"])


async def test_what_was_written_is_read_by_another_connection_at_once(db: Database) -> None:
    assert await db.write(append("m", 1)) == 1
    assert [tuple(row) for row in await db.read("SELECT meeting, version FROM log WHERE seq = ?", (1,))] == [("m", 1)]


async def test_a_failing_operation_is_undone_alone_and_told_only_to_its_caller(db: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        append("m", 50)(connection)
        note(connection, "never")
        raise LookupError("changed my mind")

    def told(connection: sqlite3.Connection) -> int:
        note(connection, "told")
        return append("m", 2)(connection)

    heard: list[object] = []
    db.follow(heard.extend)
    outcomes = await asyncio.gather(
        db.write(append("m", 1)),
        db.write(append("m", 1)),
        db.write(half),
        db.write(told),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [int, sqlite3.IntegrityError, LookupError, int]
    assert [row["version"] for row in await db.read("SELECT version FROM log ORDER BY seq")] == [1, 2]
    assert heard == ["told"], "once, though the group was run twice, and nothing that is not there"


async def test_whoever_wrote_is_told_though_a_follower_fails(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    def told(connection: sqlite3.Connection) -> int:
        note(connection, "told")
        return append("m", 1)(connection)

    def fails(noted: Sequence[object]) -> None:
        raise KeyError("a follower's mistake")

    heard: list[object] = []
    db.follow(fails)
    db.follow(heard.extend)
    async with asyncio.timeout(PATIENCE):
        assert await db.write(told) == 1
    assert heard == ["told"]
    assert "a follower's mistake" in caplog.text


async def test_what_waits_while_a_commit_runs_goes_into_one_group(db: Database, tmp_path: Path) -> None:
    release = threading.Event()
    first = asyncio.create_task(db.write(lambda _: release.wait(10)))
    rest = [asyncio.create_task(db.write(append("m", version))) for version in range(1, 201)]
    await asyncio.sleep(0)
    frames = wal_frames(tmp_path)
    release.set()
    await asyncio.gather(first, *rest)
    assert await count(db) == 200
    # Each commit of its own would write at least the changed page of the table and of its index: 400 pages.
    assert wal_frames(tmp_path) - frames < 50


def wal_frames(folder: Path) -> int:
    return (folder / "recordings" / "tribune.db-wal").stat().st_size // 4120


@pytest.mark.parametrize("sql", ["UPDATE log SET kind = 'x'", "DELETE FROM log"])
async def test_the_log_is_append_only(db: Database, sql: str) -> None:
    await db.write(append("m", 1))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        await db.write(lambda connection: connection.execute(sql).rowcount)
    assert await count(db) == 1


async def test_a_reader_cannot_write(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await db.read("DELETE FROM accounts")


async def test_another_process_holding_the_file_is_a_clear_error_and_loses_nothing(
    db: Database, tmp_path: Path
) -> None:
    await db.write(append("m", 1))
    other = sqlite3.connect(tmp_path / "recordings" / "tribune.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="another process"):
        await db.write(append("m", 2))
    assert await count(db) == 1  # readers go on meanwhile
    other.execute("ROLLBACK")
    other.close()
    await db.write(append("m", 2))
    assert await count(db) == 2


async def test_a_cancelled_caller_leaves_the_writer_working(db: Database) -> None:
    task = asyncio.create_task(db.write(append("m", 1)))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await db.write(append("m", 2))
    assert await count(db) == 2  # it was queued, so it was done all the same


async def test_close_finishes_what_is_queued_and_a_second_open_finds_it(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "t.db")
    writes = [asyncio.create_task(db.write(append("m", version))) for version in range(1, 11)]
    await asyncio.sleep(0)
    await db.close()
    await asyncio.gather(*writes)
    with pytest.raises(DatabaseUnavailable, match="closed"):
        await db.write(append("m", 99))
    again = await Database.open(tmp_path / "t.db")
    assert await count(again) == 10
    await again.close()


async def test_a_file_of_a_newer_version_or_no_database_at_all_is_refused(tmp_path: Path) -> None:
    newer = tmp_path / "newer.db"
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(DatabaseUnavailable, match="newer Tribune"):
        await Database.open(newer)
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseUnavailable, match="not a database"):
        await Database.open(broken)


async def test_the_settings_that_keep_acknowledged_questions(db: Database) -> None:
    def settings(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await db.write(settings) == ["wal", 2, 1]


async def test_a_long_search_holds_up_nobody_who_reads(db: Database) -> None:
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3000000) SELECT count(*) n FROM n"
    searching = asyncio.create_task(db.search(many))
    await asyncio.sleep(0)
    assert await count(db) == 0
    assert not searching.done()
    assert (await searching)[0]["n"] == 3_000_000
    with pytest.raises(sqlite3.OperationalError):
        await db.search("DELETE FROM log")


async def test_many_who_want_the_same_are_one_operation_and_one_failure_is_one_callers(db: Database) -> None:
    """What one gets is its own; a refusal changes nothing, and what fails in the middle takes nobody else along."""
    runs: list[int] = []

    def all_of_them(connection: sqlite3.Connection, versions: Sequence[int]) -> list[int | Exception]:
        runs.append(len(versions))
        return [LookupError("no") if version < 0 else append("m", version)(connection) for version in versions]

    outcomes = await asyncio.gather(*(db.write_together(all_of_them, version) for version in (1, -1, 2)),
                                    return_exceptions=True)  # fmt: skip
    assert [type(outcome) for outcome in outcomes] == [int, LookupError, int]
    assert runs == [3]
    outcomes = await asyncio.gather(
        *(db.write_together(all_of_them, version) for version in (3, 3, 4)), db.write(append("m", 5)),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(outcome) for outcome in outcomes] == [int, sqlite3.IntegrityError, int, int]
    assert [row["version"] for row in await db.read("SELECT version FROM log ORDER BY seq")] == [1, 2, 3, 4, 5]
