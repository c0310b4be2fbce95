"""Which programs work in a folder, asked of the kernel: also those whose parent is gone."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A process that runs, as /proc shows it to everybody on this machine."""

    pid: int
    argv: str
    environment: str
    cwd: str

    @property
    def encodes(self) -> bool:
        """An encoder with the source open, and not a slate or a publisher."""
        return "-program" in self.argv and "ffmpeg" in self.argv

    @property
    def shows_a_slate(self) -> bool:
        """An encoder of a still."""
        return "-slate" in self.argv and "ffmpeg" in self.argv

    @property
    def publishes(self) -> bool:
        """Sends to a destination."""
        return "publisher-" in self.argv and "ffmpeg" in self.argv


def programs(folder: Path) -> list[Program]:
    """Every process that works in `folder` or names it among its arguments, but ourselves; no zombies."""
    found = (_program(int(name)) for name in os.listdir("/proc") if name.isdigit())
    here = str(folder)
    return [p for p in found if p and p.pid != os.getpid() and (here in p.argv or p.cwd.startswith(here))]


def _program(pid: int) -> Program | None:
    with suppress(OSError):
        argv, environment = (_text(pid, name) for name in ("cmdline", "environ"))
        return Program(pid, argv, environment, os.readlink(f"/proc/{pid}/cwd")) if argv else None
    return None


def _text(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def cpu_seconds(pid: int) -> float:
    """User and system seconds of a process and of its children that have ended; 0 when it is gone."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
    return 0.0
