"""Who may do and see what: the one gate. No page chooses its own audience."""

from dataclasses import replace
from enum import StrEnum

from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER, Phase
from streamer.council.question import Question
from streamer.council.questions import PUBLIC, Status
from streamer.council.screening import Screening


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


def as_seen(role: Role, meeting: Meeting, *, at: float, airing: bool = False) -> Meeting:
    """The meeting as `role` is told it. Staff: as it is. Citizens: as it was at `at` (unix seconds), the moment whose
    picture they are being shown, and not over before they have been shown its end (`airing`: they still are).

    What is not part of a broadcast is told at once: plans, cancelling, publishing, withdrawing. Of a meeting that is
    only recorded nothing else: it is planned until it is over.
    """
    if role is not Role.CITIZEN:
        return meeting
    if meeting.phase not in BROADCAST:
        return replace(meeting, phase=meeting.phase.as_seen_by_citizens())
    if meeting.screening is Screening.DELAYED:
        over = meeting.phase is Phase.ENDED
        return replace(meeting.as_of(float("-inf")), phase=Phase.ENDED if over else Phase.SCHEDULED)
    seen = meeting.as_of(at)
    if seen.phase in OVER:  # published, and withdrawn since
        return seen.last_on_air if airing else replace(seen, phase=Phase.ENDED)
    return replace(seen, phase=seen.phase.as_seen_by_citizens())


BROADCAST = ON_AIR | {Phase.ENDED}
"""Phases of which the public learns as late as of the picture."""


def sees_item(role: Role, public: bool) -> bool:
    """Items of a closed session are for the staff."""
    return public or role in STAFF


def sees_question(role: Role, status: Status) -> bool:
    """Citizens see what was published; what happened to their own question they are told apart."""
    return role in STAFF or status in PUBLIC


def known_to(role: Role, question: Question, *, own: bool = False) -> Question | None:
    """The question as `role` may know it, `None` where it may not. `own`: to its asker.

    Outside nobody learns of a verdict before its seconds have passed.
    """
    known = question if role in STAFF else question.as_told
    return known if own or sees_question(role, known.status) else None


def sees_replay(role: Role, phase: Phase) -> bool:
    """Citizens see a replay once it is published; the clerk the moment the meeting ends."""
    return phase is Phase.PUBLISHED or (role in STAFF and phase is Phase.ENDED)
