"""A meeting as its events tell it: agenda, phase, when what was open. Names follow OParl 1.1."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from streamer.council.events import Event, Kind
from streamer.council.phase import Phase


@dataclass(frozen=True)
class AgendaItem:
    """One item: `number` is free text ("10.1"), `public` false where it belongs to a closed session."""

    id: str
    number: str
    name: str
    public: bool = True

    def as_data(self) -> dict[str, Any]:
        """For the log."""
        return {"id": self.id, "number": self.number, "name": self.name, "public": self.public}


@dataclass(frozen=True)
class Mark:
    """Item `item` was opened at `at` (unix seconds); `version` is the event that said so."""

    item: str
    at: float
    version: int


@dataclass(frozen=True)
class QuestionMark:
    """Question `question` went to `status` at `at` (unix seconds)."""

    question: str
    status: str
    at: float


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, unix seconds; `end` is infinite while it lasts."""

    start: float
    end: float


@dataclass(frozen=True)
class Meeting:
    """Folded state. `changes` are all phase changes in order: (unix seconds, phase)."""

    id: str
    name: str = ""
    start: str = ""
    items: tuple[AgendaItem, ...] = ()
    phase: Phase = Phase.SCHEDULED
    version: int = 0
    changes: tuple[tuple[float, Phase], ...] = ()
    marks: tuple[Mark, ...] = ()
    question_marks: tuple[QuestionMark, ...] = ()

    def item(self, id: str) -> AgendaItem | None:
        """The agenda item of that id."""
        return next((item for item in self.items if item.id == id), None)

    @property
    def open_item(self) -> AgendaItem | None:
        """The item being discussed."""
        return self.item(self.marks[-1].item) if self.marks else None

    @property
    def next_item(self) -> AgendaItem | None:
        """The first item not yet opened that may be opened now, after the open one or, failing that, before it.

        Public ones in public, the others in closed session.
        """
        wanted, done = self.phase is not Phase.CLOSED_SESSION, {mark.item for mark in self.marks}
        here = self.items.index(self.open_item) + 1 if self.open_item else 0
        in_turn = self.items[here:] + self.items[:here]
        return next((item for item in in_turn if item.public is wanted and item.id not in done), None)

    def spans(self, *phases: Phase) -> list[Span]:
        """When the meeting was in one of `phases`; neighbours are one span."""
        ends = [at for at, _ in self.changes[1:]] + [float("inf")]
        found: list[Span] = []
        for (at, phase), end in zip(self.changes, ends, strict=False):
            if phase not in phases:
                continue
            if found and found[-1].end == at:
                found[-1] = replace(found[-1], end=end)
            else:
                found.append(Span(at, end))
        return found

    @property
    def went_live_at(self) -> float | None:
        """When it first went live, unix seconds."""
        return next((at for at, phase in self.changes if phase is Phase.LIVE), None)

    @property
    def last_on_air(self) -> Phase | None:
        """The phase it was in when it was last on the air."""
        return next((phase for _, phase in reversed(self.changes) if phase.on_air), None)

    @property
    def ended_at(self) -> float | None:
        """When it ended for the last time, `None` before."""
        return next((at for at, phase in reversed(self.changes) if phase is Phase.ENDED), None)

    def item_span(self, item: AgendaItem) -> tuple[float, float | None] | None:
        """(start, end) of an item in unix seconds, over all its stretches; end `None` while it is open."""
        order = sorted(self.marks, key=lambda mark: mark.at)
        mine = [index for index, mark in enumerate(order) if mark.item == item.id]
        if not mine:
            return None
        end = order[mine[-1] + 1].at if mine[-1] + 1 < len(order) else self.ended_at
        return order[mine[0]].at, end if not self.phase.on_air or mine[-1] + 1 < len(order) else None


def meeting_id(start: str, random: str) -> str:
    """A new meeting's id, in its address for good: the day of `start` (ISO 8601) and four random letters."""
    return f"{start[:10]}-{random[:4]}"


def _items(data: Sequence[Any]) -> tuple[AgendaItem, ...]:
    return tuple(AgendaItem(**item) for item in data)


def fold_event(meeting: Meeting, event: Event) -> Meeting:
    """The meeting after one more event."""
    data, meeting = event.data, replace(meeting, version=event.version)
    match event.kind:
        case Kind.MEETING_PLANNED | Kind.MEETING_CHANGED:
            return replace(meeting, name=data["name"], start=data["start"], items=_items(data["items"]))
        case Kind.PHASE_CHANGED:
            phase = Phase(data["phase"])
            return replace(meeting, phase=phase, changes=(*meeting.changes, (event.at, phase)))
        case Kind.ITEM_OPENED:
            return replace(meeting, marks=(*meeting.marks, Mark(data["item"], data["at"], event.version)))
        case Kind.ITEM_OPENING_UNDONE:
            return replace(meeting, marks=tuple(m for m in meeting.marks if m.version != data["version"]))
        case Kind.QUESTION_ASKED:
            return meeting
        case Kind.QUESTION_MOVED:
            moved = QuestionMark(data["question"], data["status"], data["at"])
            return replace(meeting, question_marks=(*meeting.question_marks, moved))


def fold(id: str, events: Iterable[Event]) -> Meeting:
    """The meeting its events tell, oldest first."""
    return reduce(fold_event, events, Meeting(id))
