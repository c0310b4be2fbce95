"""A meeting's twin on YouTube: in every state of both, the one next step."""

from dataclasses import replace

import pytest

from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.twin import KEPT_BACK_SECONDS, Life, Step, Twin, Words, next_step, plain

NOW = 1000.0
WORDS = Words("Council", "Agenda", NOW + 60)
TWIN = Twin("b1", Life.READY, WORDS, stream="s1")


def step(phase: Phase, twin: Twin | None, *, wanted: Words = WORDS, sending: bool = False, ended: float = 0.0) -> Step:
    over = phase in (Phase.ENDED, Phase.PUBLISHED)
    meeting = Meeting("m", phase=phase, changes=((ended, Phase.ENDED), (ended, phase)) if over else ((0.0, phase),))
    return next_step(meeting, wanted, "s1", twin, sending=sending, now=NOW)


BEFORE = (Phase.SCHEDULED, Phase.REHEARSAL)
ON_AIR = (Phase.WAITING, Phase.LIVE, Phase.RECESS, Phase.CLOSED_SESSION)
OVER = (Phase.ENDED, Phase.PUBLISHED)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("life", [None, *Life])
def test_the_next_step(phase: Phase, life: Life | None) -> None:
    """The whole table, with a twin that is bound and receives, and words that are the same."""
    twin = replace(TWIN, life=life, active=True) if life else None
    expected = Step.NOTHING
    if phase in (*BEFORE, *ON_AIR) and life in (None, Life.COMPLETE):
        expected = Step.INSERT
    elif phase in ON_AIR and life in (Life.TEST_STARTING, Life.LIVE_STARTING):
        expected = Step.WAIT
    elif phase in ON_AIR and life in (Life.CREATED, Life.READY, Life.TESTING):
        expected = Step.GO_LIVE
    elif (phase in (*OVER, Phase.CANCELLED) and life in (Life.CREATED, Life.READY)) or (
        phase in OVER and life is Life.TESTING
    ):
        expected = Step.DELETE
    elif phase in OVER and life in (Life.TEST_STARTING, Life.LIVE_STARTING):
        expected = Step.WAIT
    elif phase in OVER and life is Life.LIVE:
        expected = Step.COMPLETE
    assert step(phase, twin) is expected


def test_nothing_goes_live_without_data() -> None:
    assert step(Phase.LIVE, TWIN) is Step.WAIT
    assert step(Phase.LIVE, replace(TWIN, active=True)) is Step.GO_LIVE


def test_another_stream_is_bound_before_and_never_on_the_air() -> None:
    other = replace(TWIN, stream="s2")
    assert step(Phase.SCHEDULED, other) is Step.BIND
    assert step(Phase.LIVE, other) is Step.BIND
    assert step(Phase.LIVE, replace(other, life=Life.LIVE, active=True)) is Step.NOTHING


def test_it_is_completed_when_all_was_sent_and_the_end_is_a_while_ago() -> None:
    live = replace(TWIN, life=Life.LIVE)
    assert step(Phase.ENDED, live, sending=True) is Step.WAIT
    assert step(Phase.ENDED, live, ended=NOW - KEPT_BACK_SECONDS + 1) is Step.WAIT
    assert step(Phase.ENDED, live, ended=NOW - KEPT_BACK_SECONDS) is Step.COMPLETE


def test_changes_follow_but_never_to_a_time_that_is_past() -> None:
    assert step(Phase.SCHEDULED, TWIN, wanted=replace(WORDS, title="New")) is Step.UPDATE
    assert step(Phase.SCHEDULED, TWIN, wanted=replace(WORDS, start=NOW + 600)) is Step.UPDATE
    assert step(Phase.SCHEDULED, TWIN, wanted=replace(WORDS, start=NOW - 1)) is Step.NOTHING
    assert step(Phase.PUBLISHED, replace(TWIN, life=Life.COMPLETE), wanted=replace(WORDS, description="0:00")) is (
        Step.UPDATE
    )


def test_text_as_youtube_takes_it() -> None:
    assert plain("a <b> c", 100) == "a ‹b› c"
    cut = plain("word " * 50, 100)
    assert len(cut) <= 100
    assert cut.endswith("word…")
