"""The index of a replay: what was opened when, in seconds of the replay. Made from the log, never typed."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from streamer.council.meeting import Meeting
from streamer.council.questions import Status

Position = Callable[[float], float | None]
"""Unix seconds -> seconds of the replay; `None` after its end."""

SHORTEST = 0.5
"""Seconds. What is shorter was a slip of the finger."""


class ChapterKind(StrEnum):
    """What a chapter is about."""

    OPENING = "opening"
    ITEM = "item"
    QUESTION = "question"


@dataclass(frozen=True)
class Chapter:
    """From `start` to `end` in seconds of the replay; `ref` is the item's or question's id."""

    kind: ChapterKind
    start: float
    end: float
    ref: str = ""
    number: str = ""
    name: str = ""


def chapters(meeting: Meeting, position: Position, duration: float) -> list[Chapter]:
    """Public items in the order they were discussed, end to end; an opening chapter where the first starts late."""
    starts = [Chapter(ChapterKind.OPENING, 0.0, duration)]
    for mark in sorted(meeting.marks, key=lambda mark: mark.at):
        item, start = meeting.item(mark.item), position(mark.at)
        if item is None or not item.public or start is None:
            continue
        starts.append(Chapter(ChapterKind.ITEM, start, duration, item.id, item.number, item.name))
    ended = [replace(a, end=b.start) for a, b in pairwise(starts)] + starts[-1:]
    return [chapter for chapter in ended if chapter.end - chapter.start >= SHORTEST] if duration > 0 else []


def question_chapters(meeting: Meeting, position: Position, duration: float) -> list[Chapter]:
    """When each question was on air and answered, in seconds of the replay."""
    found: list[Chapter] = []
    for index, mark in enumerate(meeting.question_marks):
        if mark.status != Status.ON_AIR:
            continue
        end_at = next((m.at for m in meeting.question_marks[index + 1 :] if m.question == mark.question), None)
        start = position(mark.at)
        end = position(end_at) if end_at is not None else duration
        if start is not None:
            found.append(Chapter(ChapterKind.QUESTION, start, duration if end is None else end, mark.question))
    return found
