"""What the clock orders, and what it leaves alone: a table of moments."""

import pytest

from streamer.council.events import Kind
from streamer.council.phase import Phase, Verb
from streamer.council.schedule import (
    ANSWER_SECONDS,
    LATEST_SECONDS,
    GoLive,
    Other,
    Rules,
    Standing,
    due,
    ends_itself,
    forgotten,
    on_air_for,
    overdue,
    standing,
)
from tests.council.story import Story

T = 100_000.0
"""When the meeting is planned for."""
BY_CLERK = Rules(automatic=True)
AT_START = Rules(automatic=True, live=GoLive.AT_START)
HOUR, MINUTE = 3600.0, 60.0


@pytest.mark.parametrize(
    ("minutes", "phase", "by_clerk", "at_start"),
    [
        (-15.1, Phase.SCHEDULED, None, None),
        (-15, Phase.SCHEDULED, Verb.REHEARSE, Verb.REHEARSE),
        (-12, Phase.REHEARSAL, None, None),
        (-10, Phase.REHEARSAL, Verb.OPEN_DOORS, Verb.OPEN_DOORS),
        (-3, Phase.SCHEDULED, Verb.OPEN_DOORS, Verb.OPEN_DOORS),
        (-3, Phase.WAITING, None, None),
        (0, Phase.WAITING, None, Verb.GO_LIVE),
        (40, Phase.SCHEDULED, Verb.OPEN_DOORS, Verb.GO_LIVE),
        (40, Phase.REHEARSAL, Verb.OPEN_DOORS, Verb.GO_LIVE),
        (361, Phase.SCHEDULED, None, None),
        (361, Phase.WAITING, Verb.STAND_DOWN, Verb.STAND_DOWN),
        (361, Phase.REHEARSAL, Verb.STAND_DOWN, Verb.STAND_DOWN),
        (0, Phase.LIVE, None, None),
        (0, Phase.CANCELLED, None, None),
        (0, Phase.ENDED, None, None),
    ],
)
def test_each_step_is_due_from_its_minute_on(
    minutes: float, phase: Phase, by_clerk: Verb | None, at_start: Verb | None
) -> None:
    """Who comes late does what is due, not what is past; long after the start nothing is begun any more."""
    story = Story() if phase is Phase.SCHEDULED else Story().phase(T - HOUR, phase)
    now = T + MINUTE * minutes
    assert due(story.meeting, T, now, BY_CLERK) is by_clerk
    assert due(story.meeting, T, now, AT_START) is at_start
    if by_clerk is not Verb.STAND_DOWN:
        assert due(story.meeting, T, now, Rules()) is None, "only where it is wanted"


def test_steps_can_be_left_out() -> None:
    """Minutes of 0."""
    planned = Story().meeting
    no_slate = Rules(automatic=True, waiting_minutes=0)
    assert due(planned, T, T - MINUTE, no_slate) is Verb.REHEARSE
    nothing = Rules(automatic=True, rehearse_minutes=0, waiting_minutes=0, live=GoLive.AT_START)
    assert due(planned, T, T - MINUTE, nothing) is None
    assert due(planned, T, T, nothing) is Verb.GO_LIVE


def test_a_clerk_who_takes_it_back_is_not_overruled() -> None:
    """Within the time in which the clock acts. A test in the afternoon changes nothing, and a new hour begins anew."""
    afternoon = Story().phase(T - 5 * HOUR, Phase.REHEARSAL).phase(T - 4 * HOUR, Phase.SCHEDULED)
    assert due(afternoon.meeting, T, T, AT_START) is Verb.GO_LIVE
    stopped = afternoon.phase(T - 10 * MINUTE, Phase.WAITING).phase(T - 5 * MINUTE, Phase.SCHEDULED).meeting
    assert standing(stopped, T, T, AT_START) is Standing.STOPPED
    assert due(stopped, T, T, AT_START) is None
    later = T + 2 * HOUR
    assert due(stopped, later, later, AT_START) is Verb.GO_LIVE


@pytest.mark.parametrize("phase", [Phase.REHEARSAL, Phase.WAITING, Phase.LIVE, Phase.CLOSED_SESSION])
def test_nothing_is_ordered_while_another_meeting_has_the_camera(phase: Phase) -> None:
    """It is due as soon as that one is over."""
    assert due(Story().meeting, T, T, AT_START, [Other(T - HOUR, phase)]) is None


