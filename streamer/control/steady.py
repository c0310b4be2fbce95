"""The service's clock: unix seconds that pass evenly, whatever is done to the machine's clock during a meeting.

An hour forward would air at once what the delay still holds back; an hour back would air nothing for an hour.
"""

import time
from collections.abc import Callable

FAR_SECONDS = 600.0
"""No encoder that runs makes no segment for so long; a clock that is set wrong is mostly wrong by hours."""


class SteadyClock:
    """Call it for the time. It is the machine's clock as of `follow`, moved on by one that nobody can set."""

    def __init__(self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] | None = None) -> None:
        """`elapsed`: seconds since whenever, also those in which the machine slept."""
        self._wall, self._elapsed = wall, elapsed or _since_boot
        self._base = 0.0
        self.follow()

    def __call__(self) -> float:
        return self._base + self._elapsed()

    def follow(self) -> None:
        """Be the machine's clock again. For when nothing is on the air."""
        self._base = self._wall() - self._elapsed()

    def not_before(self, moment: float) -> None:
        """What was filmed until `moment` is past: a clock that was set back must not deny it."""
        self._base = max(self._base, moment - self._elapsed())

    def not_long_after(self, moment: float) -> None:
        """Something has been filmed until `moment`, and is filmed still: a clock that is far beyond was set forward,
        and what the delay holds back would be let go at once."""
        if self() > moment + FAR_SECONDS:
            self._base = moment - self._elapsed()


def _since_boot() -> float:
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
