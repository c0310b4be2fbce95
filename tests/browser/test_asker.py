"""An asker: receipt, another device, changing, supporting; on a phone, by keyboard, with and without scripts."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb
from tests.browser.stage import DESKTOP, PHONE, Stage, accessible, fits, stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

QUESTIONS = {"pause_seconds": 4.0, "per_person": 6}


async def stored(s: Stage, id: str, text: str) -> Question:
    """The question with this text, once it is stored."""

    async def find() -> Question | None:
        return next((q for q in await s.here.up.service.questions.listed(id) if q.text == text), None)

    found: Question = await eventually(find, f"the question {text!r} is stored")
    return found


async def order(s: Stage, q: Question, verb: QuestionVerb, **more: str) -> None:
    await s.here.up.service.questions.move(q.meeting, q.id, QuestionOrder(verb, "clerk", "test", **more))  # type: ignore[arg-type]


async def looks_right(page: Page) -> None:
    """For axe, and without a bar to scroll sideways."""
    await accessible(page)
    await fits(page)


async def ask_by_keyboard(page: Page, text: str) -> None:
    """From the text box by Tab to the button, no mouse."""
    await page.locator("#ask-text").focus()
    await page.keyboard.type(text)
    for _ in range(8):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('#ask .send button')"):
            break
    await page.keyboard.press("Enter")


HEARD = """
window.heard = [];
new MutationObserver((all) => heard.push(...all.flatMap((m) => [...m.addedNodes]).filter((n) => n.nodeType === 1)))
  .observe(document.querySelector('[role=log] > ol'), { childList: true });
"""


async def test_a_phone_without_scripts_and_one_with(tmp_path: Path) -> None:
    """Asks, gets a receipt, opens it elsewhere, changes, withdraws, sees the reason; supports another's question."""
    async with stage(tmp_path, questions=QUESTIONS) as s:
        id = str((await s.here.planned())["id"])
        url = f"{s.here.url}/meetings/{id}"
        async with (
            s.person(PHONE) as page,
            s.person(DESKTOP) as other,
            s.person(PHONE, java_script_enabled=False) as plain,
        ):
            await with_scripts(s, page, other, id, url)
            await without_scripts(s, plain, id, url)
            await supports(s, page, other, plain, id, url)
        s.complaints = [said for said in s.complaints if "422" not in said and "429" not in said]


async def with_scripts(s: Stage, page: Page, other: Page, id: str, url: str) -> None:
    """By keyboard; the receipt in another browser; a pause that is shown and passes by itself."""
    await page.goto(url)
    await expect(page.locator("#ask-left")).to_contain_text("6 more")
    await ask_by_keyboard(page, "When will the bridge open?")
    await expect(page.locator("#mine-list [data-status=pending]")).to_have_count(1)
    await expect(page.locator("#ask-left")).to_contain_text("5 more")
    await looks_right(page)
    await page.locator("#mine-list [data-field=receipt]").click()
    code = await page.locator("#code").inner_text()
    await looks_right(page)
    await other.goto(f"{s.here.url}/receipt")
    await looks_right(other)
    await other.locator("#code").fill(code.lower().replace("-", ""))
    await other.get_by_role("button", name="Show my question").click()
    await expect(other.locator("#receipt-state")).to_contain_text("When will the bridge open?")
    await other.locator(".change summary").click()
    await other.locator("#ask-text").fill("When will the new bridge open?")
    await other.get_by_role("button", name="Send the change").click()
    await expect(other.locator("#receipt-state")).to_contain_text("When will the new bridge open?")
    await looks_right(other)
    question = await stored(s, id, "When will the new bridge open?")
    await order(s, question, QuestionVerb.REJECT, reason="named_person")
    await page.evaluate("dispatchEvent(new Event('look'))")
    await expect(page.locator("#receipt-state .why")).to_contain_text("about a person by name")
    await looks_right(page)
    await page.goto(url)
    for text in ("Second?", "Third?", "Fourth, after a pause?"):
        await ask_by_keyboard(page, text)
    await expect(page.locator("#mine-list")).to_contain_text("Fourth, after a pause?")
    await stored(s, id, "Fourth, after a pause?")
    await expect(page.locator("#ask-later")).to_be_hidden()
    await expect(page.locator("#mine-list [data-status=pending]")).to_have_count(3)


