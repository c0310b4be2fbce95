"""Where a link into a replay leads, when parts of it are shown or withheld otherwise than when the link was made.

A link counts the seconds of the replay as it was shown. So it carries how many reviews there were by then; without
that, it is of the replay as it was first published.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from streamer.council.index import marks_of
from streamer.council.meeting import AgendaItem, Meeting

MOMENT = 0.05
"""Seconds: of a moment that is shown, so much is."""
NEARLY = 1.0
"""Seconds of a passage that may be missing without a word: pieces of the recording begin where they begin."""


class Missing(StrEnum):
    """What of a passage is withheld now."""

    NOTHING = "nothing"
    PART = "part"
    ALL = "all"


class Time(Protocol):
    """The seconds of a replay, and the clock's."""

    @property
    def duration(self) -> float: ...
    def wall(self, position: float) -> float | None: ...
    def position(self, wall: float) -> float | None: ...
    def kept(self, start: float, end: float) -> tuple[float, float] | None: ...


@dataclass(frozen=True)
class Passage:
    """From second `at` of the replay as it is now, until `until` where it ends somewhere. `wall`: unix seconds of its
    beginning, where something of it is missing."""

    at: float
    until: float | None = None
    missing: Missing = Missing.NOTHING
    wall: float | None = None


def as_linked(meeting: Meeting, reviews: int | None) -> Meeting:
    """The meeting with what was withheld when there had been so many reviews; `None`: when it was first published."""
    count = meeting.first_reviews if reviews is None else reviews
    return replace(meeting, withheld_parts=meeting.withheld_after(count))


def found_again(then: Time, now: Time, at: float, until: float | None) -> Passage:
    """A passage of the replay as it was `then`, in the replay as it is `now`."""
    wall = then.wall(at)
    if wall is None:
        return Passage(at, until)  # it never led anywhere
    if until is None:
        shown = now.kept(wall, wall + MOMENT) is not None
        where = now.position(wall)
        return Passage(where or 0.0, None, *((Missing.NOTHING, None) if shown else (Missing.ALL, wall)))
    last = then.wall(min(until, then.duration) - MOMENT)
    end = wall if last is None else last + MOMENT
    before, after = then.kept(wall, end), now.kept(wall, end)
    if after is None or after[1] < MOMENT:
        return Passage(now.position(wall) or 0.0, None, Missing.ALL, wall)
    lost = before is not None and after[1] < before[1] - NEARLY
    return Passage(after[0], after[0] + after[1], Missing.PART if lost else Missing.NOTHING, wall if lost else None)


def item_at(meeting: Meeting, wall: float) -> AgendaItem | None:
    """The item that was discussed then, unix seconds, if it is one of which everybody may know."""
    past = [mark for mark in marks_of(meeting) if mark.item and mark.at <= wall]
    return meeting.item(past[-1].item) if past else None
