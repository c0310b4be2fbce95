"""The clerk checks everything, sees what is red, says why, and is live: with one hand, on a phone."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from streamer.council.preflight import Check, Line, Outcome, Report
from streamer.council.roles import Role
from tests.browser.stage import PHONE, accessible, fits, stage

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_from_red_to_live_by_thumb(tmp_path: Path) -> None:
    """A real check shows its progress and is stopped; a red report turns "Go live" into a question."""
    async with stage(tmp_path) as s, s.staff(Role.CLERK, PHONE) as page:
        id = str((await s.here.planned())["id"])
        await page.goto(f"{s.here.url}/clerk/meetings/{id}")
        panel = page.locator("#part-preflight")
        await panel.locator("form[data-order=preflight] button").click()
        await expect(panel).to_contain_text("say a sentence")
        await expect(panel.locator(".checks li").first).to_be_visible()
        await accessible(page)
        await panel.locator("form[data-order=preflight-stop] button").click()
        await expect(panel).to_contain_text("Nothing has been checked yet")
        line = Line(Check.VOICE, Outcome.RED, "sound_missing")
        await s.here.up.service.desk.preflight_done(id, Report(0.0, (line,)), by="clerk")
        question = page.locator("#twice-go-live")
        await question.locator("summary").click()
        await expect(question).to_contain_text("Voice")
        await accessible(page)
        await fits(page)
        await question.locator("button[value=microphones_later]").click()
        await expect(page.locator("#part-banner")).to_contain_text("Live")
        [*_, last] = await s.here.up.service.desk.news(0)
        assert last.data["reason"] == "microphones_later"
