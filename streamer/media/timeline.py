"""From the wall clock to a place in the replay and back, through the segments that were kept."""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from streamer.media.segments import Segment

TICK = 0.001
"""Seconds: the least that counts as time."""


class Timeline:
    """The replay's time: the kept segments one after the other, every gap closed up."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        """`segments` in the order of the replay."""
        self._segments = tuple(segments)
        # a program's first pictures may have been filmed while the slate before it was still on: time goes forward only
        self._starts = list(accumulate((segment.start for segment in self._segments), max))
        self._positions = [0.0, *accumulate(segment.duration for segment in self._segments)]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self._positions[-1]

    @cached_property
    def signature(self) -> str:
        """Changes whenever the pictures do: another segment, or one less."""
        said = "\n".join(f"{segment.name} {segment.duration:.3f}" for segment in self._segments)
        return hashlib.sha256(said.encode()).hexdigest()

    def position(self, wall: float) -> float | None:
        """Unix seconds -> seconds into the replay. In a gap: where the next kept segment begins; None after the end."""
        index = bisect_right(self._starts, wall) - 1
        if index < 0:
            return 0.0 if self._segments else None
        segment = self._segments[index]
        if wall < segment.end:
            return self._positions[index] + wall - segment.start if wall > segment.start else self._positions[index]
        return self._positions[index + 1] if index + 1 < len(self._segments) else None

    def kept(self, start: float, end: float) -> tuple[float, float] | None:
        """Where in the replay `start` to `end` (unix seconds) begins, and how many seconds of it were kept; None where
        nothing was."""
        first, seconds = None, 0.0
        index = max(0, bisect_right(self._starts, start) - 1)
        while index < len(self._segments) and self._starts[index] < max(end, start + TICK):
            segment = self._segments[index]
            begins, ends = max(0.0, start - segment.start), min(segment.duration, end - segment.start)
            if begins < segment.duration and ends >= begins:
                first = self._positions[index] + begins if first is None else first
                seconds += ends - begins
            index += 1
        return None if first is None else (first, seconds)

    def wall(self, position: float) -> float | None:
        """Seconds into the replay -> unix seconds; None outside of it."""
        if not 0 <= position < self.duration:
            return None
        index = bisect_right(self._positions, position) - 1
        return self._segments[index].start + position - self._positions[index]
