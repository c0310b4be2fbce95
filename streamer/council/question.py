"""One question, and what each verb changes about it. `questions.py` says who may; here is what follows."""

import re
from calendar import monthrange
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from streamer.council.asking import MAX_NAME, check_text, plain
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.flags import Mark
from streamer.council.phase import Verb
from streamer.council.questions import (
    PUBLIC,
    TELLING,
    WAITING,
    WITH_THE_MEETING,
    QuestionVerb,
    Reason,
    Status,
    can,
    may,
    target_of,
)

MAX_ANSWER = 5000
"""Characters of an answer in writing."""


class Origin(StrEnum):
    """Where a question was asked. Whoever asked elsewhere has no receipt: nobody there can be told, nor change it."""

    PAGE = "page"
    YOUTUBE = "youtube"


@dataclass(frozen=True)
class Told:
    """What the asker and the public were told last, while a verdict waits for its seconds to pass. `at`: unix seconds,
    when the verdict is told."""

    status: Status
    reason: str | None
    other: str | None
    version: int
    at: float


@dataclass(frozen=True)
class Question:
    """A question as stored. `asker` is a keyed hash, never an address; times in unix seconds.

    `original`: what the asker wrote, where it is `shown as reworded`; `translations`: language -> text, shown beside;
    `other`: the question it was merged into, or that asked the same before; `notice_by`, `notice_until` (ISO date):
    who answers it, until when; `answer`: in writing; `place`: in the running order; `redaction_by`: who wants it gone
    for good and waits for a second person; `told`: see there; `flags`: what in `text` wants a second look.
    """

    id: str
    meeting: str
    asker: str
    client_id: str
    text: str
    name: str | None
    item: str | None
    language: str
    status: Status
    reason: str | None
    version: int
    asked_at: float
    changed_at: float
    name_public: bool = False
    original: str | None = None
    edited_at: float | None = None
    translations: Mapping[str, str] = field(default_factory=dict)
    other: str | None = None
    notice_by: str | None = None
    notice_until: str | None = None
    answer: str | None = None
    answered_at: float | None = None
    place: float | None = None
    redaction_by: str | None = None
    told: Told | None = None
    flags: tuple[Mark, ...] = ()
    origin: Origin = Origin.PAGE

    @property
    def as_told(self) -> "Question":
        """As the asker and the public know it: a verdict that can still be undone has not happened."""
        if self.told is None:
            return self
        told = self.told
        return replace(self, status=told.status, reason=told.reason, other=told.other, version=told.version, told=None)


@dataclass(frozen=True)
class QuestionOrder:
    """What somebody wants of a question. `seen`: the version they looked at; `text`: of an edit, a rewording, a
    translation (into `language`) or an answer; `other`: another question, with a merge or a reason."""

    verb: QuestionVerb
    role: str
    by: str
    seen: int | None = None
    reason: str | None = None
    other: str | None = None
    text: str = ""
    language: str = ""
    name: str | None = None
    name_public: bool = False
    item: str | None = None
    notice_by: str = ""
    notice_until: str = ""
    place: float | None = None


@dataclass(frozen=True)
class Limits:
    """The commune's own: characters of a question, seconds for taking a verdict back (0: it is told at once), the
    reasons there are, the languages of its pages."""

    max_length: int = 500
    undo_seconds: float = 10.0
    reasons: Collection[str] = tuple(str(reason) for reason in Reason)
    languages: Collection[str] = ("fr", "de", "lb", "en")


def can_do(question: Question, role: str, by: str = "") -> list[QuestionVerb]:
    """The verbs `role` (the person `by`) has for this very question now."""
    known = question.as_told if role == "citizen" else question
    return [verb for verb in can(known.status, role) if _possible(known, verb, by)]


