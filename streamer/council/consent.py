"""The consent to act on the commune's channel: when it is checked, how it stands, and when people are told.

A consent ends without a word: revoked, six months unused, or seven days after it was given while the Google project is
in "Testing" (developers.google.com/identity/protocols/oauth2#expiration). It must not be found out at the first minute
of a meeting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

DAY_SECONDS = 24 * 3600.0
BEFORE_SECONDS = (DAY_SECONDS, 3600.0, 600.0)
"""Moments before each meeting at which it is checked once more."""
TESTING_SECONDS = 7 * DAY_SECONDS
"""How long a consent lasts while the Google project is in "Testing"."""
SOON_SECONDS = 3 * DAY_SECONDS
"""An end that is nearer is told, whether or not a meeting is planned after it."""
AGAIN_SECONDS = 300.0
"""Until the next try, where Google did not answer."""


class State(StrEnum):
    """How it stands. UNKNOWN: Google did not answer."""

    HOLDS = "holds"
    ENDED = "ended"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Consent:
    """As of the check at `checked`. All in unix seconds: `given`, 0 where there is none; `ends`: where Google said so,
    else None."""

    state: State
    given: float = 0.0
    ends: float | None = None
    checked: float = 0.0

    def ends_before(self, at: float) -> bool:
        """Whether it is known to end before `at`."""
        return self.ends is not None and self.ends < at

    @property
    def may_end(self) -> float | None:
        """When it ends if the project is in "Testing", which Google did not say; None once it has outlived that."""
        day = self.given + TESTING_SECONDS
        return day if self.state is State.HOLDS and self.ends is None and self.checked < day else None


def due(last: Consent | None, now: float, starts: Iterable[float], given: float) -> bool:
    """Whether to check now: after a start, once a day, at each moment before a meeting (`starts`), as soon as it was
    given anew (`given`), and soon again where Google did not answer."""
    if last is None or given != last.given:
        return True
    if last.state is State.UNKNOWN and now - last.checked >= AGAIN_SECONDS:
        return True
    return now - last.checked >= DAY_SECONDS or bool(_passed(starts, last.checked, now))


def notice(consent: Consent, now: float, starts: Sequence[float]) -> str | None:
    """A name for what people must be told now, the same as long as it is the same: it is told once. None: nothing.
    It has the day of the consent in it, not that of its end: Google tells how long is left, each time anew.

    Once when it is found out, and again at each moment before a meeting.
    """
    if consent.state is State.UNKNOWN:
        return None
    near = max(_passed(starts, 0.0, now), default=None)
    moment = f" before {near[1]:.0f}, {near[1] - near[0]:.0f} s" if near else ""
    if consent.state is State.ENDED:
        return f"ended {consent.given:.0f}{moment}"
    if consent.state is State.MISSING:
        return f"missing{moment}" if near else None  # somebody is still setting it up
    if consent.ends is None:
        return None
    if consent.ends - now < DAY_SECONDS:
        return f"ends within a day {consent.given:.0f}{moment}"
    if consent.ends - now < SOON_SECONDS or any(now < start and consent.ends_before(start) for start in starts):
        return f"ends {consent.given:.0f}"
    return None


def _passed(starts: Iterable[float], after: float, now: float) -> list[tuple[float, float]]:
    """The moments (and the start each belongs to) in (`after`, `now`] of meetings that have not begun."""
    return [(start - early, start) for start in starts if start > now for early in BEFORE_SECONDS
            if after < start - early <= now]  # fmt: skip
