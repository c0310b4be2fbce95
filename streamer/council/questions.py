"""Citizens' questions: a status each, one table of who may move it where."""

from dataclasses import dataclass
from enum import StrEnum

from streamer.council.errors import Invalid, Refused
from streamer.council.phase import BEFORE, Phase

MAX_CLIENT_ID = 64


class Status(StrEnum):
    """Where a question is."""

    PENDING = "pending"
    REJECTED = "rejected"
    PUBLISHED = "published"
    ON_AIR = "on_air"
    ANSWERED_LIVE = "answered_live"
    WITHDRAWN = "withdrawn"


PUBLIC = frozenset({Status.PUBLISHED, Status.ON_AIR, Status.ANSWERED_LIVE})


class QuestionVerb(StrEnum):
    """What can be done with a question. The value is the word in URLs."""

    PUBLISH = "publish"
    REJECT = "reject"
    RESTORE = "restore"
    PUT_ON_AIR = "put-on-air"
    TAKE_OFF_AIR = "take-off-air"
    ANSWERED = "answered"
    WITHDRAW = "withdraw"


class Reason(StrEnum):
    """Why a question was rejected: councils' standing orders say the same few things everywhere."""

    OUTSIDE_DUTIES = "outside_duties"
    PERSONAL_DATA = "personal_data"
    NAMED_PERSON = "named_person"
    INSULTING = "insulting"
    ASKED_ALREADY = "asked_already"
    NO_QUESTION = "no_question"
    CLOSED_MATTER = "closed_matter"


MODERATES = frozenset({"moderator", "clerk"})
PRESIDES = frozenset({"chair", "clerk"})
ASKER = frozenset({"citizen"})

MOVES: dict[tuple[Status, QuestionVerb], tuple[Status, frozenset[str]]] = {
    (Status.PENDING, QuestionVerb.PUBLISH): (Status.PUBLISHED, MODERATES),
    (Status.PENDING, QuestionVerb.REJECT): (Status.REJECTED, MODERATES),
    (Status.PENDING, QuestionVerb.WITHDRAW): (Status.WITHDRAWN, ASKER),
    (Status.REJECTED, QuestionVerb.RESTORE): (Status.PENDING, MODERATES),
    (Status.REJECTED, QuestionVerb.PUBLISH): (Status.PUBLISHED, MODERATES),
    (Status.PUBLISHED, QuestionVerb.RESTORE): (Status.PENDING, MODERATES),
    (Status.PUBLISHED, QuestionVerb.REJECT): (Status.REJECTED, MODERATES),
    (Status.PUBLISHED, QuestionVerb.PUT_ON_AIR): (Status.ON_AIR, PRESIDES),
    (Status.PUBLISHED, QuestionVerb.WITHDRAW): (Status.WITHDRAWN, ASKER),
    (Status.ON_AIR, QuestionVerb.TAKE_OFF_AIR): (Status.PUBLISHED, PRESIDES),
    (Status.ON_AIR, QuestionVerb.ANSWERED): (Status.ANSWERED_LIVE, PRESIDES),
    (Status.ANSWERED_LIVE, QuestionVerb.PUT_ON_AIR): (Status.ON_AIR, PRESIDES),
}


@dataclass(frozen=True)
class Question:
    """A question as stored. `asker` is a keyed hash, never an address; times in unix seconds."""

    id: str
    meeting: str
    asker: str
    client_id: str
    text: str
    name: str | None
    item: str | None
    language: str
    status: Status
    reason: Reason | None
    version: int
    asked_at: float
    changed_at: float


def can(status: Status, role: str) -> list[QuestionVerb]:
    """The verbs `role` has for a question in `status`."""
    return [verb for verb in QuestionVerb if role in MOVES.get((status, verb), (status, frozenset()))[1]]


def move(status: Status, verb: QuestionVerb, role: str, reason: Reason | None) -> Status:
    """Where the question goes. Raises `Refused`, `Invalid` (a rejection needs its reason)."""
    target, roles = MOVES.get((status, verb), (None, frozenset()))
    if target is None or role not in roles:
        raise Refused("question_not_so", can=can(status, role), status=status, verb=verb)
    if verb is QuestionVerb.REJECT and reason is None:
        raise Invalid({"reason": ("reason_missing", {"reasons": ", ".join(Reason)})})
    return target


def asking_open(phase: Phase, *, before: bool) -> bool:
    """Whether questions are taken: on air (never in closed session), and `before` the meeting if the commune wants."""
    if phase in BEFORE:
        return before
    return phase in (Phase.LIVE, Phase.RECESS)


def check_text(text: str, name: str | None, *, limit: int) -> tuple[str, str | None]:
    """The text and name as they will be stored. Raises `Invalid`."""
    text = _plain(text)
    name = _plain(name or "") or None
    if not text:
        raise Invalid({"text": ("question_empty", {})})
    if len(text) > limit:
        raise Invalid({"text": ("question_too_long", {"limit": limit, "length": len(text)})})
    if name and len(name) > 80:
        raise Invalid({"name": ("name_too_long", {"limit": 80})})
    return text, name


def _plain(text: str) -> str:
    """Printable characters and line breaks only: control and bidirectional override characters deceive moderators."""
    kept = "".join(c for c in text if c == "\n" or (c.isprintable() and not "\u202a" <= c <= "\u202e"))
    return kept.strip()
