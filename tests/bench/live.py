"""`make bench-live`: the live channel beside its peers and limits, all in one run on one machine.

Each row is measured in turn with what it is compared with, several times, so that both have the same machine on the
same day. Clients and floor are small C programs (`live_client.c`, `live_floor.c`). Nothing passes or fails.
"""

import argparse
import asyncio
import contextlib
import os
import resource
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
PEERS = {
    "floor": "C epoll loop",
    "ours": "Tribune",
    "aiohttp": "aiohttp `send_str`",
    "broadcast": "`websockets.broadcast()`",
}
Figures = dict[str, list[float]]


class Program:
    """A child that takes orders by lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, *argv: str) -> Self:
        """With stdin and stdout as pipes."""
        pipe = asyncio.subprocess.PIPE
        return cls(
            await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, cwd=HERE.parents[1], limit=1 << 20)
        )

    async def hear(self, word: str, seconds: float = 120.0) -> list[str]:
        """The rest of the next line that begins so."""
        assert self.process.stdout
        async with asyncio.timeout(seconds):
            while line := (await self.process.stdout.readline()).decode().split():
                if line[0] == word:
                    return line[1:]
        raise AssertionError(f"it ended before it said {word!r}")

    async def order(self, line: str, word: str, seconds: float = 120.0) -> list[str]:
        """Send one line, hear the answer."""
        self.tell(line)
        return await self.hear(word, seconds)

    def tell(self, line: str) -> None:
        """Send one line."""
        assert self.process.stdin
        self.process.stdin.write(f"{line}\n".encode())

    @property
    def rss(self) -> int:
        """Bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * resource.getpagesize()

    async def end(self, number: signal.Signals = signal.SIGKILL) -> None:
        """It is gone."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)
        await self.process.wait()


class Bench:
    """The compiled programs, and what was measured: by row and peer."""

    def __init__(self, folder: Path, viewers: int, seconds: int) -> None:
        self.folder, self.viewers, self.seconds = folder, viewers, seconds
        self.figures: dict[str, Figures] = defaultdict(lambda: defaultdict(list))
        for name in ("live_client", "live_floor"):
            compiler = shutil.which("cc") or shutil.which("gcc")
            assert compiler, "a C compiler is needed: apt-get install gcc libc6-dev"
            subprocess.run([compiler, "-O2", "-o", str(folder / name), str(HERE / f"{name}.c")], check=True)

    @contextlib.asynccontextmanager
    async def server(
        self, kind: str, folder: Path | None = None, first: int = 0
    ) -> AsyncIterator[tuple[Program, int, str]]:
        """Running: the program, its port and path."""
        argv = [str(self.folder / "live_floor"), str(first)]
        if kind != "floor":
            argv = [sys.executable, "-m", "tests.bench.live_servers", kind, str(folder or self._fresh())]
        program = await Program.start(*argv)
        try:
            port, *path = await program.hear("port")
            yield program, int(port), path[0] if path else "/"
        finally:
            await program.end()

    @contextlib.asynccontextmanager
    async def clients(
        self, port: int, path: str, count: int, *, at_once: int = 200, min_bytes: int = 250, stalled: int = 0
    ) -> AsyncIterator[Program]:
        """Connected clients."""
        numbers = [str(n) for n in (count, at_once, min_bytes, stalled)]
        program = await Program.start(str(self.folder / "live_client"), str(port), path, *numbers)
        try:
            yield program
        finally:
            await program.end()

    def _fresh(self) -> Path:
        return Path(tempfile.mkdtemp(dir=self.folder))

    def note(self, row: str, peer: str, value: float) -> None:
        """One measurement."""
        self.figures[row][peer].append(value)
        print(f"  {row}: {peer} {value:.4g}", flush=True)

    # The rows.

    async def fan_out(self, kind: str) -> None:
        """10 messages of 300 bytes a second to all; for ours also the memory, and a question meanwhile."""
        async with self.server(kind) as (server, port, path):
            before = server.rss
            async with self.clients(port, path, self.viewers) as viewers:
                opened, failed, _ = await viewers.hear("open")
                assert failed == "0", f"{failed} could not connect to {kind}"
                await asyncio.sleep(2)
                self.note("memory per idle viewer, KB", kind, (server.rss - before) / int(opened) / 1024)
                await server.order("run 10 1 300", "ran")
                viewers.tell("reset")
                sent, cpu = await server.order(f"run 10 {self.seconds} 300", "ran")
                await asyncio.sleep(1)
                _, _, p99, _, _, closed = await viewers.order("tell", "told")
                assert closed == "0", f"{closed} were dropped"
                self.note("fan-out, CPU per message, us", kind, 1e6 * float(cpu) / int(sent))
                self.note("fan-out, p99, ms", kind, int(p99) / 1000)
                if kind == "ours":
                    await self._ask_meanwhile(server, port, path)

    async def _ask_meanwhile(self, server: Program, port: int, path: str) -> None:
        async with self.clients(port, path, 200, min_bytes=1 << 20) as askers:
            await askers.hear("open")
            for rate in (4, 10):
                server.tell(f"run {rate} 6 300")
                await asyncio.sleep(0.5)
                _, p50, p99, _, _ = await askers.order("ask 200 25000", "asked")
                self.note(f"a question meanwhile, {rate} messages/s, p50, ms", "ours", int(p50) / 1000)
                self.note(f"a question meanwhile, {rate} messages/s, p99, ms", "ours", int(p99) / 1000)
                await server.hear("ran")

    async def burst(self, kind: str) -> None:
        """2,000 questions at once."""
        async with self.server(kind) as (_, port, path), self.clients(port, path, 2000, min_bytes=1 << 20) as askers:
            await askers.hear("open")
            await asyncio.sleep(1)
            *_, last = await askers.order("ask 2000 0", "asked")
            self.note("2,000 questions at once, the last acknowledged, ms", kind, float(last))

    async def killed(self) -> None:
        """The same, and `kill -9` in the middle: what was acknowledged is in the database."""
        folder = self._fresh()
        async with (
            self.server("ours", folder) as (server, port, path),
            self.clients(port, path, 2000, min_bytes=1 << 20) as askers,
        ):
            await askers.hear("open")
            askers.tell("ask 2000 0")
            while len(await askers.order("acked", "acked")) < 100:
                pass
            await server.end()
            await asyncio.sleep(0.5)  # what was on its way
            acked = set(await askers.order("acked", "acked"))
        with contextlib.closing(sqlite3.connect(folder / "recordings" / "tribune.db")) as database:
            kept = {row[0] for row in database.execute("SELECT client_id FROM questions")}
        self.note("acknowledged before kill -9", "ours", len(acked))
        self.note("acknowledged and lost by kill -9", "ours", len(acked - kept))

    async def storm(self, kind: str) -> None:
        """5,000 come at once, each gets 20 KB."""
        async with (
            self.server(kind, first=20_000) as (_, port, path),
            self.clients(port, path, 5000, at_once=5000, min_bytes=15_000) as clients,
        ):
            (last,) = await clients.hear("first")
            self.note("5,000 reconnect with a 20 KB snapshot, the last, ms", kind, float(last))

    async def stalled(self, count: int) -> None:
        """1,000 viewers of 20 KB ten times a second, of whom some do not read."""
        word = f"{count} of 1,000 stalled"
        async with (
            self.server("ours") as (server, port, path),
            self.clients(port, path, 1000, stalled=count) as viewers,
        ):
            await viewers.hear("open")
            await server.order("run 10 1 20000", "ran")
            viewers.tell("reset")
            rss, most = server.rss, 0
            server.tell("run 10 6 20000")
            loop = asyncio.get_running_loop()
            began, dropped = loop.time(), 0.0 if count else None
            while loop.time() - began < 7:
                await asyncio.sleep(0.1)
                most = max(most, server.rss - rss)
                if dropped == 0.0 and int((await viewers.order("tell", "told"))[5]) >= count:
                    dropped = loop.time() - began + 1.0  # the first second was before
            _, _, p99, _, _, _ = await viewers.order("tell", "told")
            self.note(f"{word}: p99 of the others, ms", "ours", int(p99) / 1000)
            if count:
                self.note(f"{word}: the last dropped after, s", "ours", dropped or float("inf"))
                self.note(f"{word}: memory each, KB", "ours", most / count / 1024)

    async def searched(self) -> None:
        """A moderator's list meanwhile, with its own connection and as it was with a shared one."""
        async with self.server("ours") as (server, _, _):
            for shared in ("own", "shared"):
                p50, p99, _ = await server.order(f"search 5 {shared}", "listed")
                self.note("a moderator's list during a heavy search, p50, ms", f"{shared} connection", float(p50))
                self.note("a moderator's list during a heavy search, p99, ms", f"{shared} connection", float(p99))

    async def pipeline(self) -> None:
        """A live meeting and 10,000 viewers of 10 messages a second."""
        async with self.server("ours") as (server, port, path):
            await server.order("live", "live")
            async with self.clients(port, path, self.viewers) as viewers:
                await viewers.hear("open")
                await server.order(f"run 10 {3 * self.seconds} 300", "ran")
                segments, late, latest = await server.order("late", "late")
                self.note("segments filmed meanwhile", "ours", int(segments))
                self.note("segments late by more than 1 s", "ours", int(late))
                self.note("the latest segment, s after its last picture", "ours", float(latest))
            server.tell("")  # an empty line ends it, and its ffmpeg with it
            await server.process.wait()

    def table(self) -> str:
        """min / median / max of each row, and against the floor of the same run."""
        lines = ["| | peer | min / median / max | runs |", "|---|---|---|---|"]
        for row, peers in self.figures.items():
            for peer, values in peers.items():
                found = f"{min(values):.4g} / {statistics.median(values):.4g} / {max(values):.4g}"
                lines.append(f"| {row} | {PEERS.get(peer, peer)} | {found} | {len(values)} |")
        return "\n".join(lines)

    def ratios(self) -> str:
        """What was aimed at, as a ratio of medians of the same run."""
        lines = []
        for row, peer, limit in (
            ("fan-out, CPU per message, us", "floor", 1.4), ("fan-out, CPU per message, us", "broadcast", 0.6),
            ("fan-out, p99, ms", "floor", 1.2), ("2,000 questions at once, the last acknowledged, ms", "memory", 1.15),
        ):  # fmt: skip
            peers = self.figures.get(row, {})
            if peers.get("ours") and peers.get(peer):
                ratio = statistics.median(peers["ours"]) / statistics.median(peers[peer])
                lines.append(f"{row}: {ratio:.2f} x {PEERS.get(peer, 'no database')} (aim: {limit})")
        return "\n".join(lines)


