"""The replays: what was kept of a meeting, its index, and the files citizens take away."""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from streamer.control.desk import Desk
from streamer.control.notary import Notary, Seal
from streamer.council.air import kept, leaks
from streamer.council.chapters import Chapter, chapters, question_chapters, speaker_chapters, vote_chapters
from streamer.council.cut import pending
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.media.binary import Ffmpeg
from streamer.media.playlist import render
from streamer.media.replay import ReplayFailed, make_mp4, make_sound, make_thumbnail
from streamer.media.segments import Segment, read_segments, signature
from streamer.media.timeline import Timeline

log = logging.getLogger(__name__)


POSTER_AT = 0.1
"""Share of the replay at which the poster is taken: the first seconds show people sitting down."""


STILL_AFTER, STILL_WIDTH = 4.0, 224
"""Seconds into a chapter: whoever speaks has begun by then. Pixels."""


@dataclass(frozen=True)
class Replay:
    """What can be watched. Seconds; `mp4_bytes`, `sound_bytes` 0 while there is none; `seal` once it is signed.

    `mp4_ready`: there is one of these pictures; `current`: with these chapters in it, too."""

    meeting: str
    duration: float
    chapters: list[Chapter]
    question_chapters: list[Chapter]
    speaker_chapters: list[Chapter]
    vote_chapters: list[Chapter]
    mp4_ready: bool
    mp4_bytes: int
    sound_bytes: int
    current: bool
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
        self._failed: dict[str, Made] = {}
        self._drawing, self._filing = asyncio.Lock(), asyncio.Lock()
        self._kept: dict[str, tuple[object, Sequence[Segment], Timeline]] = {}
        self._linked: dict[str, tuple[object, Timeline]] = {}

    def folder(self, meeting: str) -> Path:
        """Where a meeting's files are."""
        return self._recordings / meeting

    def segments(self, meeting: Meeting) -> Sequence[Segment]:
        """What the replay shows, in order."""
        return self._known(meeting)[1]

    def timeline(self, meeting: Meeting) -> Timeline:
        """From the wall clock to the replay's seconds, and back."""
        return self._known(meeting)[2]

    def timeline_then(self, then: Meeting) -> Timeline:
        """The same of a meeting with other parts withheld than now: it is asked for by links of before, one after the
        other."""
        state = (then.version, signature(self.folder(then.id)), then.withheld_parts)
        known = self._linked.get(then.id)
        if known is None or known[0] != state:
            known = self._linked[then.id] = state, Timeline(kept(then, read_segments(self.folder(then.id))))
        return known[1]

    def _known(self, meeting: Meeting) -> tuple[object, Sequence[Segment], Timeline]:
        """Found anew only when the meeting or its files changed: a player asks for every segment, and for every stretch
        of the MP4."""
        state = (meeting.version, signature(self.folder(meeting.id)))
        known = self._kept.get(meeting.id)
        if known is None or known[0] != state:
            segments = kept(meeting, read_segments(self.folder(meeting.id)))
            known = self._kept[meeting.id] = state, segments, Timeline(segments)
        return known

    def leaks(self, meeting: Meeting) -> int:
        """How many files of the camera touch a closed session. There should be none."""
        found = leaks(meeting, read_segments(self.folder(meeting.id)))
        return sum((self.folder(meeting.id) / segment.name).exists() for segment in found)

    def has_poster(self, meeting: str) -> bool:
        """Whether there is a picture of its replay."""
        return (self.folder(meeting) / "poster.jpg").exists()

    async def replay(self, meeting: Meeting) -> Replay:
        """The replay as of now."""
        timeline = self.timeline(meeting)
        mp4 = self.folder(meeting.id) / "replay.mp4"
        sound = self.folder(meeting.id) / "replay.m4a"
        made = self._made(meeting.id) if mp4.exists() else Made()
        index = _index(meeting, timeline)
        wanted = Made.of(meeting, timeline, index)
        current = made == wanted
        stale = mp4.exists() and not current and not pending(meeting.cuts)
        if stale and meeting.phase in OVER and self._may_try(meeting.id, wanted):
            self.request(meeting.id)  # its pictures or its index were changed after it was made
        ready = mp4.exists() and made.pictures == wanted.pictures
        return Replay(
            meeting=meeting.id,
            duration=timeline.duration,
            chapters=index,
            speaker_chapters=speaker_chapters(meeting, timeline.position, index),
            vote_chapters=vote_chapters(meeting, timeline.position, index),
            question_chapters=question_chapters(meeting, timeline.position, timeline.duration),
            mp4_ready=ready,
            mp4_bytes=mp4.stat().st_size if ready else 0,
            sound_bytes=sound.stat().st_size if ready and sound.exists() else 0,
            current=current,
            making=meeting.id in self._making,
            failed=meeting.id in self._failed,
            poster=self.has_poster(meeting.id),
            seal=self.notary.seal(meeting.id),
        )

    def _may_try(self, meeting: str, wanted: "Made") -> bool:
        return meeting not in self._making and self._failed.get(meeting) != wanted

    async def still(self, meeting: Meeting, start: int) -> Path | None:
        """A small picture of the chapter that begins in the second `start`, made when it is first asked for; `None`
        where none begins there, or no picture could be made. Never of anything the replay does not show."""
        timeline = self.timeline(meeting)
        chapter = next((c for c in _index(meeting, timeline) if int(c.start) == start), None)
        at = chapter.start + min(STILL_AFTER, chapter.seconds / 2) if chapter else timeline.duration
        if (wall := timeline.wall(at)) is None:
            return None
        file = self.folder(meeting.id) / "stills" / f"{wall:.2f}.jpg"
        async with self._drawing:
            if not file.exists():
                try:
                    segments = self.segments(meeting)
                    await make_thumbnail(self.folder(meeting.id), segments, at, file, self._ffmpeg, width=STILL_WIDTH)
                except ReplayFailed as error:
                    log.warning("meeting %s: no still at %s s: %s", meeting.id, start, error)
                    return None
        return file

    def playlist(self, meeting: Meeting, prefix: str) -> str:
        """The replay as a VOD playlist: stands the second the meeting ends."""
        return render(
            self.segments(meeting), target_duration=self._segment_seconds, ended=True, kind="VOD", prefix=prefix
        )

    @contextlib.asynccontextmanager
    async def undisturbed(self) -> AsyncIterator[None]:
        """While the block lasts no file is made of any recording: whoever cuts one needs it for himself."""
        async with self._filing, self._drawing:
            yield

    def request(self, meeting: str) -> None:
        """Have a meeting's files made."""
        self._making.add(meeting)
        self._wanted.put_nowait(meeting)

    async def run(self) -> None:
        """Make what is requested, and first what an earlier service did not get to. Runs until cancelled."""
        for id in await self._desk.in_phases(*OVER):
            self.request(id)
        while True:
            id = await self._wanted.get()
            try:
                while not self._is_current(meeting := await self._desk.meeting(id)):
                    async with self._filing:
                        await self._make(meeting)
                self._failed.pop(id, None)
            except Exception:
                await self._give_up(id)
                log.exception("meeting %s: the replay's files could not be made; its segments are safe", id)
            finally:
                self._making.discard(id)

    async def _give_up(self, id: str) -> None:
        """It is not tried again before its pictures or its index are others, or the service starts anew."""
        self._failed[id] = Made()
        with contextlib.suppress(Exception):  # the log itself may be what cannot be read
            self._failed[id] = self._wanted_of(await self._desk.meeting(id))

    def _is_current(self, meeting: Meeting) -> bool:
        """Nothing is to be made: there is no recording, something is being cut out of it, or its files are as they
        should be."""
        if pending(meeting.cuts):
            return True
        mp4 = self.folder(meeting.id) / "replay.mp4"
        recorded = self.timeline(meeting).duration > 0
        return not recorded or (mp4.exists() and self._made(meeting.id) == self._wanted_of(meeting))

    def _wanted_of(self, meeting: Meeting) -> "Made":
        """What the files should be made of."""
        timeline = self.timeline(meeting)
        return Made.of(meeting, timeline, _index(meeting, timeline))

    async def _make(self, meeting: Meeting) -> None:
        segments, timeline, folder = self.segments(meeting), self.timeline(meeting), self.folder(meeting.id)
        index = _index(meeting, timeline)
        made = Made.of(meeting, timeline, index)
        titled = [(c.start, c.end, c.titled(meeting.name)) for c in index]
        await make_mp4(folder, segments, titled, meeting.name, folder / "replay.mp4", self._ffmpeg)
        await make_sound(folder / "replay.mp4", folder / "replay.m4a", self._ffmpeg)
        if made.pictures != self._made(meeting.id).pictures or not (folder / "poster.jpg").exists():
            await make_thumbnail(folder, segments, timeline.duration * POSTER_AT, folder / "poster.jpg", self._ffmpeg)
        await self.notary.made(meeting.id, folder / "replay.mp4")
        (folder / "replay.json").write_text(json.dumps(asdict(made)), encoding="utf-8")

    def _made(self, meeting: str) -> "Made":
        """What the files were made of."""
        try:
            return Made(**json.loads((self.folder(meeting) / "replay.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return Made()


@dataclass(frozen=True)
class Made:
    """Changes whenever the replay's pictures, or its index, do."""

    pictures: str = ""
    index: str = ""

    @classmethod
    def of(cls, meeting: Meeting, timeline: Timeline, index: Sequence[Chapter]) -> "Made":
        """As of now."""
        said = [meeting.name, *(f"{c.start:.2f} {c.titled(meeting.name)}" for c in index)]
        return cls(timeline.signature, hashlib.sha256("\n".join(said).encode()).hexdigest())


def _index(meeting: Meeting, timeline: Timeline) -> list[Chapter]:
    return chapters(meeting, timeline.position, timeline.duration)
