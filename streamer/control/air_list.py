"""What the public has been sent: an append-only list, so that a segment's place in it is its media sequence number."""

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import astuple
from pathlib import Path

from streamer.council.air import aired
from streamer.council.meeting import Meeting
from streamer.media.segments import Segment

log = logging.getLogger(__name__)

RECENT = 200
"""Segments looked at each time. Later ones only are ever undecided; a meeting of six hours has 10,800."""
OVERLAP = 0.2
"""Seconds of media time by which a segment may begin before the last one ended: two encoders overlap when one takes
over. Not of the clock: a run is dated anew once it is known how old its first pictures were."""


JOURNAL = "aired"
"""The file in a meeting's folder that keeps its list, a line a segment."""


class AirList:
    """Grows as segments fall due. What was decided once is not looked at again.

    `journal`: where the list is kept. A service that starts again goes on with it, so that nobody's numbers change.
    """

    def __init__(self, journal: Path | None = None) -> None:
        self.segments: list[Segment] = []
        self.names: set[str] = set()
        self.seconds = 0.0
        self.filmed_until = 0.0
        """Unix seconds of the last picture of the camera in the list."""
        self.first = 0
        """Index of the first that may still be played."""
        self._decided: set[str] = set()
        self._journal = journal
        for segment in _kept(journal) if journal else ():
            self._decided.add(segment.name)
            self._count(segment)

    def extend(self, meeting: Meeting, recorded: Sequence[Segment], *, now: float, delay: float) -> int:
        """Air what is due by `now` (unix seconds) with `delay` seconds; how many were added.

        `recorded` are all segments of the meeting as on disk. Time never goes back, whoever filmed.
        """
        due = [segment for segment in self._undecided(recorded) if segment.end + delay <= now]
        self._decided |= {segment.name for segment in due}
        new = aired(meeting, sorted(due, key=lambda segment: segment.end), now=now, delay=delay)
        return sum([self._append(segment) for segment in new])

    @property
    def playable(self) -> bool:
        """Whether anything in the list may be played."""
        return self.first < len(self.segments)

    def forget(self, names: Collection[str]) -> bool:
        """Some files are no more: what can be played begins after the last of them. Whether that changed anything."""
        gone = self.names & set(names)
        if not gone:
            return False
        self.names -= gone
        self.first = max(index for index, segment in enumerate(self.segments) if segment.name in gone) + 1
        return True

    def hide_before(self, moment: float) -> None:
        """What was aired before `moment`, unix seconds, is not for the public any more."""
        while self.first < len(self.segments) and self.segments[self.first].start < moment:
            self.names.discard(self.segments[self.first].name)
            self.first += 1

    def drained(self, recorded: Sequence[Segment]) -> bool:
        """Whether all that was recorded has been decided upon."""
        return not self._undecided(recorded)

    def _undecided(self, recorded: Sequence[Segment]) -> list[Segment]:
        recent = recorded[-RECENT:] if self._decided else recorded  # what is older was decided upon long ago
        return [segment for segment in recent if segment.name not in self._decided]

    def _append(self, segment: Segment) -> bool:
        last = self.segments[-1] if self.segments else None
        if last and segment.offset < last.offset + last.duration - OVERLAP:
            return False
        self._count(segment)
        if self._journal:
            _keep(self._journal, segment)
        return True

    def _count(self, segment: Segment) -> None:
        self.segments.append(segment)
        self.names.add(segment.name)
        self.seconds += segment.duration
        if segment.picture == "program":
            self.filmed_until = segment.end


def _keep(journal: Path, segment: Segment) -> None:
    try:
        with journal.open("a", encoding="ascii") as file:
            file.write(json.dumps(astuple(segment)) + "\n")
    except OSError as error:  # the public must see it all the same
        log.warning("%s could not be kept in the list of what was aired: %s", segment.name, error)


def _kept(journal: Path) -> list[Segment]:
    """What was aired before. A line that a crash or a full disk cut short is taken away."""
    if not journal.exists():
        return []
    text = journal.read_text(encoding="ascii", errors="replace")
    found = [segment for line in text.splitlines() if (segment := _read(line))]
    whole = "".join(json.dumps(astuple(segment)) + "\n" for segment in found)
    if whole != text:
        journal.write_text(whole, encoding="ascii")
    return found


def _read(line: str) -> Segment | None:
    try:
        return Segment(*json.loads(line))
    except (ValueError, TypeError):
        return None
