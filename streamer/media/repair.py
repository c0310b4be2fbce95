"""What a run that ended badly has left, made whole: its open segment, and a list that a full disk has shortened.

ffmpeg lists a segment when the next one begins. What a killed one had open is a readable file up to its last packet.

It writes its playlist anew with every segment. On a full disk it puts a part of it, or nothing, in the place of the
whole; whoever believed that would take a recording of hours for rubbish.
"""

import logging
import os
import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from streamer.media.playlist import write
from streamer.media.segments import first_times, parse, pictures

log = logging.getLogger(__name__)

_USUAL_SECONDS = 2.0
_SHORTEST = 5
"""Pictures. Less of an open segment is not worth a joint."""


def repair(folder: Path, stem: str, *, salvage: bool = False) -> None:
    """List what is finished and not listed: every segment but the last one that was begun; that one too, as far as it
    goes, to `salvage` it. For a run that has ended.

    A disk that is still full leaves things as they are: nothing is removed here. Raises OSError.
    """
    path = folder / f"{stem}.m3u8"
    *names, last = sorted(file.name for file in folder.glob(f"{stem}-*.ts")) or [""]
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    listed = {found.name: found.duration for found in parse(text)}
    seconds = _cut_short(folder / last) if salvage and last and last not in listed else None
    lost = [name for name in names if name not in listed]
    if lost:
        log.warning("%s had lost %d of its segments; they are listed again", path.name, len(lost))
    if lost or seconds:
        write(path, _text([*_durations(folder, stem, listed), *([(last, seconds)] if seconds else [])]))


def _cut_short(path: Path) -> float | None:
    """End a segment that was open with the last packet that is surely whole. Its seconds; None where nothing of it is
    worth keeping. Raises OSError."""
    seen, end = pictures(path)
    if len(seen) < _SHORTEST:
        return None
    os.truncate(path, end)
    seen = sorted(seen)
    return seen[-1] - seen[0] + statistics.median(b - a for a, b in pairwise(seen))


def _durations(folder: Path, stem: str, listed: dict[str, float]) -> list[tuple[str, float]]:
    """(name, seconds) of every segment but the last. A file that is gone keeps its place, so that the others keep
    theirs in time; one without a picture, which a full disk left, holds nothing."""
    last = max(int(file.stem.rpartition("-")[2]) for file in folder.glob(f"{stem}-*.ts"))
    names = [f"{stem}-{number:06d}.ts" for number in range(last + 1)]
    times = [first_times(folder / name)[0] for name in names]
    usual = statistics.median(listed.values()) if listed else _steps(times)
    return [
        (name, listed.get(name) or (b - a if a is not None and b is not None else usual))
        for name, a, b in zip(names, times, times[1:], strict=False)
    ]


def _steps(times: Sequence[float | None]) -> float:
    steps = [b - a for a, b in pairwise(times) if a is not None and b is not None]
    return statistics.median(steps) if steps else _USUAL_SECONDS


def _text(segments: Sequence[tuple[str, float]]) -> str:
    lines = [f"#EXTINF:{seconds:.6f},\n{name}" for name, seconds in segments]
    return "\n".join(["#EXTM3U", "#EXT-X-VERSION:6", *lines]) + "\n"
