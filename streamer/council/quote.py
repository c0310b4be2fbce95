"""One passage of a replay, to be linked to: from one second to another, and what it is a part of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from streamer.council.chapters import Chapter

RANGE = re.compile(r"(\d{1,6})(?:\.\d{1,3})?(?:,(\d{1,6})(?:\.\d{1,3})?)?")


@dataclass(frozen=True)
class Quote:
    """From `start` to `end`, in seconds of the replay; it begins within `chapter`. `about`: how long the replay is
    about the same, over all stretches."""

    start: float
    end: float
    chapter: Chapter | None
    about: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


def seconds_in(text: str) -> tuple[int, int | None]:
    """`120` or `120,185` (as in W3C Media Fragments) as whole seconds; (0, None) for anything else."""
    found = RANGE.fullmatch(text) if text.isascii() else None
    if found is None:
        return 0, None
    start, end = int(found[1]), int(found[2]) if found[2] else None
    return start, end if end is not None and end > start else None


def quote(chapters: Sequence[Chapter], start: float, end: float, duration: float) -> Quote | None:
    """The passage, ended where the replay ends; `None` where there is nothing of it."""
    end = min(end, duration)
    if end <= start:
        return None
    chapter = next((c for c in chapters if c.start <= start < c.end), None)
    if chapter is None:
        return Quote(start, end, None, duration)
    same = [c for c in chapters if c == chapter or (c.ref and (c.kind, c.ref) == (chapter.kind, chapter.ref))]
    return Quote(start, end, chapter, sum(c.seconds for c in same))
