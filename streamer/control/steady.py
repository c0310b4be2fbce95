"""The service's clock: unix seconds that pass evenly, whatever is done to the machine's clock during a meeting.

An hour forward would air at once what the delay still holds back; an hour back would air nothing for an hour. A service
that is killed meanwhile leaves a file that tells the next one what time it was, as long as the machine runs on.
"""

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger(__name__)

FAR_SECONDS = 600.0
"""No encoder that runs makes no segment for so long; a clock that is set wrong is mostly wrong by hours."""
_BOOT = Path("/proc/sys/kernel/random/boot_id")


class SteadyClock:
    """Call it for the time. It is the machine's clock as of `follow`, moved on by one that nobody can set."""

    def __init__(
        self, wall: Callable[[], float] = time.time, elapsed: Callable[[], float] | None = None,
        *, kept: Path | None = None, boot: str | None = None,
    ) -> None:  # fmt: skip
        """`elapsed`: seconds since the machine started, also those in which it slept. `kept`: the file that tells the
        time to a service that starts again; `boot`: names this start of the machine, None: as Linux does."""
        self._wall, self._elapsed = wall, elapsed or _since_boot
        self._kept, self._boot = kept, _this_boot() if boot is None else boot
        self._told: float | None = None
        self._base = self._wall() - self._elapsed()

    def __call__(self) -> float:
        return self._base + self._elapsed()

    def follow(self) -> None:
        """Be the machine's clock again. For when nothing is on the air."""
        self._base = self._wall() - self._elapsed()
        if self._kept and (self._told is not None or self._kept.exists()):
            self._told = None
            self._kept.unlink(missing_ok=True)

    def hold(self) -> None:
        """Something is on the air: tell it to a service that takes over from a killed one."""
        if not (self._kept and self._boot) or self._told == self._base:
            return
        self._told = self._base
        fresh = self._kept.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"boot": self._boot, "base": self._base}), encoding="ascii")
            fresh.replace(self._kept)
        except OSError as error:  # a full disk: `not_before` does nearly as well
            log.warning("%s: the time could not be kept for a service that starts again: %s", self._kept, error)

    def take_up(self) -> bool:
        """Go on with the time of a service that was killed while the machine ran on. False where that is not known."""
        try:
            told = json.loads(self._kept.read_text(encoding="ascii")) if self._kept else {}
            if not self._boot or told.get("boot") != self._boot:
                return False
            self._base = self._told = float(told["base"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return False
        return True

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


def _this_boot() -> str:
    """Empty where it cannot be told from another one."""
    try:
        return _BOOT.read_text(encoding="ascii").strip() if hasattr(time, "CLOCK_BOOTTIME") else ""
    except OSError:
        return ""
