"""A meeting's phases and the verbs that move between them: one table, read by everything that needs to know."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a meeting is in its life."""

    SCHEDULED = "scheduled"
    REHEARSAL = "rehearsal"
    WAITING = "waiting"
    LIVE = "live"
    RECESS = "recess"
    CLOSED_SESSION = "closed_session"
    ENDED = "ended"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def on_air(self) -> bool:
        """Something is being broadcast."""
        return self in ON_AIR

    @property
    def in_session(self) -> bool:
        """The meeting itself is under way: items can be opened."""
        return self in IN_SESSION

    def as_seen_by_citizens(self) -> "Phase":
        """A rehearsal is private: the public sees exactly what it sees of a scheduled meeting."""
        return Phase.SCHEDULED if self is Phase.REHEARSAL else self


IN_SESSION = frozenset({Phase.LIVE, Phase.RECESS, Phase.CLOSED_SESSION})
ON_AIR = IN_SESSION | {Phase.WAITING}
BEFORE = frozenset({Phase.SCHEDULED, Phase.REHEARSAL, Phase.WAITING})
"""Not yet begun."""
OVER = (Phase.ENDED, Phase.PUBLISHED)
"""It was held; what it becomes can be put right."""


class Verb(StrEnum):
    """What the clerk can order. The value is the word in URLs."""

    REHEARSE = "rehearse"
    OPEN_DOORS = "open-doors"
    STAND_DOWN = "stand-down"
    GO_LIVE = "go-live"
    CALL_RECESS = "call-recess"
    CLOSE_SESSION = "close-session"
    RESUME = "resume"
    END = "end"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[Phase, Verb], Phase] = {
    (Phase.SCHEDULED, Verb.REHEARSE): Phase.REHEARSAL,
    (Phase.SCHEDULED, Verb.OPEN_DOORS): Phase.WAITING,
    (Phase.SCHEDULED, Verb.GO_LIVE): Phase.LIVE,
    (Phase.SCHEDULED, Verb.CANCEL): Phase.CANCELLED,
    (Phase.REHEARSAL, Verb.OPEN_DOORS): Phase.WAITING,
    (Phase.REHEARSAL, Verb.STAND_DOWN): Phase.SCHEDULED,
    (Phase.REHEARSAL, Verb.GO_LIVE): Phase.LIVE,
    (Phase.WAITING, Verb.STAND_DOWN): Phase.SCHEDULED,
    (Phase.WAITING, Verb.GO_LIVE): Phase.LIVE,
    (Phase.LIVE, Verb.CALL_RECESS): Phase.RECESS,
    (Phase.LIVE, Verb.CLOSE_SESSION): Phase.CLOSED_SESSION,
    (Phase.LIVE, Verb.END): Phase.ENDED,
    (Phase.RECESS, Verb.CLOSE_SESSION): Phase.CLOSED_SESSION,
    (Phase.RECESS, Verb.RESUME): Phase.LIVE,
    (Phase.RECESS, Verb.END): Phase.ENDED,
    (Phase.CLOSED_SESSION, Verb.RESUME): Phase.LIVE,
    (Phase.CLOSED_SESSION, Verb.END): Phase.ENDED,
    (Phase.ENDED, Verb.PUBLISH): Phase.PUBLISHED,
    (Phase.ENDED, Verb.REOPEN): Phase.RECESS,
    (Phase.PUBLISHED, Verb.WITHDRAW): Phase.ENDED,
}


BACKDATED = frozenset({Verb.CALL_RECESS, Verb.CLOSE_SESSION, Verb.END})
"""May be ordered as of some seconds ago: what takes the chamber off the air."""


def available(phase: Phase) -> list[Verb]:
    """The verbs a phase allows, in the order of `Verb`: the clerk's buttons and the hint of a refusal."""
    return [verb for verb in Verb if (phase, verb) in TRANSITIONS]