def _possible(question: Question, verb: QuestionVerb, by: str) -> bool:
    match verb:
        case QuestionVerb.RETURN:
            return question.origin is Origin.PAGE
        case QuestionVerb.UNDO:
            return question.told is not None
        case QuestionVerb.PROPOSE_REDACTION:
            return question.redaction_by is None
        case QuestionVerb.CONFIRM_REDACTION:
            return question.redaction_by is not None and question.redaction_by != by
        case QuestionVerb.DROP_REDACTION:
            return question.redaction_by is not None
        case _:
            return True


def moved(question: Question, order: QuestionOrder, limits: Limits, *, at: float) -> Question:
    """The question after `order`, one version on. `at` in unix seconds.

    Raises `Conflict` (it is not what was seen any more), `Refused`, `Invalid`.
    """
    known = question.as_told if order.role == "citizen" else question
    if order.seen is not None and order.seen != known.version:
        raise Conflict(order.seen, known.version)
    _check_possible(known, order)
    target = target_of(known.status, order.verb, order.role)
    changed = {"status": target, "told": None, **_changes(known, order, limits, at)}
    if order.verb in TELLING and limits.undo_seconds > 0:
        public = question.as_told
        changed["told"] = Told(public.status, public.reason, public.other, public.version, at + limits.undo_seconds)
    elif target is question.status and order.verb is not QuestionVerb.UNDO and order.role != "citizen":
        changed["told"] = question.told  # a rewording changes nothing about a verdict
    return replace(question, version=question.version + 1, changed_at=at, **changed)


def _check_possible(question: Question, order: QuestionOrder) -> None:
    possible = can_do(question, order.role, order.by)
    if order.verb in possible:
        return
    if not may(question.status, order.verb, order.role):
        raise Refused("question_not_so", can=possible, status=question.status, verb=order.verb)
    if order.verb is QuestionVerb.RETURN:
        raise Refused("nobody_to_return_to", can=possible)
    if order.verb is QuestionVerb.UNDO:
        raise Refused("too_late_to_undo", can=possible)
    raise Refused("redaction_needs_two", can=possible)


