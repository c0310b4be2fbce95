"""Citizens' questions: a status each, one table of who may move it where."""

from enum import StrEnum
from functools import cache

from streamer.council.errors import Refused
from streamer.council.phase import Verb


class Status(StrEnum):
    """Where a question is."""

    PENDING = "pending"
    HELD = "held"
    """Waits like a pending one, set apart because something in it wants a second look."""
    RETURNED = "returned"
    """The asker may change it and send it again."""
    REJECTED = "rejected"
    MERGED = "merged"
    PUBLISHED = "published"
    QUEUED = "queued"
    ON_AIR = "on_air"
    ANSWERED_LIVE = "answered_live"
    ON_NOTICE = "on_notice"
    """Promised: somebody answers it in writing by some day."""
    ANSWERED_WRITTEN = "answered_written"
    WITHDRAWN = "withdrawn"
    NOT_REACHED = "not_reached"
    NOT_REVIEWED = "not_reviewed"
    REDACTED = "redacted"
    """Its text is gone for good; that there was one stays."""


class QuestionVerb(StrEnum):
    """What can be done with a question. The value is the word in URLs."""

    PUBLISH = "publish"
    RETURN = "return"
    REJECT = "reject"
    MERGE = "merge"
    HOLD = "hold"
    RELEASE = "release"
    RESTORE = "restore"
    UNDO = "undo"
    REWORD = "reword"
    TRANSLATE = "translate"
    QUEUE = "queue"
    UNQUEUE = "unqueue"
    PUT_ON_AIR = "put-on-air"
    TAKE_OFF_AIR = "take-off-air"
    ANSWERED = "answered"
    TAKE_ON_NOTICE = "take-on-notice"
    ANSWER_IN_WRITING = "answer-in-writing"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    PROPOSE_REDACTION = "propose-redaction"
    CONFIRM_REDACTION = "confirm-redaction"
    DROP_REDACTION = "drop-redaction"


class Reason(StrEnum):
    """Why a question was returned or rejected: councils' standing orders say the same few things everywhere.

    A commune may add codes of its own, so what is stored is a plain code.
    """

    OUTSIDE_DUTIES = "outside_duties"
    PERSONAL_DATA = "personal_data"
    NAMED_PERSON = "named_person"
    INSULTING = "insulting"
    ASKED_ALREADY = "asked_already"
    NO_QUESTION = "no_question"
    CLOSED_MATTER = "closed_matter"


WAITING = frozenset({Status.PENDING, Status.HELD})
"""Nobody has decided yet."""
ANSWERED = frozenset({Status.ANSWERED_LIVE, Status.ANSWERED_WRITTEN})
PUBLIC = ANSWERED | {Status.PUBLISHED, Status.QUEUED, Status.ON_AIR, Status.ON_NOTICE, Status.NOT_REACHED}
EDITABLE = WAITING | {Status.RETURNED, Status.PUBLISHED, Status.QUEUED}
"""Until it is on air the asker may change it; what was published is read again then."""

MODERATES = frozenset({"moderator", "clerk"})
PRESIDES = frozenset({"chair", "clerk"})
STAFF = MODERATES | PRESIDES
ASKER = frozenset({"citizen"})

SAME = None
"""Target of a move that changes something about a question, not where it is."""


