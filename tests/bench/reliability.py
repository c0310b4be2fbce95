"""`make bench-reliability`: how long the broadcast takes to get over a fault, and what is lost of the recording.

Every figure is of at least 20 faults made to real programs (a GStreamer camera, nginx-rtmp, `tribune serve`). Nothing
passes or fails. The table goes into docs/reliability.md, beside the promise it is held against.
"""

import asyncio
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from streamer.council.picture import Program, Slate, SlateKind
from streamer.media.binary import find_ffmpeg
from streamer.media.encoder import Encoder
from streamer.media.segments import Segment, read_segments
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates
from streamer.media.source import parse_source
from tests.control.service import Serve, with_pid
from tests.support.camera import RtspCamera
from tests.support.rtmp_server import RtmpServer

RUNS = 20
PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
LOOK_SECONDS = 0.005
SERVER_AWAY_SECONDS = 3.0
SERVICE_AWAY_SECONDS = 1.0


@dataclass
class Promise:
    """What is promised, and what was measured of it, in seconds (or a count)."""

    name: str
    limit: str
    found: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Of the table."""
        low, middle, high = min(self.found), statistics.median(self.found), max(self.found)
        return f"| {self.name} | {self.limit} | {low:.2f} / {middle:.2f} / {high:.2f} | {len(self.found)} |"


async def until(look: Callable[[], Any], seconds: float = 60.0) -> float:
    """Seconds until `look` says yes."""
    began = time.monotonic()
    while not look():
        await asyncio.sleep(LOOK_SECONDS)
        assert time.monotonic() - began < seconds, "it did not come"
    return time.monotonic() - began


def encoder(folder: Path, url: str, segment_seconds: float = 2.0, preset: str = "ultrafast") -> Encoder:
    """An encoder as the service makes it, with a small picture."""
    settings = EncoderSettings(
        width=320, height=180, fps=25, video_bitrate=400_000, preset=preset, segment_seconds=segment_seconds
    )
    lines = {kind: ("Musterbierg", kind.value) for kind in SlateKind}
    folder.mkdir(parents=True, exist_ok=True)
    slates = Slates(folder, settings.width, settings.height, None, lines)
    return Encoder(folder, parse_source(url), settings, find_ffmpeg(), slates)


async def measure_camera(folder: Path, frozen: bool) -> list[Promise]:
    """The camera's plug is pulled, or it falls silent with its connection open; then it is back."""
    how = "silent, connection open" if frozen else "connection lost"
    gone = Promise(f"camera lost ({how}) → slate encoder running", "≤ 1.5 s")
    wire = Promise(f"camera lost ({how}) → slate in a finished segment", "≤ 4 s")
    back = Promise(f"camera back (was {how}) → camera on air", "≤ 3 s")
    async with RtspCamera() as camera:
        made = encoder(folder, camera.url)
        await made.show(Program())
        for number in range(RUNS):
            await until(lambda: made.status().showing == Program() and made.status().frames > 0)
            await asyncio.sleep(random.Random(number).uniform(1.0, 3.0))  # anywhere within a segment
            slates = len([segment for segment in read_segments(folder) if segment.picture == "slate"])
            began = time.monotonic()
            await _cut(camera, frozen)
            gone.found.append(await until(lambda: made.status().showing == Slate(SlateKind.FAULT)))
            await until(lambda: len([s for s in read_segments(folder) if s.picture == "slate"]) > slates)  # noqa: B023
            wire.found.append(time.monotonic() - began)
            await _restore(camera, frozen)
            back.found.append(await until(lambda: made.status().showing == Program()))
        await made.close()
    return [gone, wire, back]


async def _cut(camera: RtspCamera, frozen: bool) -> None:
    if frozen:
        camera.freeze()
    else:
        await camera.stop()


async def _restore(camera: RtspCamera, frozen: bool) -> None:
    if frozen:
        camera.thaw()
    else:
        await camera.start()


async def measure_killed_encoder(folder: Path, segment_seconds: float) -> list[Promise]:
    """What was filmed before a SIGKILL and is in no segment; how long until the program is on air again."""
    lost = Promise(f"content lost by a SIGKILL of the encoder, segments of {segment_seconds:g} s", "≤ 1 segment")
    again = Promise(f"encoder killed → program on air again, segments of {segment_seconds:g} s", "")
    made = encoder(folder, "demo:", segment_seconds, EncoderSettings().preset)  # it holds back more than a quick one
    await made.show(Program())
    for number in range(RUNS):
        run = made.status().run
        await until(lambda: made.status().showing == Program() and made.status().frames > 0)
        await asyncio.sleep(random.Random(number).uniform(2.0, 4.0))
        run, killed = made.status().run, time.time()
        with_pid(made.pids[0], signal.SIGKILL)
        again.found.append(
            await until(lambda: made.status().showing == Program() and made.status().run != run)  # noqa: B023
        )
        filmed = [segment for segment in read_segments(folder) if segment.run == run]
        lost.found.append(max(0.0, killed - (filmed[-1].end if filmed else killed)))
    await made.close()
    return [lost, again]