async def measure(bench: Bench, rounds: int, only: str) -> None:
    """Round by round, each peer in turn."""
    for _ in range(rounds):
        for kind in PEERS:
            if only in "fan-out":
                await bench.fan_out(kind)
        for kind in ("memory", "ours"):
            if only in "burst":
                await bench.burst(kind)
        if only in "killed":
            await bench.killed()
        for kind in ("floor", "ours"):
            if only in "storm":
                await bench.storm(kind)
        for count in (0, 50):
            if only in "stalled":
                await bench.stalled(count)
        if only in "search":
            await bench.searched()
        if only in "pipeline":
            await bench.pipeline()


def main() -> None:
    """Prints the table; docs/performance.md has one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--only", default="", help="fan-out, burst, killed, storm, stalled, search or pipeline")
    given = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    viewers = given.viewers if hard == resource.RLIM_INFINITY else min(given.viewers, hard - 1000)
    if viewers < given.viewers:
        print(f"The system allows {hard} open files: {viewers} viewers and not {given.viewers}.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), viewers, given.seconds)
        print(f"{os.cpu_count()} cores, {viewers} viewers, load {os.getloadavg()[0]:.1f}", flush=True)
        try:
            asyncio.run(measure(bench, given.rounds, given.only))
        finally:
            print(bench.table(), bench.ratios(), f"load {os.getloadavg()[0]:.1f}", sep="\n\n", flush=True)


if __name__ == "__main__":
    main()
