"""The text for a video's description at YouTube, whose timestamps YouTube turns into chapters.

YouTube's rules (support.google.com/youtube/answer/9884579, and `snippet.description` of its Data API): the first
timestamp is 0:00, there are at least three, in ascending order, each chapter lasts at least 10 seconds; a description
has at most 5,000 bytes and neither `<` nor `>`. Where one of them is broken, YouTube shows no chapter at all, and no
error. So what would break one is mended here, and what was mended is said.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from streamer.council.chapters import Chapter

LEAST_SECONDS = 10
LEAST_CHAPTERS = 3
MAX_BYTES = 5000
TITLE_LIMITS = (100, 70, 50, 30)
"""Characters of a title. YouTube cuts what it shows at 49 to 70; we only go so far where the text would not fit."""
CLOCK = re.compile(r"(?<![\w./:])\d{1,3}(?::\d\d)+(?!\d)")
"""What reads like a timestamp; not a port in an address."""


class Mend(StrEnum):
    """What had to be done. The values of each: see the comment beside it."""

    TO_ZERO = "to_zero"  # title: the first chapter begins at 0:00 instead of a few seconds later
    OPENING_ADDED = "opening_added"  # title: nothing was there at 0:00
    SORTED = "sorted"  # the list was not in order
    JOINED = "joined"  # title: lasted less than 10 s, so it shares a line
    DIVIDED = "divided"  # title: there were fewer than three, so the longest has two lines
    CLEANED = "cleaned"  # title: had signs that are not allowed, or a time of day that reads like a timestamp
    SHORTENED = "shortened"  # limit: titles are cut there, so that the text is not too long
    LEFT_OUT = "left_out"  # count: that many of the shortest are a part of the chapter before; the text was too long
    NO_LIST = "no_list"  # the video lasts less than three times 10 s: YouTube makes no chapters of it


@dataclass(frozen=True)
class Mended:
    """One thing that was mended."""

    mend: Mend
    title: str = ""
    count: int = 0


@dataclass(frozen=True)
class Line:
    """A chapter's line: whole seconds, and its title."""

    start: int
    title: str


@dataclass(frozen=True)
class Description:
    """The whole text, its lines, and what was mended."""

    text: str
    lines: tuple[Line, ...]
    mended: tuple[Mended, ...]


def lines_of(chapters: Sequence[Chapter], opening: str) -> list[Line]:
    """Chapters as lines; `opening` is what an opening without a name is called."""
    return [Line(int(c.start), c.titled(opening)) for c in chapters]


def describe(
    lines: Sequence[Line], duration: float, *, opening: str, again: str = "{title} …", head: str = "", foot: str = ""
) -> Description:
    """A description with `lines` as its chapters. `duration`: of the video, seconds; `opening`: what an added first
    line is called; `again`: what the second of two lines of one chapter is called, with `{title}` in it; `head`,
    `foot`: what stands above and below."""
    mended: list[Mended] = []
    tell = mended.append
    end = int(duration)
    head, foot = _plain(head), _plain(foot)
    if end < LEAST_CHAPTERS * LEAST_SECONDS:
        return Description(_whole(head, (), foot), (), (Mended(Mend.NO_LIST),))
    made = _in_order(_clean([line for line in lines if line.start < end], tell), tell)
    made = _from_zero(made, opening, tell)
    made = _long_enough(made, end, tell)
    made = _three(made, end, again, tell)
    made = _fitting(made, end, head, foot, tell)
    return Description(_whole(head, made, foot), tuple(made), tuple(dict.fromkeys(mended)))


Tell = Callable[[Mended], None]


def unbracketed(text: str) -> str:
    """Text that YouTube takes."""
    return text.replace("<", "‹").replace(">", "›")


def fitting(lines: Sequence[str]) -> str:
    """A description of whole lines, the last ones left out where it would be too long."""
    kept = list(map(unbracketed, lines))
    while len("\n".join(kept).encode()) > MAX_BYTES:
        kept.pop()
    return "\n".join(kept)


def _plain(text: str) -> str:
    """Nor anything that YouTube would take for a timestamp."""
    return CLOCK.sub(lambda found: found[0].replace(":", "."), unbracketed(text))


