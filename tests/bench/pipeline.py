"""`make bench`: what the whole pipeline costs beside one bare ffmpeg, and how long "go live" takes to be seen.

Both encode the same moving test picture at the default settings and send it to the same nginx-rtmp, in turn, so that
both have the same machine on the same day. Nothing passes or fails, nothing is written into the repository.
"""

import asyncio
import contextlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from streamer.media.settings import SAMPLE_RATE, EncoderSettings
from tests.control.processes import cpu_seconds
from tests.control.service import Serve
from tests.support.probe import FFMPEG
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

ROUNDS = 3
SECONDS = 20.0
SETTLING_SECONDS = 3.0
"""Before each measurement: what a start costs is not what a broadcast costs."""
MORE_STARTS = 3
FIRST_PACKET_BYTES = 500
"""A recording of the server's begins with a header; more than this has pictures in it."""
PICTURE = EncoderSettings()


@dataclass
class Figures:
    """Shares of one core, and seconds."""

    service: list[float] = field(default_factory=list)
    encoder: list[float] = field(default_factory=list)
    publisher: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    first_packet: list[float] = field(default_factory=list)

    @property
    def pipeline(self) -> list[float]:
        """The whole, round by round."""
        return [sum(shares) for shares in zip(self.service, self.encoder, self.publisher, strict=True)]

    @property
    def ratio(self) -> list[float]:
        """The whole against the bare ffmpeg of the same round."""
        return [whole / bare for whole, bare in zip(self.pipeline, self.bare, strict=True)]


async def shares(pids: Sequence[int]) -> list[float]:
    """CPU seconds (user and system) of each process per second of the clock."""
    before, began = [cpu_seconds(pid) for pid in pids], time.monotonic()
    await asyncio.sleep(SECONDS)
    passed = time.monotonic() - began
    return [(cpu_seconds(pid) - used) / passed for pid, used in zip(pids, before, strict=True)]


@contextlib.asynccontextmanager
async def on_air(service: Serve, server: RtmpServer, figures: Figures) -> AsyncIterator[str]:
    """A meeting that is live, from the order to the end of all its processes; notes when the first packet came."""
    id = await service.planned()
    known = {path.name for path in server.recordings}

    def received() -> bool:
        new = [path for path in server.recordings if path.name not in known]
        return any(path.stat().st_size > FIRST_PACKET_BYTES for path in new)

    began = time.monotonic()
    await service.api("POST", f"/{id}/go-live")
    while not received():
        await asyncio.sleep(0.005)
        assert time.monotonic() - began < 60, service.words
    figures.first_packet.append(time.monotonic() - began)
    yield id
    await service.api("POST", f"/{id}/end")
    await eventually(lambda: (service.recordings / id / "poster.jpg").exists(), "the replay is made", 60)
    await eventually(lambda: not service.ffmpegs(), "its processes have ended", 60)


async def measure_pipeline(service: Serve, server: RtmpServer, figures: Figures) -> None:
    """The real service with a clerk's page connected, its encoder, its publisher: each apart."""
    assert service.process
    async with on_air(service, server, figures) as id, aiohttp.ClientSession() as browser:
        page = await browser.ws_connect(
            f"http://127.0.0.1:{service.port}/meetings/{id}/live", headers={"Authorization": f"Bearer {service.token}"}
        )
        reading = asyncio.create_task(read(page))
        await asyncio.sleep(SETTLING_SECONDS)
        running = service.ffmpegs()
        (encoder,) = [program.pid for program in running if program.encodes]
        (publisher,) = [program.pid for program in running if program.publishes]
        found = await shares([service.process.pid, encoder, publisher])
        for share, kept in zip(found, (figures.service, figures.encoder, figures.publisher), strict=True):
            kept.append(share)
        await page.close()
        await reading


async def read(page: aiohttp.ClientWebSocketResponse) -> None:
    """As a browser does."""
    async for _ in page:
        pass


async def measure_bare(server: RtmpServer, figures: Figures) -> None:
    """One ffmpeg that does the same encode straight to the same server."""
    process = await asyncio.create_subprocess_exec(*bare(f"{server.url}/bare"), stdin=asyncio.subprocess.DEVNULL)
    try:
        await asyncio.sleep(SETTLING_SECONDS)
        figures.bare += await shares([process.pid])
        assert process.returncode is None, "the bare ffmpeg ended"
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


def bare(url: str) -> list[str]:
    """Its command line: Tribune's test picture, codecs and rates, and nothing else."""
    p, rate = PICTURE, str(PICTURE.video_bitrate)
    source = f"testsrc2=s={p.width}x{p.height}:r={p.fps}[out0];sine=f=440:b=4:r={SAMPLE_RATE},volume=-12dB[out1]"
    return [
        FFMPEG, "-v", "fatal", "-nostdin", "-re", "-f", "lavfi", "-i", source,
        "-c:v", "libx264", "-preset", p.preset, "-profile:v", "main", "-pix_fmt", "yuv420p", "-bf", "2",
        "-g", str(p.gop), "-keyint_min", str(p.gop), "-sc_threshold", "0", "-flags:v", "+cgop",
        "-b:v", rate, "-maxrate", rate, "-bufsize", str(p.video_bitrate * 2),
        "-c:a", "aac", "-b:a", str(p.audio_bitrate), "-ar", str(SAMPLE_RATE), "-ac", "2", "-f", "flv", url,
    ]  # fmt: skip


async def measured(folder: Path) -> Figures:
    """Everything, in one run."""
    figures = Figures()
    async with RtmpServer(folder / "received") as server:
        destination = [{"name": "nginx-rtmp", "url": server.url}]
        async with Serve(folder / "service", encoder={}, destination=destination) as service:
            for number in range(1, ROUNDS + 1):
                print(f"round {number} of {ROUNDS} ...", file=sys.stderr, flush=True)
                await measure_pipeline(service, server, figures)
                await measure_bare(server, figures)
            for _ in range(MORE_STARTS):
                async with on_air(service, server, figures):
                    pass
    return figures


def report(figures: Figures) -> str:
    """The table."""
    picture = f"{PICTURE.width}x{PICTURE.height}, {PICTURE.fps} pictures/s, {PICTURE.video_bitrate / 1e6:g} Mbit/s"
    rows = [
        ("service", figures.service, "% of a core (aim: below 3)", 100.0),
        ("its encoder", figures.encoder, "% of a core", 100.0),
        ("its publisher", figures.publisher, "% of a core", 100.0),
        ("whole pipeline", figures.pipeline, "% of a core", 100.0),
        ("bare ffmpeg", figures.bare, "% of a core", 100.0),
        ("pipeline / bare", figures.ratio, "x (aim: below 1.1)", 1.0),
        ("first packet", figures.first_packet, f"s after the order, {len(figures.first_packet)} starts", 1.0),
    ]
    lines = [
        f"{picture}; {ROUNDS} rounds of {SECONDS:g} s in turn; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        f"{'':16}{'min':>8}{'median':>8}{'max':>8}",
    ]
    for name, values, unit, factor in rows:
        found = [value * factor for value in (min(values), statistics.median(values), max(values))]
        lines.append(f"{name:16}{found[0]:8.2f}{found[1]:8.2f}{found[2]:8.2f}  {unit}")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory(prefix="tribune-bench-", ignore_cleanup_errors=True) as folder:
        print(report(asyncio.run(measured(Path(folder)))))


if __name__ == "__main__":
    main()
