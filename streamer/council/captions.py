"""Captions of a replay: what was said, from when to when, by whom. Pure: how lines become passages, what may stay."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from streamer.council.errors import Invalid

MAX_TEXT, MAX_SPEAKER = 1000, 120
"""Characters of one line, and of a name."""
MAX_LINES = 100_000
"""Of one meeting in one language: six hours, a line for every word."""
PASSAGE_WORDS, PASSAGE_LINES = 40, 40
"""A passage is what search finds: short enough to be read at a glance, long enough to hold a sentence."""
ROOM = 64
"""Lines a passage can have."""
PAUSE = 20.0
"""Seconds of silence that end a passage."""
ROUNDING = 0.25
"""Seconds. What a line may lose at a joint and still be whole: times in files are rounded, a frame has a length."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class Clock(StrEnum):
    """What the times in a file count from."""

    REPLAY = "replay"
    """The beginning of the replay, as a player shows it."""
    BROADCAST = "broadcast"
    """The moment the meeting went live, breaks and closed sessions included: captions of a network's own recording."""


class Origin(StrEnum):
    """Where captions come from."""

    FILE = "file"
    SPEECH = "speech"
    LIVE = "live"
    """Written while the meeting went on."""


@dataclass(frozen=True)
class Cue:
    """A line as a file has it. Seconds by the file's own clock."""

    start: float
    end: float
    text: str
    speaker: str | None = None


@dataclass(frozen=True)
class Line:
    """A line as it is kept. `id`: its passage's, times `ROOM`, and which line of it. `start`, `end`: unix seconds;
    `seconds`: how long it is in the replay (a break may lie in its middle); `at`: where in the replay, `None` where its
    time is not in it any more."""

    id: int
    start: float
    end: float
    seconds: float
    at: float | None
    speaker: str | None
    text: str
    version: int = 1

    @property
    def passage(self) -> int:
        """The id of its passage."""
        return self.id // ROOM

    @property
    def until(self) -> float:
        """Where it ends in the replay, seconds."""
        return (self.at or 0.0) + self.seconds


@dataclass(frozen=True)
class Track:
    """One meeting's captions in one language: the passages `id` to `last`. `name`: of the file; `dropped`: how many of
    its lines were not taken, as they belong to no public part; `at` unix seconds."""

    id: int
    last: int
    meeting: str
    language: str
    origin: Origin
    name: str
    by: str
    at: float
    lines: int
    dropped: int


@dataclass(frozen=True)
class Change:
    """What a line said before somebody corrected it. `at` in unix seconds."""

    line: int
    by: str
    at: float
    speaker: str | None
    text: str


Wall = Callable[[float], float | None]
"""Seconds of the replay -> unix seconds; `None` outside of it."""
Kept = Callable[[float, float], tuple[float, float] | None]
"""From and until in unix seconds -> where in the replay that begins, and how many seconds of it were kept."""


def check_language(code: str) -> str:
    """A language's code (BCP 47) as it stands in addresses. Raises `Invalid`."""
    if not _LANGUAGE.fullmatch(code):
        raise Invalid({"language": ("language_code_bad", {})})
    return code


def check_line(speaker: str, text: str) -> tuple[str | None, str]:
    """A corrected line as it will be kept. Raises `Invalid`."""
    speaker, text = " ".join(speaker.split()), "\n".join(" ".join(row.split()) for row in text.splitlines()).strip()
    if not text:
        raise Invalid({"text": ("caption_empty", {})})
    if len(text) > MAX_TEXT:
        raise Invalid({"text": ("caption_too_long", {"limit": MAX_TEXT})})
    if len(speaker) > MAX_SPEAKER:
        raise Invalid({"speaker": ("name_too_long", {"limit": MAX_SPEAKER})})
    return speaker or None, text


def placed(cues: Iterable[Cue], clock: Clock, began: float, wall: Wall, kept: Kept) -> tuple[list[Line], int]:
    """The lines that belong to the replay, in order, and how many do not: said in a break, in a part that is not
    public, or after the end. `began`: when the meeting went live, unix seconds."""
    lines, dropped = list[Line](), 0
    for cue in sorted(cues, key=lambda cue: cue.start):
        line = _placed(cue, clock, began, wall, kept)
        if line is None:
            dropped += 1
        else:
            lines.append(line)
    return lines, dropped


def _placed(cue: Cue, clock: Clock, began: float, wall: Wall, kept: Kept) -> Line | None:
    seconds = cue.end - cue.start
    if clock is Clock.BROADCAST:
        start, end = began + cue.start, began + cue.end
    else:
        first, last = wall(cue.start), wall(max(cue.start, cue.end - ROUNDING))
        if first is None:
            return None
        start, end = first, first + seconds if last is None else max(first, last + ROUNDING)
        found = kept(start, end)
        seconds = min(seconds, found[1]) if found else seconds  # it may go on after the end
    line = where(Line(0, start, end, seconds, None, cue.speaker, cue.text), kept)
    return line if line.at is not None else None


def where(line: Line, kept: Kept) -> Line:
    """The line at its place in the replay as it is now. Nowhere, if not all of it is there: of what was cut out of a
    line nobody knows which words it was."""
    found = kept(line.start, line.end)
    whole = found is not None and found[1] >= line.seconds - ROUNDING
    return replace(line, at=found[0] if found and whole else None)


def in_passages(lines: Sequence[Line], first: int) -> list[Line]:
    """The same lines under the ids of their passages, `first` being the first: neighbours of one speaker, some forty
    words long."""
    found: list[Line] = []
    passage, place, words = first, 0, 0
    for line in lines:
        count, before = len(line.text.split()), found[-1] if found else None
        if before and (_ends(before, line) or words + count > PASSAGE_WORDS or place == PASSAGE_LINES):
            passage, place, words = passage + 1, 0, 0
        found.append(replace(line, id=passage * ROOM + place))
        place, words = place + 1, words + count
    return found


def _ends(before: Line, line: Line) -> bool:
    return before.speaker != line.speaker or line.start - before.end > PAUSE
