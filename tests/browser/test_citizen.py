"""A citizen: follows the meeting, asks, sees what becomes of the question, finds it again; with scripts or not."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from streamer.council.question import QuestionOrder
from streamer.council.questions import QuestionVerb, Reason
from tests.browser.stage import DESKTOP, PHONE, Stage, accessible, fits, plays, stage
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="package")

WIDTHS = pytest.mark.parametrize("width", [PHONE, DESKTOP])


async def verdict(s: Stage, id: str, text: str, verb: QuestionVerb, reason: Reason | None = None) -> None:
    """A moderator decides on the question with this text."""

    async def find() -> str | None:
        listed = await s.here.up.service.questions.listed(id)
        return next((question.id for question in listed if question.text == text), None)

    found = await eventually(find, f"the question {text!r} is stored")
    await s.here.up.service.questions.move(id, found, QuestionOrder(verb, "moderator", "test", reason=reason))


@WIDTHS
async def test_follows_asks_and_sees_the_verdict(tmp_path: Path, width: int) -> None:
    """The picture plays from our own HLS; a question waits, then is published for all or returned with its reason."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        async with s.person(width) as page, s.person() as other:
            for reader in (page, other):
                await reader.goto(f"{s.here.url}/meetings/{id}")
            await plays(page, "#video")
            for text in ("When will it be ready?", "You fool!"):
                await page.locator("#ask-text").fill(text)
                await page.locator("#ask .send button").click()
                await expect(page.locator("#mine-list")).to_contain_text(text)
            await expect(page.locator("#mine-list [data-status=pending]")).to_have_count(2)
            await accessible(page)
            await fits(page)
            await verdict(s, id, "When will it be ready?", QuestionVerb.PUBLISH)
            await verdict(s, id, "You fool!", QuestionVerb.REJECT, Reason.INSULTING)
            await expect(other.locator("#asked-list")).to_contain_text("When will it be ready?")
            rejected = page.locator("#mine-list [data-status=rejected]")
            await expect(rejected.locator("[data-field=reason]")).not_to_be_empty()
            await expect(other.locator("body")).not_to_contain_text("You fool!")
            await page.reload()
            await expect(page.locator("#mine-list [data-status]")).to_have_count(2)
            await accessible(page)


NO_HLS = "HTMLMediaElement.prototype.canPlayType = (type) => (/mpegurl/i.test(type) ? '' : 'probably')"


async def test_follows_in_a_browser_that_does_not_play_hls(tmp_path: Path) -> None:
    """Firefox is one: hls.js plays instead, under the same strict rules for scripts."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        async with s.person() as page:
            await page.add_init_script(NO_HLS)
            await page.goto(f"{s.here.url}/meetings/{id}")
            await plays(page, "#video")
            assert str(await page.locator("#video").evaluate("v => v.src")).startswith("blob:")


async def test_a_typed_text_survives_a_reload_and_a_question_a_lost_connection(tmp_path: Path) -> None:
    """The draft stays in the box; what was sent into nothing is sent again, and stored once."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        async with s.person() as page:
            await page.goto(f"{s.here.url}/meetings/{id}")
            await page.locator("#ask-text").fill("A thought I have not finished")
            await page.reload()
            await expect(page.locator("#ask-text")).to_have_value("A thought I have not finished")
            await page.route_web_socket(re.compile("/live$"), lambda socket: None)  # a line on which nothing arrives
            await page.reload()
            await page.locator("#ask .send button").click()
            await expect(page.locator("#mine-list")).to_contain_text("A thought I have not finished")
            assert await s.here.up.service.questions.listed(id) == []
            await page.context.unroute_all()
        async with s.person() as page:
            await page.goto(f"{s.here.url}/meetings/{id}")
            await page.locator("#ask-text").fill("Asked once")
            await page.locator("#ask .send button").click()
            await expect(page.locator("#mine-list [data-status=pending]")).to_have_count(1)
            for member in list(s.here.up.service.hub._everybody()):
                member.connection.abort()
            await page.locator("#ask-text").fill("Asked after the line was cut")
            await page.locator("#ask .send button").click()
            await expect(page.locator("#mine-list [data-status=pending]")).to_have_count(2)
            assert len(await s.here.up.service.questions.listed(id)) == 2