def test_after_a_meeting_that_ended_late_the_camera_wants_a_press() -> None:
    """Its people are still in the room: the public sees the countdown's slate, not them."""
    late, early = Other(T - HOUR, Phase.ENDED, T + MINUTE), Other(T - HOUR, Phase.ENDED, T - MINUTE)
    assert due(Story().meeting, T, T + 2 * MINUTE, AT_START, [late]) is Verb.OPEN_DOORS
    assert due(Story().meeting, T, T + 2 * MINUTE, AT_START, [early]) is Verb.GO_LIVE
    no_slate = Rules(automatic=True, waiting_minutes=0, live=GoLive.AT_START)
    assert due(Story().meeting, T, T + 2 * MINUTE, no_slate, [late]) is None


def test_a_meeting_whose_day_has_moved_on_is_left_alone() -> None:
    """One planned for later is due, and had its turn or has it now."""
    now = T + 2 * HOUR
    for phase in (Phase.SCHEDULED, Phase.ENDED, Phase.PUBLISHED):
        assert due(Story().meeting, T, now, AT_START, [Other(T + HOUR, phase)]) is None
    assert due(Story().meeting, T, now, AT_START, [Other(T + HOUR, Phase.CANCELLED)]) is Verb.GO_LIVE
    assert due(Story().meeting, T, now, AT_START, [Other(now + 1, Phase.SCHEDULED)]) is Verb.GO_LIVE


@pytest.mark.parametrize("phase", [Phase.SCHEDULED, Phase.REHEARSAL, Phase.WAITING])
def test_planned_for_six_and_not_live(phase: Phase) -> None:
    """From the planned minute on, for as long as anybody could still mean to begin."""
    meeting = Story().phase(T - HOUR, phase).meeting
    assert [overdue(meeting, T, T + s) for s in (-1, 0, 30, LATEST_SECONDS + 1)] == [0, 0, 30, 0]
    assert overdue(Story().phase(T, Phase.LIVE).meeting, T, T + 30) == 0
    assert overdue(Story().phase(T, Phase.CANCELLED).meeting, T, T + 30) == 0


def test_a_forgotten_meeting_is_asked_about_and_then_ended() -> None:
    """Three hours with nothing to be seen or heard; an item that was opened, or an answer, is a sign of life."""
    live = Story().phase(T, Phase.LIVE)
    now = T + 4 * HOUR
    assert forgotten(live.meeting, 2.9 * HOUR, now, Rules()) == 0
    assert forgotten(live.meeting, 3 * HOUR + 60, now, Rules()) == pytest.approx(60)
    assert not ends_itself(live.meeting, 3 * HOUR + 60, now, Rules())
    assert ends_itself(live.meeting, 3 * HOUR + ANSWER_SECONDS, now, Rules())
    answered = live.at(now - 60, Kind.MEETING_GOES_ON).meeting
    assert forgotten(answered, 4 * HOUR, now, Rules()) == 0
    assert forgotten(answered, 7 * HOUR, now + 3 * HOUR, Rules()) == pytest.approx(0, abs=61)


@pytest.mark.parametrize("phase", [Phase.RECESS, Phase.CLOSED_SESSION])
def test_a_recess_or_a_closed_session_can_be_forgotten_too(phase: Phase) -> None:
    """There nothing is seen or heard: it counts since when nobody has pressed anything."""
    away = Story().phase(T, Phase.LIVE).phase(T + HOUR, phase)
    now = T + 4 * HOUR + MINUTE
    assert forgotten(away.meeting, 0, now, Rules()) == pytest.approx(60)
    assert ends_itself(away.meeting, 0, now + ANSWER_SECONDS, Rules())
    if phase is Phase.RECESS:
        announced = away.at(T + 2 * HOUR, Kind.RECESS_CHANGED, until=T + 3 * HOUR).meeting
        assert forgotten(announced, 0, now, Rules()) == 0
        assert forgotten(announced, 0, now + 2 * HOUR, Rules()) == pytest.approx(60)
    assert forgotten(away.at(now - 60, Kind.MEETING_GOES_ON).meeting, 0, now, Rules()) == 0


def test_how_long_a_broadcast_lasts() -> None:
    """From the first slate on, recesses included: so a platform counts."""
    story = Story().phase(10, Phase.WAITING).phase(20, Phase.LIVE).phase(30, Phase.RECESS)
    assert on_air_for(story.meeting, 50) == 40
    assert on_air_for(story.phase(60, Phase.ENDED).meeting, 99) == 0
