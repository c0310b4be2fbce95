"""What was said: captions come in, are corrected, and stay where their words are in the replay, whatever is cut."""

import asyncio
from collections.abc import Callable, Sequence

from streamer.control.desk import Clock, Desk
from streamer.council.captions import (
    Change,
    Cue,
    Line,
    Origin,
    Track,
    check_language,
    check_line,
    placed,
    where,
)
from streamer.council.captions import Clock as FileClock
from streamer.council.cut import Cut, silenced
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.media.caption_files import read
from streamer.media.timeline import Timeline
from streamer.store.captions import Captions


class Transcripts:
    """The clerk's orders about captions, and what everybody reads. `timeline(meeting)`: of its replay as it is now."""

    def __init__(
        self, desk: Desk, captions: Captions, timeline: Callable[[Meeting], Timeline], clock: Clock
    ) -> None:  # fmt: skip
        self._desk, self._captions, self._timeline, self._clock = desk, captions, timeline, clock

    async def take(
        self, meeting_id: str, language: str, raw: bytes, *, name: str, clock: FileClock, by: str
    ) -> Track:  # fmt: skip
        """Captions from a file, in place of those there were in that language. Nothing is changed where it cannot be
        read. Raises `Invalid`, `Refused`, `Unknown`."""
        language, meeting = check_language(language), await self._open(meeting_id)
        cues = await asyncio.to_thread(read, raw)
        return await self.keep(meeting, language, cues, origin=Origin.FILE, name=name, clock=clock, by=by)

    async def keep(
        self, meeting: Meeting, language: str, cues: Sequence[Cue], *, origin: Origin, name: str, clock: FileClock,
        by: str,
    ) -> Track:  # fmt: skip
        """Keep what belongs to the replay. Raises `Refused` where nothing does."""
        timeline = self._timeline(meeting)
        lines, dropped = await asyncio.to_thread(
            placed, cues, clock, meeting.went_live_at or 0.0, timeline.wall, timeline.kept
        )
        said = [line for line in lines if not silenced(meeting.cuts, line.start, line.end)]
        lines, dropped = said, dropped + len(lines) - len(said)
        if not lines:
            raise Refused("captions_elsewhere")
        track = await self._captions.put(
            meeting.id, meeting.start, language, lines, origin=origin, name=name[:200], by=by, at=self._clock(),
            dropped=dropped,
        )  # fmt: skip
        self._desk.wake()
        return track

    async def _open(self, id: str) -> Meeting:
        """The meeting, if there is a recording to put captions under. Raises `Refused`, `Unknown`."""
        meeting = await self._desk.meeting(id)
        if meeting.phase not in OVER:
            raise Refused("captions_too_early", phase=meeting.phase)
        if not self._timeline(meeting).duration:
            raise Refused("captions_no_recording")
        return meeting

    async def tracks(self, meeting: str) -> list[Track]:
        """A meeting's captions, one track a language."""
        return await self._captions.tracks(meeting)

    async def track(self, meeting: str, language: str) -> Track:
        """Raises `Unknown`."""
        return await self._captions.track(meeting, language)

    async def lines(self, track: Track) -> list[Line]:
        """What was said in the replay, in order."""
        return await self._captions.lines(track)

    async def changes(self, track: Track) -> dict[int, list[Change]]:
        """What lines said before, the newest first."""
        return await self._captions.changes(track)

    async def correct(
        self, meeting: str, language: str, line: int, *, seen: int, speaker: str, text: str, by: str
    ) -> Line:  # fmt: skip
        """A line says something else. Raises `Invalid`, `Conflict`, `Unknown`."""
        who, said = check_line(speaker, text)
        track = await self._captions.track(meeting, language)
        return await self._captions.correct(track, line, seen=seen, speaker=who, text=said, by=by, at=self._clock())

    async def remove(self, meeting: str, language: str) -> None:
        """Take a track away, its corrections too. Raises `Unknown`."""
        await self._captions.remove(meeting, language)

    async def erase(self, meeting: Meeting, cut: Cut) -> None:
        """Destroy the words of a stretch that was cut."""
        if cut.silences:
            await self._captions.erase(meeting.id, cut.start, cut.end)

    async def settle(self, meeting: Meeting) -> None:
        """Put every line where its words are in the replay now; what was cut is shown no more, and found no more."""
        for track in await self._captions.tracks(meeting.id):
            lines = await self._captions.lines(track, hidden=True)
            now = await asyncio.to_thread(_where_all, lines, self._timeline(meeting))
            moved = {a.passage for a, b in zip(now, lines, strict=True) if _elsewhere(a.at, b.at)}
            if moved:
                await self._captions.move([line for line in now if line.passage in moved])


def _where_all(lines: Sequence[Line], timeline: Timeline) -> list[Line]:
    return [where(line, timeline.kept) for line in lines]


def _elsewhere(a: float | None, b: float | None) -> bool:
    return (a is None) is not (b is None) or abs((a or 0.0) - (b or 0.0)) > 0.01
