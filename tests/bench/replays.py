"""`make bench-replays`: what a citizen waits for, in the evening and afterwards, beside the limits that are aimed at.

`tribune serve` is a process of its own with a thousand meetings; its readers are this program and a real browser on the
same machine. Nothing passes or fails.
"""

import asyncio
import itertools
import os
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from streamer.council.meeting import AgendaItem
from streamer.media.binary import find_ffmpeg
from streamer.store.database import Database
from streamer.store.log import Log
from tests.bench.page_weight import weigh
from tests.control.processes import cpu_seconds
from tests.control.service import Serve
from tests.support.past_meeting import BEGUN, logged, past_meeting
from tests.support.waiting import eventually

MEETINGS = 1000
LONG_SECONDS, LONG_ITEMS = 6 * 3600, 120
FILM_SECONDS, FILM_BITS = 300, 2_500_000
WATCHING, WATCHING_SECONDS = 200, 20
PART_BYTES = 1_000_000
ENDS = 5
LIMITS = {
    "the list of meetings, p95, ms": 30, "the page of six hours, p95, ms": 30, "the page of an item, p95, ms": 30,
    "end of a meeting → replay playable for the clerk, s": 2,
    "live picture behind what may be seen, segments": 2,
}  # fmt: skip
"""What is aimed at, where something is."""


class Figures(defaultdict[str, list[float]]):
    """By what was measured."""

    def __init__(self) -> None:
        super().__init__(list)

    def table(self) -> str:
        """min / median / max of each row."""
        lines = ["| | aim | min / median / max | runs |", "|---|---|---|---|"]
        for row, values in self.items():
            found = f"{min(values):.4g} / {statistics.median(values):.4g} / {max(values):.4g}"
            aim = f"≤ {LIMITS[row]}" if row in LIMITS else ""
            lines.append(f"| {row} | {aim} | {found} | {len(values)} |")
        return "\n".join(lines)


async def filled(folder: Path) -> str:
    """A thousand meetings that were published, one of six hours among them, and one that is really filmed: its id."""
    items = [AgendaItem(f"long{n:03d}", f"{n}", f"Renovation of building {n}, street works") for n in range(LONG_ITEMS)]
    opened = [(LONG_SECONDS / LONG_ITEMS * n, item.id) for n, item in enumerate(items)]
    await past_meeting(folder, opened, LONG_SECONDS, items=items, id="2026-03-11-long", film=False)
    database = await Database.open(folder / "recordings" / "tribune.db")
    log = Log(database)
    for number in range(MEETINGS - 2):
        day = f"{2010 + number // 300}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        start = f"{day}T19:00:00+01:00"
        await logged(log, f"{day}-{number:04}", f"Council {number}", start, at=BEGUN + number)
    await database.close()
    id = await past_meeting(folder, [(6, "item-a"), (300, "item-b")], FILM_SECONDS, film=False)
    await film(folder / "recordings" / id)
    return id


async def film(folder: Path) -> None:
    """As large as a chamber's: 2.5 Mbit/s, segments of 2 s, in place of the list that `past_meeting` wrote."""
    picture = ["-f", "lavfi", "-i", f"testsrc2=s=1280x720:r=25:d={FILM_SECONDS},noise=alls=20:allf=t"]
    sound = ["-f", "lavfi", "-i", f"sine=r=48000:d={FILM_SECONDS}"]
    bits = str(FILM_BITS)
    rate = ["-b:v", bits, "-maxrate", bits, "-bufsize", bits, "-g", "50", "-sc_threshold", "0"]
    made = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", *rate, "-c:a", "aac", "-muxdelay", "0"]
    kept = ["-f", "hls", "-hls_time", "2", "-hls_list_size", "0", "-hls_segment_filename", "0001-program-%06d.ts"]
    argv = ["-y", "-v", "error", *picture, *sound, *made, *kept, "0001-program.m3u8"]
    process = await asyncio.create_subprocess_exec(find_ffmpeg().path, *argv, cwd=folder)
    assert await process.wait() == 0


