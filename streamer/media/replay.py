"""From the kept segments to one MP4 with chapters, and to stills, without encoding a picture again.

Every unbroken span of segments becomes a small playlist, and ffmpeg's concat demuxer puts the spans end to end. Inside
a span nothing is touched, so picture and sound keep their distance; each begins with its first picture, which is at the
sum of the durations before it: exactly what `Timeline` says.
"""

import asyncio
import re
import shutil
import signal
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from streamer.media import graph, playlist
from streamer.media.binary import Ffmpeg
from streamer.media.process import Process, tail
from streamer.media.segments import Segment, first_times
from streamer.media.timeline import Timeline

Chapter = tuple[float, float, str]
"""Start and end in seconds of the replay, and the title."""

GENTLY = [
    *(["nice", "-n", "10"] if shutil.which("nice") else []),
    *(["ionice", "-c", "2", "-n", "7"] if shutil.which("ionice") else []),
]
"""A meeting that is on the air comes first: for the processor and for the disk."""

LAST_PICTURE = 0.5
"""Seconds before the end of a segment at which there is still one to come, of a slow camera, too."""

_OUT = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)


class ReplayFailed(Exception):
    """No MP4 or still could be made; the message is ffmpeg's."""


async def make_mp4(
    folder: Path, segments: Sequence[Segment], chapters: Sequence[Chapter], title: str, out: Path, ffmpeg: Ffmpeg,
    *, progress: Callable[[float], None] | None = None,
) -> None:  # fmt: skip
    """Write `out` in one step; `progress` hears 0..1. Cancelling leaves nothing behind. Raises ReplayFailed."""
    if not segments:
        raise ReplayFailed("There is nothing to make a replay of.")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        spans = await concat_list(folder.absolute(), segments, work, ffmpeg)
        (work / "list.ffconcat").write_text(spans, encoding="utf-8")
        (work / "words.txt").write_text(metadata(title, chapters), encoding="utf-8")
        argv = graph.join("list.ffconcat", "words.txt", "out.mp4", "progress")
        await run_gently(ffmpeg, argv, work, Meter(work / "progress", Timeline(segments).duration, progress))
        (work / "out.mp4").replace(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


async def make_sound(video: Path, out: Path, ffmpeg: Ffmpeg) -> None:
    """The sound of an MP4 as a file of its own (M4A), chapters included, in one step. Raises ReplayFailed."""
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        await run_gently(ffmpeg, graph.sound(str(video.absolute()), "out.m4a"), work)
        (work / "out.m4a").replace(out)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def clear_unfinished(folder: Path) -> None:
    """Remove the work folders that a killed service left beside a meeting's files."""
    for pattern in (".replay.mp4-*", ".replay.m4a-*", ".poster.jpg-*", "stills/.*.jpg-*"):
        for work in folder.glob(pattern):
            shutil.rmtree(work, ignore_errors=True)


async def make_thumbnail(
    folder: Path, segments: Sequence[Segment], at: float, out: Path, ffmpeg: Ffmpeg, *, width: int = 640
) -> None:
    """A JPEG, `width` pixels wide, of the picture `at` seconds into the replay (or the last). Raises ReplayFailed."""
    if not segments:
        raise ReplayFailed("There is no picture.")
    passed = 0.0
    for segment in segments:
        if at < passed + segment.duration or segment is segments[-1]:
            break
        passed += segment.duration
    within = min(max(0.0, at - passed), max(0.0, segment.duration - LAST_PICTURE))
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        await run_gently(ffmpeg, graph.thumbnail(str(folder.absolute() / segment.name), within, "out.jpg", width), work)
        (work / "out.jpg").replace(out)
    except OSError as error:
        raise ReplayFailed(str(error)) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def metadata(title: str, chapters: Sequence[Chapter]) -> str:
    """An ffmetadata file: the title and the chapters. Chapters without length are left out, MP4 has no such thing."""
    lines = [";FFMETADATA1", f"title={_escaped(title)}"]
    for start, end, name in chapters:
        if round(end * 1000) > round(start * 1000):
            lines += ["[CHAPTER]", "TIMEBASE=1/1000", f"START={round(start * 1000)}", f"END={round(end * 1000)}"]
            lines.append(f"title={_escaped(name)}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"([=;#\\\n])", r"\\\1", text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))


async def concat_list(
    folder: Path, segments: Sequence[Segment], work: Path, ffmpeg: Ffmpeg, *, name: str = "span"
) -> str:
    """For ffmpeg's concat demuxer: write one playlist a span into `work`, as `name`-0000.m3u8 and so on; returns the
    concat list that joins them."""
    lines = ["ffconcat version 1.0"]
    for number, span in enumerate(_spans(segments)):
        listed, first = f"{name}-{number:04d}", folder / span[0].name
        text = playlist.render(span, target_duration=1, kind="VOD", prefix=f"{folder}/")
        if (cut := await _without_early_sound(first, work / f"{listed}.ts", ffmpeg)) != first:
            text = text.replace(f"{first}\n", f"{cut}\n")
        (work / f"{listed}.m3u8").write_text(text, encoding="utf-8")
        lines += [f"file '{listed}.m3u8'", f"duration {sum(segment.duration for segment in span):.6f}"]
    return "\n".join(lines) + "\n"


def _spans(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Unbroken stretches of one encoder run."""
    spans: list[list[Segment]] = []
    for segment in segments:
        if spans and not playlist.breaks(spans[-1][-1], segment):
            spans[-1].append(segment)
        else:
            spans.append([segment])
    return spans


async def _without_early_sound(segment: Path, cut: Path, ffmpeg: Ffmpeg) -> Path:
    """The segment, or a copy without the sound that comes before its first picture.

    A camera's sound is there at once, its picture from its first key frame on: up to a second later. The replay's time
    begins with the picture, and at a joint that sound would lie over the end of what comes before.
    """
    picture, sound = first_times(segment)
    if picture is None or sound is None or picture <= sound:
        return segment
    await run_gently(ffmpeg, graph.without_early_sound(str(segment), picture, str(cut)), cut.parent)
    return cut


class Meter:
    """Tells how far ffmpeg is: a share of `total` seconds of media, read from its progress `file`."""

    def __init__(self, file: Path, total: float, tell: Callable[[float], None] | None) -> None:
        self._file = file
        self._total = total
        self._tell = tell

    def look(self) -> None:
        """Tell it now."""
        found = _OUT.findall(tail(self._file, 700))
        if found and self._tell and self._total > 0:
            self._tell(min(1.0, int(found[-1]) / 1_000_000 / self._total))


async def run_gently(ffmpeg: Ffmpeg, argv: list[str], work: Path, meter: Meter | None = None) -> None:
    """Run ffmpeg behind everything else, in the folder `work`. Cancelling ends it. Raises ReplayFailed."""
    process = Process.start([*GENTLY, ffmpeg.path, *argv], work / "ffmpeg", cwd=work)
    gone = asyncio.ensure_future(process.wait())
    try:
        while not gone.done():
            await asyncio.wait({gone}, timeout=0.25)
            if meter:
                meter.look()
    finally:
        gone.cancel()
        await process.stop(signal.SIGKILL)
    if process.returncode != 0:
        raise ReplayFailed((process.words().strip().splitlines() or ["ffmpeg failed"])[-1])
