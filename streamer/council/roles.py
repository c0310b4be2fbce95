"""Who may do and see what: the one gate. No page chooses its own audience."""

from enum import StrEnum

from streamer.council.phase import Phase
from streamer.council.questions import PUBLIC, Status


class Role(StrEnum):
    """A citizen needs no account; the others sign in."""

    CITIZEN = "citizen"
    MODERATOR = "moderator"
    CHAIR = "chair"
    CLERK = "clerk"


STAFF = (Role.MODERATOR, Role.CHAIR, Role.CLERK)


def may_run_meetings(role: Role) -> bool:
    """Plan, rehearse, go live, close: the clerk alone."""
    return role is Role.CLERK


def sees_phase(role: Role, phase: Phase, *, airing: Phase | None = None) -> Phase:
    """The phase as `role` is told it. For citizens a meeting ends when they have seen its end: until then they are
    in the phase of what they see, `airing`."""
    if role is not Role.CITIZEN:
        return phase
    return airing if phase is Phase.ENDED and airing else phase.as_seen_by_citizens()


def sees_item(role: Role, public: bool) -> bool:
    """Items of a closed session are for the staff."""
    return public or role in STAFF


def sees_question(role: Role, status: Status) -> bool:
    """Citizens see what was published; what happened to their own question they are told apart."""
    return role in STAFF or status in PUBLIC


def sees_replay(role: Role, phase: Phase) -> bool:
    """Citizens see a replay once it is published; the clerk the moment the meeting ends."""
    return phase is Phase.PUBLISHED or (role in STAFF and phase is Phase.ENDED)
