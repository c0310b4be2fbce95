"""What is on the disk of a meeting: the segments of every encoder run, in the order they were filmed.

One playlist a run: `0003-program.m3u8` lists `0003-program-000000.ts`, ... and `0003-program.run` keeps what the run
was told of the meeting's clock. A run that was killed leaves a playlist that is right as far as it goes.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

PictureName = Literal["program", "slate"]

_PLAYLIST = re.compile(r"(\d{4,})-(program|slate)\.m3u8")
_FROM_ZERO_SECONDS = 1.0
"""What rounding may do. A run's media time begins at 10 s or later."""
CORRECTED = "#TRIBUNE-CORRECTED"
"""Stands in a list that we wrote in the place of ffmpeg's, with the seconds as they are."""
_PACKET = 188
_SYNC = 0x47
"""The first byte of every MPEG-TS packet."""
_RUN_FILE = re.compile(r"(\d{4,})-(?:program|slate)\.run")


@dataclass(frozen=True, slots=True)
class Segment:
    """One file of the recording. Unix seconds, seconds, and seconds since the meeting's media epoch."""

    run: int
    picture: PictureName
    name: str
    start: float
    duration: float
    offset: float

    @property
    def end(self) -> float:
        """Unix seconds at which its last picture was filmed."""
        return self.start + self.duration


@dataclass(frozen=True)
class RunClock:
    """What a run was told. `epoch`: unix seconds of media time 0; `lag`: seconds by which it is dated too late."""

    epoch: float
    lag: float = 0.0


def read_segments(folder: Path) -> list[Segment]:
    """Every finished segment of a meeting's folder, in order. A line that is still being written is left out."""
    segments: list[Segment] = []
    for number, playlist in sorted((int(found[1]), path) for path in folder.glob("*.m3u8") if (found := _name(path))):
        try:
            stat = playlist.stat()
        except OSError:  # an attempt that came to nothing was just cleared away
            continue
        segments += _parse_file(playlist, number, stat.st_mtime_ns, stat.st_size)
    return segments


def signature(folder: Path) -> tuple[tuple[str, int], ...]:
    """Changes whenever `read_segments` would tell something new: far cheaper to ask than all the segments."""
    listed = sorted(path for path in folder.glob("*.m3u8") if _name(path))
    return tuple((path.name, path.stat().st_mtime_ns) for path in listed)


def last_run(folder: Path) -> int:
    """The highest run number ever used in a folder, 0 for none."""
    return max((int(found[1]) for path in folder.glob("*.run") if (found := _RUN_FILE.fullmatch(path.name))), default=0)


def write_clock(folder: Path, stem: str, clock: RunClock) -> None:
    """Keep what a run was told of the time. To be called before it starts."""
    Path(folder, f"{stem}.run").write_text(json.dumps({"epoch": clock.epoch, "lag": clock.lag}), encoding="ascii")


