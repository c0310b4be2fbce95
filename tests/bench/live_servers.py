"""The servers of `make bench-live`: the whole service, and what else Python offers to tell ten thousand readers.

`python -m tests.bench.live_servers KIND FOLDER` says "port N PATH". By stdin: "run RATE SECONDS BYTES" is answered with
"ran MESSAGES CPU_SECONDS"; for the service there is more, see `Ours`.
"""

import asyncio
import json
import logging
import os
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web as aio
from websockets.asyncio.server import broadcast, serve

from streamer import app
from streamer.config import Config
from streamer.control.question_desk import Asking
from streamer.council.phase import Verb
from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb
from streamer.council.roles import Role
from streamer.open_files import raise_limit
from streamer.store.questions import Questions
from tests.support.commune import NEXT_WEEK, SMALL

BACKLOG = 4096
SNAPSHOT_QUESTIONS = 60
LATE_SECONDS = 1.0
"""A segment is late that is not there so long after its last picture was filmed (a segment is 2 s)."""
Tell = Callable[[str], Awaitable[int]]
"""Send a text to all; to how many."""


def message(size: int) -> str:
    """A message of `size` bytes that says when it was sent."""
    head = f'{{"type":"x","t":{time.monotonic_ns()},"p":"'
    return f'{head}{"x" * (size - len(head) - 2)}"}}'


async def run(tell: Tell, rate: int, seconds: int, size: int) -> str:
    """So many a second; those that fall behind follow at once."""
    began, cpu, sent = time.monotonic(), time.process_time(), 0
    for number in range(rate * seconds):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        sent += await tell(message(size))
    return f"ran {sent} {time.process_time() - cpu:.4f}"


