"""The moderators' desk with two people at once, by keyboard alone, by thumb, without script; and the chair's order.

One service for all of it: each part asks questions of its own.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from streamer.control.question_desk import Asking
from streamer.council.roles import Role
from tests.browser.stage import DESKTOP, PHONE, Stage, accessible, fits, stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

HEARD = """() => {
  window.heard = [];
  const regions = "[aria-live], [role=status], [role=alert], [role=log]";
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const region = (target.closest ? target : target.parentElement)?.closest(regions);
      if (region?.textContent.trim()) heard.push(region.textContent.trim());
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""What a screen reader would say by itself."""


@pytest_asyncio.fixture(loop_scope="package")
async def s(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path, questions={"per_person": 100, "undo_seconds": 60.0}) as made:
        yield made


async def test_the_desk(s: Stage) -> None:
    """A service and a meeting before its beginning, in which all of this happens one after the other."""
    id = str((await s.here.planned())["id"])
    async with s.staff(Role.MODERATOR, DESKTOP) as anna, s.staff(Role.MODERATOR, DESKTOP - 1) as ben:
        for page in (anna, ben):
            await page.goto(f"{s.here.url}/moderator/meetings/{id}")
            await expect(page.locator("#moderation[data-script]")).to_be_attached()
        await announced(s, anna, id)
        await claimed(s, anna, ben, id)
        await conflicting(s, anna, ben, id)
        await undone(s, anna, id)
        await spam_at_once(s, anna, id)
        await masked(s, anna, id)
        await remapped(s, anna, id)
        await accessible(anna)
    await by_thumb(s, id)
    await without_script(s, id)
    await in_order(s, id)


async def ask(s: Stage, id: str, *texts: str) -> None:
    """Citizens ask."""
    for text in texts:
        asking = Asking(asker=f"asker of {text}", client_id=text[:40], text=text, language="fr")
        await s.here.up.service.questions.ask(id, asking)


async def becomes(s: Stage, id: str, **expected: str) -> None:
    """Wait until the questions, by their first word, have these statuses."""

    async def so() -> bool:
        now = {re.split(r"\W", q.text)[0]: str(q.status) for q in await s.here.up.service.questions.listed(id)}
        return all(now[word] == status for word, status in expected.items())

    await eventually(so, f"{expected}")


def card(page: Page, text: str) -> Locator:
    """A question on the page."""
    return page.locator(".questions [data-id]", has_text=text)


async def held_focus(page: Page) -> str:
    """The question that has the focus, or whose dialog has."""
    return str(
        await page.evaluate("document.activeElement.closest('[data-id]')?.querySelector('.text').textContent ?? ''")
    )


async def announced(s: Stage, anna: Page, id: str) -> None:
    """Additions are said, politely, and nothing else: neither the list anew nor what is read already."""
    await anna.evaluate(HEARD)
    await ask(s, id, "Alpha, when?", "Beta, when?", "Gamma, when?")
    await expect(anna.locator("#arrivals")).to_have_text(re.compile("new question"))
    await expect(anna.locator("#waiting [data-id]")).to_have_count(3)
    told = card(anna, "Alpha").locator("[data-field=time]")
    await expect(told).to_have_text(re.compile(r"^\d\d:\d\d$"))  # as the server writes it, in English too
    assert all(re.fullmatch(r"A new question|\d new questions", text) for text in await anna.evaluate("heard"))


async def claimed(s: Stage, anna: Page, ben: Page, id: str) -> None:
    """What Anna has open, Ben is warned about; pressing again he may all the same. Then it is nobody's."""
    await card(anna, "Beta").click(position={"x": 5, "y": 5})
    reader = card(ben, "Beta").locator("[data-field=reader]")
    await expect(reader).to_have_text("moderator-1280 is reading this")
    await card(ben, "Beta").click(position={"x": 5, "y": 5})
    await ben.keyboard.press("p")
    await expect(ben.locator("#notices")).to_contain_text("moderator-1280 is reading this question")
    await expect(card(ben, "Beta")).to_have_attribute("data-status", "pending")
    await ben.keyboard.press("p")
    await becomes(s, id, Beta="published")
    await expect(card(anna, "Beta")).to_have_attribute("data-status", "published")
    await expect(reader).to_be_hidden()


async def conflicting(s: Stage, anna: Page, ben: Page, id: str) -> None:
    """Anna rewords while Ben rejects: she is told at once, sees how it stands, and what she typed stays."""
    await goes_on(ben, "Alpha", leaving=card(anna, "Gamma"))
    await card(anna, "Gamma").click(position={"x": 5, "y": 5})
    await anna.keyboard.press("e")
    dialog = anna.locator("dialog[data-work=reword]")
    await dialog.locator("textarea").fill("Gamma, in which year?")
    await card(ben, "Gamma").click(position={"x": 5, "y": 5})
    await expect(card(ben, "Gamma").locator("[data-field=reader]")).to_be_visible()
    await ben.keyboard.press("r")  # a warning, for Anna has it open
    await ben.keyboard.press("r")
    await ben.keyboard.press("4")
    await becomes(s, id, Gamma="rejected")
    await expect(dialog.locator("[data-problem]")).to_contain_text("It is now: Not accepted")
    await expect(dialog.locator("[data-now=status]")).to_have_text("Not accepted")
    await expect(dialog.locator("textarea")).to_have_value("Gamma, in which year?")
    await expect(dialog.locator("button[type=submit]")).to_be_disabled()
    await anna.keyboard.press("Escape")
    await ben.keyboard.press("u")
    await becomes(s, id, Gamma="pending")
    await goes_on(ben, "Beta", leaving=card(anna, "Gamma"))
    await card(anna, "Gamma").click(position={"x": 5, "y": 5})
    await anna.keyboard.press("e")
    await expect(dialog.locator("textarea")).to_have_value("Gamma, in which year?")
    await dialog.locator("button[type=submit]").click()
    await expect(dialog).to_be_hidden()
    await expect(card(anna, "in which year").locator("[data-field=original]")).to_have_text("Gamma, when?")


async def goes_on(ben: Page, text: str, *, leaving: Locator) -> None:
    """Ben opens another question; `leaving`, on Anna's page, is then free, and so is every other one."""
    await card(ben, text).click(position={"x": 5, "y": 5})
    await expect(leaving.page.locator("[data-field=reader]:visible")).to_have_count(1)
    await expect(card(leaving.page, text).locator("[data-field=reader]")).to_be_visible()
    await expect(leaving.locator("[data-field=reader]")).to_be_hidden()


async def undone(s: Stage, anna: Page, id: str) -> None:
    """By key, before anything is told; and the focus is never lost."""
    await card(anna, "Alpha").click(position={"x": 5, "y": 5})
    await anna.keyboard.press("p")
    await becomes(s, id, Alpha="published")
    await expect(anna.locator("#undo-bar")).to_be_visible()
    assert "Gamma" in await held_focus(anna)
    assert "Alpha" not in await s.here.text(f"/meetings/{id}")
    await anna.keyboard.press("Control+z")
    await becomes(s, id, Alpha="pending")
    await expect(anna.locator("#undo-bar")).to_be_hidden()
    await expect(card(anna, "Alpha")).to_have_class(re.compile("selected"))
    assert "Alpha" in await held_focus(anna)


async def spam_at_once(s: Stage, anna: Page, id: str) -> None:
    """Only what is flagged can be chosen; one reason, one undo."""
    await ask(s, id, "Spam1 www.cheap.com", "Spam2 www.cheap.com now", "Spam3 see www.cheap.com")
    await expect(anna.locator("#pick-all")).to_have_text("Choose all flagged (3)")
    await anna.locator("#pick-all").click()
    await anna.locator("#bulk-reject").click()
    await anna.keyboard.press("6")
    await becomes(s, id, Spam1="rejected", Spam2="rejected", Spam3="rejected", Alpha="pending")
    await expect(anna.locator("[data-undo-said]")).to_have_text("3 questions rejected.")
    await anna.keyboard.press("u")
    await becomes(s, id, Spam1="held", Spam2="held", Spam3="held")


async def masked(s: Stage, anna: Page, id: str) -> None:
    """Found by its flag, masked by one key; the asker's own words stay beside."""
    await ask(s, id, "Delta, call me: 621 123 456")
    await anna.locator("#filters [name=flag]").select_option("phone")
    await expect(anna.locator("#waiting [data-id]:visible")).to_have_count(1)
    await card(anna, "Delta").click(position={"x": 5, "y": 5})
    await anna.keyboard.press("m")
    await expect(card(anna, "Delta").locator("[data-field=text]")).to_have_text("Delta, call me: [tel]")
    await expect(card(anna, "Delta").locator("[data-field=original]")).to_have_text("Delta, call me: 621 123 456")
    await anna.locator("#filters [data-clear]").click()
    await expect(anna.locator("#waiting [data-id]:visible")).to_have_count(6)


async def remapped(s: Stage, anna: Page, id: str) -> None:
    """Another key for publishing; this browser keeps it."""
    await anna.keyboard.press("?")
    await accessible(anna)
    await anna.locator("#keys [data-action=publish] [data-change]").click()
    await anna.keyboard.press("y")
    await anna.keyboard.press("Escape")
    await anna.reload()
    await card(anna, "Alpha").click(position={"x": 5, "y": 5})
    await expect(card(anna, "Alpha").locator("kbd[data-key=publish]")).to_have_text("Y")
    await anna.keyboard.press("p")
    await anna.keyboard.press("y")
    await becomes(s, id, Alpha="published")


async def by_thumb(s: Stage, id: str) -> None:
    """Everything in a bar at the bottom, large enough, and nothing covers it."""
    await ask(s, id, "Kappa, when?", "Lambda, when?", "Lambda again, when?")
    async with s.staff(Role.MODERATOR, PHONE, has_touch=True) as page:
        await page.goto(f"{s.here.url}/moderator/meetings/{id}")
        await card(page, "Kappa").tap()
        bar = page.locator(".question.selected .buttons")
        for button in await bar.locator("button:visible").all():
            box = await button.bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= 44
        await bar.get_by_role("button", name="Publish").tap()
        await becomes(s, id, Kappa="published")
        await page.locator("#undo").tap()
        await becomes(s, id, Kappa="pending")
        await card(page, "Kappa").tap()
        await bar.get_by_role("button", name="Return").tap()
        await accessible(page)
        await page.locator("#reasons [data-reason]").nth(1).tap()
        await becomes(s, id, Kappa="returned")
        await fits(page)
        await apart(page.locator("#undo-bar"), bar)
        await card(page, "Lambda again").tap()
        await bar.get_by_role("button", name="More").tap()
        await apart(page.locator("#undo-bar"), bar)
        await bar.get_by_role("button", name="Merge").tap()
        await page.locator("[data-candidates] label", has_text="Lambda, when?").tap()
        await page.locator("dialog[data-work=merge] button[type=submit]").tap()
        await expect(page.locator("dialog[data-work=merge]")).to_be_hidden()
        await expect(card(page, "Lambda again")).to_have_attribute("data-status", "merged")


async def apart(one: Locator, other: Locator) -> None:
    """Neither covers the other."""
    a, b = await one.bounding_box(), await other.bounding_box()
    assert a
    assert b
    assert a["y"] + a["height"] <= b["y"]


async def without_script(s: Stage, id: str) -> None:
    """Publish, reject with a reason, return, choose what is shown: by forms."""
    await ask(s, id, "Rho, when?", "Sigma, when?", "Tau, when?")
    async with s.staff(Role.MODERATOR, 1000, java_script_enabled=False) as page:
        await page.goto(f"{s.here.url}/moderator/meetings/{id}")
        await page.locator("#filters [name=q]").fill("rho")
        await page.get_by_role("button", name="Show these").click()
        await expect(page.locator("#waiting [data-id]")).to_have_count(1)
        await card(page, "Rho").get_by_role("button", name="Publish").click()
        await becomes(s, id, Rho="published")
        for name, verb, status in (("Sigma", "reject", "rejected"), ("Tau", "return", "returned")):
            form = card(page, name).locator(f"form.plainly[action$='/{verb}']")
            await form.locator("select").select_option(index=2)
            await form.locator("button").click()
            await becomes(s, id, **{name: status})
            await expect(page.locator("#notices")).not_to_be_empty()


async def in_order(s: Stage, id: str) -> None:
    """The chair's running order: by key, by arrow, by button, by dragging; and a promise with a name and a day."""
    async with s.staff(Role.CHAIR, 1024) as page:
        await page.goto(f"{s.here.url}/chair/meetings/{id}")
        for place, name in enumerate(("Alpha", "Beta", "Rho"), 1):
            await card(page, name).click(position={"x": 5, "y": 5})
            await page.keyboard.press("q")
            await expect(page.locator("#queued [data-id]")).to_have_count(place)
        await order_is(s, page, id, "Alpha", "Beta", "Rho")
        await card(page, "Rho").locator("[data-grip]").focus()
        await page.keyboard.press("ArrowUp")
        await order_is(s, page, id, "Alpha", "Rho", "Beta")
        assert "Rho" in await held_focus(page)
        await card(page, "Alpha").locator("[data-shift='1'] button").click()
        await order_is(s, page, id, "Rho", "Alpha", "Beta")
        await dragged(page, "Beta", "Rho")
        await order_is(s, page, id, "Beta", "Rho", "Alpha")
        await card(page, "Beta").click(position={"x": 5, "y": 5})
        await page.keyboard.press("a")
        await expect(page.locator("#on_air [data-id]")).to_contain_text("Beta")
        await page.keyboard.press("n")
        dialog = page.locator("dialog[data-work=take-on-notice]")
        await dialog.locator("[name=notice_by]").fill("The mayor")
        await dialog.locator("[name=notice_until]").fill("2031-05-04")
        await dialog.locator("button[type=submit]").click()
        await becomes(s, id, Beta="on_notice")
        await expect(page.locator("#done [data-id]")).to_contain_text(re.compile("The mayor will answer by .*2031"))
        await page.locator("#theme").click()
        await accessible(page)
        await fits(page)


async def order_is(s: Stage, page: Page, id: str, *names: str) -> None:
    """On the page, and where it is kept."""
    await expect(page.locator("#queued [data-id] .text")).to_have_text([f"{name}, when?" for name in names])

    async def kept() -> bool:
        queued = sorted(await s.here.up.service.questions.listed(id), key=lambda q: q.place or 0)
        return [q.text for q in queued if q.status == "queued"] == [f"{name}, when?" for name in names]

    await eventually(kept, f"the order is {names}")


async def dragged(page: Page, what: str, above: str) -> None:
    """By its grip, with a pointer."""
    await card(page, what).click(position={"x": 5, "y": 5})
    grip, target = card(page, what).locator("[data-grip]"), card(page, above)
    await grip.scroll_into_view_if_needed()
    start, end = await grip.bounding_box(), await target.bounding_box()
    assert start
    assert end
    await page.mouse.move(start["x"] + 10, start["y"] + 10)
    await page.mouse.down()
    await page.mouse.move(end["x"] + 10, end["y"] + 4, steps=6)
    await page.mouse.up()
