"""A whole service on a free port, with a clerk who holds an API token."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from streamer.app import Running, running
from streamer.app_news import SITES, Sites
from streamer.config import Config
from streamer.control.archive import Replay
from streamer.council.roles import Role
from streamer.platforms.youtube.endpoints import GOOGLE, Endpoints
from streamer.store.accounts import new_api_token

SMALL = {"width": 320, "height": 180, "fps": 25, "video_bitrate": 400_000}
"""A picture that two cores encode without noticing."""
QUICK = {**SMALL, "segment_seconds": 1}
"""The same in short segments, for which nobody waits long."""
UNHURRIED = {"undo_seconds": 0.0, "pause_seconds": 0.0, "network_per_minute": 10_000}
"""Verdicts are told at once, and nobody is asked to wait: where a test is about that, it says so."""
NEXT_WEEK = (date.today() + timedelta(days=7)).isoformat()
"""The day of the meetings that are planned here: whenever the tests run, nothing is due by the clock."""
Json = dict[str, Any]


@dataclass
class Commune:
    """The service as its users reach it: over HTTP."""

    up: Running
    url: str
    folder: Path
    http: aiohttp.ClientSession
    tokens: Mapping[Role, str]

    async def api(self, method: str, path: str, role: Role = Role.CLERK, **body: Any) -> tuple[int, Json]:
        """One API call: (status, JSON)."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        url = f"{self.url}/api/v1/meetings{path}"
        async with self.http.request(method, url, json=body or None, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ok(self, method: str, path: str, role: Role = Role.CLERK, **body: Any) -> Json:
        """The JSON of a call that must succeed."""
        status, answer = await self.api(method, path, role, **body)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    async def planned(self, agenda: str = "1. Budget\n2. Schools\nHuis clos\n3. Staff") -> Json:
        """A meeting that is planned for next week."""
        return await self.ok("POST", "", name="Council", start=f"{NEXT_WEEK}T19:00:00+01:00", agenda=agenda)

    async def replay(self, id: str) -> Replay:
        """What can be watched of a meeting, and which of its files are made."""
        service = self.up.service
        return await service.archive.replay(await service.desk.meeting(id))

    async def status(self, id: str) -> Json:
        """What runs."""
        return await self.ok("GET", f"/{id}/status")

    async def text(self, path: str) -> str:
        """A public page or file, as a citizen gets it."""
        async with self.http.get(f"{self.url}{path}") as answer:
            assert answer.status == 200, f"{path}: {answer.status}"
            return await answer.text()

    async def clerks_page(self, path: str) -> str:
        """A page as a clerk sees it, in English."""
        headers = {"Authorization": f"Bearer {self.tokens[Role.CLERK]}", "Accept-Language": "en"}
        async with self.http.get(f"{self.url}{path}", headers=headers) as answer:
            assert answer.status == 200, f"{path}: {answer.status} {await answer.text()}"
            return await answer.text()


@contextlib.asynccontextmanager
async def commune(
    folder: Path, source: str = "demo:", google: Endpoints = GOOGLE, sites: Sites = SITES, **sections: Any
) -> AsyncIterator[Commune]:
    """`async with commune(tmp_path, source, destination=[...], broadcast={...}) as c`."""
    data = {
        "council": {"name": "Musterbierg"},
        "source": {"url": source},
        "encoder": SMALL,
        "broadcast": {"delay_seconds": 0},
        "questions": {**UNHURRIED, **sections.pop("questions", {})},
        "web": {"port": 0},
        "recordings": {"folder": str(folder / "recordings")},
    }
    config = Config.of({**data, **sections}, folder)
    jar = aiohttp.CookieJar(unsafe=True)
    async with running(config, google=google, sites=sites) as up, aiohttp.ClientSession(cookie_jar=jar) as http:
        tokens = {role: new_api_token() for role in (Role.CLERK, Role.MODERATOR, Role.CHAIR)}
        for role, token in tokens.items():
            await up.accounts.add_token(token, role, "tests", 0.0)
        yield Commune(up, f"http://127.0.0.1:{up.port}", config.recordings.folder, http, tokens)
