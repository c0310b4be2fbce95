"""What the marked camera filmed, read back from a recording: frame numbers and tones, each with its media time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.support import marks
from tests.support.probe import FFMPEG, run

RATE = 48_000
_QUIET = 300.0
_PURE = 0.6
"""Share of a block's energy that its strongest tone must have: a joint, or a change of tone, has less."""
_GAP = 0.03
"""After a hole a decoder blends what was last heard into the first block, which is neither one nor the other."""
_PTS = re.compile(r"\[Parsed_a?showinfo_\d+ @ [^]]*\] n: *\d+ .*?pts_time:(\S+)(?:.*?nb_samples:(\d+))?")


@dataclass(frozen=True)
class Frame:
    """A picture: media seconds, and its number; None for a slate."""

    at: float
    number: int | None


@dataclass(frozen=True)
class Tone:
    """Some hundredths of a second of sound: media seconds of its middle, and its second modulo 16."""

    at: float
    code: int


async def frames(source: Path | Sequence[Path]) -> list[Frame]:
    """Every picture of a recording, a still, or of segments that follow one another, in the order they are shown."""
    name, piped = _input(source)
    shrunk = f"scale={marks.COLUMNS}:{marks.ROWS}:flags=area,format=gray,showinfo"
    out, said = await run(
        FFMPEG, "-v", "info", "-nostats", "-copyts", "-i", name, "-an", "-vf", shrunk,
        "-vsync", "passthrough", "-f", "rawvideo", "-", given=piped,
    )  # fmt: skip
    times = [float(found[1]) if found[1] != "NOPTS" else 0.0 for found in _PTS.finditer(said)]
    size = marks.CELLS
    pictures = [out[at : at + size] for at in range(0, len(out), size)]
    return [Frame(time, marks.number(levels)) for time, levels in zip(times, pictures, strict=True)]


async def tones(source: Path | Sequence[Path]) -> list[Tone]:
    """Every stretch of sound that is clearly one tone, AAC frame by AAC frame; not the first one after a hole."""
    name, piped = _input(source)
    out, said = await run(
        FFMPEG, "-v", "info", "-nostats", "-copyts", "-i", name, "-vn",
        "-af", f"aformat=sample_fmts=s16:channel_layouts=mono:sample_rates={RATE},ashowinfo", "-f", "s16le", "-",
        given=piped,
    )  # fmt: skip
    heard = np.frombuffer(out[: len(out) // 2 * 2], dtype="<i2").astype(np.float64)
    found, at, end = [], 0, -1.0
    for match in _PTS.finditer(said):
        begins, length = float(match[1]), int(match[2])
        code = _code(heard[at : at + length]) if abs(begins - end) < _GAP else None
        at, end = at + length, begins + length / RATE
        if code is not None:
            found.append(Tone(begins + length / RATE / 2, code))
    return found


def _code(block: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> int | None:
    if len(block) < 512 or np.sqrt(np.mean(block**2)) < _QUIET:
        return None
    power = np.abs(np.fft.rfft(block * np.hanning(len(block)), 4 * len(block))) ** 2
    per_hertz = 4 * len(block) / RATE
    strength = []
    for second in range(marks.TONES):
        middle, half = marks.hertz(second) * per_hertz, marks.STEP_HZ * 0.5 * per_hertz
        strength.append(float(power[round(middle - half) : round(middle + half)].sum()))
    best = max(range(marks.TONES), key=strength.__getitem__)
    return best if strength[best] > _PURE * float(power.sum()) else None


def _input(source: Path | Sequence[Path]) -> tuple[str, bytes | None]:
    if isinstance(source, Path):
        return str(source), None
    return "pipe:0", b"".join(path.read_bytes() for path in source)
