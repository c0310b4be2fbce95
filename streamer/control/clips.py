"""Makes the clips that clerks ask for: one at a time, behind everything else, never while a meeting is on the air.

What was asked for is a file beside the film it becomes, so a service that was killed makes what is not made yet. Both
are destroyed as soon as the replay they are of is withdrawn, or has other pictures.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path

from streamer.control.archive import Archive
from streamer.control.desk import Clock, Desk
from streamer.control.transcripts import Transcripts
from streamer.council.clip import Clip, Shape, checked, lives
from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER
from streamer.media.binary import Ffmpeg
from streamer.media.clip import FOLDER, Said, Words, clear_begun, drop_all, make_clip
from streamer.media.settings import EncoderSettings

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often it is looked whether a meeting is on the air, while a clip waits or is made."""


class State(StrEnum):
    """Where a clip is."""

    WAITING = "waiting"  # for its turn, or for a meeting that is on the air to be over
    MAKING = "making"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Known:
    """A clip, how much of it is made (0..1), and its bytes once it is."""

    clip: Clip
    state: State
    share: float = 0.0
    bytes: int = 0


class Clips:
    """`run` until cancelled. `words(meeting)`: what is written on a clip of it, with the link to its replay."""

    def __init__(
        self, desk: Desk, archive: Archive, transcripts: Transcripts, settings: EncoderSettings, ffmpeg: Ffmpeg,
        clock: Clock, new_id: Callable[[], str], words: Callable[[Meeting], Words],
    ) -> None:  # fmt: skip
        self._desk, self._archive, self._transcripts = desk, archive, transcripts
        self._settings, self._ffmpeg, self._clock = settings, ffmpeg, clock
        self._new_id, self._words = new_id, words
        self._shares: dict[str, float] = {}
        self._failed: set[str] = set()
        self._news = desk.follow()

    async def order(
        self, id: str, start: float, end: float, shape: Shape, title: str, language: str, *, by: str
    ) -> Clip:  # fmt: skip
        """Have a clip made, from second `start` to `end` of the replay. Raises `Refused`, `Invalid`, `Unknown`."""
        meeting = await self._desk.meeting(id)
        timeline = self._archive.timeline(meeting)
        end, title = checked(meeting, start, end, title, timeline.duration)
        if language:
            await self._transcripts.track(id, language)
        clip = Clip(
            self._new_id(), start, end, shape, title, language, timeline.signature, by, self._clock()
        )  # fmt: skip
        folder = self._folder(id)
        folder.mkdir(exist_ok=True)
        beside = folder / f".{clip.id}.json"
        beside.write_text(json.dumps(asdict(clip)), encoding="utf-8")
        beside.replace(folder / f"{clip.id}.json")
        self._news.set()
        return clip

    def listed(self, meeting: Meeting) -> list[Known]:
        """What was asked for of a replay as it is now, the latest first."""
        pictures = self._archive.timeline(meeting).signature
        clips = [clip for clip in self._kept(meeting.id) if lives(clip, meeting, pictures)]
        return [self._known(meeting.id, clip) for clip in sorted(clips, key=lambda clip: -clip.at)]

    def file(self, meeting: Meeting, id: str) -> Path | None:
        """The film, if it is made and may still be there."""
        known = next((known for known in self.listed(meeting) if known.clip.id == id), None)
        return self._folder(meeting.id) / f"{id}.mp4" if known and known.state is State.DONE else None

    def remove(self, meeting: Meeting, id: str) -> None:
        """Take a clip away. Raises `Unknown`."""
        self.one(meeting, id)
        self._destroy(meeting.id, id)

    def again(self, meeting: Meeting, id: str) -> None:
        """Try one once more that failed. Raises `Unknown`."""
        self._failed.discard(self.one(meeting, id).clip.id)
        self._news.set()

    async def run(self) -> None:
        """Make what is asked for; first what an earlier service did not get to."""
        for id in await self._desk.in_phases(*OVER):
            clear_begun(self._archive.folder(id))
        self._news.set()
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                await self._round()
            except Exception:
                log.exception("the log could not be read; clips wait")

    async def _round(self) -> None:
        """Destroy what may not be there any more, then make what is missing."""
        while (job := await self._next()) is not None:
            if await self._desk.in_phases(*ON_AIR):
                return  # its end is in the log, and wakes us
            await self._unless_live(*job)

    async def _next(self) -> tuple[Meeting, Clip] | None:
        """The clip that waits longest."""
        found: list[tuple[Meeting, Clip]] = []
        for path in self._archive.folder("").glob(f"*/{FOLDER}"):
            with contextlib.suppress(Unknown):
                meeting = await self._desk.meeting(path.parent.name)
                self._sweep(meeting)
                waiting = (known.clip for known in self.listed(meeting) if known.state is State.WAITING)
                found += [(meeting, clip) for clip in waiting]
        return min(found, key=lambda job: job[1].at, default=None)

    def _sweep(self, meeting: Meeting) -> None:
        pictures = self._archive.timeline(meeting).signature
        kept = self._kept(meeting.id)
        if not any(lives(clip, meeting, pictures) for clip in kept):
            drop_all(self._archive.folder(meeting.id))
        for clip in kept:
            if not lives(clip, meeting, pictures):
                self._destroy(meeting.id, clip.id)

    def _destroy(self, meeting: str, id: str) -> None:
        for kind in ("json", "mp4"):
            (self._folder(meeting) / f"{id}.{kind}").unlink(missing_ok=True)

    async def _unless_live(self, meeting: Meeting, clip: Clip) -> None:
        """Make one, and break it off when a meeting goes on the air, or it may not be any more."""
        self._shares[clip.id] = 0.0
        work = asyncio.create_task(self._trying(meeting, clip))
        try:
            while not work.done():
                await asyncio.wait({work}, timeout=LOOK_SECONDS)
                now = await self._desk.meeting(meeting.id)
                pictures, asked = self._archive.timeline(now).signature, self._asked(meeting.id, clip.id)
                if not (asked and lives(clip, now, pictures)) or await self._desk.in_phases(*ON_AIR):
                    return
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._shares.pop(clip.id, None)
            if not self._asked(meeting.id, clip.id):  # it was removed, perhaps at its last moment
                self._destroy(meeting.id, clip.id)

    def _asked(self, meeting: str, id: str) -> bool:
        return (self._folder(meeting) / f"{id}.json").exists()

    async def _trying(self, meeting: Meeting, clip: Clip) -> None:
        try:
            words = self._words(meeting)
            await make_clip(
                self._archive.folder(meeting.id), self._archive.segments(meeting), clip,
                replace(words, link=f"{words.link}?{clip.passage}{meeting.link_mark}"), await self._said(meeting, clip),
                self._folder(meeting.id) / f"{clip.id}.mp4", self._settings, self._ffmpeg,
                progress=lambda share: self._shares.__setitem__(clip.id, share),
            )  # fmt: skip
        except Exception:
            self._failed.add(clip.id)
            log.exception("meeting %s: a clip could not be made", meeting.id)

    async def _said(self, meeting: Meeting, clip: Clip) -> list[Said]:
        """The captions of a clip, in its own seconds."""
        if not clip.language:
            return []
        lines = await self._transcripts.lines(await self._transcripts.track(meeting.id, clip.language))
        return [
            (max((line.at or 0.0) - clip.start, 0.0), min(line.until, clip.end) - clip.start, line.text)
            for line in lines
            if (line.at or 0.0) < clip.end and line.until > clip.start
        ]

    def one(self, meeting: Meeting, id: str) -> Known:
        """One of those. Raises `Unknown`."""
        found = next((known for known in self.listed(meeting) if known.clip.id == id), None)
        if found is None:
            raise Unknown("clip", id)
        return found

    def _known(self, meeting: str, clip: Clip) -> Known:
        film = self._folder(meeting) / f"{clip.id}.mp4"
        if film.exists():
            return Known(clip, State.DONE, 1.0, film.stat().st_size)
        if clip.id in self._failed:
            return Known(clip, State.FAILED)
        share = self._shares.get(clip.id)
        return Known(clip, State.WAITING) if share is None else Known(clip, State.MAKING, share)

    def _kept(self, meeting: str) -> list[Clip]:
        found = []
        for path in self._folder(meeting).glob("*.json"):
            with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
                data = json.loads(path.read_text(encoding="utf-8"))
                found.append(Clip(**{**data, "shape": Shape(data["shape"])}))
        return found

    def _folder(self, meeting: str) -> Path:
        return self._archive.folder(meeting) / FOLDER
