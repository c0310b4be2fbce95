"""A database of an earlier Tribune opens, and nothing in it is lost."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from streamer.council.questions import Status
from streamer.store import migrations
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.questions import Questions

VERSION_1 = Path(__file__).with_name("version_1.sql")
"""The whole schema as it was at first, with a meeting and two questions."""


def old_file(folder: Path) -> Path:
    with closing(sqlite3.connect(folder / "old.db")) as connection:
        connection.executescript(VERSION_1.read_text(encoding="utf-8"))
    return folder / "old.db"


async def test_a_database_of_version_1_is_kept(tmp_path: Path) -> None:
    """Twice opened: the second time finds nothing to do."""
    path = old_file(tmp_path)
    for _ in range(2):
        db = await Database.open(path)
        one, two = await Questions(db).of_meeting("m")
        assert (one.text, one.name, one.name_public, one.status) == ("When?", "Anne", True, Status.PUBLISHED)
        assert (two.status, two.reason, two.name_public, two.translations) == (Status.REJECTED, "insulting", False, {})
        meeting = await Log(db).meeting("m")
        assert meeting
        assert (meeting.name, [mark.status for mark in meeting.question_marks]) == ("Council", ["published"])
        assert (await db.read("PRAGMA user_version"))[0][0] == migrations.newest()
        await db.close()


def columns(connection: sqlite3.Connection) -> dict[str, list[str]]:
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    return {table: sorted(row[1] for row in connection.execute(f"PRAGMA table_info({table})")) for table in tables}


def test_an_old_database_and_a_new_one_are_the_same_then(tmp_path: Path) -> None:
    with closing(sqlite3.connect(old_file(tmp_path))) as old, closing(sqlite3.connect(":memory:")) as new:
        migrations.bring_up_to_date(old)
        migrations.bring_up_to_date(new)
        assert columns(old) == columns(new)


def test_a_step_that_fails_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "steps"
    folder.mkdir()
    (folder / "002_good.sql").write_text("CREATE TABLE good (a INTEGER);")
    (folder / "003_bad.sql").write_text("CREATE TABLE half (a INTEGER); UPDATE questions SET none = 1;")
    with closing(sqlite3.connect(old_file(tmp_path), isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrations.bring_up_to_date(connection, folder)
        assert migrations.version_of(connection) == 2
        assert "good" in columns(connection)
        assert "half" not in columns(connection)
        assert connection.execute("SELECT count(*) FROM questions").fetchone() == (2,)
