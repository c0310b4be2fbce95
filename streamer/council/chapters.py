"""The index of a replay: what was opened when, in seconds of the replay. Made from the log and its corrections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from streamer.council.correction import OPENING_MARK, IndexMark
from streamer.council.index import SHORTEST, marks_of
from streamer.council.meeting import Meeting
from streamer.council.questions import Status

Position = Callable[[float], float | None]
"""Unix seconds -> seconds of the replay; `None` after its end."""


class ChapterKind(StrEnum):
    """What a chapter is about."""

    OPENING = "opening"
    ITEM = "item"
    PART = "part"
    """Something with a name of its own that is on no agenda."""
    QUESTION = "question"
    SPEAKER = "speaker"
    VOTE = "vote"


@dataclass(frozen=True)
class Chapter:
    """From `start` to `end` in seconds of the replay; `ref` is the item's or question's id, `mark` that of the mark it
    begins with. `number` and `name` as they are shown; an opening without a name of its own has none."""

    kind: ChapterKind
    start: float
    end: float
    ref: str = ""
    number: str = ""
    name: str = ""
    mark: str = OPENING_MARK

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start

    def titled(self, opening: str) -> str:
        """Number and name on one line; `opening` is what an opening without a name is called."""
        return " ".join(f"{self.number} {self.name or opening}".split())


def chapters(meeting: Meeting, position: Position, duration: float) -> list[Chapter]:
    """Public items in the order they were discussed, end to end; an opening chapter where the first starts late."""
    marks = marks_of(meeting)
    opening = next((mark.name for mark in marks if mark.id == OPENING_MARK), "")
    starts = [Chapter(ChapterKind.OPENING, 0.0, duration, name=opening)]
    for mark in marks:
        start = position(mark.at)
        if mark.id != OPENING_MARK and start is not None:
            starts.append(_chapter(meeting, mark, start, duration))
    ended = [replace(a, end=b.start) for a, b in pairwise(starts)] + starts[-1:]
    return [chapter for chapter in ended if chapter.seconds >= SHORTEST] if duration > 0 else []


def _chapter(meeting: Meeting, mark: IndexMark, start: float, end: float) -> Chapter:
    item = meeting.item(mark.item)
    if item is None:
        return Chapter(ChapterKind.PART, start, end, "", mark.number, mark.name, mark.id)
    number, name = mark.number or item.number, mark.name or item.name
    return Chapter(ChapterKind.ITEM, start, end, item.id, number, name, mark.id)


def speaker_chapters(meeting: Meeting, position: Position, index: Sequence[Chapter]) -> list[Chapter]:
    """Who spoke, as far as it was shown in the picture: until the next one, or the end of the chapter of `index`."""
    starts = [(start, mark) for mark in meeting.speaker_marks if (start := position(mark.at)) is not None]
    found: list[Chapter] = []
    for place, (start, mark) in enumerate(starts):
        around = next((c.end for c in index if c.start <= start < c.end), start)
        end = min([around, *(later for later, _ in starts[place + 1 : place + 2])])
        if end - start >= SHORTEST:
            found.append(Chapter(ChapterKind.SPEAKER, start, end, number=mark.function, name=mark.name))
    return found


def vote_chapters(meeting: Meeting, position: Position, index: Sequence[Chapter]) -> list[Chapter]:
    """Votes taken before the camera, on items that are shown: each until the end of its chapter of `index`."""
    found: list[Chapter] = []
    for vote in meeting.votes:
        item = meeting.item(vote.item)
        start = position(vote.at) if vote.at is not None and item and item.public else None
        end = next((c.end for c in index if start is not None and c.start <= start < c.end), None)
        if start is not None and end is not None:
            found.append(Chapter(ChapterKind.VOTE, start, end, vote.id, name=vote.outcome.name))
    return found


def question_chapters(meeting: Meeting, position: Position, duration: float) -> list[Chapter]:
    """When each question was on air and answered, in seconds of the replay. One that was put on air and taken off again
    was not answered then."""
    found: list[Chapter] = []
    for index, mark in enumerate(meeting.question_marks):
        if mark.status != Status.ON_AIR:
            continue
        after = next((m for m in meeting.question_marks[index + 1 :] if m.question == mark.question), None)
        if after is not None and after.status == Status.PUBLISHED:
            continue
        end_at = after.at if after is not None else None
        start = position(mark.at)
        end = position(end_at) if end_at is not None else duration
        if start is not None:
            found.append(Chapter(ChapterKind.QUESTION, start, duration if end is None else end, mark.question))
    return found
