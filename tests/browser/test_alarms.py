"""The light, the banner and the bell: they come by themselves and go by themselves."""

import re
from pathlib import Path

from playwright.async_api import Page, expect

from streamer.council.roles import Role
from tests.browser.stage import PHONE, accessible, fits, stage
from tests.support.rtmp_server import RtmpServer

RINGS = "document.querySelector('#bell-switch').dataset.on === 'true'"


def light(page: Page, colour: str) -> re.Pattern[str]:
    return re.compile(rf"\blight-{colour}\b")


async def test_the_alarm_comes_and_goes(tmp_path: Path) -> None:
    """A server that is not there: the clerk's light is red and says what to do, the moderator's page has a banner, the
    tab says so; the bell rings where it was switched on, and can be hushed. The server comes: all of it goes."""
    server = RtmpServer(tmp_path / "server")
    destination = [{"name": "YouTube", "url": server.url}]
    async with stage(tmp_path, destination=destination) as s:
        id = await s.live_meeting()
        async with s.staff(Role.CLERK) as clerk, s.staff(Role.MODERATOR, PHONE) as moderator:
            await clerk.goto(f"{s.here.url}/clerk/meetings/{id}")
            await moderator.goto(f"{s.here.url}/moderator/meetings/{id}")
            await clerk.locator("#bell-switch").click()
            await clerk.wait_for_function(RINGS)
            await expect(clerk.locator("#part-light")).to_have_class(light(clerk, "red"), timeout=30_000)
            await expect(clerk.locator("#part-light")).to_contain_text("YouTube is not connected")
            await expect(clerk.locator("#part-light .todo")).to_contain_text("Tribune keeps trying")
            await expect(moderator.locator("#alarm-place")).to_contain_text("YouTube is not connected")
            await expect(moderator).to_have_title(re.compile("ALARM"))
            await clerk.locator("#bell-hush").click()
            await expect(clerk.locator("#bell-hush")).to_be_hidden()
            for page in (clerk, moderator):
                await accessible(page)
                await fits(page)
            async with server:
                await expect(clerk.locator("#part-light")).to_have_class(light(clerk, "green"), timeout=30_000)
                await expect(moderator.locator("#alarm-place")).to_be_empty()
                await expect(moderator).not_to_have_title(re.compile("ALARM"))
                await clerk.goto(f"{s.here.url}/clerk")
                await clerk.get_by_role("button", name="Test the alarm").click()
                await expect(clerk.locator("#notices")).to_contain_text("No e-mail address and no webhook")
