"""A meeting as its events tell it: agenda, phase, when what was open. Names follow OParl 1.1."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

from streamer.council.alarm import Alarm, fold_alarms
from streamer.council.correction import Correction, fold_corrections
from streamer.council.cut import Cut, fold_cuts, link_mark
from streamer.council.events import Event, Kind
from streamer.council.links import ItemLink, fold_links
from streamer.council.lower_third import LowerThird, ThirdKind, fold_lower_third
from streamer.council.networks import Sending
from streamer.council.phase import Phase, Verb
from streamer.council.preflight import Check, Outcome, Passed
from streamer.council.questions import Status
from streamer.council.record import ItemRecord
from streamer.council.screening import Screening, possible
from streamer.council.vote import Vote, fold_votes


@dataclass(frozen=True)
class AgendaItem:
    """One item: `number` is free text ("10.1"), `public` false where it belongs to a closed session."""

    id: str
    number: str
    name: str
    public: bool = True

    @property
    def title(self) -> str:
        """Number and name on one line."""
        return f"{self.number} {self.name}".strip()

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
    """Question `question` went to `status` at `at` (unix seconds), as far as the outside was told."""

    question: str
    status: str
    at: float


@dataclass(frozen=True)
class SpeakerMark:
    """Somebody was shown to speak at `at` (unix seconds), by name and function as typed."""

    name: str
    function: str
    at: float


@dataclass(frozen=True)
class Span:
    """From `start` to `end`, unix seconds; `end` is infinite while it lasts."""

    start: float
    end: float


@dataclass(frozen=True)
class Meeting:
    """Folded state. `changes` are all phase changes in order: (unix seconds, phase). `withheld`: what was taken back by
    an order as of some seconds ago. `alarms`: those that stand. `returns`: of each recess with a time, when it was
    called and until when (unix seconds), the last word last. `goes_on`: when somebody said that it has not ended.
    `lower_third`: the text in the picture, if any. `corrections`: of the replay's index, also those undone since.
    `records`: (an item's id, what became of it), the latest last. `sendings`: what was ordered of a destination.
    `cuts`: what was cut out of the replay, in the order it was ordered. `withheld_parts`: which parts of the
    replay are not shown (ids of items or marks). `reviews`: all that was withheld or shown again (part, how), the last
    one last; `reviewed_first`: how many there were when it was first published. `publish_at`: when it publishes itself,
    unix seconds. `screening`: whether it is shown while it goes on."""

    id: str
    name: str = ""
    start: str = ""
    items: tuple[AgendaItem, ...] = ()
    phase: Phase = Phase.SCHEDULED
    version: int = 0
    changes: tuple[tuple[float, Phase], ...] = ()
    marks: tuple[Mark, ...] = ()
    question_marks: tuple[QuestionMark, ...] = ()
    withheld: tuple[Span, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    preflight: Passed | None = None
    returns: tuple[tuple[float, float | None], ...] = ()
    goes_on: tuple[float, ...] = ()
    lower_third: LowerThird | None = None
    corrections: tuple[Correction, ...] = ()
    records: tuple[tuple[str, ItemRecord], ...] = ()
    speaker_marks: tuple[SpeakerMark, ...] = ()
    sendings: tuple[tuple[str, Sending], ...] = ()
    votes: tuple[Vote, ...] = ()
    links: tuple[ItemLink, ...] = ()
    cuts: tuple[Cut, ...] = ()
    withheld_parts: tuple[str, ...] = ()
    reviews: tuple[tuple[str, str], ...] = ()
    reviewed_first: int | None = None
    publish_at: float | None = None
    screening: Screening = Screening.LIVE

    def item(self, id: str) -> AgendaItem | None:
        """The agenda item of that id."""
        return next((item for item in self.items if item.id == id), None)

    def record(self, item: str) -> ItemRecord:
        """What became of an item, as far as it was entered."""
        return next((record for id, record in reversed(self.records) if id == item), ItemRecord())

    @property
    def can(self) -> list[Verb]:
        """What the clerk can order now."""
        return possible(self.phase, self.screening)

    def sending(self, destination: str, usual: Sending) -> Sending:
        """Whether it is to be sent to a destination, where `usual` holds until somebody orders; never before it is
        published, where it is only recorded."""
        if self.screening is Screening.DELAYED:
            return Sending.REST
        return dict(self.sendings).get(destination, usual)

    def votes_on(self, item: str) -> list[Vote]:
        """In the order in which they were taken or entered."""
        return [vote for vote in self.votes if vote.item == item]

    @property
    def open_item(self) -> AgendaItem | None:
        """The item being discussed."""
        return self.item(self.marks[-1].item) if self.marks else None

    @property
    def question_on_air(self) -> str | None:
        """The id of the question that is being answered."""
        last = {mark.question: mark.status for mark in self.question_marks}
        return next((question for question, status in last.items() if status == Status.ON_AIR), None)

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

    def as_of(self, at: float) -> "Meeting":
        """The meeting at `at`, unix seconds: later phases, openings and moves have not happened. The plan is as now."""
        changes = tuple(change for change in self.changes if change[0] <= at)
        return replace(
            self,
            phase=changes[-1][1] if changes else Phase.SCHEDULED,
            changes=changes,
            marks=tuple(mark for mark in self.marks if mark.at <= at),
            question_marks=tuple(mark for mark in self.question_marks if mark.at <= at),
            speaker_marks=tuple(mark for mark in self.speaker_marks if mark.at <= at),
            votes=tuple(vote for vote in self.votes if vote.at is None or vote.at <= at),
        )

    @property
    def link_mark(self) -> str:
        """What the address of a second of its replay carries besides it, so that it is found after later cuts and
        reviews, too. Most have nothing to carry: they are of the replay as it was first published."""
        reviews = len(self.reviews)
        return link_mark(self.cuts) + (f"&held={reviews}" if reviews != self.first_reviews else "")

    @property
    def first_reviews(self) -> int:
        """How many reviews there were when it was first published; so far, before that."""
        return len(self.reviews) if self.reviewed_first is None else self.reviewed_first

    def withheld_after(self, reviews: int) -> tuple[str, ...]:
        """Which parts were withheld when there had been so many reviews."""
        last = dict(self.reviews[:reviews])
        return tuple(part for part, showing in last.items() if showing == "withheld")

    @property
    def back_at(self) -> float | None:
        """Until when the recess is to last that it is in, unix seconds; `None` where that was not said."""
        called = self.changes[-1][0] if self.phase is Phase.RECESS and self.changes else None
        return next((until for at, until in reversed(self.returns) if at == called), None)

    @property
    def went_live_at(self) -> float | None:
        """When it first went live, unix seconds."""
        return next((at for at, phase in self.changes if phase is Phase.LIVE), None)

    @property
    def last_on_air(self) -> "Meeting":
        """The meeting as it was when it was last on the air; itself where it never was."""
        count = next((n for n in range(len(self.changes), 0, -1) if self.changes[n - 1][1].on_air), 0)
        return replace(self, phase=self.changes[count - 1][1], changes=self.changes[:count]) if count else self

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
        start, followed = order[mine[0]].at, mine[-1] + 1 < len(order)
        end = order[mine[-1] + 1].at if followed else self.ended_at
        if end is None or (self.phase.on_air and not followed):
            return start, None
        return start, max(start, end)  # the end may be dated back to before the item was opened


def meeting_id(start: str, random: str) -> str:
    """A new meeting's id, in its address for good: the day of `start` (ISO 8601) and four random letters."""
    return f"{start[:10]}-{random[:4]}"


def _items(data: Sequence[Any]) -> tuple[AgendaItem, ...]:
    return tuple(AgendaItem(**item) for item in data)


def _planned(meeting: Meeting, data: Mapping[str, Any]) -> Meeting:
    """A preflight that looked at other ways than those it goes now counts for nothing."""
    screening = Screening(data.get("screening", Screening.LIVE))
    return replace(
        meeting, name=data["name"], start=data["start"], items=_items(data["items"]), screening=screening,
        preflight=meeting.preflight if screening is meeting.screening else None,
    )  # fmt: skip


ONLY_COUNTED = frozenset({Kind.QUESTION_ASKED, Kind.QUEUE_ARRANGED})
"""They change nothing of the meeting but its version."""


def fold_event(meeting: Meeting, event: Event) -> Meeting:
    """The meeting after one more event."""
    third = fold_lower_third(meeting.lower_third, event)
    data, meeting = event.data, replace(meeting, version=event.version, lower_third=third)
    match event.kind:
        case Kind.MEETING_PLANNED | Kind.MEETING_CHANGED:
            return _planned(meeting, data)
        case Kind.PHASE_CHANGED:
            phase, at = Phase(data["phase"]), data.get("at", event.at)
            withheld = (*meeting.withheld, Span(at, event.at)) if at < event.at else meeting.withheld
            returns = (*meeting.returns, (at, data["until"])) if "until" in data else meeting.returns
            changes = (*meeting.changes, (at, phase))
            first = meeting.first_reviews if phase is Phase.PUBLISHED else meeting.reviewed_first
            return replace(
                meeting, phase=phase, changes=changes, withheld=withheld, returns=returns, publish_at=None,
                reviewed_first=first,
            )  # fmt: skip
        case Kind.RECORDING_IMPORTED:
            filmed = ((data["start"], Phase.LIVE), (data["end"], Phase.ENDED))
            return replace(meeting, phase=Phase.ENDED, changes=(*meeting.changes, *filmed))
        case Kind.ITEM_OPENED:
            return replace(meeting, marks=(*meeting.marks, Mark(data["item"], data["at"], event.version)))
        case Kind.ITEM_OPENING_UNDONE:
            return replace(meeting, marks=tuple(m for m in meeting.marks if m.version != data["version"]))
        case Kind.PREFLIGHT_DONE:
            outcomes = {Check(check): Outcome(outcome) for check, outcome in data["outcomes"].items()}
            return replace(meeting, preflight=Passed(event.at, outcomes))
        case Kind.RECESS_CHANGED:
            return replace(meeting, returns=(*meeting.returns, (meeting.changes[-1][0], data["until"])))
        case Kind.MEETING_GOES_ON:
            return replace(meeting, goes_on=(*meeting.goes_on, event.at))
        case Kind.LOWER_THIRD_SHOWN if third and third.kind is ThirdKind.SPEAKER and meeting.phase is Phase.LIVE:
            speaks = SpeakerMark(third.name, third.function, event.at)
            return replace(meeting, speaker_marks=(*meeting.speaker_marks, speaks))
        case Kind.QUESTION_ASKED | Kind.QUEUE_ARRANGED | Kind.LOWER_THIRD_SHOWN | Kind.LOWER_THIRD_HIDDEN:
            return meeting
        case Kind.QUESTION_MOVED | Kind.QUESTION_TOLD:
            return replace(meeting, question_marks=_marked(meeting.question_marks, data))
        case Kind.DESTINATION_ORDERED:
            sendings = {**dict(meeting.sendings), data["destination"]: Sending(data["order"])}
            return replace(meeting, sendings=tuple(sendings.items()))
        case Kind.ITEM_RECORDED:
            others = (one for one in meeting.records if one[0] != data["item"])
            return replace(meeting, records=(*others, (data["item"], ItemRecord.of(data))))
        case Kind.VOTE_CALLED | Kind.VOTE_RECORDED | Kind.VOTE_REMOVED:
            return replace(meeting, votes=fold_votes(meeting.votes, event))
        case Kind.ITEM_LINKED | Kind.ITEM_UNLINKED:
            return replace(meeting, links=fold_links(meeting.links, event))
        case Kind.CHAPTERS_CORRECTED | Kind.CORRECTION_UNDONE:
            return replace(meeting, corrections=fold_corrections(meeting.corrections, event))
        case Kind.PART_REVIEWED:
            meeting = replace(meeting, reviews=(*meeting.reviews, (data["part"], data["showing"])))
            return replace(meeting, withheld_parts=meeting.withheld_after(len(meeting.reviews)))
        case Kind.PUBLICATION_SET:
            return replace(meeting, publish_at=data["at"])
        case Kind.REPLAY_CUT | Kind.REPLAY_CUT_DONE:
            return replace(meeting, cuts=fold_cuts(meeting.cuts, event))
        case Kind.ALARM_RAISED | Kind.ALARM_TOLD | Kind.ALARM_CLEARED:
            return replace(meeting, alarms=fold_alarms(meeting.alarms, event))


def _marked(marks: tuple[QuestionMark, ...], data: Mapping[str, Any]) -> tuple[QuestionMark, ...]:
    """With one more where a question went somewhere new. What is held for a moment has not happened outside."""
    last = next((mark.status for mark in reversed(marks) if mark.question == data["question"]), None)
    if data.get("held") or last == data["status"]:
        return marks
    return (*marks, QuestionMark(data["question"], data["status"], data["at"]))


def fold_events(meeting: Meeting, events: Sequence[Event]) -> Meeting:
    """The meeting after some more, oldest first. Of a thousand questions only the last one's number counts."""
    last = len(events) - 1
    counting = (event for place, event in enumerate(events) if event.kind not in ONLY_COUNTED or place == last)
    return reduce(fold_event, counting, meeting)


def fold(id: str, events: Sequence[Event]) -> Meeting:
    """The meeting its events tell, oldest first."""
    return fold_events(Meeting(id), events)
