"""The replays: what was kept of a meeting, its index, and the files citizens take away."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from streamer.control.desk import Desk
from streamer.control.notary import Notary, Seal
from streamer.council.air import kept, leaks
from streamer.council.chapters import Chapter, ChapterKind, chapters, question_chapters
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.media.binary import Ffmpeg
from streamer.media.playlist import render
from streamer.media.replay import make_mp4, make_thumbnail
from streamer.media.segments import Segment, read_segments, signature
from streamer.media.timeline import Timeline

log = logging.getLogger(__name__)

DONE = (Phase.ENDED, Phase.PUBLISHED)

POSTER_AT = 0.1
"""Share of the replay at which the poster is taken: the first seconds show people sitting down."""


@dataclass(frozen=True)
class Replay:
    """What can be watched. Seconds; `mp4_bytes` 0 while there is none; `seal` once the recording is signed."""

    duration: float
    chapters: list[Chapter]
    question_chapters: list[Chapter]
    mp4_ready: bool
    mp4_bytes: int
    making: bool
    failed: bool
    poster: bool
    seal: Seal | None = None


class Archive:
    """Knows every meeting's replay and makes its files, one at a time."""

    def __init__(self, desk: Desk, recordings: Path, ffmpeg: Ffmpeg, segment_seconds: float, notary: Notary) -> None:
        self._desk, self._recordings, self._ffmpeg = desk, recordings, ffmpeg
        self._segment_seconds, self.notary = segment_seconds, notary
        self._wanted: asyncio.Queue[str] = asyncio.Queue()
        self._making: set[str] = set()
        self._failed: set[str] = set()
        self._kept: dict[str, tuple[object, Sequence[Segment]]] = {}

    def folder(self, meeting: str) -> Path:
        """Where a meeting's files are."""
        return self._recordings / meeting

    def segments(self, meeting: Meeting) -> Sequence[Segment]:
        """What the replay shows, in order. Found anew only when the meeting or its files changed: a player asks for
        every segment, and for every stretch of the MP4."""
        state = (meeting.version, signature(self.folder(meeting.id)))
        known = self._kept.get(meeting.id)
        if known is None or known[0] != state:
            known = self._kept[meeting.id] = state, kept(meeting, read_segments(self.folder(meeting.id)))
        return known[1]

    def timeline(self, meeting: Meeting) -> Timeline:
        """From the wall clock to the replay's seconds, and back."""
        return Timeline(self.segments(meeting))

    def leaks(self, meeting: Meeting) -> int:
        """How many files of the camera touch a closed session. There should be none."""
        found = leaks(meeting, read_segments(self.folder(meeting.id)))
        return sum((self.folder(meeting.id) / segment.name).exists() for segment in found)

    async def replay(self, meeting: Meeting) -> Replay:
        """The replay as of now."""
        timeline = Timeline(self.segments(meeting))
        mp4, poster = self.folder(meeting.id) / "replay.mp4", self.folder(meeting.id) / "poster.jpg"
        ready = mp4.exists() and self._fresh(meeting, timeline)
        if mp4.exists() and not ready and meeting.phase in DONE and meeting.id not in self._making:
            self.request(meeting.id)  # its index was changed after it was made
        return Replay(
            duration=timeline.duration,
            chapters=chapters(meeting, timeline.position, timeline.duration),
            question_chapters=question_chapters(meeting, timeline.position, timeline.duration),
            mp4_ready=ready,
            mp4_bytes=mp4.stat().st_size if ready else 0,
            making=meeting.id in self._making,
            failed=meeting.id in self._failed,
            poster=poster.exists(),
            seal=self.notary.seal(meeting.id),
        )

    def playlist(self, meeting: Meeting, prefix: str) -> str:
        """The replay as a VOD playlist: stands the second the meeting ends."""
        return render(
            self.segments(meeting), target_duration=self._segment_seconds, ended=True, kind="VOD", prefix=prefix
        )

    def request(self, meeting: str) -> None:
        """Have a meeting's files made."""
        self._making.add(meeting)
        self._wanted.put_nowait(meeting)

    async def run(self) -> None:
        """Make what is requested, and first what an earlier service did not get to. Runs until cancelled."""
        for id in await self._desk.in_phases(*DONE):
            self.request(id)
        while True:
            id = await self._wanted.get()
            try:
                await self._make(await self._desk.meeting(id))
                self._failed.discard(id)
            except Exception:
                self._failed.add(id)
                log.exception("meeting %s: the replay's files could not be made; its segments are safe", id)
            finally:
                self._making.discard(id)

    async def _make(self, meeting: Meeting) -> None:
        segments, folder = self.segments(meeting), self.folder(meeting.id)
        timeline = Timeline(segments)
        if not segments or (self._fresh(meeting, timeline) and (folder / "replay.mp4").exists()):
            return
        index = [
            (c.start, c.end, title_of(c, meeting)) for c in chapters(meeting, timeline.position, timeline.duration)
        ]
        await make_mp4(folder, segments, index, meeting.name, folder / "replay.mp4", self._ffmpeg)
        await make_thumbnail(folder, segments, timeline.duration * POSTER_AT, folder / "poster.jpg", self._ffmpeg)
        await self.notary.made(meeting.id, folder / "replay.mp4")
        made = {"fingerprint": _fingerprint(meeting, timeline)}
        (folder / "replay.json").write_text(json.dumps(made), encoding="utf-8")

    def _fresh(self, meeting: Meeting, timeline: Timeline) -> bool:
        try:
            made = json.loads((self.folder(meeting.id) / "replay.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(made.get("fingerprint") == _fingerprint(meeting, timeline))


def title_of(chapter: Chapter, meeting: Meeting) -> str:
    """A chapter's name in a file: the opening carries the meeting's."""
    if chapter.kind is ChapterKind.OPENING:
        return meeting.name
    return f"{chapter.number} {chapter.name}".strip()


def _fingerprint(meeting: Meeting, timeline: Timeline) -> str:
    """Changes whenever the replay's pictures or its index do."""
    index = chapters(meeting, timeline.position, timeline.duration)
    said = [f"{timeline.duration:.2f}", meeting.name, *(f"{c.start:.2f} {c.number} {c.name}" for c in index)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
