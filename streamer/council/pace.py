"""How often something may be done: some at once, then one after another, and how long to wait for the next.

The rule is the leaky bucket of ITU-T I.371 (GCRA): one number a visitor, the time at which the bucket is empty.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """`burst` at once, then one every `seconds`. With `seconds` 0 as often as one likes."""

    burst: int
    seconds: float

    def wait(self, empty_at: float, now: float) -> float:
        """Seconds until the next one may come. `empty_at`: from `after`, 0 for somebody new; both in unix seconds."""
        return max(0.0, empty_at - (self.burst - 1) * self.seconds - now) if self.seconds else 0.0

    def after(self, empty_at: float, now: float) -> float:
        """When the bucket is empty again, after one more."""
        return max(empty_at, now) + self.seconds
