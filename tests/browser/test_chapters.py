"""The clerk puts the chapters right: with the mouse, with the keyboard alone, on a telephone, and without scripts."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.browser.stage import DESKTOP, PHONE, Stage, accessible, fits, stage
from tests.support.past_meeting import past_meeting
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")
BEFORE = ["0:00", "0:06", "0:20", "0:34"]


@pytest_asyncio.fixture(scope="module", loop_scope="package")
async def there(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Stage, str]]:
    """A meeting of a minute that is over."""
    folder = tmp_path_factory.mktemp("mending")
    opened = [(6, "item-a"), (20, "item-b"), (34, "item-d")]
    id = await past_meeting(folder, opened, 60, phase=Phase.ENDED)
    async with stage(folder) as s:

        async def made() -> bool:
            return (await s.here.replay(id)).current

        await eventually(made, "the MP4 is made")
        yield s, id


async def times(page: Page) -> list[str]:
    """Where the chapters begin, as the page says it."""
    return await page.locator("#index .head .t").all_inner_texts()


async def begins(page: Page, row: int, pattern: str) -> None:
    """A chapter begins there, once the page shows it."""
    await expect(page.locator("#index .head .t").nth(row)).to_have_text(re.compile(pattern))


async def undone(page: Page, presses: int) -> None:
    """All is as it was."""
    for _ in range(presses):
        left = await page.locator(".history .undone").count()
        await page.locator("#undo button").click()
        await expect(page.locator(".history .undone")).to_have_count(left + 1)
    assert [round_up(t) for t in await times(page)] == BEFORE


def round_up(text: str) -> str:
    """A recording begins a fraction of a second after its clock: 0:05 is 0:06 less that."""
    return {"0:05": "0:06", "0:19": "0:20", "0:33": "0:34"}.get(text, text)


async def test_by_mouse_and_by_key(there: tuple[Stage, str]) -> None:
    """Drag, -5 s, arrow keys, split where the video is, rename, merge, undo; nothing reloads."""
    s, id = there
    async with s.staff(Role.CLERK, DESKTOP) as page:
        await page.goto(f"{s.here.url}/clerk/meetings/{id}/chapters")
        await page.evaluate("window.stays = true")
        second = page.locator("#timeline .mark").nth(1)
        box, line = await second.bounding_box(), await page.locator("#timeline").bounding_box()
        assert box
        assert line
        middle = box["y"] + box["height"] / 2
        await page.mouse.move(box["x"] + box["width"] / 2, middle)
        await page.mouse.down()
        await page.mouse.move(line["x"] + line["width"] * 27.4 / 60, middle, steps=4)
        await page.mouse.up()
        await begins(page, 2, "0:27")
        await page.get_by_role("button", name="5 s earlier: 2 Budget 2026").click()
        await begins(page, 2, "0:22")
        await page.locator("#timeline .mark").nth(1).focus()
        await page.keyboard.press("Shift+ArrowLeft")
        await page.keyboard.press("ArrowRight")
        await begins(page, 2, "0:18")
        await page.evaluate("document.querySelector('#video').currentTime = 45; document.activeElement.blur()")
        await expect(page.locator("#index [aria-current] .t")).to_have_text(re.compile("0:3[34]"))
        await page.keyboard.press("s")
        split = page.locator("#index [aria-current] .split")
        await expect(split.get_by_label("At", exact=True)).to_have_value(re.compile("0:4[45]"))
        await split.get_by_label("Title, if").fill("A <vote>")
        await split.get_by_role("button", name="Split").click()
        await begins(page, 4, "0:4[45]")
        await expect(page.locator("#index .head").nth(4)).to_contain_text("A <vote>")
        await page.get_by_role("button", name="5 s later: A <vote>").click()
        await begins(page, 4, "0:(49|50)")
        await expect(page.locator(".history li")).to_have_count(5)
        await expect(page.locator(".history li").first).to_contain_text("clerk-1280")
        await accessible(page)
        await undone(page, 5)
        assert await page.evaluate("window.stays")


@pytest.mark.parametrize("scripts", [True, False])
async def test_on_a_telephone_and_without_scripts(there: tuple[Stage, str], scripts: bool) -> None:
    """Everything is in forms."""
    s, id = there
    async with s.staff(Role.CLERK, PHONE + (not scripts), java_script_enabled=scripts) as page:
        await page.goto(f"{s.here.url}/clerk/meetings/{id}/chapters")
        if scripts:
            await fits(page)
            await accessible(page)
        await page.get_by_role("button", name="5 s later: 1 Approval").click()
        await begins(page, 1, "0:1[01]")
        row = page.locator("#index .marks > li").nth(2)
        await row.locator("summary").click()
        await row.get_by_label("Title", exact=True).fill("The budget of the year")
        await row.get_by_role("button", name="Rename").click()
        await expect(page.locator("#index .head").nth(2)).to_contain_text("2 The budget of the year")
        row = page.locator("#index .marks > li").nth(3)
        if not await row.locator(".more").is_visible():
            await row.locator("summary").click()
        await row.get_by_role("button", name="Merge").click()
        await expect(page.locator("#index .marks > li")).to_have_count(3)
        await expect(page.locator("#youtube")).to_contain_text("2 The budget of the year")
        await undone(page, 3)


async def test_a_wrong_time_is_said_and_changes_nothing(there: tuple[Stage, str]) -> None:
    """In the reader's language."""
    s, id = there
    async with s.staff(Role.CLERK, 1024, java_script_enabled=False) as page:
        await page.goto(f"{s.here.url}/clerk/meetings/{id}/chapters?lang=de")
        row = page.locator("#index .marks > li").nth(1)
        for text, said in (("gestern", "kein Zeitpunkt"), ("0:40", "vor dem vorigen"), ("9:00:00", "kein Zeitpunkt")):
            await row.locator("summary").click()
            await row.get_by_label("Beginnt bei").fill(text)
            await row.get_by_role("button", name="Verschieben").click()
            await expect(page.locator("#notices")).to_contain_text(said)
        assert [round_up(t) for t in await times(page)] == BEFORE


