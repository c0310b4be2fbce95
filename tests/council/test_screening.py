"""A meeting that is only recorded: no rule lets anything of it out before it is published, whatever is ordered."""

from dataclasses import replace

import pytest

from streamer.council import decide
from streamer.council.air import aired, kept, playable_from
from streamer.council.clip import Clip, Shape, lives
from streamer.council.errors import Refused
from streamer.council.events import Kind
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.networks import Sending
from streamer.council.news import News, NewsState, Occasion, plan_of, verdict
from streamer.council.phase import ON_AIR, Phase, Verb
from streamer.council.readings import DestinationReading, Hours, Link, PlatformReading, Readings, Showing, symptoms
from streamer.council.roles import Role, as_seen
from streamer.council.schedule import Rules, due
from streamer.council.screening import Screening
from streamer.council.trouble import Code
from streamer.council.twin import Life, Step, Twin, Words, next_step
from tests.council.story import ITEMS, Piece, Story

PLAN = {"name": "Council", "start": "2026-11-27T19:00:00+01:00", "items": [item.as_data() for item in ITEMS]}
DELAYED = Screening.DELAYED


def recorded(*phases: tuple[float, Phase]) -> Story:
    """Planned as to be recorded only."""
    story = Story().at(1, Kind.MEETING_CHANGED, **PLAN, screening=DELAYED)
    for at, phase in phases:
        story.phase(at, phase)
    return story


def test_nothing_is_aired_and_all_is_kept() -> None:
    """The slates neither; nor may what was aired while it was planned otherwise be played."""
    meeting = recorded((100, Phase.LIVE), (120, Phase.RECESS), (130, Phase.LIVE), (140, Phase.ENDED)).meeting
    pieces = [Piece(at, "slate" if 120 <= at < 130 else "program") for at in range(100, 140, 2)]
    assert aired(meeting, pieces, now=1e9, delay=0) == []
    assert playable_from(meeting) == float("inf")
    assert [piece.start for piece in kept(meeting, pieces)] == [*range(100, 120, 2), *range(130, 140, 2)]
    clip = Clip("c", 0, 5, Shape.WIDE, "", "", "sig", "claire", 200.0)
    assert lives(clip, meeting, "sig"), "clips are of the replay, not of the air"


@pytest.mark.parametrize("phase", sorted(ON_AIR))
def test_citizens_learn_of_no_phase_and_no_item(phase: Phase) -> None:
    """Planned until it is over; then over, and published when it is published."""
    story = recorded((100, Phase.LIVE)).opens(110, "a").phase(120, phase)
    seen = as_seen(Role.CITIZEN, story.meeting, at=1e9, airing=True)
    assert (seen.phase, seen.open_item, seen.changes, seen.question_on_air) == (Phase.SCHEDULED, None, (), None)
    assert as_seen(Role.CLERK, story.meeting, at=0).phase is phase
    over = as_seen(Role.CITIZEN, story.phase(130, Phase.ENDED).meeting, at=0.0)
    assert (over.phase, over.marks) == (Phase.ENDED, ())
    assert as_seen(Role.CITIZEN, story.phase(140, Phase.PUBLISHED).meeting, at=0.0).phase is Phase.PUBLISHED


def test_no_destination_is_sent_to_whatever_was_ordered() -> None:
    """An order from before it was planned so does not count either."""
    story = Story().at(1, Kind.DESTINATION_ORDERED, destination="YouTube", order="send")
    meeting = story.at(2, Kind.MEETING_CHANGED, **PLAN, screening=DELAYED).meeting
    assert meeting.sending("YouTube", Sending.SEND) is Sending.REST
    with pytest.raises(Refused, match="only_recorded"):
        decide.order_destination(meeting, "YouTube", Sending.SEND, usual=Sending.SEND)
    with pytest.raises(Refused, match="only_recorded") as refused:
        decide.order(meeting, Verb.OPEN_DOORS)
    assert Verb.OPEN_DOORS not in refused.value.can
    assert Verb.GO_LIVE in refused.value.can


