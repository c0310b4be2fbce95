"""The clerk puts a text into the picture with one press, and takes it out with the next."""

from pathlib import Path

import pytest

from streamer.council.roles import Role
from tests.browser.stage import PHONE, accessible, fits, stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_the_clerk_switches_the_text_in_the_picture(tmp_path: Path) -> None:
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        first = (await s.here.ok("GET", f"/{id}"))["agendaItem"][0]["id"]
        async with s.staff(Role.CLERK) as page:
            await page.goto(f"{s.here.url}/clerk/meetings/{id}")
            item = page.get_by_role("button", name="Title of the item")
            assert await item.is_disabled()
            await page.get_by_label("Function").fill("Mayor")
            await s.here.ok("POST", f"/{id}/agenda/{first}/open")
            await item.click()  # it can be pressed now, without a reload
            await page.get_by_text("The text is in the picture.").wait_for()
            assert (await s.here.ok("GET", f"/{id}"))["lowerThird"] == {"show": "item"}
            await page.locator("[aria-pressed=true]", has_text="Budget").wait_for()
            # what was typed is still there; a speaker takes the title's place, and can be shown again
            await page.get_by_label("Speaker", exact=True).fill("Anne Weber")
            await page.get_by_role("button", name="Show the speaker").click()
            shown = page.get_by_role("button", name="Anne Weber, Mayor")
            await shown.wait_for()
            await accessible(page)
            await fits(page)
            await shown.click()
            await page.get_by_text("The text is no longer in the picture.").wait_for()
            assert (await s.here.ok("GET", f"/{id}"))["lowerThird"] is None
            await page.get_by_role("group", name="Speakers shown before").get_by_text("Anne Weber").click()
            await shown.wait_for()
        async with s.staff(Role.CLERK, PHONE) as page:
            await page.goto(f"{s.here.url}/clerk/meetings/{id}")
            await page.get_by_role("button", name="Anne Weber, Mayor").scroll_into_view_if_needed()
            await fits(page)
