"""The clerk from planning to publishing, and the moderator with one hand on the keyboard, on a phone and at a desk."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from streamer.control.question_desk import Asking
from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.browser.stage import DESKTOP, PHONE, Stage, accessible, fits, plays, stage
from tests.support.commune import NEXT_WEEK
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])
AGENDA = "Séance publique\n1. Budget\n2. Écoles\n3. Routes\nHuis clos\n4. Personnel"


async def press(page: Page, verb: str) -> None:
    """The clerk's big button, and its second look where it has one."""
    button = page.locator(f"form[data-order='{verb}'] button").first
    await button.wait_for(state="attached")
    if await page.locator(f"#twice-{verb}").count():
        await page.locator(f"#twice-{verb} summary").click()
    await button.click()


async def phase_is(s: Stage, page: Page, id: str, phase: Phase) -> None:
    """Wait until the meeting is there, and the board says so."""

    async def there() -> bool:
        return (await s.here.up.service.desk.meeting(id)).phase is phase

    await eventually(there, f"the meeting is {phase}")
    await expect(page.locator("#part-banner")).to_have_class(re.compile(rf"\bphase-{phase}\b"))


async def plan(page: Page, s: Stage) -> str:
    """Paste an agenda into the form; the new meeting's id."""
    await page.goto(f"{s.here.url}/clerk")
    await accessible(page)
    await fits(page)
    await page.locator("[name=name]").fill("Conseil communal")
    await page.locator("[name=date]").fill(NEXT_WEEK)
    await page.locator("[name=time]").fill("19:00")
    await page.locator("[name=agenda]").fill(AGENDA)
    await page.locator(
        "form[action='/clerk/meetings'] button.go, form[action='/clerk/meetings'] button[type=submit]"
    ).first.click()
    await page.wait_for_url(re.compile(f"/clerk/meetings/{NEXT_WEEK}-"))
    return page.url.rsplit("/", 1)[-1].split("?")[0]


@WIDTHS
async def test_the_clerks_evening(tmp_path: Path, width: int) -> None:
    """Plan, rehearse, live, next item by key, undo, closed session, resume, end, look, publish."""
    async with stage(tmp_path) as s, s.staff(Role.CLERK, width) as page:
        id = await plan(page, s)
        await accessible(page)
        await press(page, "rehearse")
        await phase_is(s, page, id, Phase.REHEARSAL)
        await plays(page, "#preview")
        await press(page, "go-live")
        await phase_is(s, page, id, Phase.LIVE)
        await expect(page.locator("#next")).to_contain_text("Budget")
        await items_by_key(s, page, id)
        await accessible(page)
        await fits(page)
        await press(page, "close-session")
        await phase_is(s, page, id, Phase.CLOSED_SESSION)
        await accessible(page)
        await press(page, "resume")
        await phase_is(s, page, id, Phase.LIVE)
        await press(page, "end")
        await phase_is(s, page, id, Phase.ENDED)
        await accessible(page)
        await press(page, "publish")
        await phase_is(s, page, id, Phase.PUBLISHED)


async def items_by_key(s: Stage, page: Page, id: str) -> None:
    """N opens the next item, U takes it back."""

    async def marks(number: int) -> None:
        async def opened() -> bool:
            return len((await s.here.up.service.desk.meeting(id)).marks) == number

        await eventually(opened, f"{number} items are opened")

    for number, name in ((1, "Budget"), (2, "Écoles")):
        await expect(page.locator("#next")).to_contain_text(name)
        await page.keyboard.press("n")
        await marks(number)
    await expect(page.locator("#next")).to_contain_text("Routes")
    await page.keyboard.press("u")
    await marks(1)


async def asked(s: Stage, id: str, *texts: str) -> None:
    """Citizens ask."""
    for text in texts:
        asking = Asking(asker=f"asker of {text}", client_id=text, text=text, language="fr")
        await s.here.up.service.questions.ask(id, asking)


@WIDTHS
async def test_the_moderators_hand(tmp_path: Path, width: int) -> None:
    """New questions come by themselves; P publishes, R and a digit reject, Z takes it back; or all by thumb."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        async with s.staff(Role.MODERATOR, width) as page:
            await page.goto(f"{s.here.url}/moderator/meetings/{id}")
            await asked(s, id, "First?", "Second?", "Third?")
            waiting = page.locator("#waiting .question, #waiting [data-id]")
            await expect(waiting.first).to_contain_text("First?")
            await accessible(page)
            await fits(page)
            if width == DESKTOP:
                await by_key(s, page, id)
            else:
                await by_thumb(s, page, id)
            await accessible(page)


async def statuses(s: Stage, id: str) -> dict[str, str]:
    """Text -> status."""
    return {question.text: str(question.status) for question in await s.here.up.service.questions.listed(id)}


async def becomes(s: Stage, id: str, **expected: str) -> None:
    """Wait until the questions have these statuses."""

    async def so() -> bool:
        now = await statuses(s, id)
        return all(now[f"{text}?"] == status for text, status in expected.items())

    await eventually(so, f"{expected}")


async def by_key(s: Stage, page: Page, id: str) -> None:
    """Without the mouse."""
    await page.keyboard.press("p")
    await becomes(s, id, First="published")
    await page.keyboard.press("r")
    await page.keyboard.press("4")
    await becomes(s, id, Second="rejected")
    await page.keyboard.press("z")
    await becomes(s, id, Second="pending")


async def by_thumb(s: Stage, page: Page, id: str) -> None:
    """Without the keyboard."""
    card = page.locator("#waiting [data-id]", has_text="First?").first
    await card.locator("[data-verb=publish] button, button[data-verb=publish]").first.click()
    await becomes(s, id, First="published")


LATE_FIRST = """async () => {
  const { Questions } = await import("/static/js/questions.js");
  const column = new Questions(document.querySelector("#waiting .questions"), document.querySelector("#mould"));
  const second = { id: "b", text: "Second?", status: "pending", askedAt: "2026-11-27T19:00:02.000+00:00" };
  column.put(second);
  column.put({ ...second, id: "a", text: "First?", askedAt: "2026-11-27T19:00:01.000+00:00" });
  return column.ids;
}"""


async def test_who_asked_first_stands_first(tmp_path: Path) -> None:
    """Also where a page hears of a later question before it hears of an earlier one, as it may while it connects."""
    async with stage(tmp_path) as s, s.staff(Role.MODERATOR) as page:
        id = str((await s.here.planned())["id"])
        await page.goto(f"{s.here.url}/moderator/meetings/{id}")
        assert await page.evaluate(LATE_FIRST) == ["a", "b"]


async def test_the_chair_puts_a_question_on_air(tmp_path: Path) -> None:
    """Readable from afar, one button to put on air, one for answered."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        await asked(s, id, "First?")
        [question] = await s.here.up.service.questions.listed(id)
        await s.here.ok("POST", f"/{id}/questions/{question.id}/publish", Role.MODERATOR)
        async with s.staff(Role.CHAIR, 1024) as page:
            await page.goto(f"{s.here.url}/chair/meetings/{id}")
            await accessible(page)
            await page.locator("[data-verb=put-on-air] button, button[data-verb=put-on-air]").first.click()
            await becomes(s, id, First="on_air")
            await expect(page.locator("#in-picture")).to_be_visible()
            await page.locator("[data-verb=answered] button, button[data-verb=answered]").first.click()
            await becomes(s, id, First="answered_live")
