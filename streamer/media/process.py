"""One process of ours: no pipe that could fill, its end noticed at once, and found again by a restarted service."""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from streamer.media import records

log = logging.getLogger(__name__)


class Process:
    """A running process. Make one with `start` or `adopt`; it is gone for good once `wait` has returned."""

    def __init__(self, pid: int, stem: Path, child: subprocess.Popen[bytes] | None, pidfd: int | None) -> None:
        self.pid = pid
        self._stem = stem
        self._child = child
        self._pidfd = pidfd
        self._gone = asyncio.Event()
        self._poller: asyncio.Task[None] | None = None
        self._watch()

    @classmethod
    def start(
        cls, argv: Sequence[str], stem: Path, *, cwd: Path | None = None, pass_fds: Sequence[int] = (), doing: str = ""
    ) -> "Process":
        """Run `argv` in its own session. `stem` + ".log" takes its words, `stem` + ".pid" tells who it is and, hashed,
        what it is `doing`. `pass_fds` stay open in it.

        Raises OSError when it cannot be started.
        """
        with open(_private(_log(stem)), "wb") as words:
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=cwd,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        try:
            records.write(stem, child.pid, doing)
        except OSError:  # a full disk; nobody could find it again
            child.kill()
            child.wait()
            raise
        return cls(child.pid, stem, child, _pidfd(child.pid))

    @classmethod
    def adopt(cls, stem: Path, doing: str) -> "Process | None":
        """The process that an earlier service started under `stem`, if it still runs and does just this.

        None where it does not, or where the platform has no handle for a stranger's process (not Linux).
        """
        record = records.read(stem)
        if record is None or not record.does(doing):
            return None
        pidfd = _pidfd(record.pid)
        if pidfd is None:
            return None
        if not record.runs:  # asked after the handle was taken: the handle is of this process or of none
            os.close(pidfd)
            return None
        return cls(record.pid, stem, None, pidfd)

    @property
    def ended(self) -> bool:
        """It is gone."""
        return self._gone.is_set()

    @property
    def returncode(self) -> int | None:
        """Negative is the signal that ended it. None while it runs, and for an adopted one: only parents are told."""
        return self._child.returncode if self._child else None

    @property
    def failed(self) -> bool:
        """It ended, and not well. Of an adopted one that is not known: False."""
        return self.ended and self.returncode not in (0, None)

    def words(self, limit: int = 4000) -> str:
        """The last `limit` bytes it wrote, not redacted."""
        return tail(_log(self._stem), limit)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, to nobody else: a child that is not reaped keeps its pid, a handle is of one process only."""
        if self._child:
            if self._child.poll() is None:
                self._child.send_signal(number)
        elif self._pidfd is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    async def wait(self) -> int | None:
        """Until it is gone and reaped. Returns its exit code, None where that is not known."""
        await self._gone.wait()
        return self.returncode

    async def stop(self, number: signal.Signals = signal.SIGINT, grace: float = 2.0) -> int | None:
        """Ask with a signal, insist with SIGKILL after `grace` seconds; returns when it is gone."""
        self.send(number)
        try:
            async with asyncio.timeout(grace):
                await self._gone.wait()
        except TimeoutError:
            log.warning("process %d does not end, it is killed", self.pid)
            self.send(signal.SIGKILL)
        return await self.wait()

    def leave(self) -> None:
        """Look after it no more; it goes on running."""
        if self._poller:
            self._poller.cancel()
        self._drop_handle()

    def forget(self) -> None:
        """Remove its files, once it is gone."""
        _log(self._stem).unlink(missing_ok=True)
        records.remove(self._stem)

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        if self._pidfd is None:
            self._poller = loop.create_task(self._poll())
        else:
            loop.add_reader(self._pidfd, self._ended)

    def _ended(self) -> None:
        self._drop_handle()
        if self._child:
            self._child.wait()
        records.remove(self._stem)
        self._gone.set()

    def _drop_handle(self) -> None:
        if self._pidfd is not None:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None

    async def _poll(self) -> None:
        while self._child and self._child.poll() is None:  # noqa: ASYNC110 - there is no event to wait for here
            await asyncio.sleep(0.1)
        self._ended()


async def end_task(task: asyncio.Task[None]) -> None:
    """Cancel it, and wait until it is over. Raises what it raised.

    Whoever waits can be cancelled, too: `suppress(CancelledError)` around `await task` would make that come to nothing.
    """
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def tail(path: Path, limit: int) -> str:
    """The last `limit` bytes of a file as text, empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - limit))
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""


def _pidfd(pid: int) -> int | None:
    """A handle of a process; None where there is no such thing (not Linux, or an old one), or no such process."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return None


def _log(stem: Path) -> Path:
    return stem.with_name(stem.name + records.LOG)


def _private(path: Path) -> Path:
    """An empty file that only we can read: an error may repeat an address."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path
