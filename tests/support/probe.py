"""What is in a recording, asked of ffprobe and ffmpeg: streams, times, key frames, errors, colours and tones."""

import asyncio
import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

FFMPEG = "/usr/bin/ffmpeg"
FFPROBE = "/usr/bin/ffprobe"
_SAMPLES = 8000


async def run(*argv: str, given: bytes | None = None) -> tuple[bytes, str]:
    """Output and errors of a program that must succeed in starting; its exit code is not looked at. `given`: input."""
    stdin = asyncio.subprocess.DEVNULL if given is None else asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=stdin, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, errors = await process.communicate(given)
    return out, errors.decode("utf-8", "replace")


async def ask(path: Path | str, *what: str) -> dict[str, Any]:
    """ffprobe's answer as JSON."""
    out, errors = await run(FFPROBE, "-v", "error", "-of", "json", *what, str(path))
    assert out.strip(), errors
    answer: dict[str, Any] = json.loads(out)
    return answer


@dataclass(frozen=True)
class Packet:
    """Kind is "video" or "audio"; seconds."""

    kind: str
    pts: float
    dts: float
    key: bool


async def packets(path: Path | str) -> list[Packet]:
    """Every packet in the order of the file."""
    answer = await ask(path, "-show_entries", "packet=codec_type,pts_time,dts_time,flags")
    return [
        Packet(p["codec_type"], float(p["pts_time"]), float(p["dts_time"]), p["flags"].startswith("K"))
        for p in answer["packets"]
        if "dts_time" in p and "pts_time" in p
    ]


async def streams(path: Path | str) -> dict[str, dict[str, Any]]:
    """codec_type -> what ffprobe knows of the stream."""
    answer = await ask(path, "-show_streams")
    return {stream["codec_type"]: stream for stream in answer["streams"]}


def steps_back(found: list[Packet]) -> list[tuple[str, float, float]]:
    """Where a decoding time is before that of the packet before it, stream by stream."""
    last: dict[str, float] = {}
    back = []
    for packet in found:
        if packet.dts < last.get(packet.kind, -math.inf):
            back.append((packet.kind, last[packet.kind], packet.dts))
        last[packet.kind] = packet.dts
    return back


def gaps(found: list[Packet], longer_than: float) -> list[tuple[float, float]]:
    """(where, how long) of every hole in the picture."""
    times = [packet.dts for packet in found if packet.kind == "video"]
    return [(a, b - a) for a, b in pairwise(times) if b - a > longer_than]


def key_frame_distances(found: list[Packet]) -> list[float]:
    """Seconds from key frame to key frame."""
    keys = [packet.pts for packet in found if packet.kind == "video" and packet.key]
    return [b - a for a, b in pairwise(keys)]


async def decode_errors(path: Path | str) -> list[str]:
    """What a decoder complains about, line by line; empty for a sound file."""
    _, errors = await run(FFMPEG, "-v", "error", "-i", str(path), "-f", "null", "-")
    return errors.splitlines()


async def _decoded(path: Path | str, *how: str) -> bytes:
    """What comes out, once for each state of a file: it is searched again and again for other things. Nothing of a
    file that is not there."""
    try:
        stat = Path(path).stat()
    except FileNotFoundError:
        return b""
    key = (str(path), stat.st_mtime_ns, stat.st_size, how)
    if key not in _SEEN:
        _SEEN[key], _ = await run(FFMPEG, "-v", "error", "-i", str(path), *how, "-")
    return _SEEN[key]


_SEEN: dict[tuple[object, ...], bytes] = {}


async def find_colour(path: Path | str, rgb: int, tolerance: int = 28) -> list[float]:
    """Seconds of the pictures (looked at 5 times a second) in which a patch has a colour, as 0xRRGGBB."""
    side = 16
    out = await _decoded(path, "-an", "-vf", f"fps=5,scale={side}:{side}:flags=area,format=rgb24", "-f", "rawvideo")
    wanted = ((rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255)
    size = side * side * 3
    found = []
    for number in range(len(out) // size):
        picture = out[number * size : (number + 1) * size]
        alike = sum(
            all(abs(picture[at + i] - wanted[i]) <= tolerance for i in range(3)) for at in range(0, size, 3)
        )  # fmt: skip
        if alike >= side * side // 16:
            found.append(number / 5)
    return found


async def find_tone(path: Path | str, hz: float, at_least: float = 0.02) -> list[float]:
    """Seconds of the fifths of a second in which a tone is heard (amplitude against full scale, Goertzel)."""
    out = await _decoded(path, "-vn", "-ac", "1", "-ar", str(_SAMPLES), "-f", "s16le")
    block = _SAMPLES // 5
    sound = memoryview(out[: len(out) // 2 * 2]).cast("h")
    return [
        at / _SAMPLES
        for at in range(0, len(sound) - block + 1, block)
        if _amplitude(sound[at : at + block], hz) >= at_least
    ]


def _amplitude(sound: memoryview, hz: float) -> float:
    turn = 2.0 * math.cos(2.0 * math.pi * hz / _SAMPLES)
    one = two = 0.0
    for value in sound:
        one, two = value + turn * one - two, one
    power = one * one + two * two - turn * one * two
    return 2.0 * math.sqrt(max(0.0, power)) / len(sound) / 32768.0
