"""What the rules refuse, and what becomes of an order they allow."""

import pytest

from streamer.council import decide
from streamer.council.errors import Invalid, Refused
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.phase import Phase, Verb
from tests.council.story import ITEMS, Story

START = "2026-11-27T19:00:00+01:00"
LIVE = Story().phase(100, Phase.LIVE)


def refusal(meeting: Meeting, item: str) -> Refused:
    """What opening `item` is answered."""
    with pytest.raises(Refused) as refused:
        decide.open_item(meeting, item, now=200)
    return refused.value


def test_an_item_that_is_not_public_cannot_be_opened_live() -> None:
    """The hint names the way: close the session first."""
    refused = refusal(LIVE.meeting, "c")
    assert refused.code == "item_not_public"
    assert refused.can == (Verb.CLOSE_SESSION,)


def test_a_public_item_cannot_be_opened_behind_closed_doors() -> None:
    """Or citizens would miss it without being told."""
    assert refusal(Story().phase(1, Phase.LIVE).phase(2, Phase.CLOSED_SESSION).meeting, "a").code == "item_is_public"


def test_nothing_is_opened_before_the_meeting_is_on_air() -> None:
    """Nor an item that does not exist, nor the open one again (two clerks pressing at once)."""
    assert refusal(Story().meeting, "a").code == "not_on_air"
    assert refusal(LIVE.meeting, "zzz").code == "no_such_item"
    assert refusal(Story().phase(100, Phase.LIVE).opens(110, "a").meeting, "a").code == "item_already_open"


@pytest.mark.parametrize(("ago", "expected"), [(0, 200), (30, 170), (95, 120), (10_000, 120), (-5, 200)])
def test_it_began_a_while_ago_but_not_before_the_item_before(ago: float, expected: float) -> None:
    """Item 1 was opened at 120; times before that belong to it."""
    meeting = Story().phase(100, Phase.LIVE).opens(120, "a").meeting
    assert decide.open_item(meeting, "b", now=200, seconds_ago=ago).data["at"] == expected


def test_one_camera_serves_one_meeting() -> None:
    """The refusal names the meeting that has it."""
    with pytest.raises(Refused) as refused:
        decide.order(Story().meeting, Verb.GO_LIVE, camera_used_by="Schools committee")
    assert refused.value.values["name"] == "Schools committee"
    assert decide.order(LIVE.meeting, Verb.END, camera_used_by="Schools committee").data["phase"] == Phase.ENDED


def test_nothing_is_published_with_a_picture_of_the_closed_session_in_it() -> None:
    """One is enough."""
    ended = Story().phase(1, Phase.LIVE).phase(2, Phase.ENDED).meeting
    with pytest.raises(Refused, match="closed_part_in_replay"):
        decide.order(ended, Verb.PUBLISH, leaks=1)
    assert decide.order(ended, Verb.PUBLISH, leaks=0).data["phase"] == Phase.PUBLISHED


def test_every_mistake_of_a_plan_is_told_at_once() -> None:
    """Each by its field."""
    items = [AgendaItem("a", "1", " "), AgendaItem("b", "2", "x" * 501)]
    with pytest.raises(Invalid) as invalid:
        decide.plan(" ", "9999-12-31T00:00:00+01:00", items)
    assert {field: code for field, (code, _) in invalid.value.mistakes.items()} == {
        "name": "name_missing",
        "start": "start_bad",
        "agendaItem[0].name": "name_missing",
        "agendaItem[1].name": "name_too_long",
    }


def test_an_agenda_has_a_thousand_items_at_most() -> None:
    """400 real ones pass."""
    many = [AgendaItem(str(n), str(n), "x") for n in range(1001)]
    assert len(decide.plan("Council", START, many[:400]).data["items"]) == 400
    with pytest.raises(Invalid):
        decide.plan("Council", START, many)


def test_an_opened_item_can_neither_be_removed_nor_made_secret() -> None:
    """What citizens saw stays in the index; new items may be added while the meeting runs."""
    meeting = Story().phase(100, Phase.LIVE).opens(110, "a").meeting
    with pytest.raises(Refused, match="item_was_opened"):
        decide.plan("Council", START, ITEMS[1:], changes=meeting)
    with pytest.raises(Refused, match="item_was_opened"):
        decide.plan("Council", START, [AgendaItem("a", "1", "Minutes", public=False), *ITEMS[1:]], changes=meeting)
    assert decide.plan("Council", START, [*ITEMS, AgendaItem("e", "5", "Urgent")], changes=meeting)


def test_undo_takes_back_the_last_opening() -> None:
    """And says so when there is none."""
    story = Story().phase(100, Phase.LIVE).opens(110, "a")
    assert decide.undo_opening(story.meeting).data["version"] == story.meeting.version
    with pytest.raises(Refused, match="nothing_to_undo"):
        decide.undo_opening(LIVE.meeting)


@pytest.mark.parametrize("verb", [Verb.CLOSE_SESSION, Verb.CALL_RECESS, Verb.END])
@pytest.mark.parametrize(("ago", "at"), [(20, 980), (0.5, 999.5), (500, 700), (-5, None), (0, None)])
def test_the_air_is_left_as_of_some_seconds_ago(verb: Verb, ago: float, at: float | None) -> None:
    """300 s at most. From now on where nothing is said of it."""
    assert decide.order(LIVE.meeting, verb, now=1000, seconds_ago=ago).data.get("at") == at


def test_no_order_reaches_back_beyond_the_phase_it_leaves() -> None:
    """Changes stay in the order of their times, however often the clerk dates back."""
    meeting = Story().phase(100, Phase.LIVE).phase(110, Phase.CLOSED_SESSION, since=105).phase(112, Phase.LIVE).meeting
    assert decide.order(meeting, Verb.CLOSE_SESSION, now=115, seconds_ago=30).data["at"] == 112
    recess = Story().phase(100, Phase.LIVE).phase(110, Phase.RECESS).meeting
    assert decide.order(recess, Verb.CLOSE_SESSION, now=115, seconds_ago=30).data["at"] == 110


@pytest.mark.parametrize("verb", [Verb.GO_LIVE, Verb.RESUME, Verb.REHEARSE, Verb.PUBLISH])
def test_nothing_goes_on_the_air_as_of_some_seconds_ago(verb: Verb) -> None:
    """What was not filmed cannot be shown, and what was closed stays closed."""
    before = {Verb.RESUME: Phase.RECESS, Verb.PUBLISH: Phase.ENDED}.get(verb, Phase.SCHEDULED)
    with pytest.raises(Refused, match="not_dated_back"):
        decide.order(Story().phase(1, before).meeting, verb, now=100, seconds_ago=10)
