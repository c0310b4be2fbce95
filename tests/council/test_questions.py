"""Every (status, verb, role) of a question, and what each verb changes about one."""

from dataclasses import replace
from typing import Any

import pytest

from streamer.council.asking import asking_open, check_text
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.phase import BEFORE, Phase, Verb
from streamer.council.question import Limits, Question, QuestionOrder, can_do, moved, told, with_the_meeting
from streamer.council.questions import MOVES, PUBLIC, WITH_THE_MEETING, QuestionVerb, Reason, Status, can, target_of
from streamer.council.roles import STAFF, Role, known_to, sees_question

ALL = [(status, verb, role) for status in Status for verb in QuestionVerb for role in Role]
AT_ONCE = Limits(undo_seconds=0)
ASKED = Question("q", "m", "hash", "c", "When?", "Anne", None, "en", Status.PENDING, None, 1, 100.0, 100.0)


def after(
    question: Question, verb: QuestionVerb, role: str = "clerk", *, limits: Limits = AT_ONCE, **what: Any
) -> Question:
    """One order later."""
    order = QuestionOrder(verb, role, "claire")
    return moved(question, replace(order, **what), limits, at=200.0)


@pytest.mark.parametrize(("status", "verb", "role"), ALL)
def test_every_move_is_in_the_table_or_refused(status: Status, verb: QuestionVerb, role: Role) -> None:
    """With the verbs that this role has instead; nothing else about the question decides it."""
    target, roles = MOVES.get((status, verb), (None, frozenset()))
    if role in roles:
        assert target_of(status, verb, role) is (target or status)
        assert verb in can(status, role)
        return
    with pytest.raises(Refused) as refused:
        target_of(status, verb, role)
    assert list(refused.value.can) == can(status, role)
    assert verb not in can(status, role)


FORM: dict[str, Any] = {"reason": Reason.INSULTING, "other": "another", "text": "Wéini?", "language": "lb",
        "notice_by": "The mayor",        "notice_until": "2026-12-31"}  # fmt: skip


@pytest.mark.parametrize(("status", "verb"), sorted(MOVES))  # every lane must find them in one order
def test_a_filled_form_is_carried_out(status: Status, verb: QuestionVerb) -> None:
    """One version on, in the status of the table; undoing and redacting need their beginning first."""
    role = min(MOVES[status, verb][1])
    begun = replace(ASKED, status=status)
    match verb:
        case QuestionVerb.UNDO:
            begun = moved(ASKED, QuestionOrder(QuestionVerb.PUBLISH, "clerk", "claire"), Limits(), at=150.0)
            begun = replace(begun, status=status)
            assert after(begun, verb, role) == replace(ASKED, version=3, changed_at=200.0)
            return
        case QuestionVerb.CONFIRM_REDACTION | QuestionVerb.DROP_REDACTION:
            begun = replace(begun, redaction_by="max")
    changed = after(begun, verb, role, **FORM)
    assert (changed.status, changed.version) == (MOVES[status, verb][0] or status, begun.version + 1)


def test_staff_reach_every_status_and_leave_it_again() -> None:
    """All is reversible but the asker's own withdrawal and a redaction."""
    final = {Status.WITHDRAWN, Status.REDACTED}
    for status in set(Status) - final:
        reached, frontier = {status}, [status]
        while frontier:
            here = frontier.pop()
            for (start, _), (end, roles) in MOVES.items():
                if start is here and end and end not in reached and roles & set(STAFF):
                    reached.add(end)
                    frontier.append(end)
        assert Status.PUBLISHED in reached, status
    given = {to for changes in WITH_THE_MEETING.values() for to in changes.values()}
    assert {target for target, _ in MOVES.values()} | given >= set(Status)


@pytest.mark.parametrize(
    ("verb", "what", "field"),
    [
        (QuestionVerb.REJECT, {}, "reason"),
        (QuestionVerb.RETURN, {"reason": "because"}, "reason"),
        (QuestionVerb.REJECT, {"reason": "asked_already", "other": "q"}, "other"),
        (QuestionVerb.MERGE, {}, "other"),
        (QuestionVerb.MERGE, {"other": "q"}, "other"),
        (QuestionVerb.REWORD, {"text": " "}, "text"),
        (QuestionVerb.REWORD, {"text": "x" * 501}, "text"),
        (QuestionVerb.TRANSLATE, {"language": "xx", "text": "?"}, "language"),
        (QuestionVerb.TRANSLATE, {"language": "en", "text": "?"}, "language"),
    ],
)
def test_a_form_that_lacks_something_changes_nothing(verb: QuestionVerb, what: dict[str, Any], field: str) -> None:
    """And says which field: no question vanishes without a reason that exists."""
    with pytest.raises(Invalid) as invalid:
        after(ASKED, verb, **what)
    assert list(invalid.value.mistakes) == [field]


