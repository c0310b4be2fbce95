"""Citizens are told as late as they see; staff, and the API, at once."""

import asyncio
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import ClientWebSocketResponse

from streamer.council.roles import Role
from tests.support.commune import QUICK, Commune, commune
from tests.support.waiting import PATIENCE, eventually

DELAY = 4.0
"""Seconds. Within them a page must be asked for and read at least once."""


@dataclass(frozen=True)
class Look:
    """What a citizen's page said, asked for and read between two moments."""

    asked: float
    read: float
    phase: str
    asking: bool


async def look(here: Commune, id: str) -> Look:
    """One page, as a browser without script gets it."""
    asked, page = time.time(), await here.text(f"/meetings/{id}")
    phase = re.search(r'data-phase="(\w+)"', page)
    assert phase
    return Look(asked, time.time(), phase[1], 'id="ask-closed" hidden' in page)


async def looks(here: Commune, id: str, verb: str, until: str | None = None) -> list[Look]:
    """Press a button; what the page says before the delay has passed. Waits until it has, and the page says `until`."""
    await here.ok("POST", f"/{id}/{verb}")
    due = (await here.up.service.desk.meeting(id)).changes[-1][0] + DELAY
    seen: list[Look] = []

    async def there() -> bool:
        seen.append(await look(here, id))
        return seen[-1].asked >= due and until in (None, seen[-1].phase)

    await eventually(there, f"the delay has passed, and citizens are told {until}")
    return [it for it in seen if it.read < due]


async def told(socket: ClientWebSocketResponse, phase: str) -> tuple[float, dict[str, Any]]:
    """When a page with script learned of a phase, and the message."""
    async with asyncio.timeout(PATIENCE):
        async for message in socket:
            said = json.loads(message.data)
            state = said.get("state", said)
            if said["type"] in ("state", "snapshot") and state["phase"] == phase:
                return time.time(), state
    raise AssertionError("the channel ended")


async def test_words_come_as_late_as_the_picture(tmp_path: Path) -> None:
    """Going live over the live channel, then a closed session and the end on pages without script."""
    async with commune(tmp_path, encoder=QUICK, broadcast={"delay_seconds": DELAY}) as here:
        id = (await here.planned())["id"]
        await goes_live(here, id)
        early = await looks(here, id, "close-session", "closed_session")
        assert {(it.phase, it.asking) for it in early} == {("live", False)}, "questions freeze at once"
        early = await looks(here, id, "resume", "live")
        assert {(it.phase, it.asking) for it in early} == {("closed_session", False)}
        early = await looks(here, id, "end")
        assert {(it.phase, it.asking) for it in early} == {("live", True)}, "questions until they have seen the end"
        other = (await here.planned())["id"]
        await here.ok("POST", f"/{other}/cancel")
        assert (await look(here, other)).phase == "cancelled"


async def goes_live(here: Commune, id: str) -> None:
    """Staff are told at once, and what the public sees; citizens when the delay has passed."""
    live, token = f"{here.url}/meetings/{id}/live", {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    async with here.http.ws_connect(live) as citizen, here.http.ws_connect(live, headers=token) as clerk:
        await told(citizen, "scheduled")
        await told(clerk, "scheduled")
        await here.ok("POST", f"/{id}/go-live")
        began = (await here.up.service.desk.meeting(id)).changes[-1][0]
        assert "on-air" not in await here.text("/") or time.time() > began + DELAY
        (at, state), (late, _) = await asyncio.gather(told(clerk, "live"), told(citizen, "live"))
        assert late >= began + DELAY
        assert at < late
        assert state["public"]["phase"] == "scheduled"
        assert "on-air" in await here.text("/")
