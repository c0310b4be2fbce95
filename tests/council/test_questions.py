"""Every (status, verb, role) of a question, and what a text must be."""

import pytest

from streamer.council.errors import Invalid, Refused
from streamer.council.phase import BEFORE, Phase
from streamer.council.questions import MOVES, QuestionVerb, Reason, Status, asking_open, can, check_text, move
from streamer.council.roles import Role, sees_question

ALL = [(status, verb, role) for status in Status for verb in QuestionVerb for role in Role]


@pytest.mark.parametrize(("status", "verb", "role"), ALL)
def test_every_move_is_in_the_table_or_refused(status: Status, verb: QuestionVerb, role: Role) -> None:
    """With the verbs that this role has instead."""
    target, roles = MOVES.get((status, verb), (None, frozenset()))
    if target is not None and role in roles:
        assert move(status, verb, role, Reason.INSULTING) is target
        return
    with pytest.raises(Refused) as refused:
        move(status, verb, role, Reason.INSULTING)
    assert list(refused.value.can) == can(status, role)


def test_a_rejection_gives_its_reason() -> None:
    """Nobody's question vanishes without one."""
    with pytest.raises(Invalid):
        move(Status.PENDING, QuestionVerb.REJECT, Role.MODERATOR, None)


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.WITHDRAWN])
def test_what_staff_did_can_be_undone(status: Status) -> None:
    """From everywhere there is a way back to published; only the asker's own withdrawal is final."""
    reached, frontier = {status}, [status]
    while frontier:
        here = frontier.pop()
        for (start, _), (end, roles) in MOVES.items():
            if start is here and end not in reached and "clerk" in roles:
                reached.add(end)
                frontier.append(end)
    assert Status.PUBLISHED in reached


def test_citizens_see_published_questions_only() -> None:
    """Staff see all."""
    public = {Status.PUBLISHED, Status.ON_AIR, Status.ANSWERED_LIVE}
    assert {s for s in Status if sees_question(Role.CITIZEN, s)} == public
    assert all(sees_question(role, s) for s in Status for role in (Role.MODERATOR, Role.CHAIR, Role.CLERK))


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