async def test_asks_without_scripts(tmp_path: Path) -> None:
    """A form and a page that reloads; a text that is too long comes back whole, with the reason."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        async with s.person(PHONE, java_script_enabled=False) as page:
            await page.goto(f"{s.here.url}/meetings/{id}")
            await page.locator("#ask-text").fill("x" * 501)
            await page.locator("#ask .send button").click()
            await expect(page.locator("#ask-text")).to_have_value("x" * 501)
            await expect(page.locator("#ask-mistake")).to_contain_text("500")
            await page.locator("#ask-text").fill("A plain question")
            await page.locator("#ask .send button").click()
            await expect(page.locator("#mine-list")).to_contain_text("A plain question")
        s.complaints.clear()  # the browser notes the 422


async def replayed(s: Stage) -> str:
    """A published meeting of two items; its id."""
    id = await s.live_meeting()
    meeting = await s.here.ok("GET", f"/{id}")
    for item in meeting["agendaItem"][:2]:
        await s.here.ok("POST", f"/{id}/agenda/{item['id']}/open")
        before = (await s.here.status(id))["recording"]["seconds"]

        async def discussed(before: float = before) -> bool:
            return float((await s.here.status(id))["recording"]["seconds"]) >= before + 4

        await eventually(discussed, "the item is discussed")
    await s.here.ok("POST", f"/{id}/end")

    async def made() -> bool:
        replay = await s.here.replay(id)
        return replay.mp4_ready

    await eventually(made, "the MP4 is made")
    await s.here.ok("POST", f"/{id}/publish")
    return id


async def test_finds_the_item_in_the_replay(tmp_path: Path) -> None:
    """From the list of meetings to the second, on a phone and at a desk; the same with scripts switched off."""
    async with stage(tmp_path) as s:
        id = await replayed(s)
        for width in (PHONE, DESKTOP):
            await finds_the_item(s, id, width)


async def finds_the_item(s: Stage, id: str, width: int) -> None:
    """By its chapter."""
    async with s.person(width) as page:
        await page.goto(s.here.url)
        await accessible(page)
        await fits(page)
        await page.locator(f"a[href*='{id}']").first.click()
        second = page.locator("#chapters > li").nth(2).locator("a").first
        start = float(await second.get_attribute("data-t") or 0)
        await second.click()
        await page.wait_for_function(f"Math.abs(document.querySelector('#video').currentTime - {start}) < 1.5")
        await plays(page, "#video")
        await accessible(page)
        await fits(page)
    async with s.person(width, java_script_enabled=False) as plain:
        await plain.goto(f"{s.here.url}/meetings/{id}")
        await plain.locator("#chapters > li").nth(2).locator("a").first.click()
        assert f"?t={int(start)}" in plain.url
        source = await plain.locator("#video source").first.get_attribute("src")
        assert source is not None
        assert source.endswith(f"#t={int(start)}")


LANGUAGES = {"fr": "Ordre du jour", "de": "Tagesordnung", "lb": "Ordre du jour", "en": "Agenda"}


@pytest.mark.parametrize(("language", "title"), LANGUAGES.items())
async def test_reads_in_the_language_of_the_browser(tmp_path: Path, language: str, title: str) -> None:
    """And can choose another one, which stays."""
    async with stage(tmp_path) as s:
        id = (await s.here.planned())["id"]
        async with s.person(PHONE, locale=f"{language}-LU") as page:
            await page.goto(f"{s.here.url}/meetings/{id}")
            assert await page.locator("html").get_attribute("lang") == language
            await expect(page.locator("#agenda-title")).to_have_text(title)
            await fits(page)
            other = "en" if language == "de" else "de"
            await page.locator(f"button[name=language][value={other}]").click()
            await page.goto(s.here.url)
            assert await page.locator("html").get_attribute("lang") == other


async def test_a_spy_reads_nothing_of_others(tmp_path: Path) -> None:
    """Whatever arrives in a citizen's browser names no other asker."""
    async with stage(tmp_path) as s:
        id = await s.live_meeting()
        heard: list[str] = []
        async with s.person() as spy, s.person() as asker:
            spy.on("websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(str(data))))
            await spy.goto(f"{s.here.url}/meetings/{id}")
            await asker.goto(f"{s.here.url}/meetings/{id}")
            await asker.locator("#ask-text").fill("My secret question")
            await asker.locator("#ask .send button").click()
            await expect(asker.locator("#mine-list [data-status=pending]")).to_have_count(1)
            [question] = await s.here.up.service.questions.listed(id)
            order = QuestionOrder(QuestionVerb.PUBLISH, "clerk", "test")
            await s.here.up.service.questions.move(id, question.id, order)
            await expect(spy.locator("#asked-list")).to_contain_text("My secret question")
        told = "".join(heard)
        assert "My secret question" in told
        assert question.asker not in told
        assert question.client_id not in told
        assert json.dumps("pending") not in told
