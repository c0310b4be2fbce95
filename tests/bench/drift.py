"""`make bench-drift`: how far sound and picture come apart in two hours, with a camera whose clocks disagree.

Two hours are encoded as fast as the machine can, from a film in which a flash and a beep fall together every minute by
their time stamps, while the sound has more samples than its time stamps say: what a microphone with a clock of its own
delivers. What comes out is looked and listened at, minute by minute.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from streamer.media import graph
from streamer.media.binary import find_ffmpeg
from streamer.media.graph import RunFiles
from streamer.media.settings import EncoderSettings
from streamer.media.source import parse_source
from tests.support.probe import FFMPEG, run

HOURS = 2.0
SKEW = 1.0002
"""200 parts in a million: 17 s a day, ten times what a good quartz does."""
EVERY_SECONDS = 60.0
FPS = 25
RATE = 8000
SETTINGS = EncoderSettings(
    width=64, height=36, fps=FPS, video_bitrate=100_000, preset="ultrafast", segment_seconds=10.0
)


async def film(path: Path, seconds: float, every: float, skew: float) -> None:
    """The source: a flash and a beep of 0.2 s, `every` so many seconds; `skew`: the sound's clock by the picture's."""
    now = f"lt(mod(t,{every}),0.2)"
    picture = f"color=black:s=64x36:r={FPS}:d={seconds},drawbox=c=white:t=fill:enable='{now}'"
    # made longer than its time stamps will say, then told the time stamps of the picture
    beep = f"0.9*sin(6283.2*t)*lt(mod(t/{skew},{every}),0.2)"
    sound = f"aevalsrc='{beep}':s={RATE}:d={seconds * skew}:n=80"
    out, errors = await run(
        FFMPEG, "-v", "error", "-y", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-af",
        f"asetpts=PTS/{skew}", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le",
        str(path),
    )  # fmt: skip
    assert path.exists(), errors or out


async def encode(source: Path, folder: Path) -> Path:
    """Tribune's own graph, without its pacing."""
    ffmpeg = find_ffmpeg()
    files = RunFiles("0001-program")
    (folder / files.caption).touch()
    argv = graph.program(
        parse_source(f"{source}?once"), SETTINGS, files, ffmpeg.dialect, epoch=time.time() - 10.0
    )  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        ffmpeg.path, *[word for word in argv if word != "-re"], cwd=folder, stdin=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    whole = folder / "whole.ts"
    with whole.open("wb") as joined:
        for segment in sorted(folder.glob("*-program-*.ts")):
            joined.write(segment.read_bytes())
    return whole


async def flashes(path: Path) -> list[float]:
    """Seconds at which the picture turns white."""
    out, _ = await run(
        FFMPEG, "-v", "error", "-copyts", "-i", str(path), "-an", "-vf", "scale=1:1:flags=area,format=gray", "-f",
        "rawvideo", "-",
    )  # fmt: skip
    return [number / FPS for number in range(1, len(out)) if out[number] > 128 >= out[number - 1]]


async def beeps(path: Path) -> list[float]:
    """Seconds at which the beep begins, to the millisecond."""
    out, _ = await run(
        FFMPEG, "-v", "error", "-i", str(path), "-vn", "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"
    )  # fmt: skip
    sound = memoryview(out[: len(out) // 2 * 2]).cast("h")
    found: list[float] = []
    for at in range(0, len(sound), 3):
        if abs(sound[at]) > 800 and (not found or at / RATE - found[-1] > 1.0):
            found.append(at / RATE)
    return found


async def measured(
    folder: Path, seconds: float, *, every: float = EVERY_SECONDS, skew: float = SKEW
) -> list[tuple[float, float]]:
    """(seconds into the stream, by how many the sound is late), flash by flash."""
    await film(folder / "source.mkv", seconds, every, skew)
    path = await encode(folder / "source.mkv", folder)
    seen, heard = await flashes(path), await beeps(path)
    pairs = [(flash, min(heard, key=lambda beep: abs(beep - flash)) - flash) for flash in seen]
    return [(at, late) for at, late in pairs if abs(late) < every / 2]


def main() -> None:
    """`[HOURS]`."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else HOURS
    with tempfile.TemporaryDirectory(prefix="tribune-bench-") as folder:
        found = asyncio.run(measured(Path(folder), hours * 3600))
    first = found[0][1]
    drift = [(late - first) * 1000 for _, late in found]
    print(f"{hours:g} h, sound's clock off by {(SKEW - 1) * 1e6:.0f} ppm, {len(found)} flashes and beeps")
    print(
        f"sound late at the start: {first * 1000:.0f} ms; after that by {min(drift):.0f} to {max(drift):.0f} ms more "
        "(promised: less than 40)"
    )


if __name__ == "__main__":
    main()
