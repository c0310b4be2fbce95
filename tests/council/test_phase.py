"""A meeting's life is one table, and every pair that is not in it is refused with what can be done instead."""

import pytest

from streamer.council import decide
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import TRANSITIONS, Phase, Verb, available
from streamer.council.picture import Program, Slate, SlateKind, desired

PAIRS = [(phase, verb) for phase in Phase for verb in Verb]


@pytest.mark.parametrize(("phase", "verb"), PAIRS)
def test_every_pair_moves_or_is_refused(phase: Phase, verb: Verb) -> None:
    """The table decides, and a refusal names the verbs that would do."""
    meeting = Meeting("m", phase=phase)
    if (phase, verb) in TRANSITIONS:
        assert decide.order(meeting, verb).data["phase"] == TRANSITIONS[phase, verb]
        return
    with pytest.raises(Refused) as refusal:
        decide.order(meeting, verb)
    assert refusal.value.code == "wrong_phase"
    assert list(refusal.value.can) == available(phase)


def test_every_phase_can_be_reached_and_only_cancelled_is_final() -> None:
    """No dead end but the intended one."""
    assert {Phase.SCHEDULED, *TRANSITIONS.values()} == set(Phase)
    assert [phase for phase in Phase if not available(phase)] == [Phase.CANCELLED]


@pytest.mark.parametrize("phase", list(Phase))
def test_only_rehearsal_and_live_may_open_the_camera(phase: Phase) -> None:
    """The worst mistake cannot be spelt: a slate has no source."""
    assert isinstance(desired(phase), Program) is (phase in (Phase.REHEARSAL, Phase.LIVE))
    assert desired(Phase.CLOSED_SESSION) == Slate(SlateKind.CLOSED_SESSION)


def test_after_a_closed_session_the_first_seconds_are_thrown_away() -> None:
    """A camera hands out what it had buffered."""
    again = desired(Phase.LIVE, after_closed_session=True)
    assert isinstance(again, Program)
    assert again.guard_seconds >= 2.0


def test_a_rehearsal_looks_like_a_planned_meeting_to_citizens() -> None:
    """And nothing else is disguised."""
    assert Phase.REHEARSAL.as_seen_by_citizens() is Phase.SCHEDULED
    assert all(phase.as_seen_by_citizens() is phase for phase in Phase if phase is not Phase.REHEARSAL)
