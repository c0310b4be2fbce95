"""From the clerk's press to the citizen's second: a recording is written down, corrected, read and searched."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from streamer.council.roles import Role
from tests.browser.stage import PHONE, accessible, fits, stage
from tests.support import tiny_whisper
from tests.support.past_meeting import past_meeting
from tests.support.speaker import SPEECH
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_what_a_machine_wrote_is_corrected_and_leads_to_its_second(tmp_path: Path) -> None:
    """The citizen has a telephone and no JavaScript."""
    late = f"{SPEECH},adelay=5000:all=1,apad"
    id = await past_meeting(tmp_path, [(2, "item-b")], 12, sound=late)
    tiny_whisper.make(tmp_path / "model")
    async with stage(tmp_path, speech={"model": str(tmp_path / "model")}) as s, s.staff(Role.CLERK) as clerk:
        await clerk.goto(f"{s.here.url}/clerk/meetings/{id}/captions")
        await accessible(clerk)
        await clerk.get_by_label("Language that is spoken most").select_option("en")
        await clerk.get_by_role("button", name="Write it down from the recording").click()
        await expect(clerk.get_by_text("You can close this page").first).to_be_visible()
        await clerk.set_viewport_size({"width": PHONE, "height": 844})
        await fits(clerk)

        async def written() -> bool:
            return (await s.here.ok("GET", f"/{id}/speech"))["progress"] is None

        await eventually(written, "it is written down")
        await clerk.reload()
        await expect(clerk.get_by_text("from speech recognition")).to_be_visible()
        await clerk.get_by_role("link", name="Correct lines").click()
        await clerk.locator("summary", has_text=tiny_whisper.SAYS[0]).click()
        await clerk.get_by_label("What was said").first.fill("The skating rink")
        await clerk.get_by_role("button", name="Save the line").first.click()
        await expect(clerk.get_by_text("The line is corrected.")).to_be_visible()
        async with s.person(PHONE, java_script_enabled=False) as citizen:
            await citizen.goto(f"{s.here.url}/meetings/{id}")
            await expect(citizen.get_by_text("Written by a machine")).to_be_visible()
            await citizen.get_by_label("Search what was said").fill("skating")
            await citizen.get_by_label("Search what was said").press("Enter")
            await expect(citizen.locator("mark")).to_have_text("skating")
            await fits(citizen)
            await citizen.get_by_role("link", name="0:05").or_(citizen.get_by_role("link", name="0:04")).click()
            await expect(citizen).to_have_url(re.compile(r"\?t=[45]$"))