def _changes(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """What else changes with this verb. A verdict that does not hold any more takes its reason along."""
    change = CHANGES.get(order.verb)
    return change(question, order, limits, at) if change else {}


def _plainly(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """Back to where nobody has judged, promised or answered."""
    return {"reason": None, "other": None, "notice_by": None, "notice_until": None, "answer": None,
            "answered_at": None}  # fmt: skip


def _judged(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """Nobody's question vanishes without a reason; one code may point at the other question."""
    if order.reason is None or order.reason not in limits.reasons:
        raise Invalid({"reason": ("reason_missing", {"reasons": ", ".join(limits.reasons)})})
    if order.other == question.id:
        raise Invalid({"other": ("other_bad", {})})
    return {"reason": order.reason, "other": order.other, "place": None}


def _merged(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    if not order.other or order.other == question.id:
        raise Invalid({"other": ("other_bad", {})})
    return {"reason": None, "other": order.other, "place": None}


def _undone(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    told = question.as_told
    return {"status": told.status, "reason": told.reason, "other": told.other}


def _reworded(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """The asker's own words stay beside; saying them again takes the rewording back."""
    text, _ = check_text(order.text, None, limit=limits.max_length)
    original = question.original or question.text
    return {"text": text, "original": None if text == original else original}


def _translated(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """An empty text takes the translation away."""
    if order.language not in limits.languages or order.language == question.language:
        raise Invalid({"language": ("language_bad", {"languages": ", ".join(limits.languages)})})
    others = {language: text for language, text in question.translations.items() if language != order.language}
    if not plain(order.text):
        return {"translations": others}
    text, _ = check_text(order.text, None, limit=2 * limits.max_length)
    return {"translations": {**others, order.language: text}}


def _on_notice(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    who = plain(order.notice_by)
    if not 0 < len(who) <= MAX_NAME:
        raise Invalid({"noticeBy": ("notice_by_bad", {"limit": MAX_NAME})})
    if not is_day(order.notice_until):
        raise Invalid({"noticeUntil": ("date_bad", {})})
    return {"notice_by": who, "notice_until": order.notice_until, "place": None}


def is_day(text: str) -> bool:
    """Whether this is a day of the calendar, as in "2026-12-31"."""
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])-[0-9]{2}", text):
        return False
    year, month, day = map(int, text.split("-"))
    return 1 <= day <= monthrange(year, month)[1]


def _answered_in_writing(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    answer = plain(order.text)
    if not 0 < len(answer) <= MAX_ANSWER:
        raise Invalid({"text": ("answer_bad", {"limit": MAX_ANSWER})})
    return {"answer": answer, "answered_at": at, "place": None}


def _edited(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """New words are read anew: no rewording, translation or verdict of the old ones stays."""
    text, name = check_text(order.text, order.name, limit=limits.max_length)
    return {"text": text, "name": name, "name_public": order.name_public and name is not None, "item": order.item,
            "original": None, "translations": {}, "edited_at": at, "reason": None, "other": None,
            "place": None}  # fmt: skip


def _redacted(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """A tombstone: its number, its times, that it was redacted."""
    return {"text": "", "name": None, "name_public": False, "original": None, "translations": {}, "answer": None,
            "notice_by": None, "notice_until": None, "place": None, "redaction_by": None, "flags": ()}  # fmt: skip


def _queued(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    """At the end of the running order, unless a place was named."""
    return {"place": at if order.place is None else order.place}


def _off_the_order(question: Question, order: QuestionOrder, limits: Limits, at: float) -> dict[str, Any]:
    return {"place": None}


Change = Callable[[Question, QuestionOrder, Limits, float], dict[str, Any]]

CHANGES: dict[QuestionVerb, Change] = {
    QuestionVerb.PUBLISH: _plainly,
    QuestionVerb.RETURN: _judged,
    QuestionVerb.REJECT: _judged,
    QuestionVerb.MERGE: _merged,
    QuestionVerb.RESTORE: _plainly,
    QuestionVerb.UNDO: _undone,
    QuestionVerb.REWORD: _reworded,
    QuestionVerb.TRANSLATE: _translated,
    QuestionVerb.QUEUE: _queued,
    QuestionVerb.UNQUEUE: _off_the_order,
    QuestionVerb.PUT_ON_AIR: _off_the_order,
    QuestionVerb.TAKE_ON_NOTICE: _on_notice,
    QuestionVerb.ANSWER_IN_WRITING: _answered_in_writing,
    QuestionVerb.EDIT: _edited,
    QuestionVerb.WITHDRAW: _off_the_order,
    QuestionVerb.PROPOSE_REDACTION: lambda question, order, limits, at: {"redaction_by": order.by},
    QuestionVerb.CONFIRM_REDACTION: _redacted,
    QuestionVerb.DROP_REDACTION: lambda question, order, limits, at: {"redaction_by": None},
}
"""Verbs that are not here change the status alone."""


def with_the_meeting(question: Question, verb: Verb, *, at: float) -> Question | None:
    """The question after the clerk's order about its meeting; `None` where nothing becomes of it.

    `at` in unix seconds. What was interrupted by a closed session comes first afterwards; the running order survives
    an end that was too early.
    """
    target = WITH_THE_MEETING.get(verb, {}).get(question.status)
    if target is None:
        return None
    if verb is Verb.REOPEN and target is Status.PUBLISHED and question.place is not None:
        target = Status.QUEUED
    place = 0.0 if verb is Verb.CLOSE_SESSION else question.place
    return replace(question, status=target, place=place, told=None, version=question.version + 1, changed_at=at)


def told(question: Question) -> Question:
    """The verdict's seconds have passed: it is told. No new version, for nothing about it changes."""
    return replace(question, told=None)


def may_be_merged_into(target: Question) -> bool:
    """Only into one that waits or is public."""
    return target.status in WAITING | PUBLIC
