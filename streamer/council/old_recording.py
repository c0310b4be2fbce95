"""A recording from before Tribune, or from elsewhere: its marks are read, and it becomes a meeting that is over."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from streamer.council import decide
from streamer.council.agenda import NUMBERED
from streamer.council.agenda_import import COLUMNS, MAX_NUMBER
from streamer.council.events import Fact, Kind
from streamer.council.meeting import AgendaItem

STARTS = frozenset(
    {"start", "starttime", "start_time", "time", "timestamp", "seconds", "timeinseconds", "at", "begin",
     "début", "debut", "heure", "temps", "zeit", "beginn", "anfang", "zäit", "ufank"}
)  # fmt: skip
"""Headings of the column that says when."""
TITLES = COLUMNS["name"] | {"chapter", "chapitre", "kapitel", "label", "mark"}
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d(?:[.,]\d{1,3})?)"
_FIRST = re.compile(rf"^[^\w:]*{_CLOCK}(?![\d:])[^\w(«“\"]*(.*)$")
_LAST = re.compile(rf"^(.*?\S)[\s–—\-|(\[]+{_CLOCK}[)\]]?$")
_BULLET = re.compile(r"^[\s•◦▪*·–—-]+")
_SECONDS = re.compile(r"\d{1,6}(?:[.,]\d+)?")


class MarksUnreadable(Exception):
    """No marks, or one that cannot be understood; `line` of the text, 0 where it is the whole."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class OldMark:
    """Something begins `at` seconds into the recording."""

    at: float
    title: str
    number: str = ""


@dataclass(frozen=True)
class Taken:
    """What becomes of a recording: the facts, how many marks lie after its end, and how many count."""

    facts: list[Fact]
    beyond: int
    marks: int


def read_marks(text: str) -> list[OldMark]:
    """Marks in the order of their moments: a `chapters.json` (github.com/Podcastindex-org/podcast-namespace), a table
    with headings, or text with a time in each line, as in YouTube's descriptions. Raises `MarksUnreadable`."""
    text = text.removeprefix("\ufeff")
    marks = _from_json(text) if text.lstrip()[:1] == "{" else _from_table(text) or _numbered(_from_text(text))
    if not marks:
        raise MarksUnreadable
    return sorted(marks, key=lambda mark: mark.at)


def _from_json(text: str) -> list[OldMark]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise MarksUnreadable from None
    listed = data.get("chapters")
    if not isinstance(listed, list):
        raise MarksUnreadable
    shown = [one for one in listed if isinstance(one, dict) and one.get("toc") is not False]
    return _numbered([_json_mark(one) for one in shown])


def _json_mark(one: dict[str, Any]) -> OldMark:
    at, title = one.get("startTime"), _line(one.get("title"))
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 <= at < 1e6 or not title:
        raise MarksUnreadable
    return OldMark(float(at), title)


def _from_table(text: str) -> list[OldMark]:
    """None where the first line is no line of headings."""
    lines = text.splitlines()
    delimiter = max(";,\t", key=(lines[0] if lines else "").count)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    head = [cell.strip().strip(".").lower() for cell in rows[0]] if rows else []
    when, what, number = (_column(head, words) for words in (STARTS, TITLES, COLUMNS["number"]))
    if when is None or what is None:
        return []
    found = []
    for place, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            cells += [""] * (len(head) - len(cells))
            at, title = _moment(cells[when].strip()), _line(cells[what])
            if at is None or not title:
                raise MarksUnreadable(place)
            found.append(OldMark(at, title, _line(cells[number])[:MAX_NUMBER] if number is not None else ""))
    return found


def _column(head: Sequence[str], words: frozenset[str]) -> int | None:
    return next((place for place, cell in enumerate(head) if cell in words), None)


def _from_text(text: str) -> list[OldMark]:
    """A time before a title, after it, or alone in the line below it. Lines without a time say nothing of chapters."""
    found, above = list[OldMark](), ""
    for place, line in enumerate(text.splitlines(), 1):
        line = _line(line)
        if first := _FIRST.match(line):
            at, title = _seconds(*first.groups()[:3]), first[4] or above
        elif last := _LAST.match(line):
            at, title = _seconds(*last.groups()[1:]), _BULLET.sub("", last[1])
        else:
            above = _BULLET.sub("", line) or above
            continue
        if not title:
            raise MarksUnreadable(place)
        found.append(OldMark(at, title))
        above = ""
    return found


def _numbered(marks: list[OldMark]) -> list[OldMark]:
    """Where most titles begin with a number, it is the item's; "12 new buses" alone is a title."""
    numbers = [NUMBERED.match(mark.title) for mark in marks]
    if 2 * sum(map(bool, numbers)) <= len(marks):
        return marks
    return [
        replace(mark, number=found[1], title=found[2]) if found else mark
        for mark, found in zip(marks, numbers, strict=True)
    ]


def _moment(text: str) -> float | None:
    """`1:02:03`, `62:03` or seconds."""
    if _SECONDS.fullmatch(text):
        return float(text.replace(",", "."))
    found = re.fullmatch(_CLOCK, text)
    return _seconds(*found.groups()) if found else None


def _seconds(hours: str | None, minutes: str, seconds: str) -> float:
    return 3600 * int(hours or 0) + 60 * int(minutes) + float(seconds.replace(",", "."))


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def taken(
    name: str, start: str, at: float, seconds: float, marks: Sequence[OldMark], new_id: Callable[[], str], *,
    file: str, made: str,
) -> Taken:  # fmt: skip
    """The meeting that a recording becomes: over, not yet published. `start`: ISO 8601, the same moment as `at` (unix
    seconds); `seconds` long; `made`: copied or encoded. Marks of one title are one item. Raises `Invalid`."""
    within = [mark for mark in marks if mark.at < seconds]
    items: dict[tuple[str, str], AgendaItem] = {}
    for mark in within:
        key = (mark.number, mark.title.casefold())
        items.setdefault(key, AgendaItem(new_id(), mark.number, mark.title[: decide.MAX_NAME]))
    opened = [
        Fact(Kind.ITEM_OPENED, {"item": items[mark.number, mark.title.casefold()].id, "at": at + mark.at})
        for mark in within
    ]
    planned = decide.plan(name, start, list(items.values()))
    recorded = Fact(Kind.RECORDING_IMPORTED, {"start": at, "end": at + seconds, "file": file, "made": made})
    return Taken([planned, recorded, *opened], len(marks) - len(within), len(within))