def _clean(lines: Sequence[Line], tell: Tell) -> list[Line]:
    found = []
    for line in lines:
        title = " ".join(_plain(line.title).split())
        if title != " ".join(line.title.split()):
            tell(Mended(Mend.CLEANED, title))
        found.append(Line(max(line.start, 0), title or "–"))
    return found


def _in_order(lines: list[Line], tell: Tell) -> list[Line]:
    ordered = sorted(lines, key=lambda line: line.start)
    if ordered != lines:
        tell(Mended(Mend.SORTED))
    return ordered


def _from_zero(lines: list[Line], opening: str, tell: Tell) -> list[Line]:
    if lines and lines[0].start == 0:
        return lines
    if lines and lines[0].start < LEAST_SECONDS:
        tell(Mended(Mend.TO_ZERO, lines[0].title))
        return [replace(lines[0], start=0), *lines[1:]]
    title = " ".join(_plain(opening).split()) or "–"
    tell(Mended(Mend.OPENING_ADDED, title))
    return [Line(0, title), *lines]


def _long_enough(lines: list[Line], end: int, tell: Tell) -> list[Line]:
    """What begins less than 10 s after the line before, or before the end, shares the line before."""
    found: list[Line] = []
    for line in lines:
        if found and (line.start - found[-1].start < LEAST_SECONDS or end - line.start < LEAST_SECONDS):
            tell(Mended(Mend.JOINED, line.title))
            if line.title != found[-1].title:
                found[-1] = replace(found[-1], title=f"{found[-1].title} · {line.title}")
        else:
            found.append(line)
    return found


def _three(lines: list[Line], end: int, again: str, tell: Tell) -> list[Line]:
    """The longest is divided until there are three: in a video of 30 s and more there is always room."""
    while len(lines) < LEAST_CHAPTERS:
        lengths = _lengths(lines, end)
        longest = lengths.index(max(lengths))
        whole, length, parts = lines[longest], lengths[longest], LEAST_CHAPTERS + 1 - len(lines)
        if length < parts * LEAST_SECONDS:  # two of less than 20 s each
            tell(Mended(Mend.JOINED, lines[1].title))
            lines = [replace(lines[0], title=f"{lines[0].title} · {lines[1].title}")]
            continue
        tell(Mended(Mend.DIVIDED, whole.title))
        more = [Line(whole.start + length * part // parts, again.format(title=whole.title)) for part in range(1, parts)]
        lines = [*lines[: longest + 1], *more, *lines[longest + 1 :]]
    return lines


def _lengths(lines: Sequence[Line], end: int) -> list[int]:
    return [after - line.start for line, after in zip(lines, [*(line.start for line in lines[1:]), end], strict=True)]


def _fitting(lines: list[Line], end: int, head: str, foot: str, tell: Tell) -> list[Line]:
    """Titles cut, the shortest chapters left out: as little as it takes."""
    room = MAX_BYTES - len(_whole(head, [Line(0, "")], foot).encode())
    made, limit = lines, 0
    for limit in TITLE_LIMITS:
        made = [replace(line, title=_cut(line.title, limit)) for line in lines]
        if sum(map(_bytes, made)) <= room:
            break
    left, size = list(made), sum(map(_bytes, made))
    while size > room and len(left) > LEAST_CHAPTERS:
        lengths = _lengths(left, end)
        size -= _bytes(left.pop(min(range(1, len(left)), key=lengths.__getitem__)))
    if made != lines:
        tell(Mended(Mend.SHORTENED, count=limit))
    if len(left) < len(made):
        tell(Mended(Mend.LEFT_OUT, count=len(made) - len(left)))
    return left


def _bytes(line: Line) -> int:
    return len(f"{timestamp(line.start)} {line.title}\n".encode())


def _cut(title: str, limit: int) -> str:
    return title if len(title) <= limit else title[: limit - 1].rstrip() + "…"


def _whole(head: str, lines: Sequence[Line], foot: str) -> str:
    listed = "\n".join(f"{timestamp(line.start)} {line.title}" for line in lines)
    return "\n\n".join(part for part in (head, listed, foot) if part) + "\n"


def timestamp(seconds: int) -> str:
    """`75` as "1:15", `3675` as "1:01:15": as YouTube reads it."""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