async def test_a_quote_plays_just_its_passage_and_then_the_video_is_the_readers(there: tuple[Stage, str]) -> None:
    """It stops where the passage ends, shows what it is a part of, and goes on from there when asked."""
    s, id = there
    async with s.staff(Role.CLERK, 1100) as page:
        await page.goto(f"{s.here.url}/meetings/{id}?t=22,24")
        await expect(page.locator("#quoted")).to_contain_text("This is 2 s of 14 s on item “2 Budget 2026”.")
        await expect(page.get_by_label("The link to this passage")).to_have_value(re.compile(r"\?t=22,24$"))
        await page.wait_for_function("() => document.querySelector('#video').readyState > 1")
        await page.evaluate("document.querySelector('#video').play()")
        await page.wait_for_function("() => document.querySelector('#video').currentTime >= 24")
        await page.wait_for_function("() => document.querySelector('#video').paused")
        assert await page.evaluate("document.querySelector('#video').currentTime") < 26
        await page.locator("#goes-on").click()
        await page.wait_for_function("() => document.querySelector('#video').currentTime > 26")
        await page.get_by_role("button", name="Ends here").click()
        await page.get_by_role("button", name="Make the link").click()
        await page.wait_for_url(re.compile(r"\?t=22,2[6-9]"))
        await accessible(page)


async def test_a_stretch_is_cut_on_a_telephone_without_scripts_and_with(there: tuple[Stage, str]) -> None:
    """Look at the edges, say why, confirm; a clerk who has scripts sees it end by itself. Last: it cannot be undone."""
    s, id = there
    async with s.staff(Role.CLERK, PHONE + 2, java_script_enabled=False) as page:
        await page.goto(f"{s.here.url}/clerk/meetings/{id}/cuts")
        await fits(page)
        await page.get_by_label("From").fill("0:50")
        await page.get_by_label("To", exact=True).fill("0:49")
        await page.get_by_role("button", name="Look at it first").first.click()
        await expect(page.get_by_role("alert")).to_contain_text("This is no stretch of the replay")
        await page.get_by_label("To", exact=True).fill("0:54.5")
        await page.get_by_role("button", name="Look at it first").first.click()
        await expect(page.locator("#look h2")).to_have_text("Cut from 0:50 to 0:54 (4.5 s)?")
        await expect(page.locator("#look video")).to_have_count(3)
        await fits(page)
        look = page.url
    async with s.staff(Role.CLERK, DESKTOP + 1) as page:
        await page.goto(look)
        await accessible(page)
        await page.get_by_label("Why?").fill("a number was heard")
        await page.get_by_role("button", name="Cut it out for good").click()
        await expect(page.locator("#why:invalid, [name=sure]:invalid")).to_have_count(1)
        await page.get_by_label("I have looked at the edges").check()
        await page.get_by_role("button", name="Cut it out for good").click()
        await expect(page.locator("#progress")).not_to_have_attribute("data-state", re.compile("."))
        await expect(page.locator("#cut-list li")).to_contain_text("a number was heard")
        await accessible(page)
        await page.goto(f"{s.here.url}/clerk/meetings/{id}/cuts?end=0:52")
        await expect(page.locator("#look h2")).to_contain_text("Cut from 0:52 to 0:55")
        await page.goto(f"{s.here.url}/meetings/{id}")
        await expect(page.locator(".cuts li")).to_contain_text("a number was heard")
