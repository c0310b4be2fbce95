"""The camera and the microphone before a meeting: a few seconds are filmed, looked at and listened to.

While the meeting rehearses, what it films anyway is looked at. Otherwise the source is opened for a moment, in a folder
that is emptied before and after. Nobody but the checks sees it.
"""

import asyncio
import contextlib
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from streamer.control.broadcast import Studio
from streamer.council.picture import Program
from streamer.council.preflight import Check, Line, Outcome
from streamer.media.encoder import Encoder
from streamer.media.examine import ExaminationFailed, Picture, Seen, examine
from streamer.media.segments import Segment, read_segments
from streamer.media.voice import WINDOW_SECONDS, Heard

SCRATCH = "preflight"
"""The folder among the recordings."""
OPEN_SECONDS = 15.0
"""How long a camera may take to deliver: some need ten to wake up."""
REFUSED_SECONDS = 6.0
"""How long one that says no is asked again."""
VOICE_SECONDS = 12.0
"""How long a voice is waited for, from the first look on."""
_ENOUGH_SECONDS = WINDOW_SECONDS + 0.5
_LOOKED_AT_SECONDS = 9.0
_TICK_SECONDS = 0.2

PICTURES = {
    Picture.MOVES: (Outcome.OK, "camera_moves"),
    Picture.STANDS_STILL: (Outcome.WARN, "camera_still"),
    Picture.BLACK: (Outcome.RED, "camera_black"),
}
SOUNDS = {
    Heard.VOICE: (Outcome.OK, "voice_heard"),
    Heard.SOMETHING: (Outcome.WARN, "voice_missing"),
    Heard.NOTHING: (Outcome.RED, "sound_missing"),
}


@dataclass(frozen=True)
class Filming:
    """An encoder that has the program, and where it writes."""

    encoder: Encoder
    folder: Path


@contextlib.asynccontextmanager
async def own_filming(studio: Studio) -> AsyncIterator[Filming]:
    """The source, opened for the checks alone; when the block is over it is closed and nothing is left."""
    folder = studio.recordings / SCRATCH
    await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    encoder = Encoder(folder, studio.source, studio.settings, studio.ffmpeg, studio.slates)
    try:
        await encoder.show(Program())
        yield Filming(encoder, folder)
    finally:
        await encoder.close()
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


async def look(filming: Filming, studio: Studio) -> list[Line]:
    """The lines of the camera and the voice. Waits up to `OPEN_SECONDS` for one, `VOICE_SECONDS` for the other."""
    begun, seen = time.monotonic(), None
    patience: float | None = None
    last = ""
    while patience is None or time.monotonic() < patience:
        film = lately(read_segments(filming.folder))
        if film and film[-1].name != last and sum(part.duration for part in film) >= _ENOUGH_SECONDS:
            last = film[-1].name
            seen = await _seen(filming.folder, film, studio) or seen
            patience = patience or time.monotonic() + VOICE_SECONDS
            if seen and seen.sound is Heard.VOICE and seen.picture is Picture.MOVES:
                break
        elif patience is None and (problem := _given_up(filming, time.monotonic() - begun)):
            return [Line(Check.CAMERA, Outcome.RED, problem), Line(Check.VOICE, Outcome.NOT_CHECKED, "voice_unknown")]
        await asyncio.sleep(_TICK_SECONDS)
    return lines(seen) if seen else [_unknown(check) for check in (Check.CAMERA, Check.VOICE)]


def lines(seen: Seen) -> list[Line]:
    """What was seen and heard, judged."""
    return [Line(Check.CAMERA, *PICTURES[seen.picture]), Line(Check.VOICE, *SOUNDS[seen.sound])]


def lately(segments: Sequence[Segment]) -> list[Segment]:
    """The last seconds of the last run that filmed."""
    program = [segment for segment in segments if segment.picture == "program"]
    kept: list[Segment] = []
    for segment in reversed(program):
        if segment.run != program[-1].run or sum(part.duration for part in kept) >= _LOOKED_AT_SECONDS:
            break
        kept.insert(0, segment)
    return kept


async def _seen(folder: Path, film: Sequence[Segment], studio: Studio) -> Seen | None:
    try:
        return await examine(folder, film, studio.ffmpeg)
    except ExaminationFailed:
        return None


def _given_up(filming: Filming, waited: float) -> str | None:
    """The code of what is wrong, once it has been waited for long enough."""
    status = filming.encoder.status()
    if waited < REFUSED_SECONDS or (waited < OPEN_SECONDS and (status.source_ok or not status.error_code)):
        return None
    return status.error_code or "source_waited_for"


def _unknown(check: Check) -> Line:
    return Line(check, Outcome.NOT_CHECKED, "check_failed")
