"""Who runs in a meeting's folder: one record a process, by which a restarted service finds what its forerunner started.

A pid with its start time names one process for ever; a fingerprint tells whether it still does what is wanted.
"""

import asyncio
import contextlib
import hashlib
import json
import logging
import os
import secrets
import signal
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

log = logging.getLogger(__name__)

SUFFIX = ".pid"
LOG = ".log"
"""Where a process' words go."""
_GRACE_SECONDS = 3.0


@dataclass(frozen=True)
class Record:
    """A process: its pid, when it was started (the kernel's words), and a salted hash of what it was started to do."""

    pid: int
    started: str | None
    salt: str
    doing: str

    @property
    def runs(self) -> bool:
        """Whether it is this process that has the pid now."""
        return self.started is not None and started_at(self.pid) == self.started

    def does(self, doing: str) -> bool:
        """Whether it was started to do just this."""
        return secrets.compare_digest(self.doing, _fingerprint(doing, self.salt))


def write(stem: Path, pid: int, doing: str) -> None:
    """Record a process that was just started. `doing` may hold secrets: only a salted hash of it is kept."""
    salt = secrets.token_hex(8)
    kept = Record(pid, started_at(pid), salt, _fingerprint(doing, salt))
    _path(stem).write_text(json.dumps(asdict(kept)), encoding="ascii")


def read(stem: Path) -> Record | None:
    """The record beside `stem`, None where there is none that can be read."""
    try:
        return Record(**json.loads(_path(stem).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def remove(stem: Path) -> None:
    """Its process is gone."""
    _path(stem).unlink(missing_ok=True)


def end(stem: Path) -> None:
    """Kill what runs under `stem`, if anything does: another is to be started there."""
    record = read(stem)
    if record and record.runs:
        with contextlib.suppress(ProcessLookupError):
            os.kill(record.pid, signal.SIGKILL)


def stems(folder: Path) -> list[Path]:
    """What has a record in a folder, by name."""
    return sorted(path.with_name(path.name.removesuffix(SUFFIX)) for path in folder.glob(f"*{SUFFIX}"))


def started_at(pid: int) -> str | None:
    """When a process was started, in the kernel's words. None: no such process, or one that has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


async def end_leftovers(folder: Path, spare: Collection[int] = ()) -> list[Path]:
    """Kill what a killed service left running in a folder, but the pids to `spare`; returns under what they had run,
    and what had ended by itself since.

    Nothing is killed unless its pid and its start time are both those recorded, or its words go into a log of this
    folder: then it was started, and the service was killed before it could record that. All are gone when this returns.
    """
    ended: list[Path] = []
    for unknown, stem in _unrecorded(folder, spare):
        await _kill(unknown)
        log.warning("process %d was begun by a service that is gone, and not recorded; it was killed", unknown.pid)
        ended.append(stem)
    for stem in stems(folder):
        record = read(stem)
        if record and record.pid in spare:
            continue
        if record and record.runs:
            await _kill(record)
            log.warning("process %d was left behind by a service that is gone; it was killed", record.pid)
        ended.append(stem)
        remove(stem)
    return ended


def _unrecorded(folder: Path, spare: Collection[int]) -> list[tuple[Record, Path]]:
    """Processes that write their words into this folder and that nobody knows of; and under what they run."""
    known = {record.pid for stem in stems(folder) if (record := read(stem))} | {*spare}
    home, found = str(folder.resolve()), []
    for pid in (int(name) for name in _processes() if name.isdigit()):
        with contextlib.suppress(OSError):  # somebody else's, or gone
            words = Path(os.readlink(f"/proc/{pid}/fd/1").removesuffix(" (deleted)"))
            if pid not in known and str(words.parent) == home and words.suffix == LOG:
                found.append((Record(pid, started_at(pid), "", ""), words.with_suffix("")))
    return found


def _processes() -> list[str]:
    try:
        return os.listdir("/proc")
    except OSError:  # not Linux
        return []


async def _kill(record: Record) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(record.pid, signal.SIGKILL)
    for _ in range(round(_GRACE_SECONDS / 0.02)):
        if not record.runs:
            return
        await asyncio.sleep(0.02)  # it is not our child: there is nothing to wait on


def _fingerprint(doing: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}\n{doing}".encode()).hexdigest()


def _path(stem: Path) -> Path:
    return stem.with_name(stem.name + SUFFIX)
