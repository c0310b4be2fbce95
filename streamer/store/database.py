"""The one SQLite database: a single writer with group commit, a reader that never waits for it, and one for searches.

What is queued while a commit is under way goes into the next one together, so a burst of questions costs two or
three fsyncs and not one each, and still nothing is acknowledged before it is on the disk.
"""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from streamer.store import migrations, search_index
from streamer.store.group_commit import GroupConnection, Job, Operation, Shared, Together

log = logging.getLogger(__name__)

T = TypeVar("T")
Item = TypeVar("Item")

ROWS_PER_FETCH = 64
CHECKPOINT_TRIES, CHECKPOINT_SECONDS = 20, 0.1


class DatabaseUnavailable(Exception):
    """The database could not be opened or written. Nothing of the refused operation was stored."""


class _LookingConnection(sqlite3.Connection):
    """A connection whose `commit` runs the next of the looks it was handed: several statements and what is made of
    them in one hop, by the same way as the writer's."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.looks: deque[Callable[[], None]] = deque()

    def commit(self) -> None:
        """What a look raises is raised where it was asked for."""
        self.looks.popleft()()


class Database:
    """Open with `await Database.open(path)`; end with `await close()`."""

    def __init__(
        self,
        writer: aiosqlite.Connection,
        reader: aiosqlite.Connection,
        searcher: aiosqlite.Connection,
        raw: GroupConnection,
        looking: _LookingConnection,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._searcher = searcher
        self._raw, self._looking = raw, looking
        self.generation = 0
        """How many groups were written: while it stays the same, a read gives what it gave before."""
        self._queue: list[Job | Shared] = []
        self._shared: dict[Together[Any, Any], Shared] = {}
        self._followers: list[Callable[[Sequence[Any]], None]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._closed = False

    @classmethod
    async def open(cls, path: Path, busy_seconds: float = 5.0) -> "Database":
        """Create or open the file at `path` (its folder too). `busy_seconds`: how long another process may hold the
        file before a write is refused. Raises DatabaseUnavailable."""
        try:
            await asyncio.to_thread(_prepare, path, busy_seconds)
        except (sqlite3.Error, OSError) as error:
            raise DatabaseUnavailable(f"cannot open {path}: {error}") from error
        opened: list[GroupConnection] = []
        writer = aiosqlite.Connection(partial(_open_writer, path, busy_seconds, opened), ROWS_PER_FETCH)
        looking: list[_LookingConnection] = []
        reader = aiosqlite.Connection(partial(_open_reader, path, busy_seconds), ROWS_PER_FETCH)
        searcher = aiosqlite.Connection(partial(_open_searcher, path, busy_seconds, looking), ROWS_PER_FETCH)
        for connection in (writer, reader, searcher):
            await connection
        return cls(writer, reader, searcher, opened[0], looking[0])

    def follow(self, heard: Callable[[Sequence[Any]], None]) -> None:
        """Call `heard` after each commit with what its operations noted, before anybody is told that it is done.

        What it raises is logged: whoever wrote is told all the same.
        """
        self._followers.append(heard)

    async def write(self, operation: Operation[T]) -> T:
        """Run `operation`, all of it or nothing, and return what it returns, after the COMMIT.

        What it raises is raised here, and only its own changes are undone. Raises DatabaseUnavailable when the
        group could not be committed. A cancelled caller does not take its operation back.
        """
        job = Job(operation, asyncio.get_running_loop().create_future())
        self._enqueue(job)
        return cast(T, await job.future)

    async def write_together(self, run: Together[Item, T], item: Item) -> T:
        """The same for `item` with all others for which `run` is wanted by then: it is run once for all of them. What
        it returns for `item` is returned or raised here."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        if (job := self._shared.get(run)) is None:
            self._enqueue(job := Shared(run))
            self._shared[run] = job
        job.items.append(item)
        job.futures.append(future)
        return await future

    def _enqueue(self, job: Job | Shared) -> None:
        if self._closed:
            raise DatabaseUnavailable("the database is closed")
        self._queue.append(job)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="database writer")

    async def read(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of one query, as of the last commit. Keep it small: a long search would hold up the others."""
        return list(await self._reader.execute_fetchall(sql, cast(Any, params)))

    async def search(self, sql: str, params: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """The same for a query that may take long: it has a connection of its own, so that no `read` waits for it."""
        return list(await self._searcher.execute_fetchall(sql, cast(Any, params)))

    async def look(self, operation: Operation[T]) -> T:
        """Run `operation` on the connection of searches, in its thread from beginning to end. It only reads."""
        found: list[T] = []
        self._looking.looks.append(lambda: found.append(operation(self._looking)))
        await self._searcher.commit()
        return found[0]

    async def settled(self, seconds: float) -> None:
        """Returns when nothing waits to be written, or after so long. Work that can wait until then leaves the
        processor to the writer, whose every statement else waits for its turn."""
        if seconds > 0 and self._flushing is not None and not self._flushing.done():
            await asyncio.wait([self._flushing], timeout=seconds)

    async def empty_log(self) -> None:
        """Bring everything from the write-ahead log into the file and empty the log: what was deleted is in neither.

        Raises DatabaseUnavailable when somebody kept on reading; what is left goes with the next time.
        """
        for _ in range(CHECKPOINT_TRIES):
            (row,) = await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
            if not row[0]:
                return
            await asyncio.sleep(CHECKPOINT_SECONDS)
        raise DatabaseUnavailable("the write-ahead log could not be emptied: somebody keeps reading")

    async def probe(self) -> None:
        """Returns when the file could be locked for writing. Raises DatabaseUnavailable when it could not."""
        await self.write(lambda connection: None)

    async def close(self) -> None:
        """Finish what is queued, then close all connections."""
        self._closed = True
        if self._flushing is not None:
            await self._flushing
        await self._writer.close()
        await self._reader.close()
        await self._searcher.close()

    async def _flush(self) -> None:
        while self._queue:
            self._raw.jobs, self._queue = self._queue, []
            self._shared.clear()
            lost = None
            try:
                await self._writer.commit()
            except sqlite3.Error as error:
                lost = error
            self.generation += 1
            if self._raw.noted and lost is None:
                self._tell(self._raw.noted)
            for job in self._raw.jobs:
                job.settle(_explained(lost) if lost else None)

    def _tell(self, noted: Sequence[Any]) -> None:
        for heard in self._followers:
            try:
                heard(noted)
            except Exception:
                log.exception("what was committed could not be told")


def _prepare(path: Path, busy_seconds: float) -> None:
    """Everything that can go wrong with a file, before aiosqlite has threads of its own to end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(_connect(path, busy_seconds, sqlite3.Connection)) as connection:
        migrations.refuse_newer(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        migrations.bring_up_to_date(connection)
        connection.executescript(search_index.schema())


def _open_writer(path: Path, busy_seconds: float, opened: list[GroupConnection]) -> sqlite3.Connection:
    connection = _connect(path, busy_seconds, GroupConnection)
    connection.execute("PRAGMA synchronous = FULL")  # NORMAL would lose acknowledged questions on a power cut
    connection.execute("PRAGMA secure_delete = ON")  # a redacted question leaves no copy in free pages
    opened.append(connection)
    return connection


def _open_reader(path: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = _connect(path, busy_seconds, sqlite3.Connection)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _open_searcher(path: Path, busy_seconds: float, opened: list[_LookingConnection]) -> sqlite3.Connection:
    connection = _connect(path, busy_seconds, _LookingConnection)
    connection.execute("PRAGMA query_only = ON")
    opened.append(connection)
    return connection


C = TypeVar("C", bound=sqlite3.Connection)


def _connect(path: Path, busy_seconds: float, factory: type[C]) -> C:
    # isolation_level None: transactions are begun here in the open, never by the sqlite3 module behind our back.
    connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, factory=factory)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _explained(error: sqlite3.Error) -> DatabaseUnavailable:
    if getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY"):
        return DatabaseUnavailable("another process is holding the database; nothing was stored, try again")
    return DatabaseUnavailable(f"the database could not be written, nothing was stored: {error}")
