"""A real browser in front of a real service: people who sign in, look and press."""

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from streamer.council.roles import Role
from tests.support.commune import Commune, commune
from tests.support.waiting import PATIENCE, eventually

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip
GONE = re.compile(r"/meetings/[^/]+/(preview\.m3u8|segments/[^/]+)$")
"""What a player may ask for a moment after it is gone: a rehearsal's picture ends with the rehearsal."""
PHONE, DESKTOP = 390, 1280
PASSWORD = "a long enough pass phrase"
WAIT = round(PATIENCE * 1000)
"""Milliseconds."""
expect.set_options(timeout=WAIT)


@dataclass
class Stage:
    """A commune and a browser. `complaints` are what the pages wrote on their console."""

    here: Commune
    browser: Browser
    complaints: list[str]

    @contextlib.asynccontextmanager
    async def person(self, width: int = DESKTOP, **like: Any) -> AsyncIterator[Page]:
        """Somebody with a browser of their own. English, unless `locale` says otherwise."""
        options = {"viewport": {"width": width, "height": 844}, "locale": "en-GB", **like}
        context: BrowserContext = await self.browser.new_context(**options)
        try:
            page = await context.new_page()
            page.set_default_timeout(WAIT)
            page.on("console", self._complain)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            yield page
        finally:
            await context.close()

    def _complain(self, said: ConsoleMessage) -> None:
        where = said.location["url"]
        if said.type == "error" and not ("404" in said.text and GONE.search(where)):
            self.complaints.append(f"{said.text} ({where})")

    @contextlib.asynccontextmanager
    async def staff(self, role: Role, width: int = DESKTOP, **like: Any) -> AsyncIterator[Page]:
        """Somebody of the staff who has signed in by the form."""
        name = f"{role}-{width}"
        await self.here.up.accounts.add(name, role, PASSWORD, self.here.up.service.clock())
        async with self.person(width, **like) as page:
            await page.goto(f"{self.here.url}/sign-in")
            await page.get_by_label(re.compile("name", re.I)).fill(name)
            await page.get_by_label(re.compile("password", re.I)).fill(PASSWORD)
            await page.get_by_role("button", name=re.compile("sign in", re.I)).click()
            await page.wait_for_url(lambda url: "/sign-in" not in url)
            yield page

    async def live_meeting(self) -> str:
        """A meeting that is on the air, with a picture; its id."""
        id = str((await self.here.planned())["id"])
        await self.here.ok("POST", f"/{id}/go-live")

        def aired() -> bool:
            broadcast = self.here.up.service.conductor.broadcast(id)
            return bool(broadcast and broadcast.air.segments)

        await eventually(aired, "a picture is out")
        return id


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[None]:
    """The one browser of all stages: starting it, and the first page in it, takes longer than many a test. What people
    see and keep is theirs all the same, see `Stage.person`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        _RUNNING.append(browser)
        try:
            yield
        finally:
            _RUNNING.remove(browser)
            await browser.close()


_RUNNING: list[Browser] = []


@contextlib.asynccontextmanager
async def stage(folder: Path, **sections: Any) -> AsyncIterator[Stage]:
    """`async with stage(tmp_path) as s`. Fails if a page complained on its console."""
    council = {"name": "Musterbierg", "languages": ["fr", "de", "lb", "en"]}
    async with commune(folder, **{"council": council, **sections}) as here:
        made = Stage(here, _RUNNING[0], [])
        yield made
        assert not made.complaints, made.complaints


async def plays(page: Page, selector: str = "video") -> None:
    """The picture moves: two seconds of it go by."""
    await page.wait_for_function(
        "s => { const v = document.querySelector(s); v?.paused && v.play().catch(() => 0); return v?.readyState > 1; }",
        arg=selector,
    )
    begun = await page.evaluate("s => document.querySelector(s)?.currentTime ?? 0", selector)
    await page.wait_for_function("([s, t]) => document.querySelector(s)?.currentTime > t + 2", arg=[selector, begun])


async def accessible(page: Page) -> None:
    """axe finds nothing serious or critical."""
    found = await Axe().run(page, options={"resultTypes": ["violations"]})
    serious = [
        (v["id"], v["impact"], [node["html"][:160] for node in v["nodes"]])
        for v in found.response["violations"]
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []


async def fits(page: Page) -> None:
    """Nothing makes the page scroll sideways."""
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
