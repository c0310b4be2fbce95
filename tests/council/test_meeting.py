"""What the log tells of a meeting: spans of phases, what is open, what comes next, how long an item took."""

from functools import reduce

from streamer.council.events import Event, Kind
from streamer.council.meeting import Meeting, fold_event, fold_events
from streamer.council.phase import ON_AIR, Phase
from tests.council.story import ITEMS, Story

INFINITY = float("inf")


def evening() -> Story:
    """Live at 100, closed from 300 to 400, ended at 500."""
    story = Story().phase(50, Phase.REHEARSAL).phase(100, Phase.LIVE).opens(120, "a").opens(200, "b")
    return story.phase(300, Phase.CLOSED_SESSION).opens(310, "c").phase(400, Phase.LIVE).opens(405, "d")


def test_spans_join_neighbouring_phases() -> None:
    """On the air is one span though the phase changed twice within."""
    meeting = evening().phase(500, Phase.ENDED).meeting
    assert [(s.start, s.end) for s in meeting.spans(Phase.LIVE)] == [(100, 300), (400, 500)]
    assert [(s.start, s.end) for s in meeting.spans(*ON_AIR)] == [(100, 500)]
    assert meeting.spans(Phase.ENDED)[-1].end == INFINITY


def test_an_item_lasts_until_the_next_is_opened_or_the_meeting_ends() -> None:
    """And has no end while it is open."""
    story = evening()
    assert story.meeting.item_span(ITEMS[0]) == (120, 200)
    assert story.meeting.item_span(ITEMS[3]) == (405, None)
    assert story.phase(500, Phase.ENDED).meeting.item_span(ITEMS[3]) == (405, 500)


def test_what_is_undone_was_never_opened() -> None:
    """The item before is open again."""
    story = Story().phase(100, Phase.LIVE).opens(120, "a").opens(130, "b")
    undone = story.at(131, Kind.ITEM_OPENING_UNDONE, version=story.meeting.version).meeting
    assert undone.open_item == ITEMS[0]
    assert undone.item_span(ITEMS[1]) is None


def test_the_next_item_is_public_in_public_and_closed_in_closed_session() -> None:
    """The clerk's one key never offers what would be refused."""
    story = Story().phase(100, Phase.LIVE).opens(110, "b")
    assert story.meeting.next_item == ITEMS[3]
    assert story.phase(120, Phase.CLOSED_SESSION).meeting.next_item == ITEMS[2]


def test_questions_in_one_go_are_the_same_as_one_by_one() -> None:
    """Whatever stands between, before and after them."""
    phases = [Event(n, "m", n, float(n), "clerk", Kind.PHASE_CHANGED, {"phase": phase})
              for n, phase in ((3, "live"), (6, "recess"))]  # fmt: skip
    asked = [Event(n, "m", n, float(n), "citizen", Kind.QUESTION_ASKED, {"question": f"q{n}", "status": "pending"})
             for n in (1, 2, 4, 5, 7, 8)]  # fmt: skip
    events = sorted([*phases, *asked], key=lambda event: event.version)
    for count in range(len(events) + 1):
        assert fold_events(Meeting("m"), events[:count]) == reduce(fold_event, events[:count], Meeting("m"))