async def orders(obey: Callable[[list[str]], Awaitable[str]]) -> None:
    """One line, one answer, until stdin ends."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := (await lines.readline()).decode().split():
        print(await obey(line), flush=True)


async def with_broadcast() -> None:
    """`websockets.broadcast()`, without compression."""

    async def listen(connection: Any) -> None:
        await connection.wait_closed()

    async def tell(text: str) -> int:
        broadcast(server.connections, text)
        await asyncio.sleep(0)
        return len(server.connections)

    async with serve(listen, "127.0.0.1", 0, compression=None, backlog=BACKLOG) as server:
        print(f"port {next(iter(server.sockets)).getsockname()[1]} /", flush=True)
        await orders(lambda line: run(tell, *map(int, line[1:4])))


async def with_aiohttp() -> None:
    """aiohttp's `send_str`, one after the other."""
    there: set[aio.WebSocketResponse] = set()

    async def listen(request: aio.Request) -> aio.WebSocketResponse:
        socket = aio.WebSocketResponse(compress=False)
        await socket.prepare(request)
        there.add(socket)
        async for _ in socket:
            pass
        there.discard(socket)
        return socket

    async def tell(text: str) -> int:
        for socket in list(there):
            await socket.send_str(text)
        await asyncio.sleep(0)
        return len(there)

    site = aio.Application()
    site.router.add_get("/", listen)
    runner = aio.AppRunner(site, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await aio.TCPSite(runner, "127.0.0.1", 0, backlog=BACKLOG).start()
    print(f"port {runner.addresses[0][1]} /", flush=True)
    await orders(lambda line: run(tell, *map(int, line[1:4])))


class InMemory(Questions):
    """No database: what it would cost if nothing had to be kept."""

    async def submit(self, question: Question, **rules: Any) -> tuple[Question, bool]:
        return question, False


class Ours:
    """The whole service with one meeting."""

    def __init__(self, up: app.Running, meeting: str, folder: Path) -> None:
        self.up, self.meeting, self.folder = up, meeting, folder

    async def obey(self, line: list[str]) -> str:
        """`run`; `snapshot`: ask and publish until it is 20 KB; `live`; `late`; `search`; `memory`: no database."""
        match line:
            case ["run", rate, seconds, size]:
                return await run(self._tell, int(rate), int(seconds), int(size))
            case ["search", seconds, shared]:
                return await self._search(float(seconds), shared == "shared")
            case ["live"]:
                await self.up.service.desk.order(self.meeting, Verb.GO_LIVE, by="bench")
                return "live"
            case ["late"]:
                return self._late()
            case _:
                return "what?"

    async def _tell(self, text: str) -> int:
        """By the same door as every fact: numbered, kept, framed once."""
        said = json.loads(text)
        return await self.up.service.hub.publish(self.meeting, lambda role: said, "bench")

    def _late(self) -> str:
        """Of the segments that are there: how many, how many too late, and the latest."""
        broadcast = self.up.service.conductor.broadcast(self.meeting)
        found = list(broadcast.segments) if broadcast else []
        behind = []
        for segment in found:
            path = next(self.folder.glob(f"recordings/{self.meeting}/**/{segment.name}"), None)
            if path:
                behind.append(path.stat().st_mtime - segment.start - segment.duration)
        return f"late {len(behind)} {sum(b > LATE_SECONDS for b in behind)} {max(behind, default=0.0):.3f}"

    async def _search(self, seconds: float, shared: bool) -> str:
        """How long a moderator's list takes while searches run without a pause: p50, p99, longest in milliseconds."""
        database = self.up.accounts._db
        look = database.read if shared else database.search
        heavy = (
            "SELECT count(*) FROM questions a, questions b, questions c WHERE a.text || b.text LIKE '%' || c.id || '%'"
        )
        searching, took = asyncio.create_task(forever(lambda: look(heavy + " LIMIT 1"))), []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            await asyncio.sleep(0.02)
            began = time.perf_counter()
            await self.up.service.questions.listed(self.meeting)
            took.append(1000 * (time.perf_counter() - began))
        searching.cancel()
        took.sort()
        return f"listed {took[len(took) // 2]:.3f} {took[len(took) * 99 // 100]:.3f} {took[-1]:.3f}"


async def forever(look: Callable[[], Awaitable[Sequence[sqlite3.Row]]]) -> None:
    """One after the other."""
    while True:
        await look()


async def with_ours(folder: Path, *, in_memory: bool = False) -> None:
    """The service on a free port; a meeting to which 60 questions of 300 characters were published: 20 KB."""
    config = Config.of(
        {
            "source": {"url": "demo:"}, "encoder": SMALL, "web": {"port": 0}, "broadcast": {"delay_seconds": 0},
            "recordings": {"folder": str(folder / "recordings")}, "questions": {
                "per_person": 100, "undo_seconds": 0, "pause_seconds": 0, "network_per_minute": 10_000,
            },
            "live": {"per_address": 1_000_000},
        },
        folder,
    )  # fmt: skip
    app.ready_for_thousands()
    async with app.running(config) as up:
        service = up.service
        known = await service.desk.meetings()
        id = (
            known[0].id
            if known
            else (await service.desk.plan("bench", "Council", f"{NEXT_WEEK}T19:00:00", [], by="b")).id
        )
        if in_memory:
            service.questions._questions = InMemory(up.accounts._db)
        elif not known:
            await fill(up, id)
            await asyncio.sleep(2)  # until nobody is told of these any more
        print(f"port {up.port} /meetings/{id}/live", flush=True)
        await orders(Ours(up, id, folder).obey)


async def fill(up: app.Running, id: str) -> None:
    """Sixty published questions."""
    for number in range(SNAPSHOT_QUESTIONS):
        text = f"{number}: {'When is the school yard ready? ' * 8}"
        asked = await up.service.questions.ask(id, Asking(f"asker {number}", "a", text))
        await up.service.questions.move(id, asked.id, QuestionOrder(QuestionVerb.PUBLISH, Role.CLERK, "bench"))


def main() -> None:
    """KIND is ours, memory (ours without a database), broadcast or aiohttp."""
    logging.basicConfig(level=logging.WARNING)
    raise_limit()
    kind, folder = sys.argv[1], Path(sys.argv[2])
    match kind:
        case "broadcast":
            asyncio.run(with_broadcast())
        case "aiohttp":
            asyncio.run(with_aiohttp())
        case _:
            asyncio.run(with_ours(folder, in_memory=kind == "memory"))
    os._exit(0)


if __name__ == "__main__":
    main()
