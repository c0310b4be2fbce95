"""Takes recordings in that were made elsewhere: whole, or not at all. The service may run meanwhile."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from streamer.control.desk import Clock, Desk
from streamer.control.transcripts import Transcripts
from streamer.council.air import kept
from streamer.council.captions import Clock as FileClock
from streamer.council.captions import Cue, Origin, Track
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting, meeting_id
from streamer.council.old_recording import OldMark, Taken, taken
from streamer.media.binary import Ffmpeg
from streamer.media.old_recording import Film, Why, make_segments
from streamer.media.records import end_leftovers
from streamer.media.segments import read_segments
from streamer.media.settings import EncoderSettings
from streamer.media.timeline import Timeline
from streamer.store.captions import Captions
from streamer.store.database import Database
from streamer.store.folder import FolderInUse, alone_in
from streamer.store.log import Log

UNDER_WAY = ".importing"
"""The folder in which imports grow; what is whole is moved out of it in one step."""


@dataclass(frozen=True)
class Wanted:
    """What is to be taken in. `start`: ISO 8601 with its offset, the same moment as `at` (unix seconds)."""

    film: Film
    name: str
    start: str
    at: float
    marks: Sequence[OldMark] = ()
    cues: Sequence[Cue] = ()
    language: str = ""
    captions_name: str = ""


@dataclass(frozen=True)
class Imported:
    """What came of it. `seconds`: of the recording; `why`: its picture was encoded; `track`: its captions, if any."""

    meeting: Meeting
    seconds: float
    why: Why | None
    taken: Taken
    track: Track | None


class OldRecordings:
    """`take` is the whole of it. `told` hears what is being done, and then 0..1."""

    def __init__(
        self, database: Database, recordings: Path, settings: EncoderSettings, ffmpeg: Ffmpeg, clock: Clock,
        new_id: Callable[[], str],
    ) -> None:  # fmt: skip
        self._log, self._recordings, self._clock = Log(database), recordings, clock
        self._settings, self._ffmpeg, self._new_id = settings, ffmpeg, new_id
        desk = Desk(self._log, clock, lambda meeting: 0)
        self._transcripts = Transcripts(desk, Captions(database), self._timeline, clock)

    def _timeline(self, meeting: Meeting) -> Timeline:
        return Timeline(kept(meeting, read_segments(self._recordings / meeting.id)))

    async def take(
        self, wanted: Wanted, *, by: str, begun: Callable[[Why | None], None], progress: Callable[[float], None]
    ) -> Imported:  # fmt: skip
        """Take a recording in, as a meeting that is over and not yet published. Cancelled before it is whole, it leaves
        nothing. Raises NoFilm, `Invalid`, `Refused`, OSError, and what the database raises."""
        self._facts(wanted, wanted.film.seconds or 1e9, None)  # a bad name is said now, not after an hour
        await clear_abandoned(self._recordings)
        id = meeting_id(wanted.start, self._new_id())
        work = self._recordings / UNDER_WAY / id
        with alone_in(work):
            try:
                folder = work / "recording"
                folder.mkdir()
                made = await make_segments(
                    wanted.film, folder, wanted.at, self._settings, self._ffmpeg, begun=begun, progress=progress
                )
                seconds = Timeline(made.segments).duration
                if wanted.cues and all(cue.start >= seconds for cue in wanted.cues):
                    raise Refused("captions_elsewhere")
                facts = self._facts(wanted, seconds, made.why)
                meeting, track = await _to_the_end(self._keep(id, folder, wanted, facts, by))
                return Imported(meeting, seconds, made.why, facts, track)
            finally:
                await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)

    def _facts(self, wanted: Wanted, seconds: float, why: Why | None) -> Taken:
        made = "encoded" if why else "copied"
        return taken(
            wanted.name, wanted.start, wanted.at, seconds, wanted.marks, self._new_id, file=wanted.film.file.name,
            made=made,
        )  # fmt: skip

    async def _keep(
        self, id: str, folder: Path, wanted: Wanted, taken: Taken, by: str
    ) -> tuple[Meeting, Track | None]:  # fmt: skip
        """From here on it is a meeting like any other."""
        folder.rename(self._recordings / id)
        try:
            meeting = await self._log.append(Meeting(id), taken.facts, at=self._clock(), by=by)
        except BaseException:
            shutil.rmtree(self._recordings / id, ignore_errors=True)
            raise
        if not wanted.cues:
            return meeting, None
        track = await self._transcripts.keep(
            meeting, wanted.language, wanted.cues, origin=Origin.FILE, name=wanted.captions_name,
            clock=FileClock.REPLAY, by=by,
        )  # fmt: skip
        return meeting, track


async def clear_abandoned(recordings: Path) -> None:
    """Remove what imports left that were killed, and end their ffmpeg, but touch none that goes on."""
    for work in _under_way(recordings):
        try:
            with alone_in(work):
                for inner in work.glob("ffmpeg-*/"):
                    await end_leftovers(inner)
                await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
        except FolderInUse:
            continue


def _under_way(recordings: Path) -> Iterator[Path]:
    yield from sorted((recordings / UNDER_WAY).glob("*/"))


async def _to_the_end(keeping: Coroutine[Any, Any, tuple[Meeting, Track | None]]) -> tuple[Meeting, Track | None]:
    """What has begun to be written is written: who presses Ctrl-C just then comes too late, and is told so."""
    work = asyncio.ensure_future(keeping)
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait({work})
    return work.result()