def read_clock(folder: Path, stem: str) -> RunClock | None:
    """What a run was told of the time, None where that is not known."""
    try:
        return RunClock(**json.loads(Path(folder, f"{stem}.run").read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None


def discard_run(folder: Path, stem: str) -> None:
    """Remove everything of a run, its number too: an attempt that was never on air."""
    for path in folder.glob(f"{stem}[.-]*"):
        path.unlink(missing_ok=True)


def discard_unlisted(folder: Path, stem: str) -> None:
    """Remove what a killed run had begun and not finished: it is in no playlist and could only be found by accident."""
    playlist = Path(folder, f"{stem}.m3u8")
    listed = set(playlist.read_text(encoding="utf-8").splitlines()) if playlist.exists() else set()
    for path in [*folder.glob(f"{stem}-*.ts"), *folder.glob(f"{stem}*.tmp")]:
        if path.name not in listed:
            path.unlink(missing_ok=True)


def _name(path: Path) -> re.Match[str] | None:
    return _PLAYLIST.fullmatch(path.name)


@lru_cache(maxsize=256)
def _parse_file(playlist: Path, run: int, _changed: int, _size: int) -> tuple[Segment, ...]:
    """Parsed once for each state of the file: a long meeting has thousands of lines and is asked for every second."""
    clock = read_clock(playlist.parent, playlist.stem)
    try:
        text = playlist.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    first, listed = _timed(playlist.parent, parse(text), corrected=CORRECTED in text)
    if clock is None or first is None:
        _first_time.cache_clear()  # it may be readable the next time
        return ()
    picture: PictureName = "program" if playlist.stem.endswith("program") else "slate"
    segments: list[Segment] = []
    for line in listed:
        start = first + clock.epoch - clock.lag
        segments.append(Segment(run, picture, line.name, start, line.duration, first))
        first += line.duration
    return tuple(segments)


def forget() -> None:
    """What was read of playlists and segments so far: as if this process had just started."""
    _parse_file.cache_clear()
    _first_time.cache_clear()


def _timed(
    folder: Path, listed: Sequence["Listed"], *, corrected: bool
) -> tuple[float | None, Sequence["Listed"]]:  # fmt: skip
    """Media time of a run's first picture, told by the first of its files that is still there; and what is listed.

    ffmpeg's `segment` muxer takes the first segment to last from media time 0 on, which no run begins at. In a list
    that is `corrected` it lasts as long as it says.
    """
    before = 0.0
    for line in listed:
        if (time := _first_time(folder / line.name)) is None:
            before += line.duration
            continue
        if corrected:
            return time - before, listed
        if before == 0.0 and line.duration > time:
            return time, [Listed(line.name, line.duration - time), *listed[1:]]
        if before > 0.0 and abs(time - before) < _FROM_ZERO_SECONDS:
            usual = listed[1].duration
            return listed[0].duration - usual, [Listed(listed[0].name, usual), *listed[1:]]
        return time - before, listed
    return None, listed


@dataclass(frozen=True, slots=True)
class Listed:
    """What an encoder's playlist says of a segment: its file's name and its seconds."""

    name: str
    duration: float


def parse(text: str) -> list[Listed]:
    """The segments an encoder's playlist lists; whatever is incomplete at the end of the text is not there yet."""
    segments: list[Listed] = []
    duration: float | None = None
    for line in text.splitlines(keepends=True):
        if not line.endswith("\n"):
            break
        line = line.strip()
        if line.startswith("#EXTINF:"):
            duration = _number(line[8:].partition(",")[0])
        elif line and not line.startswith("#"):
            if duration is not None:
                segments.append(Listed(line, duration))
            duration = None
    return segments


@lru_cache(maxsize=256)
def _first_time(path: Path) -> float | None:
    """Media time of a segment's first picture. The playlist's own dates are up to 0.7 s late, the media's are not."""
    return first_times(path)[0]


def first_times(path: Path) -> tuple[float | None, float | None]:
    """Media seconds at which a segment's picture and its sound begin, None for what it does not have."""
    try:
        with path.open("rb") as file:
            data = file.read(400_000)
    except OSError:
        return None, None
    picture: float | None = None
    sound: float | None = None
    for at in range(0, len(data) - 187, 188):
        stream, seconds = _presentation(data[at : at + 188])
        if stream & 0xF0 == 0xE0 and picture is None:
            picture = seconds
        elif stream & 0xE0 == 0xC0 and sound is None:
            sound = seconds
        if picture is not None and sound is not None:
            break
    return picture, sound


def pictures(path: Path) -> tuple[list[float], int]:
    """Media seconds of every picture in a segment that is whole, and where the file may be cut: before the packet that
    was begun last, as a killed encoder may not have ended it. Raises OSError."""
    data = path.read_bytes()
    starts = [at for at in range(0, len(data) - 187, 188) if data[at] == _SYNC and data[at + 1] & 0x40]
    begun = [(at, *_presentation(data[at : at + 188])) for at in starts]
    end = max((at for at, stream, _ in begun if stream), default=0)
    seen = [time for at, stream, time in begun if stream & 0xF0 == 0xE0 and at < end and time is not None]
    return seen, end


def tables_first(data: bytes) -> bytes:
    """A segment that begins with its PAT and PMT, as HLS ingestion wants it: ffmpeg writes an SDT before them, which
    follows here. Nothing else moves."""
    for at in range(0, min(len(data), 8 * _PACKET), _PACKET):
        if data[at] == _SYNC and not (data[at + 1] & 0x1F or data[at + 2]):  # packet id 0: the PAT; its PMT is the next
            end = at + 2 * _PACKET
            return data[at:end] + data[:at] + data[end:]
    return data


def _presentation(packet: bytes) -> tuple[int, float | None]:
    """Stream id and presentation time of the PES packet that starts in an MPEG-TS packet; id 0 when none does."""
    if packet[0] != _SYNC or not packet[1] & 0x40 or not packet[3] & 0x10:
        return 0, None
    pes = packet[4 + (1 + packet[4] if packet[3] & 0x20 else 0) :]
    if pes[:3] != b"\x00\x00\x01" or len(pes) < 14 or not pes[7] & 0x80:
        return 0, None
    ticks = (pes[9] >> 1 & 7) << 30 | pes[10] << 22 | pes[11] >> 1 << 15 | pes[12] << 7 | pes[13] >> 1
    return pes[3], ticks / 90_000


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
