"""A still in the place of seconds that were taken back: without it the public would have nothing to see for as long.

It is made at once, many times faster than those seconds pass, and carries their dates and their media time.
"""

import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from streamer.media import graph
from streamer.media.binary import Ffmpeg
from streamer.media.graph import RunFiles
from streamer.media.mediaclock import kept_epoch
from streamer.media.process import Process
from streamer.media.segments import RunClock, Segment, discard_unlisted, last_run, write_clock
from streamer.media.settings import EncoderSettings

_SHORTEST_SECONDS = 0.5
_SLACK_SECONDS = 0.05


@dataclass(frozen=True)
class Hole:
    """From `start` (unix seconds) and `offset` (seconds of the meeting's media time) on, `seconds` long."""

    start: float
    offset: float
    seconds: float


def hole(folder: Path, segments: Iterable[Segment], until: float) -> Hole | None:
    """Between the last of `segments` and what is filmed from `until` (unix seconds) on; None where there is none."""
    before = [segment for segment in segments if segment.end <= until + _SLACK_SECONDS]
    epoch = kept_epoch(folder)
    if not before or epoch is None:
        return None
    last = max(before, key=lambda segment: segment.end)
    offset = last.offset + last.duration
    seconds = until - epoch - offset
    return Hole(last.end, offset, seconds) if seconds >= _SHORTEST_SECONDS else None


async def fill(folder: Path, image: Path, place: Hole, settings: EncoderSettings, ffmpeg: Ffmpeg) -> None:
    """Make the segments of a still for `place`, as a run of its own. Cancelling ends it. Raises OSError."""
    files = RunFiles(f"{last_run(folder) + 1:04d}-slate")
    write_clock(folder, files.stem, RunClock(place.start - place.offset))
    argv = graph.stand_in(str(image), settings, files, ffmpeg.dialect, start=place.offset, seconds=place.seconds)
    process = Process.start([ffmpeg.path, *argv], folder / files.stem, cwd=folder)
    try:
        await process.wait()
    finally:
        await process.stop(signal.SIGKILL)
        process.forget()
        for gauge in (files.progress, files.level):
            (folder / gauge).unlink(missing_ok=True)
        discard_unlisted(folder, files.stem)
