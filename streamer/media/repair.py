"""A run's list that a full disk has shortened: made whole again from the files it once named.

ffmpeg writes its playlist anew with every segment. On a full disk it puts a part of it, or nothing, in the place of the
whole; whoever believed that would take a recording of hours for rubbish.
"""

import logging
import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from streamer.media.playlist import write
from streamer.media.segments import first_times, parse

log = logging.getLogger(__name__)

_USUAL_SECONDS = 2.0


def repair(folder: Path, stem: str) -> None:
    """List what is finished and not listed: every segment but the last one that was begun. For a run that has ended.

    A disk that is still full leaves things as they are: nothing is removed here. Raises OSError.
    """
    path = folder / f"{stem}.m3u8"
    names = sorted(file.name for file in folder.glob(f"{stem}-*.ts"))[:-1]
    if not names or not path.exists():
        return
    listed = {found.name: found.duration for found in parse(path.read_text(encoding="utf-8", errors="replace"))}
    lost = [name for name in names if name not in listed]
    if lost:
        log.warning("%s had lost %d of its segments; they are listed again", path.name, len(lost))
        write(path, _text(_durations(folder, stem, listed)))


def _durations(folder: Path, stem: str, listed: dict[str, float]) -> list[tuple[str, float]]:
    """(name, seconds) of every segment but the last. A file that is gone keeps its place, so that the others keep
    theirs in time."""
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
