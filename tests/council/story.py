"""Makes the events of a meeting for the tests of the rules: each call is one fact at one second; what was filmed."""

from dataclasses import dataclass
from typing import Any

from streamer.council.events import Event, Kind
from streamer.council.meeting import AgendaItem, Meeting, fold
from streamer.council.phase import Phase

ITEMS = (
    AgendaItem("a", "1", "Approval of the minutes"),
    AgendaItem("b", "2", "Budget"),
    AgendaItem("c", "3", "Staff matters", public=False),
    AgendaItem("d", "4", "Any other business"),
)


@dataclass(frozen=True)
class Piece:
    """Two seconds that were filmed, or of a slate."""

    start: float
    picture: str = "program"

    @property
    def end(self) -> float:
        return self.start + 2.0


class Story:
    """`Story().at(100, Kind.PHASE_CHANGED, phase=...)...meeting`."""

    def __init__(self, items: tuple[AgendaItem, ...] = ITEMS) -> None:
        self.events: list[Event] = []
        data = [item.as_data() for item in items]
        self.at(0, Kind.MEETING_PLANNED, name="Council", start="2026-11-27T19:00:00+01:00", items=data)

    def at(self, second: float, kind: Kind, /, **data: Any) -> "Story":
        """Log a fact."""
        version = len(self.events) + 1
        self.events.append(Event(version, "m", version, second, "clerk", kind, data))
        return self

    def phase(self, at: float, phase: Phase, since: float | None = None) -> "Story":
        """The meeting goes to `phase`."""
        back = {} if since is None else {"at": since}
        return self.at(at, Kind.PHASE_CHANGED, verb="", phase=phase, **back)

    def opens(self, at: float, item: str, since: float | None = None) -> "Story":
        """An item is opened."""
        return self.at(at, Kind.ITEM_OPENED, item=item, at=at if since is None else since)

    @property
    def meeting(self) -> Meeting:
        """As told so far."""
        return fold("m", self.events)
