"""Whether a process waits for something or for its turn: a camera that says nothing is not a machine that is too busy.

Linux tells it of every task: how long it ran, and how long it was kept waiting for a processor
(Documentation/scheduler/sched-stats.rst, /proc/PID/task/TID/schedstat).
"""

import time
from pathlib import Path

_WORKING_SHARE = 0.005
"""Of the time that passed. Measured on two slow cores: 0.045 with pictures of 320x180, 0.15 with 1280x720, and 0.0003
while the camera says nothing."""
_NANOSECONDS = 1e9


class Idleness:
    """Of one process, looked at now and then."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._since = time.monotonic()
        self._wanted = self._seconds()

    def restart(self) -> None:
        """It was seen to work: count from now."""
        self._since, self._wanted = time.monotonic(), self._seconds()

    def waits(self) -> bool:
        """It has hardly used or wanted a processor since `restart`. False where the system does not tell."""
        now, passed = self._seconds(), time.monotonic() - self._since
        if now is None or self._wanted is None or passed <= 0:
            return False
        return (now - self._wanted) / passed < _WORKING_SHARE

    def _seconds(self) -> float | None:
        """On a processor, or waiting for one: all its threads together."""
        try:
            told = [(task / "schedstat").read_text(encoding="ascii").split() for task in self._tasks.iterdir()]
        except OSError:  # not Linux, gone, or a thread that ended just now
            return None
        return sum(int(ran) + int(waited) for ran, waited, _ in told) / _NANOSECONDS