def test_it_is_fixed_as_soon_as_anything_may_be_on_the_air() -> None:
    """In the log each time; the preflight of before counts for nothing; a plan of before was shown live."""
    meeting = Story().at(5, Kind.PREFLIGHT_DONE, outcomes={"camera": "ok"}).meeting
    assert meeting.screening is Screening.LIVE
    fact = decide.screen(meeting, DELAYED)
    assert (fact.kind, fact.data["screening"], fact.data["items"]) == (Kind.MEETING_CHANGED, "delayed", PLAN["items"])
    story = recorded()
    assert (story.meeting.screening, story.meeting.preflight) == (DELAYED, None)
    again = decide.plan("Other", "2026-11-27T19:00:00+01:00", ITEMS, changes=story.meeting)
    assert again.data["screening"] == "delayed", "who changes the rest does not make it public"
    for phase in (*sorted(ON_AIR), Phase.ENDED):
        with pytest.raises(Refused, match="screening_fixed"):
            decide.screen(recorded((50, Phase.LIVE), (60, phase)).meeting, Screening.LIVE)
        assert decide.screen(recorded((60, phase)).meeting, DELAYED), "what it is already is no change"


def test_nobody_is_told_that_it_goes_live() -> None:
    """And that it is recorded instead is a change of the plan."""
    meeting = recorded((100, Phase.LIVE)).meeting
    seen = as_seen(Role.CITIZEN, meeting, at=1e9)
    news = News(9, "m", Occasion.LIVE, 100.0, 100.0)
    assert verdict(news, meeting, seen, [], start=100.0, now=101.0) is NewsState.DROPPED
    assert plan_of(Story().meeting) != plan_of(recorded().meeting)
    assert plan_of(Story().meeting) == plan_of(Story().at(1, Kind.MEETING_CHANGED, **PLAN, screening="live").meeting)


@pytest.mark.parametrize(
    ("life", "step"),
    [
        (None, Step.NOTHING), (Life.CREATED, Step.DELETE), (Life.READY, Step.DELETE), (Life.TESTING, Step.DELETE),
        (Life.LIVE_STARTING, Step.WAIT), (Life.LIVE, Step.COMPLETE), (Life.COMPLETE, Step.NOTHING),
    ],
)  # fmt: skip
def test_there_is_no_broadcast_of_it_at_youtube(life: Life | None, step: Step) -> None:
    """None is made; what was planned there before goes."""
    twin = Twin("b", life, Words("Council", "", 0.0), stream="s", active=True) if life else None
    for phase in (Phase.SCHEDULED, Phase.LIVE, Phase.RECESS):
        meeting = recorded((100, phase)).meeting
        assert next_step(meeting, Words("Other", "", 0.0), "s", twin, sending=True, now=101.0) is step


def test_the_light_needs_nothing_that_is_sent() -> None:
    """It looks at camera, recording, disk and clock alone."""
    now = Readings(
        1000.0, Phase.LIVE, Showing.PROGRAM, air_still=1e4, destinations=[DestinationReading("Y", Link.CONNECTING)],
        platforms=[PlatformReading("YouTube")], hours=Hours(on_air=1e6), free_bytes=1, screening=DELAYED,
    )  # fmt: skip
    lasting = {symptom.code for symptom in symptoms(now) if symptom.lasted != 0}
    assert lasting == {Code.NOT_LIVE_AT_START, Code.FORGOTTEN, Code.DISK_FULL} - {
        Code.NOT_LIVE_AT_START,
        Code.FORGOTTEN,
    }
    live = {symptom.code for symptom in symptoms(replace(now, screening=Screening.LIVE))}
    assert {Code.AIR_STILL, Code.AIR_STARTING, Code.TOO_LONG} <= live


def test_the_clock_shows_no_countdown_of_it() -> None:
    """It rehearses, and waits for the clerk."""
    rules = Rules(automatic=True, rehearse_minutes=15, waiting_minutes=10)
    meeting = recorded().meeting
    assert due(meeting, 10_000.0, 10_000.0 - 300, rules) is Verb.REHEARSE
    assert due(replace(meeting, screening=Screening.LIVE), 10_000.0, 10_000.0 - 300, rules) is Verb.OPEN_DOORS
    assert Verb.OPEN_DOORS not in Meeting("m", items=(AgendaItem("a", "1", "x"),), screening=DELAYED).can
