"""Whether a process waits for something or for its turn: a camera that says nothing is not a machine that is too busy.

Linux tells it of every task: how long it ran, and how long it was kept waiting for a processor
(Documentation/scheduler/sched-stats.rst, /proc/PID/task/TID/schedstat).
"""

import time
from collections import deque
from pathlib import Path

_WORKING_SHARE = 0.005
"""Of the time that passed. Measured on two slow cores: 0.045 with pictures of 320x180, 0.15 with 1280x720, and 0.0003
while the camera says nothing."""
_WINDOW_SECONDS = 0.4
"""What is looked at: what an encoder still had to do when its source fell silent is past before that."""
_NANOSECONDS = 1e9


class Idleness:
    """Of one process. `look` at it ten times a second or so."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._seen: deque[tuple[float, float]] = deque()

    def look(self) -> None:
        """Take down how much it has run and waited for a processor by now."""
        wanted, now = self._seconds(), time.monotonic()
        if wanted is not None:
            self._seen.append((now, wanted))
        while len(self._seen) > 1 and now - self._seen[1][0] >= _WINDOW_SECONDS:
            self._seen.popleft()

    def waits(self) -> bool:
        """It has hardly used or wanted a processor of late. False where that is not known (yet)."""
        if not self._seen:
            return False
        (since, before), (now, wanted) = self._seen[0], self._seen[-1]
        passed = now - since
        return passed >= _WINDOW_SECONDS and (wanted - before) / passed < _WORKING_SHARE

    def _seconds(self) -> float | None:
        """On a processor, or waiting for one: all its threads together."""
        try:
            told = [(task / "schedstat").read_text(encoding="ascii").split() for task in self._tasks.iterdir()]
        except OSError:  # not Linux, gone, or a thread that ended just now
            return None
        return sum(int(ran) + int(waited) for ran, waited, _ in told) / _NANOSECONDS