@pytest.mark.parametrize(
    ("verb", "what"),
    [
        (QuestionVerb.TAKE_ON_NOTICE, {"notice_by": "", "notice_until": "2026-12-31"}),
        (QuestionVerb.TAKE_ON_NOTICE, {"notice_by": "The mayor", "notice_until": "soon"}),
        (QuestionVerb.ANSWER_IN_WRITING, {"text": "\n"}),
    ],
)
def test_a_promise_says_who_and_when(verb: QuestionVerb, what: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        after(replace(ASKED, status=Status.PUBLISHED), verb, **what)


def test_a_stale_order_is_a_conflict() -> None:
    with pytest.raises(Conflict) as conflict:
        after(replace(ASKED, version=3), QuestionVerb.PUBLISH, seen=2)
    assert (conflict.value.seen, conflict.value.now) == (2, 3)


def test_a_verdict_is_told_later_and_can_be_taken_back_without_a_trace() -> None:
    """Outside the question stays what it was, version included; then it is told."""
    rejected = after(ASKED, QuestionVerb.REJECT, "moderator", limits=Limits(), reason="insulting")
    assert (rejected.status, rejected.told and rejected.told.at) == (Status.REJECTED, 210.0)
    assert rejected.as_told == replace(ASKED, changed_at=200.0)
    assert QuestionVerb.UNDO in can_do(rejected, "moderator")
    assert after(rejected, QuestionVerb.UNDO, "moderator") == replace(ASKED, version=3, changed_at=200.0)
    done = told(rejected)
    assert (done.as_told.status, QuestionVerb.UNDO in can_do(done, "moderator")) == (Status.REJECTED, False)
    with pytest.raises(Refused, match="too_late_to_undo"):
        after(done, QuestionVerb.UNDO, "moderator")


def test_a_second_verdict_within_the_seconds_is_told_from_what_was_told_before() -> None:
    published = after(ASKED, QuestionVerb.PUBLISH, limits=Limits())
    merged = after(published, QuestionVerb.MERGE, limits=Limits(), other="another")
    assert merged.as_told.status is Status.PENDING
    assert after(merged, QuestionVerb.UNDO).status is Status.PENDING
    aired = after(published, QuestionVerb.PUT_ON_AIR, "chair", limits=Limits())
    assert aired.as_told.status is Status.ON_AIR, "what everybody sees now waits for nothing"


def test_the_asker_acts_upon_what_was_told() -> None:
    """A rejection that is not told yet does not stop an edit, and does not survive it."""
    rejected = after(ASKED, QuestionVerb.REJECT, limits=Limits(), reason="insulting")
    edited = after(rejected, QuestionVerb.EDIT, "citizen", text="Please, when?", seen=1)
    assert (edited.status, edited.reason, edited.told) == (Status.PENDING, None, None)
    assert after(rejected, QuestionVerb.WITHDRAW, "citizen").status is Status.WITHDRAWN
    assert can_do(rejected, "citizen") == can(Status.PENDING, "citizen")


def test_what_was_published_is_read_again_after_an_edit() -> None:
    """Nobody publishes one text and gets another; the asker's words are the original again."""
    reworded = after(ASKED, QuestionVerb.REWORD, text="When, please?")
    assert (reworded.text, reworded.original) == ("When, please?", "When?")
    assert after(reworded, QuestionVerb.REWORD, text="When?").original is None
    published = after(reworded, QuestionVerb.PUBLISH)
    edited = after(published, QuestionVerb.EDIT, "citizen", text="Where?", name="", name_public=True)
    assert (edited.status, edited.text, edited.original, edited.name_public) == (Status.PENDING, "Where?", None, False)


def test_a_translation_stands_beside_and_never_instead() -> None:
    both = after(after(ASKED, QuestionVerb.TRANSLATE, language="lb", text="Wéini?"), QuestionVerb.TRANSLATE,
                 language="fr", text="Quand ?")  # fmt: skip
    assert (both.text, both.translations) == ("When?", {"lb": "Wéini?", "fr": "Quand ?"})
    assert after(both, QuestionVerb.TRANSLATE, language="fr", text="").translations == {"lb": "Wéini?"}


def test_a_redaction_needs_two_people_and_leaves_a_tombstone() -> None:
    proposed = after(replace(ASKED, status=Status.PUBLISHED, original="Words"), QuestionVerb.PROPOSE_REDACTION)
    assert proposed.status is Status.PUBLISHED
    with pytest.raises(Refused, match="redaction_needs_two"):
        after(proposed, QuestionVerb.CONFIRM_REDACTION)
    gone = after(proposed, QuestionVerb.CONFIRM_REDACTION, by="max")
    assert (gone.status, gone.text, gone.name, gone.original) == (Status.REDACTED, "", None, None)
    assert all(can(Status.REDACTED, role) == [] for role in Role)
    assert after(proposed, QuestionVerb.DROP_REDACTION).redaction_by is None
    with pytest.raises(Refused, match="redaction_needs_two"):
        after(ASKED, QuestionVerb.CONFIRM_REDACTION)


def test_the_end_of_a_meeting_and_its_reopening() -> None:
    """What nobody read and what was not reached is counted as such, and comes back where it was."""
    ended = {
        status: with_the_meeting(replace(ASKED, status=status, place=2.0), Verb.END, at=300.0) for status in Status
    }
    assert {status: question.status for status, question in ended.items() if question} == WITH_THE_MEETING[Verb.END]
    queued = ended[Status.QUEUED]
    assert queued
    back = with_the_meeting(queued, Verb.REOPEN, at=400.0)
    assert back
    assert (back.status, back.place) == (Status.QUEUED, 2.0)
    read = with_the_meeting(replace(ASKED, status=Status.NOT_REVIEWED), Verb.REOPEN, at=400.0)
    assert read
    assert read.status is Status.PENDING
    rested = with_the_meeting(replace(ASKED, status=Status.ON_AIR), Verb.CLOSE_SESSION, at=300.0)
    assert rested
    assert (rested.status, rested.place) == (Status.QUEUED, 0.0)
    assert with_the_meeting(ASKED, Verb.CALL_RECESS, at=300.0) is None


def test_citizens_see_published_questions_only() -> None:
    """Staff see all; a verdict that can still be undone is not seen outside."""
    assert {s for s in Status if sees_question(Role.CITIZEN, s)} == PUBLIC
    assert all(sees_question(role, s) for s in Status for role in STAFF)
    published = after(ASKED, QuestionVerb.PUBLISH, limits=Limits())
    assert known_to(Role.CITIZEN, published) is None
    assert known_to(Role.CITIZEN, told(published)) == told(published)
    assert known_to(Role.MODERATOR, published) == published
    own = known_to(Role.CITIZEN, published, own=True)
    assert own
    assert own.status is Status.PENDING


@pytest.mark.parametrize("phase", list(Phase))
def test_questions_are_taken_on_air_but_never_in_closed_session(phase: Phase) -> None:
    """Before the meeting where the commune wants it; a rehearsal changes nothing for citizens."""
    assert asking_open(phase, before=False) is (phase in (Phase.LIVE, Phase.RECESS))
    assert asking_open(phase, before=True) is (phase in (Phase.LIVE, Phase.RECESS, *BEFORE))


def test_a_text_is_kept_plain() -> None:
    """Line breaks stay; control and direction characters, which hide what is written, go."""
    assert check_text(" Wéini?\n\x00\u202eOk ", " Anne ", limit=500) == ("Wéini?\nOk", "Anne")
    assert check_text("x" * 500, None, limit=500) == ("x" * 500, None)


@pytest.mark.parametrize(("text", "code"), [("  ", "question_empty"), ("x" * 501, "question_too_long")])
def test_a_text_that_cannot_be_taken(text: str, code: str) -> None:
    """Is refused with its limit."""
    with pytest.raises(Invalid) as invalid:
        check_text(text, None, limit=500)
    assert invalid.value.mistakes["text"][0] == code
