"""What a camera really sent: recorded segments are looked at and listened to, without opening the camera again."""

import asyncio
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from streamer.council.clip import Shape
from streamer.media import graph
from streamer.media.binary import Ffmpeg
from streamer.media.process import Process
from streamer.media.segments import Segment
from streamer.media.settings import EncoderSettings
from streamer.media.voice import FRAMES_PER_SECOND, HIGH_BAND, LOW_BAND, Heard, heard

_STILL_PART = 0.8
"""A picture that stood still, or was black, for this part of the time counts as such."""
_MARK = re.compile(r"pts_time:(-?[\d.]+)|lavfi\.(black|freezedetect\.freeze)_(start|end)=(-?[\d.]+)")
_LEVEL = re.compile(r"RMS_level=(-?[\d.]+|-inf)")
_FLOOR_DB = -120.0
_LONGEST_SECONDS = 20.0
TRIAL_SECONDS = 4.0


class Picture(StrEnum):
    """What there was to see."""

    MOVES = "moves"
    STANDS_STILL = "stands_still"
    BLACK = "black"


@dataclass(frozen=True)
class Seen:
    """What a few seconds of film hold."""

    picture: Picture
    sound: Heard


class ExaminationFailed(Exception):
    """ffmpeg could not look at the segments, or not in time."""


async def examine(folder: Path, segments: Sequence[Segment], ffmpeg: Ffmpeg) -> Seen:
    """Look at segments of one run, at most some ten seconds. Raises ExaminationFailed."""
    work = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="examine-"))
    try:
        files = graph.ExaminedFiles("picture", ("low", "high"))
        names = [str(folder.absolute() / segment.name) for segment in segments]
        argv = graph.examination(names, files, (LOW_BAND, HIGH_BAND), FRAMES_PER_SECOND)
        await _finished([ffmpeg.path, *argv], work, _LONGEST_SECONDS)
        picture = (work / files.picture).read_text(encoding="utf-8")
        low, high = (_levels((work / name).read_text(encoding="utf-8")) for name in files.bands)
    except OSError as error:
        raise ExaminationFailed(str(error)) from error
    finally:
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)
    return Seen(picture_in(picture), heard(low, high))


async def encoding_speed(settings: EncoderSettings, ffmpeg: Ffmpeg, shapes: Sequence[Shape] = ()) -> float:
    """How many times faster than life the configured picture is made, with `shapes` of it beside. Takes up to 10 s.
    Raises ExaminationFailed."""
    work = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="speed-"))
    try:
        begun = time.monotonic()
        longest = TRIAL_SECONDS * 2.5  # slower than that is too slow by far: no need to know how far
        try:
            await _finished([ffmpeg.path, *graph.speed_trial(settings, TRIAL_SECONDS, shapes)], work, longest)
        except TimeoutError:
            return TRIAL_SECONDS / longest
        return TRIAL_SECONDS / (time.monotonic() - begun)
    finally:
        await asyncio.to_thread(shutil.rmtree, work, ignore_errors=True)


async def _finished(argv: Sequence[str], work: Path, longest: float) -> None:
    """Run ffmpeg to its end, in `work`; it does not outlive us. Raises ExaminationFailed, TimeoutError."""
    try:
        process = Process.start(argv, work / "ffmpeg", cwd=work)
    except OSError as error:
        raise ExaminationFailed(str(error)) from error
    try:
        async with asyncio.timeout(longest):
            code = await process.wait()
    finally:
        if process.returncode is None:
            await process.stop(grace=0.0)
    if code != 0:
        raise ExaminationFailed(process.words())


def picture_in(words: str) -> Picture:
    """What the filters' marks say: black or still for most of the time, or neither."""
    dark, still, last = 0.0, 0.0, 0.0
    since: dict[str, float] = {}
    first: float | None = None
    for time_, kind, edge, at in _MARK.findall(words):
        if time_:
            last = float(time_)
            first = last if first is None else first
        elif edge == "start":
            since[kind] = float(at)
        elif kind in since:
            spent = float(at) - since.pop(kind)
            dark, still = (dark + spent, still) if kind == "black" else (dark, still + spent)
    dark += last - since["black"] if "black" in since else 0.0
    still += last - since["freezedetect.freeze"] if "freezedetect.freeze" in since else 0.0
    length = max(last - (first or 0.0), 0.2)
    if dark >= _STILL_PART * length:
        return Picture.BLACK
    return Picture.STANDS_STILL if still >= _STILL_PART * length else Picture.MOVES


def _levels(words: str) -> list[float]:
    return [max(float(level), _FLOOR_DB) for level in _LEVEL.findall(words)]