async def measure_killed_service(folder: Path) -> list[Promise]:
    """The service is killed in the middle of a broadcast and started again: its own start is part of the time."""
    adopted = Promise("service killed, started again → encoder and publisher adopted", "≤ 3 s")
    lost = Promise("service killed → missing in the recording", "0 s")
    publishes = Promise("service killed → new PUBLISH at the server", "0")
    async with RtmpServer(folder / "received") as server:
        destination = [{"name": "nginx-rtmp", "url": server.url}]
        async with Serve(folder / "here", destination=destination) as service:
            id = await service.planned()
            await service.api("POST", f"/{id}/go-live")
            await service.recorded(id, 3)
            await until(lambda: server.received > 20_000)
            for _ in range(RUNS):
                working = {program.pid for program in service.ffmpegs()}
                await service.end(signal.SIGKILL)
                await asyncio.sleep(SERVICE_AWAY_SECONDS)
                began = time.monotonic()
                await service.start()
                await _adopted(service, id)
                adopted.found.append(time.monotonic() - began)
                assert {program.pid for program in service.ffmpegs()} == working
                publishes.found.append(server.began() - 1)
                filmed = [s for s in read_segments(service.recordings / id) if s.picture == "program"]
                lost.found.append(_holes(filmed))
    return [adopted, lost, publishes]


async def _adopted(service: Serve, id: str) -> None:
    """Until the service says that what is ordered is what runs."""
    while True:
        status = await service.api("GET", f"/{id}/status")
        if status["encoder"] and status["encoder"]["showing"] == "program" and status["destinations"][0]["moving"]:
            return
        await asyncio.sleep(LOOK_SECONDS)


def _holes(segments: list[Segment]) -> float:
    """Seconds of media time that no segment has, but for the rounding of time stamps."""
    found = (b.offset - a.offset - a.duration for a, b in pairwise(segments))
    return sum(hole for hole in found if hole > 0.001)


async def measure_server(folder: Path) -> list[Promise]:
    """The server is away for a while; timed from the moment at which it listens again."""
    back = Promise("server back after an outage → it receives again", "≤ 2 s")
    async with RtmpServer(folder / "received") as server:
        destination = [{"name": "nginx-rtmp", "url": server.url}]
        async with Serve(folder / "here", destination=destination) as service:
            id = await service.planned()
            await service.api("POST", f"/{id}/go-live")
            await until(lambda: server.received > 20_000)
            for _ in range(RUNS):
                await server.stop()
                await asyncio.sleep(SERVER_AWAY_SECONDS)
                before = server.received
                await server.start()
                back.found.append(await until(lambda: server.received > before + 2_000))  # noqa: B023
                await asyncio.sleep(1.0)
    return [back]


MEASURES: dict[str, Callable[[Path], Awaitable[list[Promise]]]] = {
    "camera": lambda folder: measure_camera(folder, frozen=False),
    "silent-camera": lambda folder: measure_camera(folder, frozen=True),
    "encoder-2": lambda folder: measure_killed_encoder(folder, 2.0),
    "encoder-1": lambda folder: measure_killed_encoder(folder, 1.0),
    "service": measure_killed_service,
    "server": measure_server,
}


def table(promises: list[Promise]) -> str:
    """Markdown."""
    return "\n".join(
        ["| | promised | measured: min / median / max | runs |", "|---|---|---|---|", *(p.row() for p in promises)]
    )


async def measured(wanted: list[str]) -> list[Promise]:
    """One measure after the other."""
    promises: list[Promise] = []
    for name in wanted:
        with tempfile.TemporaryDirectory(prefix="tribune-bench-", ignore_cleanup_errors=True) as folder:
            print(f"{name} ...", file=sys.stderr, flush=True)
            promises += await MEASURES[name](Path(folder))
            print(table(promises[-3:]), file=sys.stderr, flush=True)
    return promises


def main() -> None:
    """`[NAME ...]`: only these. Without names everything, and the table goes into the page."""
    wanted = sys.argv[1:] or list(MEASURES)
    said = table(asyncio.run(measured(wanted)))
    load = f"{os.cpu_count()} cores, {time.strftime('%Y-%m-%d', time.gmtime())}, picture 320x180"
    print(f"{load}\n\n{said}")
    if wanted == list(MEASURES):
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n{load}:\n\n{said}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
