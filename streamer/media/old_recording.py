"""A film that was recorded elsewhere becomes the segments of a meeting: copied where the codecs allow, else encoded."""

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from streamer.media import graph_old
from streamer.media.binary import Ffmpeg
from streamer.media.replay import Meter, ReplayFailed, run_gently
from streamer.media.segments import RunClock, Segment, first_times, read_segments, write_clock
from streamer.media.settings import EncoderSettings

STEM = "0001-program"
LONGEST_SECONDS = 30.0
"""Between two key frames: with more, nobody could jump to a chapter."""

_STREAM = re.compile(r"^  Stream #0:(\d+)\S*(?: \[[^\]]*\])?: (Video|Audio): ([a-z0-9_]+)(.*)$", re.MULTILINE)
_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)


class Why(StrEnum):
    """Why something is encoded and not copied."""

    CODEC = "codec"  # not H.264 (4:2:0, 8 bits), or not AAC
    TURNED = "turned"  # a telephone held upright: segments cannot say that
    KEY_FRAMES = "key_frames"  # too far apart


class NoFilm(Exception):
    """Nothing can be made of a file; the message is a sentence."""


@dataclass(frozen=True)
class Film:
    """What is in a file. `picture`, `sound`: numbers of its streams; what they are in ffmpeg's words. `seconds`: as far
    as the file says. `why`: the picture must be encoded."""

    file: Path
    picture: int
    picture_codec: str
    sound: int | None
    sound_codec: str
    seconds: float | None
    why: Why | None

    @property
    def copies_sound(self) -> bool:
        """The sound can stay as it is."""
        return self.sound_codec == "aac"


@dataclass(frozen=True)
class Made:
    """The segments of a film, and why its picture was encoded, if it was."""

    segments: list[Segment]
    why: Why | None


async def look(file: Path, ffmpeg: Ffmpeg) -> Film:
    """What is in `file`. Raises NoFilm."""
    asked = await asyncio.create_subprocess_exec(
        ffmpeg.path, *graph_old.about(str(file.absolute())),
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said = (await asked.communicate())[1].decode("utf-8", "replace")
    streams = [(int(n), kind, codec, rest) for n, kind, codec, rest in _STREAM.findall(said)]
    picture = next((s for s in streams if s[1] == "Video" and "attached pic" not in s[3]), None)
    sound = next((s for s in streams if s[1] == "Audio"), None)
    if not streams:
        raise NoFilm(f"{file} is no film that ffmpeg can read. Is it whole, and is it the right file?")
    if picture is None:
        raise NoFilm(f"There is no picture in {file}. A replay needs one: make a film of the sound and a still first.")
    plain = picture[2] == "h264" and re.search(r", yuvj?420p\b", picture[3])
    why = None if plain else Why.CODEC
    if plain and re.search(r"rotation of -?(?!0\.00)\d", said):
        why = Why.TURNED
    length = _DURATION.search(said)
    seconds = 3600 * int(length[1]) + 60 * int(length[2]) + float(length[3]) if length else None
    return Film(file, picture[0], picture[2], sound[0] if sound else None, sound[2] if sound else "", seconds, why)


async def make_segments(
    film: Film, folder: Path, start: float, settings: EncoderSettings, ffmpeg: Ffmpeg, *,
    begun: Callable[[Why | None], None], progress: Callable[[float], None],
) -> Made:  # fmt: skip
    """Fill `folder`, which is empty, with the segments of a film that begins at `start` (unix seconds).

    `begun` hears why it is encoded, or None where it is copied; `progress` 0..1. Raises NoFilm.
    """
    why = film.why
    begun(why)
    segments = await _run(film, folder, start, settings, ffmpeg, why, progress)
    if why is None and max(segment.duration for segment in segments) > LONGEST_SECONDS:
        for path in folder.iterdir():
            path.unlink()
        why = Why.KEY_FRAMES
        begun(why)
        segments = await _run(film, folder, start, settings, ffmpeg, why, progress)
    return Made(segments, why)


async def _run(
    film: Film, folder: Path, start: float, settings: EncoderSettings, ffmpeg: Ffmpeg, why: Why | None,
    progress: Callable[[float], None],
) -> list[Segment]:  # fmt: skip
    work = Path(tempfile.mkdtemp(prefix="ffmpeg-", dir=folder.parent))
    stem, meter = str(folder.absolute() / STEM), Meter(work / "progress", film.seconds or 0.0, progress)
    argv = graph_old.pieces(
        str(film.file.absolute()), film.picture, film.sound, settings, stem, "progress",
        copy_picture=why is None, copy_sound=film.copies_sound,
    )  # fmt: skip
    try:
        await run_gently(ffmpeg, argv, work, meter)
    except ReplayFailed as error:
        raise NoFilm(f"ffmpeg could not read {film.file} to its end: {error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    picture = first_times(folder / f"{STEM}-000000.ts")[0]
    if picture is None:
        raise NoFilm(f"There is no picture in {film.file} that could be kept.")
    write_clock(folder, STEM, RunClock(start - picture))
    return read_segments(folder)
