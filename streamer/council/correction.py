"""What the clerk put right in a replay's index afterwards: each correction a fact with who and when, each undoable.

Moments are unix seconds, not seconds of the replay: when pictures are taken out of a replay, every mark stays with the
picture it belongs to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from streamer.council.events import Event, Kind

OPENING_MARK = "opening"
"""The mark at the very beginning. It can be given a name, and nothing else."""


class Change(StrEnum):
    """How an index was corrected. What its `data` holds: see the comment beside it."""

    MOVED = "moved"  # mark, at
    SPLIT = "split"  # mark: the new one, of: the one it was cut from, at, item, name
    MERGED = "merged"  # mark: it is no more, so its stretch belongs to the one before
    RENAMED = "renamed"  # mark, name; "" is the item's own
    SET = "set"  # marks: [{id, at, item, number, name}], in place of all there were


@dataclass(frozen=True)
class Correction:
    """One of them: `by` whom, at `at` (unix seconds). `version` is the event that says so, and its name for undoing.
    `undone`: it does not count any more."""

    version: int
    at: float
    by: str
    change: Change
    data: Mapping[str, Any] = field(default_factory=dict)
    undone: bool = False


@dataclass(frozen=True)
class IndexMark:
    """A chapter begins: at `at` (unix seconds), about `item` (an agenda item's id, or nothing). `name`, `number` stand
    in place of the item's own where they are not empty."""

    id: str
    at: float
    item: str = ""
    name: str = ""
    number: str = ""


def fold_corrections(known: tuple[Correction, ...], event: Event) -> tuple[Correction, ...]:
    """The corrections after one more event."""
    if event.kind is Kind.CHAPTERS_CORRECTED:
        data = dict(event.data)
        change = Change(data.pop("change"))
        return (*known, Correction(event.version, event.at, event.by, change, data))
    if event.kind is Kind.CORRECTION_UNDONE:
        version = event.data["version"]
        return tuple(
            Correction(c.version, c.at, c.by, c.change, c.data, undone=c.undone or c.version == version) for c in known
        )
    return known


def corrected(opened: list[IndexMark], corrections: tuple[Correction, ...]) -> list[IndexMark]:
    """The marks, in the order of their moments. `opened`: those of the meeting itself, in the order they were made;
    the id of such a one is `v` and the version of its event.

    What was opened after a correction counts all the same: a meeting can be reopened. A correction of a mark that is no
    more (its opening was undone) changes nothing.
    """
    marks = list(opened)
    for correction in corrections:
        if not correction.undone:
            marks = _apply(marks, correction)
    return sorted(marks, key=lambda mark: mark.at)


def _apply(marks: list[IndexMark], correction: Correction) -> list[IndexMark]:
    data = correction.data
    match correction.change:
        case Change.MOVED:
            return [_with(m, at=data["at"]) if m.id == data["mark"] else m for m in marks]
        case Change.RENAMED:
            if data["mark"] == OPENING_MARK and all(m.id != OPENING_MARK for m in marks):
                return [*marks, IndexMark(OPENING_MARK, 0.0, name=data["name"])]
            return [_with(m, name=data["name"]) if m.id == data["mark"] else m for m in marks]
        case Change.MERGED:
            return [m for m in marks if m.id != data["mark"]]
        case Change.SPLIT:
            return [*marks, IndexMark(data["mark"], data["at"], data["item"], data["name"])]
        case Change.SET:
            later = [m for m in marks if m.id[:1] == "v" and int(m.id[1:]) > correction.version]
            return [*(IndexMark(**mark) for mark in data["marks"]), *later]


def _with(mark: IndexMark, *, at: float | None = None, name: str | None = None) -> IndexMark:
    at, name = mark.at if at is None else at, mark.name if name is None else name
    return IndexMark(mark.id, at, mark.item, name, mark.number)
