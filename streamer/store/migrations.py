"""Old databases open and are kept: the schema as it began, then numbered steps, then tables of their own.

`schema.sql` is version 1. `steps/002_….sql` and so on change it, each in one transaction that also writes its number
into `PRAGMA user_version`: a step that fails leaves the file as it was before that step. `schema_….sql` hold tables
that stand alone (`CREATE TABLE IF NOT EXISTS`); they need no number.
"""

import sqlite3
from pathlib import Path

HERE = Path(__file__).parent
BEGINNING = 1


def steps(folder: Path = HERE / "steps") -> dict[int, Path]:
    """The files of the steps by the version they lead to, ascending."""
    return {int(path.name.partition("_")[0]): path for path in sorted(folder.glob("[0-9]*.sql"))}


def newest(folder: Path = HERE / "steps") -> int:
    """The version of a database that has seen all steps."""
    return max(steps(folder), default=BEGINNING)


def refuse_newer(connection: sqlite3.Connection) -> None:
    """Raises sqlite3.DatabaseError when a newer Tribune wrote this file: it would be read wrongly."""
    if (version := version_of(connection)) > newest():
        raise sqlite3.DatabaseError(f"it was written by a newer Tribune (schema {version}, here {newest()})")


def bring_up_to_date(connection: sqlite3.Connection, folder: Path = HERE / "steps") -> None:
    """Make what is missing. Raises sqlite3.Error; what was there before is there then."""
    connection.executescript((HERE / "schema.sql").read_text(encoding="utf-8"))
    for version, path in steps(folder).items():
        if version > version_of(connection):
            _step(connection, version, path.read_text(encoding="utf-8"))
    for path in sorted(HERE.glob("schema_*.sql")):
        connection.executescript(path.read_text(encoding="utf-8"))


def version_of(connection: sqlite3.Connection) -> int:
    """`PRAGMA user_version`; 0 for a file that was just made, which is at the beginning."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _step(connection: sqlite3.Connection, version: int, sql: str) -> None:
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {version};\nCOMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