async def timed(count: int, look: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each."""
    took = []
    for _ in range(count):
        began = time.perf_counter()
        await look()
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took)


async def measure_pages(url: str, figures: Figures) -> None:
    """One reader; the first look of each is not counted, it may read a file for the first time."""
    pages = {"the list of meetings": "/", "the page of six hours": "/meetings/2026-03-11-long",
             "the page of an item": "/meetings/2026-03-11-long/items/long060"}  # fmt: skip
    async with aiohttp.ClientSession(base_url=url) as http:

        async def look(path: str) -> None:
            async with http.get(path) as answer:
                assert answer.status == 200, path
                await answer.read()

        for _, (name, path) in itertools.product(range(5), pages.items()):
            await look(path)
            took = await timed(60, lambda path=path: look(path))  # type: ignore[misc]
            figures[f"{name}, median, ms"].append(took[len(took) // 2])
            figures[f"{name}, p95, ms"].append(took[len(took) * 95 // 100])


async def measure_watching(service: Serve, id: str, figures: Figures) -> None:
    """Two hundred who watch the MP4 of one meeting, each from somewhere else, each as fast as it was filmed."""
    assert service.process
    took: list[float] = []
    parts = FILM_SECONDS * FILM_BITS // 8 // PART_BYTES - 1
    pace = 8 * PART_BYTES / FILM_BITS

    async def watch(http: aiohttp.ClientSession, number: int) -> None:
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time() + pace * number / WATCHING
        for part in range(round(WATCHING_SECONDS / pace)):
            await asyncio.sleep(max(0.0, began + part * pace - loop.time()))
            first = (number * 7 + part) % parts * PART_BYTES
            due = time.perf_counter()
            headers = {"Range": f"bytes={first}-{first + PART_BYTES - 1}"}
            async with http.get(f"/meetings/{id}/replay.mp4", headers=headers) as answer:
                assert answer.status == 206
                assert len(await answer.read()) == PART_BYTES
            took.append(time.perf_counter() - due)

    used, began = cpu_seconds(service.process.pid), time.monotonic()
    connector = aiohttp.TCPConnector(limit=WATCHING)
    async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{service.port}", connector=connector) as http:
        await asyncio.gather(*(watch(http, number) for number in range(WATCHING)))
    passed = time.monotonic() - began
    took.sort()
    figures[f"{WATCHING} watch one replay: {pace:.1f} s of it fetched in, p95, s"].append(took[len(took) * 95 // 100])
    figures[f"{WATCHING} watch one replay: the service, % of a core"].append(
        100 * (cpu_seconds(service.process.pid) - used) / passed
    )
    figures[f"{WATCHING} watch one replay: Mbit/s"].append(8e-6 * PART_BYTES * len(took) / passed)


async def measure_mp4(service: Serve, id: str, figures: Figures) -> None:
    """A replay's file is made again for a chapter that was put right, beside a copy of it on the same disk."""
    made = service.recordings / id / "replay.mp4"
    for number in range(3):
        before = made.stat().st_mtime_ns
        began = time.monotonic()
        await service.api("PUT", f"/{id}/chapters", chapters=[{"start": 6, "name": f"Opening, version {number}"}])

        def anew(before: int = before) -> bool:
            return made.stat().st_mtime_ns > before

        await eventually(anew, "it is made anew", 120)
        figures["an MP4 of five minutes is made, s"].append(time.monotonic() - began)
        began = time.monotonic()
        await asyncio.to_thread(_copied, made, made.with_name("copy"))
        figures["the same bytes copied, s"].append(time.monotonic() - began)
        made.with_name("copy").unlink()


def _copied(what: Path, to: Path) -> None:
    shutil.copyfile(what, to)
    with to.open("rb") as file:
        os.fsync(file.fileno())


async def measure_end(service: Serve, figures: Figures) -> None:
    """From the order until the clerk's player finds the whole list."""
    url, clerk = f"http://127.0.0.1:{service.port}", {"Authorization": f"Bearer {service.token}"}
    async with aiohttp.ClientSession(base_url=url, headers=clerk) as http:
        for _ in range(ENDS):
            id = await service.planned()
            await service.api("POST", f"/{id}/go-live")
            await service.recorded(id, 6.0)
            began = time.monotonic()
            await service.api("POST", f"/{id}/end")
            while True:
                async with http.get(f"/meetings/{id}/replay.m3u8") as answer:
                    if answer.status == 200 and "#EXT-X-ENDLIST" in await answer.text():
                        break
                await asyncio.sleep(0.005)
                assert time.monotonic() - began < 60
            figures["end of a meeting → replay playable for the clerk, s"].append(time.monotonic() - began)


async def measured(folder: Path) -> Figures:
    """Everything, in one run."""
    figures = Figures()
    print("a thousand meetings are written, and one is filmed ...", flush=True)
    id = await filled(folder)
    async with Serve(folder) as service:
        mp4 = service.recordings / id / "replay.mp4"
        await eventually(mp4.exists, "the film is made", 300)
        for name, measure in (
            ("pages", measure_pages(f"http://127.0.0.1:{service.port}", figures)),
            ("two hundred watch", measure_watching(service, id, figures)),
            ("an end", measure_end(service, figures)),
            ("the MP4", measure_mp4(service, id, figures)),
            ("what a browser fetches", weigh(service, id, figures)),
        ):
            print(f"{name} ...", flush=True)
            await measure
    return figures


def main() -> None:
    """Measure and print; docs/performance.md has the table."""
    with tempfile.TemporaryDirectory(prefix="tribune-bench-", ignore_cleanup_errors=True) as folder:
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
        print(asyncio.run(measured(Path(folder))).table(), f"load {os.getloadavg()[0]:.1f}", sep="\n\n")


if __name__ == "__main__":
    main()
