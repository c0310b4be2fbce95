"""What the public has been sent: an append-only list, so that a segment's place in it is its media sequence number."""

from collections.abc import Sequence

from streamer.council.air import aired
from streamer.council.meeting import Meeting
from streamer.media.segments import Segment

RECENT = 200
"""Segments looked at each time. Later ones only are ever undecided; a meeting of six hours has 10,800."""
OVERLAP = 0.2
"""Seconds by which a segment may begin before the last one ended: two encoders overlap when one takes over."""


class AirList:
    """Grows as segments fall due. What was decided once is not looked at again."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.names: set[str] = set()
        self.seconds = 0.0
        self._decided: set[str] = set()

    def extend(self, meeting: Meeting, recorded: Sequence[Segment], *, now: float, delay: float) -> int:
        """Air what is due by `now` (unix seconds) with `delay` seconds; how many were added.

        `recorded` are all segments of the meeting as on disk. Time never goes back, whoever filmed.
        """
        due = [segment for segment in self._undecided(recorded) if segment.end + delay <= now]
        self._decided |= {segment.name for segment in due}
        new = aired(meeting, sorted(due, key=lambda segment: segment.end), now=now, delay=delay)
        return sum([self._append(segment) for segment in new])

    def drained(self, recorded: Sequence[Segment]) -> bool:
        """Whether all that was recorded has been decided upon."""
        return not self._undecided(recorded)

    def _undecided(self, recorded: Sequence[Segment]) -> list[Segment]:
        recent = recorded[-RECENT:] if self._decided else recorded
        return [segment for segment in recent if segment.name not in self._decided]

    def _append(self, segment: Segment) -> bool:
        if self.segments and segment.start < self.segments[-1].end - OVERLAP:
            return False
        self.segments.append(segment)
        self.names.add(segment.name)
        self.seconds += segment.duration
        return True
