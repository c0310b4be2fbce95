"""Has recordings written down that clerks ask for: one at a time, behind everything else, never while a meeting is
under way or is rehearsed. It gives way at once when one begins, and goes on afterwards where it stood.

What was asked for is a file in the meeting's folder, with what was heard so far beside it, so a service that was killed
knows what it owes, and another program may ask. Both go when the words are in the database, where they are captions
like others.
"""

import asyncio
import contextlib
import json
import logging
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from streamer.control.archive import Archive
from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.control.transcripts import Transcripts
from streamer.council.captions import Clock as FileClock
from streamer.council.captions import Cue, Origin
from streamer.council.errors import Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.speech import NEEDED, Readiness, Trouble, Wanted, checked, may_be_heard
from streamer.media.binary import Ffmpeg
from streamer.media.records import end_leftovers
from streamer.media.speech import FOLDER, WORK, SpeechFailed, forget_heard, heard, heard_file, listen, readiness

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often it is looked whether another program has asked for something."""


class State(StrEnum):
    """Where it is."""

    WAITING = "waiting"
    """For its turn, or for a meeting to be over."""
    WRITING = "writing"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """Of one recording; `share` 0..1 is also what was done before it had to wait; `trouble`: why it failed."""

    wanted: Wanted
    state: State
    share: float
    trouble: Trouble | None = None


class Scribe:
    """`run` until cancelled. `model`: the folder that the configuration names."""

    def __init__(
        self, desk: Desk, archive: Archive, transcripts: Transcripts, ffmpeg: Ffmpeg, clock: Clock, model: Path | None
    ) -> None:  # fmt: skip
        self._desk, self._archive, self._transcripts = desk, archive, transcripts
        self._ffmpeg, self._clock, self._model = ffmpeg, clock, model
        self._shares: dict[str, float] = {}
        self._failed: dict[str, Trouble] = {}
        self._news = desk.follow()

    @property
    def ready(self) -> Readiness:
        """Whether recordings can be written down here."""
        return readiness(self._model)

    async def order(self, id: str, language: str, *, by: str) -> Wanted:
        """Have a recording written down. Raises `Refused`, `Invalid`, `Unknown`."""
        meeting = await self._desk.meeting(id)
        tracks = [track.language for track in await self._transcripts.tracks(id)]
        checked(meeting, language, tracks, self._archive.timeline(meeting).duration, self.ready)
        if self._wanted(id):
            raise Refused("speech_under_way")
        wanted = Wanted(id, language, by, self._clock())
        folder = self._folder(id)
        folder.mkdir(exist_ok=True)
        beside = folder / ".wanted.json"
        beside.write_text(json.dumps(asdict(wanted)), encoding="utf-8")
        beside.replace(folder / "wanted.json")
        self._failed.pop(id, None)
        self._news.set()
        return wanted

    def progress(self, meeting: Meeting) -> Progress | None:
        """How far it is; `None` where nothing is to be written down."""
        wanted = self._wanted(meeting.id)
        if wanted is None:
            return None
        if trouble := self._failed.get(meeting.id):
            return Progress(wanted, State.FAILED, 0.0, trouble)
        if (share := self._shares.get(meeting.id)) is not None:
            return Progress(wanted, State.WRITING, share)
        timeline = self._archive.timeline(meeting)
        done = heard(heard_file(self._archive.folder(meeting.id), timeline.signature))[0]
        return Progress(wanted, State.WAITING, min(1.0, done / timeline.duration) if timeline.duration else 0.0)

    def stop(self, id: str) -> None:
        """It is wanted no more; what was heard is destroyed. Raises `Unknown`."""
        if self._wanted(id) is None:
            raise Unknown("speech", id)
        self._drop(id)
        self._news.set()

    def again(self, id: str) -> None:
        """Try one once more that failed. Raises `Unknown`."""
        if self._wanted(id) is None:
            raise Unknown("speech", id)
        self._failed.pop(id, None)
        self._news.set()

    async def run(self) -> None:
        """Write down what is asked for; first end what an earlier service left running."""
        for folder in self._archive.folder("").glob(f"*/{FOLDER}/{WORK}"):
            await end_leftovers(folder)
        trouble = "the log could not be read; what is to be written down waits"
        await again_and_again(self.round, LOOK_SECONDS, log, trouble, self._news)

    async def round(self) -> None:
        """Write down all that is asked for, as long as no meeting needs the computer."""
        while (wanted := await self._next()) and not await self._desk.in_phases(*NEEDED):
            await self._unless_needed(wanted)

    async def _next(self) -> Wanted | None:
        """What waits longest; what was heard of other pictures than the replay's is destroyed on the way."""
        found: list[Wanted] = []
        for wanted in list(self._all()):
            with contextlib.suppress(Unknown):
                meeting = await self._desk.meeting(wanted.meeting)
                forget_heard(self._archive.folder(meeting.id), self._archive.timeline(meeting).signature)
                if may_be_heard(meeting) and meeting.id not in self._failed:
                    found.append(wanted)
        return min(found, key=lambda wanted: wanted.at, default=None)

    async def _unless_needed(self, wanted: Wanted) -> None:
        """Write one down. Whatever is new in the log, it is looked whether it may go on, and ended if not."""
        id = wanted.meeting
        pictures = self._archive.timeline(await self._desk.meeting(id)).signature
        self._shares[id] = 0.0
        work = asyncio.create_task(self._trying(wanted))
        try:
            while not work.done():
                news = asyncio.create_task(self._news.wait())
                try:
                    await asyncio.wait({work, news}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    news.cancel()
                self._news.clear()
                if not work.done() and not await self._may_go_on(wanted, pictures):
                    return
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            self._shares.pop(id, None)
            if self._wanted(id) is None:
                self._drop(id)

    async def _may_go_on(self, wanted: Wanted, pictures: str) -> bool:
        meeting = await self._desk.meeting(wanted.meeting)
        same = self._archive.timeline(meeting).signature == pictures
        asked = self._wanted(meeting.id) == wanted
        return asked and same and may_be_heard(meeting) and not await self._desk.in_phases(*NEEDED)

    async def _trying(self, wanted: Wanted) -> None:
        id = wanted.meeting
        try:
            if self._model is None or self.ready is not Readiness.READY:
                raise SpeechFailed(Trouble.NOT_READY, self.ready)
            meeting = await self._desk.meeting(id)
            cues = await listen(
                self._archive.folder(id), self._archive.segments(meeting), wanted.language, self._model, self._ffmpeg,
                lambda share: self._shares.__setitem__(id, share),
            )  # fmt: skip
            if not cues:
                raise SpeechFailed(Trouble.NOTHING_SAID, "nobody speaks in this recording")
            await self._keep(wanted, meeting, cues, self._model.name)
            self._drop(id)
        except SpeechFailed as error:
            self._failed[id] = error.trouble
            log.warning("meeting %s is not written down (%s): %s", id, error.trouble, error)
        except Exception:
            self._failed[id] = Trouble.FAILED
            log.exception("meeting %s could not be written down", id)

    async def _keep(self, wanted: Wanted, meeting: Meeting, cues: list[Cue], model: str) -> None:
        """Captions that a person has brought meanwhile stay."""
        if wanted.language in [track.language for track in await self._transcripts.tracks(meeting.id)]:
            return
        await self._transcripts.keep(
            await self._desk.meeting(meeting.id), wanted.language, cues, origin=Origin.SPEECH, name=model,
            clock=FileClock.REPLAY, by=wanted.by,
        )  # fmt: skip

    def _all(self) -> Iterator[Wanted]:
        for path in self._archive.folder("").glob(f"*/{FOLDER}/wanted.json"):
            if wanted := self._wanted(path.parent.parent.name):
                yield wanted

    def _wanted(self, meeting: str) -> Wanted | None:
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Wanted(**json.loads((self._folder(meeting) / "wanted.json").read_text(encoding="utf-8")))
        return None

    def _drop(self, id: str) -> None:
        self._failed.pop(id, None)
        shutil.rmtree(self._folder(id), ignore_errors=True)

    def _folder(self, meeting: str) -> Path:
        return self._archive.folder(meeting) / FOLDER
