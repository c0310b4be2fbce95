"""Going live over a red line wants a reason; what is red, how long it counts, and when it is looked by itself."""

import pytest

from streamer.council import decide
from streamer.council.errors import Refused
from streamer.council.events import Kind
from streamer.council.phase import Phase, Verb
from streamer.council.preflight import (
    COUNTS_SECONDS,
    MAX_REASON,
    Check,
    Line,
    Outcome,
    Report,
    due,
    judge_disk,
    judge_meeting,
    judge_speed,
    judge_upload,
    nearer_meeting,
    worst,
)
from tests.council.story import Story

AT = 1000.0
OK, WARN, RED, NOT_CHECKED = Outcome.OK, Outcome.WARN, Outcome.RED, Outcome.NOT_CHECKED


def checked(*outcomes: Outcome) -> Story:
    """A planned meeting whose preflight came out like this."""
    found = dict(zip((str(check) for check in Check), map(str, outcomes), strict=False))
    return Story().at(AT, Kind.PREFLIGHT_DONE, outcomes=found)


@pytest.mark.parametrize(
    ("story", "age", "reason", "goes"),
    [
        (Story(), 0, "", True),
        (checked(OK, OK), 0, "", True),
        (checked(OK, WARN, NOT_CHECKED), 0, "", True),
        (checked(OK, RED), 0, "", False),
        (checked(OK, RED), 0, "  \n ", False),
        (checked(OK, RED), 0, "scheduled", True),
        (checked(OK, RED), COUNTS_SECONDS, "", False),
        (checked(OK, RED), COUNTS_SECONDS + 1, "", True),
        (checked(RED).at(AT + 1, Kind.PREFLIGHT_DONE, outcomes={"camera": "ok"}), 1, "", True),
        (checked(RED).phase(AT, Phase.REHEARSAL), 0, "", False),
    ],
    ids=["never", "well", "amber", "red", "blank", "reason", "still counts", "too old", "put right", "rehearsal"],
)
def test_going_live(story: Story, age: float, reason: str, goes: bool) -> None:
    if goes:
        fact = decide.order(story.meeting, Verb.GO_LIVE, now=AT + age, reason=reason)
        assert fact.data.get("reason", "") == reason
        return
    with pytest.raises(Refused) as refused:
        decide.order(story.meeting, Verb.GO_LIVE, now=AT + age, reason=reason)
    assert refused.value.code == "preflight_red"
    assert Verb.GO_LIVE in refused.value.can
    assert refused.value.values["checks"]


def test_nothing_else_asks_for_a_reason() -> None:
    """Above all not resuming, nor closing a session, in a meeting that is on the air."""
    story = checked(RED)
    assert decide.order(story.meeting, Verb.REHEARSE, now=AT).data == {"verb": "rehearse", "phase": "rehearsal"}
    live = story.phase(AT, Phase.LIVE).meeting
    assert decide.order(live, Verb.CLOSE_SESSION, now=AT).data["phase"] == Phase.CLOSED_SESSION


def test_a_reason_is_one_line_of_limited_length() -> None:
    kept = decide.order(checked(RED).meeting, Verb.GO_LIVE, now=AT, reason="The mixer\n\n is late " + "x" * 900)
    assert str(kept.data["reason"]).startswith("The mixer is late xxx")
    assert len(str(kept.data["reason"])) == MAX_REASON


def test_the_log_keeps_the_worst_of_each_check_and_no_details() -> None:
    """One destination of two is enough; the folded meeting says the same."""
    lines = (
        Line(Check.DESTINATION, OK, "destination_reached", subject="A"),
        Line(Check.DESTINATION, RED, "destination_no_answer", subject="B"),
        Line(Check.DESTINATION, WARN, "x", subject="C"),
        Line(Check.DISK, OK, "disk_roomy", {"hours": 12.0}),
    )
    fact = decide.preflight_done(Story().meeting, Report(AT, lines))
    assert fact.data == {"outcomes": {"destination": "red", "disk": "ok"}}
    folded = Story().at(AT, fact.kind, **fact.data).meeting.preflight
    assert folded is not None
    assert folded.red(AT) == [Check.DESTINATION]


def test_a_report_that_comes_too_late_is_not_kept() -> None:
    """The meeting is on the air: other lights tell now."""
    with pytest.raises(Refused, match="preflight_too_late"):
        decide.preflight_done(Story().phase(1, Phase.LIVE).meeting, Report(AT, ()))


@pytest.mark.parametrize(
    ("minutes_before", "done_before", "expected"),
    [
        (61, None, False), (60, None, True), (59, 60, False), (20, 60, False), (15, 60, True), (10, None, True),
        (10, 15, False), (2, 15, True), (1, 2, False), (0, 15, False), (-5, None, False), (14, 16, True),
    ],
)  # fmt: skip
def test_each_moment_has_one_run(minutes_before: float, done_before: float | None, expected: bool) -> None:
    """A service that starts at T-10 runs the one that is due; nothing runs once the meeting should have begun."""
    start = 100_000.0
    done = None if done_before is None else start - done_before * 60
    assert due(start, start - minutes_before * 60, done) is expected


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (judge_disk(23 * 10**9, 4_128_000, 3), OK),
        (judge_disk(20 * 10**9, 4_128_000, 3), WARN),
        (judge_disk(10 * 10**9, 4_128_000, 3), RED),
        (judge_speed(1.2), OK),
        (judge_speed(1.1), WARN),
        (judge_speed(0.9), RED),
        (judge_speed(1.3, 1.2), OK),
        (judge_speed(1.3, 0.5), WARN),
        (judge_speed(0.9, 0.4), RED),
        (judge_upload("A", 6.2e6, 4.128e6), OK),
        (judge_upload("A", 5e6, 4.128e6), WARN),
        (judge_upload("A", 4e6, 4.128e6), RED),
        (judge_upload("A", None, 4.128e6), NOT_CHECKED),
        (judge_meeting(0, 3600, None, None), OK),
        (judge_meeting(0, 90_000, None, None), WARN),
        (judge_meeting(0, 0, "Schools", None), RED),
        (judge_meeting(0, 90_000, None, ("Schools", 90_000)), RED),
    ],
    ids=lambda value: f"{value.code}-{value.outcome}" if isinstance(value, Line) else "",
)
def test_what_is_red(line: Line, outcome: Outcome) -> None:
    """Twice the planned length on the disk, half as much again on the line, a fifth faster than life."""
    assert line.outcome is outcome


def test_the_wrong_meeting_is_noticed_only_where_the_right_one_is_at_hand() -> None:
    """Tonight's stands; that of next week is not meant while tonight's is about to begin."""
    hour, week = 3600.0, 7 * 86_400.0
    assert nearer_meeting(week, 0, [("Tonight", hour), ("Later", 1.5 * hour)]) == ("Tonight", hour)
    assert nearer_meeting(hour, 0, [("Also tonight", 0.5 * hour)]) is None
    assert nearer_meeting(week, 0, [("In two weeks", 2 * week)]) is None


def test_not_checked_is_worse_than_well() -> None:
    """Green is never a guess."""
    assert worst([OK, NOT_CHECKED]) is NOT_CHECKED
    assert worst([NOT_CHECKED, WARN]) is WARN
    assert worst([]) is OK
