"""What a browser fetches for a page and how long a citizen looks at nothing, on this machine and on a slow telephone
line (150 ms, 1.6 Mbit/s each way: what Lighthouse takes for a telephone)."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, async_playwright

from tests.browser.stage import ARGUMENTS, CHROMIUM, PHONE
from tests.control.service import Serve

ROUNDS = 3
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
MEDIA = (".ts", ".mp4", ".m3u8", ".m4a")
WAIT = 60_000
"""Milliseconds."""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
HAS_PICTURE = "document.querySelector('video')?.readyState > 1"
BEHIND = """
(async () => {
  const list = await (await fetch(document.getElementById("player").dataset.src)).text();
  const [lengths, most] = [[...list.matchAll(/#EXTINF:([0-9.]+)/g)], Number(list.match(/TARGETDURATION:([0-9]+)/)[1])];
  const there = lengths.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
  return (there - document.querySelector("video").currentTime) / most;
})()
"""
"""Segments from what is shown to the end of the list, which has everything since the beginning."""


@dataclass
class Weight:
    """What came over the wire, media apart."""

    requests: int = 0
    bytes: int = 0


@contextmanager
def weighed(session: Any) -> Iterator[Weight]:
    """Counts while the block lasts. `session`: of the DevTools protocol."""
    found, urls = Weight(), dict[str, str]()
    session.on("Network.requestWillBeSent", lambda said: urls.__setitem__(said["requestId"], said["request"]["url"]))

    def finished(said: dict[str, Any]) -> None:
        url = urls.get(said["requestId"], "").partition("?")[0]
        if url.startswith("http") and not url.endswith(MEDIA):
            found.requests += 1
            found.bytes += round(said["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    yield found


async def weigh(service: Serve, replay: str, figures: MutableMapping[str, list[float]]) -> None:
    """Home, a meeting that is live, its replays; each in a browser that has never been there."""
    live = await service.planned()
    await service.api("POST", f"/{live}/go-live")
    await service.recorded(live, 12.0)
    pages = {
        "home": ("/", False), "a live meeting": (f"/meetings/{live}", True),
        "a replay": (f"/meetings/{replay}", True), "a replay of six hours": ("/meetings/2026-03-11-long", False),
    }  # fmt: skip
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for _ in range(ROUNDS):
            for name, (path, film) in pages.items():
                for line in ("", ", slow line"):
                    await _one(browser, f"http://127.0.0.1:{service.port}{path}", f"{name}{line}", film, figures)
        await browser.close()
    await service.api("POST", f"/{live}/end")


async def _one(browser: Browser, url: str, name: str, film: bool, figures: MutableMapping[str, list[float]]) -> None:
    context = await browser.new_context(viewport={"width": PHONE, "height": 844}, locale="fr-LU")
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    if "slow" in name:
        await session.send("Network.emulateNetworkConditions", SLOW)
    with weighed(session) as weight:
        await page.goto(url, wait_until="load", timeout=WAIT)
        await page.wait_for_function(FIRST_PAINT, timeout=WAIT)
        painted = await page.evaluate(FIRST_PAINT)
        if film:
            await page.evaluate("document.querySelector('video').play().catch(() => 0)")
            await page.wait_for_function(HAS_PICTURE, timeout=WAIT)
            pictured = await page.evaluate("performance.now()")
    figures.setdefault(f"{name}: first words, ms", []).append(painted)
    if film:
        figures.setdefault(f"{name}: first picture, ms", []).append(pictured)
    if "slow" not in name:
        figures.setdefault(f"{name}: requests without pictures", []).append(weight.requests)
        figures.setdefault(f"{name}: bytes without pictures, kB", []).append(weight.bytes / 1000)
    if "live" in name and "slow" not in name:
        behind = await page.evaluate(BEHIND)
        figures.setdefault("live picture behind what may be seen, segments", []).append(behind)
    await context.close()