def _moves() -> dict[tuple[Status, QuestionVerb], tuple[Status | None, frozenset[str]]]:
    """The table, one line for each move: from, verb, to, who."""
    s, v = Status, QuestionVerb
    lines: list[tuple[frozenset[Status], QuestionVerb, Status | None, frozenset[str]]] = [
        (WAITING | {s.REJECTED}, v.PUBLISH, s.PUBLISHED, MODERATES),
        (WAITING | {s.PUBLISHED, s.QUEUED}, v.RETURN, s.RETURNED, MODERATES),
        (WAITING | {s.RETURNED, s.PUBLISHED, s.QUEUED}, v.REJECT, s.REJECTED, MODERATES),
        (WAITING | {s.PUBLISHED, s.QUEUED}, v.MERGE, s.MERGED, MODERATES),
        (frozenset({s.PENDING}), v.HOLD, s.HELD, MODERATES),
        (frozenset({s.HELD}), v.RELEASE, s.PENDING, MODERATES),
        (frozenset({s.RETURNED, s.REJECTED, s.MERGED, s.PUBLISHED, s.NOT_REVIEWED}), v.RESTORE, s.PENDING, MODERATES),
        (ANSWERED | {s.ON_NOTICE, s.NOT_REACHED}, v.RESTORE, s.PUBLISHED, MODERATES),
        (frozenset({s.PUBLISHED, s.RETURNED, s.REJECTED, s.MERGED}), v.UNDO, SAME, MODERATES),
        (WAITING | {s.PUBLISHED, s.QUEUED}, v.REWORD, SAME, MODERATES),
        (WAITING | PUBLIC, v.TRANSLATE, SAME, MODERATES),
        (frozenset({s.PUBLISHED}), v.QUEUE, s.QUEUED, STAFF),
        (frozenset({s.QUEUED}), v.UNQUEUE, s.PUBLISHED, STAFF),
        (PUBLIC - {s.ON_AIR, s.ANSWERED_WRITTEN, s.NOT_REACHED}, v.PUT_ON_AIR, s.ON_AIR, PRESIDES),
        (frozenset({s.ON_AIR}), v.TAKE_OFF_AIR, s.PUBLISHED, PRESIDES),
        (frozenset({s.ON_AIR}), v.ANSWERED, s.ANSWERED_LIVE, PRESIDES),
        (PUBLIC - {s.ANSWERED_WRITTEN}, v.TAKE_ON_NOTICE, s.ON_NOTICE, PRESIDES),
        (PUBLIC - {s.ON_AIR, s.ANSWERED_LIVE}, v.ANSWER_IN_WRITING, s.ANSWERED_WRITTEN, STAFF),
        (frozenset({s.ANSWERED_LIVE}), v.ANSWER_IN_WRITING, SAME, STAFF),
        (WAITING, v.EDIT, SAME, ASKER),
        (frozenset({s.RETURNED, s.PUBLISHED, s.QUEUED}), v.EDIT, s.PENDING, ASKER),
        (EDITABLE | {s.MERGED, s.NOT_REACHED, s.NOT_REVIEWED}, v.WITHDRAW, s.WITHDRAWN, ASKER),
        (frozenset(s) - {s.REDACTED}, v.PROPOSE_REDACTION, SAME, STAFF),
        (frozenset(s) - {s.REDACTED}, v.CONFIRM_REDACTION, s.REDACTED, STAFF),
        (frozenset(s) - {s.REDACTED}, v.DROP_REDACTION, SAME, STAFF),
    ]
    return {(start, verb): (target, who) for starts, verb, target, who in lines for start in starts}


MOVES = _moves()

WITH_THE_MEETING: dict[Verb, dict[Status, Status]] = {
    Verb.CLOSE_SESSION: {Status.ON_AIR: Status.QUEUED},
    Verb.END: {
        Status.PENDING: Status.NOT_REVIEWED, Status.HELD: Status.NOT_REVIEWED, Status.ON_AIR: Status.ANSWERED_LIVE,
        Status.PUBLISHED: Status.NOT_REACHED, Status.QUEUED: Status.NOT_REACHED,
    },
    Verb.REOPEN: {Status.NOT_REVIEWED: Status.PENDING, Status.NOT_REACHED: Status.PUBLISHED},
}  # fmt: skip
"""What becomes of questions when the clerk gives an order about the meeting: in the same transaction."""
WITH_THE_MEETING[Verb.CANCEL] = WITH_THE_MEETING[Verb.END]

TELLING = frozenset({QuestionVerb.PUBLISH, QuestionVerb.RETURN, QuestionVerb.REJECT, QuestionVerb.MERGE})
"""Verdicts: the asker and the public are told some seconds later, so that a slip of the finger can be taken back."""


def may(status: Status, verb: QuestionVerb, role: str) -> bool:
    """Whether the table has this move."""
    return role in MOVES.get((status, verb), (status, frozenset()))[1]


def can(status: Status, role: str) -> list[QuestionVerb]:
    """The verbs `role` has for a question in `status`."""
    return [*_can(status, role)]


@cache
def _can(status: Status, role: str) -> tuple[QuestionVerb, ...]:
    return tuple(verb for verb in QuestionVerb if may(status, verb, role))


def target_of(status: Status, verb: QuestionVerb, role: str) -> Status:
    """Where the question goes. Raises `Refused`."""
    if not may(status, verb, role):
        raise Refused("question_not_so", can=can(status, role), status=status, verb=verb)
    target = MOVES[status, verb][0]
    return status if target is SAME else target
