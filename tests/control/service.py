"""`tribune serve` as it runs in a commune: a process of its own, that can be killed and started again."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.control.processes import Program, programs
from tests.support.commune import NEXT_WEEK, QUICK, Json
from tests.support.waiting import PATIENCE, eventually

TRIBUNE = [sys.executable, "-c", "import sys; from streamer.cli import main; sys.exit(main())"]
ROOT = Path(__file__).parents[2]
WITH_CLOCK = [
    sys.executable, "-c",
    f"import sys; sys.path.append({str(ROOT)!r}); from tests.support.set_clock import follow; follow(); {TRIBUNE[-1]}",
]  # fmt: skip


class Serve:
    """`async with Serve(folder, source, ...) as service`: configured in `folder`, with a clerk's token, started."""

    def __init__(
        self, folder: Path, source: str = "demo:", *, environment: dict[str, str] | None = None, **sections: Any
    ) -> None:
        self.folder = folder
        self.recordings = folder / "recordings"
        self.port = 0
        self.process: asyncio.subprocess.Process | None = None
        self._program = WITH_CLOCK if environment else TRIBUNE
        self._environment = {**os.environ, **(environment or {})}
        self._sections: dict[str, Any] = {
            "source": {"url": source},
            "encoder": QUICK,
            "broadcast": {"delay_seconds": 0},
            "web": {"port": 0},
            **sections,
        }
        self.token = ""
        """A clerk's API token."""
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "config.toml").write_text(toml(self._sections), encoding="utf-8")
        added = await asyncio.create_subprocess_exec(
            *TRIBUNE, "token", "add", "--role", "clerk", cwd=self.folder,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self.token = (await added.communicate())[0].decode().strip()
        self._http = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"})
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http:
            await self._http.close()
        if self.process and self.process.returncode is None:
            await self.end(signal.SIGTERM)
        for program in self.ffmpegs():  # of a service that was killed and not started again
            with_pid(program.pid, signal.SIGKILL)

    async def start(self) -> None:
        """Start it, and wait until it says on which port it is."""
        with (self.folder / "words.log").open("ab") as words:
            self.process = await asyncio.create_subprocess_exec(
                *self._program, "serve", cwd=self.folder, env=self._environment,
                stdout=asyncio.subprocess.PIPE, stderr=words,
            )  # fmt: skip
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            said = (await self.process.stdout.readline()).decode()
        found = re.search(r"port (\d+)", said)
        assert found, f"{said!r} {self.words}"
        self.port = int(found[1])

    async def end(self, number: signal.Signals) -> int:
        """Send a signal; the exit code."""
        assert self.process
        with contextlib.suppress(ProcessLookupError):  # it ended a moment ago
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    @property
    def words(self) -> str:
        """What it logged so far."""
        return (self.folder / "words.log").read_text(encoding="utf-8")

    def ffmpegs(self) -> list[Program]:
        """The ffmpeg processes that work for it, also those it left behind."""
        return [program for program in programs(self.folder) if "ffmpeg" in program.argv.split(" ", 1)[0]]

    async def api(self, method: str, path: str, **body: Any) -> Json:
        """A call that must succeed."""
        assert self._http
        url = f"http://127.0.0.1:{self.port}/api/v1/meetings{path}"
        async with self._http.request(method, url, json=body or None) as answer:
            said: Json = await answer.json(content_type=None)
            assert answer.status < 300, said
            return said

    async def live_playlist(self, id: str) -> str:
        """What citizens' players read."""
        assert self._http
        async with self._http.get(f"http://127.0.0.1:{self.port}/meetings/{id}/live.m3u8") as answer:
            assert answer.status == 200
            return await answer.text()

    async def planned(self) -> str:
        """A meeting's id."""
        agenda = "1. Budget\n2. Schools\nHuis clos\n3. Staff"
        return str((await self.api("POST", "", name="Council", start=f"{NEXT_WEEK}T19:00:00", agenda=agenda))["id"])

    async def recorded(self, id: str, seconds: float) -> Json:
        """The status, once so much has been recorded and the encoder runs."""

        async def look() -> Json | None:
            status = await self.api("GET", f"/{id}/status")
            there = status["encoder"] and status["encoder"]["state"] == "running"
            return status if there and status["recording"]["seconds"] >= seconds else None

        found: Json = await eventually(look, f"{seconds} s are recorded")
        return found


def with_pid(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may be gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def toml(sections: dict[str, Any]) -> str:
    """A configuration file; lists of tables and plain values are all it needs."""
    lines = []
    for name, content in sections.items():
        for table in content if isinstance(content, list) else [content]:
            lines.append(f"[[{name}]]" if isinstance(content, list) else f"[{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in table.items()]
    return "\n".join(lines) + "\n"
