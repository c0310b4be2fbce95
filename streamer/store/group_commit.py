"""The group commit: what many want written goes into one transaction, in the writer's thread.

Nearly all of it succeeds or refuses before it writes anything, so it runs without savepoints. Where one failed half way
everything is undone and run again, each with a savepoint, so that what failed can be undone alone.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

T = TypeVar("T")
Item = TypeVar("Item")
Operation = Callable[[sqlite3.Connection], T]
"""Plain synchronous statements, run in the writer's thread. It must not commit, and must not hand out a cursor; and it
changes nothing but the database, for it may be run a second time after it was undone."""

Together = Callable[[sqlite3.Connection, Sequence[Item]], Sequence[T | Exception]]
"""The same for what many want at once: it is handed all that wait, and returns for each what it gets, or why it is
refused. Of one that is refused nothing was changed."""


@dataclass(slots=True)
class Job:
    """One caller's operation, from the queue until its future is settled."""

    operation: Operation[Any]
    future: asyncio.Future[Any]
    result: Any = None
    error: Exception | None = None

    def settle(self, lost: Exception | None) -> None:
        """Tell the caller, who may have gone away. `lost`: why the commit of the whole group failed."""
        if self.future.done():
            return
        error = lost or self.error
        if error:
            self.future.set_exception(error)
        else:
            self.future.set_result(self.result)


@dataclass(slots=True)
class Shared:
    """Many callers' wish for one operation, from the queue until their futures are settled."""

    run: Together[Any, Any]
    items: list[Any] = field(default_factory=list)
    futures: list[asyncio.Future[Any]] = field(default_factory=list)
    result: Sequence[Any] = ()
    error: Exception | None = None

    def operation(self, connection: sqlite3.Connection) -> Sequence[Any]:
        """For all of them."""
        return self.run(connection, self.items)

    def settle(self, lost: Exception | None) -> None:
        """Tell each."""
        error = lost or self.error
        found = [error] * len(self.items) if error else self.result
        for future, one in zip(self.futures, found, strict=True):
            if future.done():
                continue
            if isinstance(one, Exception):
                future.set_exception(one)
            else:
                future.set_result(one)

    def apart(self) -> list["Shared"]:
        """One for each."""
        return [Shared(self.run, [item], [future]) for item, future in zip(self.items, self.futures, strict=True)]


class GroupConnection(sqlite3.Connection):
    """A connection whose `commit` also runs the jobs it was handed: aiosqlite then needs one hop for a whole group,
    through its public `commit()`. `noted`: see `note`."""

    jobs: Sequence[Job | Shared] = ()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.noted: list[Any] = []

    def commit(self) -> None:
        """Run every job in one transaction. Raises sqlite3.Error when none of them was stored."""
        if not self._in_one_transaction(self._run):
            self.jobs = [one for job in self.jobs for one in (job.apart() if isinstance(job, Shared) else [job])]
            self._in_one_transaction(self._run_apart)

    def _in_one_transaction(self, run: Callable[[Job | Shared], bool]) -> bool:
        self.noted = []
        self.execute("BEGIN IMMEDIATE")
        try:
            done = all(map(run, self.jobs))
            self.execute("COMMIT" if done else "ROLLBACK")
        except BaseException:
            if self.in_transaction:
                self.execute("ROLLBACK")
            raise
        return done

    def _run(self, job: Job | Shared) -> bool:
        """Nearly all succeed, or refuse before they write anything: a savepoint for each would cost as much as the
        rest. `False`: half of it stands there and must go."""
        before = self.total_changes
        try:
            job.result = job.operation(self)
        except Exception as error:
            if not self.in_transaction:  # SQLite gave up the whole transaction (disk full): nobody was stored
                raise
            job.error = error
            return self.total_changes == before
        return True

    def _run_apart(self, job: Job | Shared) -> bool:
        """So that what failed can be undone alone."""
        job.error, noted = None, len(self.noted)
        self.execute("SAVEPOINT job")
        try:
            job.result = job.operation(self)
        except Exception as error:
            if not self.in_transaction:
                raise
            self.execute("ROLLBACK TO job")
            job.error = error
            del self.noted[noted:]
        self.execute("RELEASE job")
        return True


def note(connection: sqlite3.Connection, thing: object) -> None:
    """Within an operation: what those who `follow` the database are told once it is committed."""
    cast(GroupConnection, connection).noted.append(thing)
