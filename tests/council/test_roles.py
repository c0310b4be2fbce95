"""What citizens are told, and when: as late as their picture, but for what is no part of a broadcast."""

import pytest

from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.roles import STAFF, Role, as_seen
from tests.council.story import Story

DELAY = 10.0


def evening() -> Story:
    """Rehearsed 50, live 100, recess 200, closed 250, live 300, ended 400; items opened on the way, one secret."""
    story = Story().phase(50, Phase.REHEARSAL).phase(100, Phase.LIVE).opens(110, "a").opens(150, "b", since=140)
    story = story.phase(200, Phase.RECESS).phase(250, Phase.CLOSED_SESSION).opens(255, "c")
    return story.phase(300, Phase.LIVE).opens(305, "d").phase(400, Phase.ENDED)


def told(now: float, *, airing: bool = False) -> Meeting:
    """What a citizen sees of that evening at `now`, when no later fact is known."""
    story = evening()
    story.events = [event for event in story.events if event.at <= now]
    return as_seen(Role.CITIZEN, story.meeting, at=now - DELAY, airing=airing)


@pytest.mark.parametrize(
    ("now", "phase", "item"),
    [
        (60, Phase.SCHEDULED, None), (105, Phase.SCHEDULED, None), (110, Phase.LIVE, None), (119, Phase.LIVE, None),
        (120, Phase.LIVE, "a"), (149, Phase.LIVE, "a"), (150, Phase.LIVE, "b"), (205, Phase.LIVE, "b"),
        (210, Phase.RECESS, "b"), (259, Phase.RECESS, "b"), (260, Phase.CLOSED_SESSION, "b"),
        (265, Phase.CLOSED_SESSION, "c"), (309, Phase.CLOSED_SESSION, "c"), (310, Phase.LIVE, "c"),
        (315, Phase.LIVE, "d"), (409, Phase.LIVE, "d"), (410, Phase.ENDED, "d"),
    ],
)  # fmt: skip
def test_phases_and_items_run_late_like_the_picture(now: float, phase: Phase, item: str | None) -> None:
    """Never a word before what it speaks of is to be seen; an item that began earlier than pressed, when it is due."""
    seen = told(now)
    assert seen.phase is phase
    assert (seen.open_item.id if seen.open_item else None) == item


def test_nothing_of_later_is_in_what_they_are_told() -> None:
    """Not by the agenda's times either."""
    seen = told(205)
    assert [at for at, _ in seen.changes] == [50, 100]
    assert seen.went_live_at == 100
    assert seen.item_span(seen.items[1]) == (140, None)


@pytest.mark.parametrize("role", STAFF)
def test_staff_are_told_at_once(role: Role) -> None:
    """The very meeting."""
    meeting = evening().meeting
    assert as_seen(role, meeting, at=0) is meeting


def test_it_is_over_for_them_when_they_have_been_shown_the_end() -> None:
    """Players are some segments behind the list of what is aired."""
    seen = told(411, airing=True)
    assert (seen.phase, seen.ended_at) == (Phase.LIVE, None)
    assert told(411).phase is Phase.ENDED


def test_what_is_no_part_of_the_broadcast_is_told_at_once() -> None:
    """Cancelled, published, withdrawn: nobody waits for a picture. A new name stands there at once too."""
    story = evening().phase(402, Phase.PUBLISHED)
    assert as_seen(Role.CITIZEN, story.meeting, at=393).phase is Phase.PUBLISHED
    withdrawn = story.phase(500, Phase.ENDED).meeting
    assert as_seen(Role.CITIZEN, withdrawn, at=490).phase is Phase.ENDED
    reopened = story.phase(501, Phase.RECESS).meeting
    assert as_seen(Role.CITIZEN, reopened, at=491).phase is Phase.ENDED
    assert as_seen(Role.CITIZEN, reopened, at=501).phase is Phase.RECESS
    cancelled = Story().phase(10, Phase.CANCELLED).meeting
    assert as_seen(Role.CITIZEN, cancelled, at=0).phase is Phase.CANCELLED


def test_a_closing_as_of_some_seconds_ago_is_told_as_soon_as_those_have_been_reached() -> None:
    """Closed at 130 as of 115: who sees 115 sees that it is closed."""
    meeting = Story().phase(100, Phase.LIVE).phase(130, Phase.CLOSED_SESSION, since=115).meeting
    assert as_seen(Role.CITIZEN, meeting, at=114).phase is Phase.LIVE
    assert as_seen(Role.CITIZEN, meeting, at=115).phase is Phase.CLOSED_SESSION