async def without_scripts(s: Stage, plain: Page, id: str, url: str) -> None:
    """A form and pages; the receipt from there, withdrawn on it."""
    await plain.goto(url)
    await plain.locator("#ask-text").fill("A plain question?")
    await plain.locator("#ask .send button").click()
    await plain.locator("#mine-list [data-field=receipt]").click()
    await expect(plain.locator("#receipt-state")).to_contain_text("A plain question?")
    await plain.get_by_role("button", name="Withdraw this question").click()
    await expect(plain.locator("#receipt-state [data-status=withdrawn]")).to_have_count(1)


async def supports(s: Stage, page: Page, other: Page, plain: Page, id: str, url: str) -> None:
    """Counted once, told to others by the pulse, taken back; what is read aloud is what was added, nothing else."""
    await other.goto(url)
    await other.evaluate(HEARD)
    second, third = await stored(s, id, "Second?"), await stored(s, id, "Third?")
    await order(s, second, QuestionVerb.PUBLISH)
    await order(s, third, QuestionVerb.PUBLISH)
    await expect(other.locator("#asked-list > li")).to_have_count(2)
    button = other.locator(f"#q-{second.id} .support button")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(other.locator(f"#q-{second.id} [data-field=support]")).to_contain_text("1 other")
    await expect(page.locator(f"#q-{second.id} [data-field=support]")).to_contain_text("1 other")
    await expect(page.locator(f"#q-{second.id} .support button")).to_be_hidden()
    await plain.goto(url)
    await plain.locator(f"#q-{second.id} .support button").click()
    await expect(plain.locator(f"#q-{second.id} [data-field=support]")).to_contain_text("2 others")
    await expect(other.locator(f"#q-{second.id} [data-field=support]")).to_contain_text("2 others")
    heard = await other.evaluate("heard.map((node) => node.textContent)")
    assert len(heard) == 2, heard
    await other.locator("[data-order=support]").click()
    await expect(other.locator("#asked-list > li").first).to_contain_text("Second?")
    await looks_right(other)
    button = other.locator(f"#q-{second.id} .support button")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "false")
    await expect(other.locator(f"#q-{second.id} [data-field=support]")).to_contain_text("1 other")


async def test_a_crowd_behind_one_address_works_or_waits(tmp_path: Path) -> None:
    """With scripts the browser solves the puzzle and nobody notices; without, the text comes back with the seconds."""
    async with stage(tmp_path, questions={"network_per_minute": 1}) as s:
        id = str((await s.here.planned())["id"])
        url = f"{s.here.url}/meetings/{id}"
        async with (
            s.person(PHONE) as first,
            s.person(PHONE) as page,
            s.person(PHONE, java_script_enabled=False) as plain,
        ):
            for who, text in ((first, "The first one?"), (page, "One of a crowd?")):
                await who.goto(url)
                await ask_by_keyboard(who, text)
                await stored(s, id, text)
                await expect(who.locator("#mine-list [data-status=pending]")).to_have_count(1)
            await plain.goto(url)
            await plain.locator("#ask-text").fill("A plain one?")
            await plain.locator("#ask .send button").click()
            await expect(plain.locator("#ask-mistake")).to_contain_text(re.compile(r"in \d+ seconds"))
            await expect(plain.locator("#ask-text")).to_have_value("A plain one?")
            assert await plain.locator("#ask [name=proof]").input_value()
        s.complaints.clear()  # the browser notes the 429
