"""One child process: no pipe that could fill, its end noticed at once, and findable by a service that was restarted."""

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

log = logging.getLogger(__name__)

RECORD = ".pid"
LOG = ".log"
_LEFTOVER_GRACE_SECONDS = 3.0


class Process:
    """A running child. Make one with `start`; it is gone for good once `wait` has returned."""

    def __init__(self, child: subprocess.Popen[bytes], stem: Path) -> None:
        self._child = child
        self._stem = stem
        self._gone = asyncio.Event()
        self._pidfd: int | None = None
        self._poller: asyncio.Task[None] | None = None
        self._watch()

    @classmethod
    def start(
        cls, argv: Sequence[str], stem: Path, *, cwd: Path | None = None, pass_fds: Sequence[int] = ()
    ) -> "Process":
        """Run `argv` in its own session. `stem` + ".log" takes its words, `stem` + ".pid" tells who it is.
        `pass_fds` stay open in it.

        Raises OSError when it cannot be started.
        """
        with open(_private(_beside(stem, LOG)), "wb") as words:
            child = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                cwd=cwd,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        record = {"pid": child.pid, "started": started_at(child.pid)}
        _beside(stem, RECORD).write_text(json.dumps(record), encoding="ascii")
        return cls(child, stem)

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; negative is the signal that ended it."""
        return self._child.returncode

    def words(self, limit: int = 4000) -> str:
        """The last `limit` bytes it wrote, not redacted."""
        return tail(_beside(self._stem, LOG), limit)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, to nobody else: a child that is not reaped keeps its pid."""
        if self._child.poll() is None:
            self._child.send_signal(number)

    async def wait(self) -> int:
        """Until it is gone and reaped. Returns its exit code."""
        await self._gone.wait()
        return self._child.returncode

    async def stop(self, number: signal.Signals = signal.SIGINT, grace: float = 2.0) -> int:
        """Ask with a signal, insist with SIGKILL after `grace` seconds; returns when it is gone."""
        self.send(number)
        try:
            async with asyncio.timeout(grace):
                await self._gone.wait()
        except TimeoutError:
            log.warning("process %d does not end, it is killed", self.pid)
            self.send(signal.SIGKILL)
        return await self.wait()

    def forget(self) -> None:
        """Remove its files, once it is gone."""
        for suffix in (LOG, RECORD):
            _beside(self._stem, suffix).unlink(missing_ok=True)

    def _watch(self) -> None:
        try:
            self._pidfd = os.pidfd_open(self._child.pid)
        except (AttributeError, OSError):  # not Linux, or an old one
            self._poller = asyncio.get_running_loop().create_task(self._poll())
            return
        asyncio.get_running_loop().add_reader(self._pidfd, self._ended)

    def _ended(self) -> None:
        if self._pidfd is not None:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = None
        self._child.wait()
        _beside(self._stem, RECORD).unlink(missing_ok=True)
        self._gone.set()

    async def _poll(self) -> None:
        while self._child.poll() is None:  # noqa: ASYNC110 - there is no event to wait for here
            await asyncio.sleep(0.1)
        self._ended()


def started_at(pid: int) -> str | None:
    """When a process was started, in the kernel's words: with the pid it names one process for ever. None: no such."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


async def leftovers(folder: Path) -> int:
    """Kill what a killed service left running in a folder; returns how many there were.

    Nothing is killed unless its pid and its start time are both those recorded.
    """
    ended = 0
    for record in sorted(folder.glob(f"*{RECORD}")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(record.read_text(encoding="ascii"))
            if known["started"] is not None and started_at(known["pid"]) == known["started"]:
                await _kill(int(known["pid"]), known["started"])
                log.warning("process %d was left behind by a service that is gone; it was killed", known["pid"])
                ended += 1
        record.unlink(missing_ok=True)
    return ended


async def _kill(pid: int, started: str) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError as error:
        if error.errno != errno.ESRCH:
            raise
    for _ in range(round(_LEFTOVER_GRACE_SECONDS / 0.02)):
        if started_at(pid) != started:
            return
        await asyncio.sleep(0.02)  # it is not our child: there is nothing to wait on


def tail(path: Path, limit: int) -> str:
    """The last `limit` bytes of a file as text, empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - limit))
            return file.read(limit).decode("utf-8", "replace")
    except OSError:
        return ""


def _beside(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)


def _private(path: Path) -> Path:
    """An empty file that only we can read: an error may repeat an address."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    return path
