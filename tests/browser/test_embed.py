"""A commune's website shows a replay and the wall in frames: they play, look as asked, and leave no cookie."""

import re
from html import unescape
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web as aio
from playwright.async_api import expect

from streamer.council.question import Question
from streamer.council.questions import Status
from streamer.store.database import Database
from streamer.store.questions import Questions
from tests.browser.stage import PHONE, Stage, accessible, fits, stage
from tests.support.past_meeting import BEGUN, past_meeting
from tests.support.stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="package")

ADDRESS = "http://127.0.0.1:0"
LOOK = "theme=light&accent=b00020&ground=ffffff&corners=0"


class Website(StandIn):
    """The commune's own, on another site than ours."""

    page = ""

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_get("/", self._answer)

    async def _answer(self, request: aio.Request) -> aio.Response:
        head = '<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Musterbierg</title>'
        text = f"{head}<h1>Our commune</h1>{self.page}"
        return aio.Response(text=text, content_type="text/html")


async def test_frames_on_the_communes_own_website(tmp_path: Path) -> None:
    id = await past_meeting(tmp_path, [(2, "item-a"), (6, "item-b")], 16)
    await an_answered_question(tmp_path / "recordings", id)
    async with stage(tmp_path) as s, Website() as website:
        await programs_get_the_same_code(s, id)
        async with s.person() as page:
            await page.goto(f"{s.here.url}/meetings/{id}")
            code = unescape(await page.locator("#embed-code").input_value()).replace(ADDRESS, s.here.url)
        frames = code.replace('" title', f'?{LOOK}" title') + wall_of(s) + "<iframe id=whole></iframe>"
        website.page = frames.replace("<iframe id=whole>", f'<iframe id=whole src="{s.here.url}/meetings/{id}">')
        async with s.person(PHONE) as page:
            await page.goto(website.site.replace("127.0.0.1", "localhost"))
            player, wall = page.frame_locator("iframe >> nth=0"), page.frame_locator("iframe >> nth=1")
            await player.locator("summary").click()
            await player.get_by_role("link", name=re.compile("Budget 2026")).click()
            video = player.locator("video")
            await expect(player.locator("[aria-current]")).to_contain_text("Budget 2026")
            frame = next(frame for frame in page.frames if "/embed/meetings/" in frame.url)
            await frame.wait_for_function("() => document.querySelector('video').currentTime > 7")
            assert (
                await video.evaluate("v => getComputedStyle(v.closest('body')).backgroundColor") == "rgb(255, 255, 255)"
            )
            await expect(wall.get_by_text("When is the pool ready?")).to_be_visible()
            await expect(wall.get_by_text("In spring.")).to_be_visible()
            assert await page.context.cookies() == []
            whole = next(frame for frame in page.frames if frame.parent_frame and "/embed/" not in frame.url)
            assert await whole.locator("video").count() == 0, "no other page of ours stands in a frame"
        s.complaints[:] = [said for said in s.complaints if "frame-ancestors" not in said]
        for path in (f"/embed/meetings/{id}?accent=b00020", "/embed/wall"):
            async with s.person(PHONE, color_scheme="dark") as page:
                await page.goto(s.here.url + path)
                await accessible(page)
                await fits(page)


def wall_of(s: Stage) -> str:
    return f'<iframe src="{s.here.url}/embed/wall?lang=en&count=2" title="Council" width="360" height="500"></iframe>'


async def an_answered_question(recordings: Path, meeting: str) -> None:
    """Written before the service starts."""
    at = BEGUN + 60
    question = Question(
        "question-1", meeting, "a" * 64, "client-1", "When is the pool ready?", None, None, "en",
        Status.ANSWERED_WRITTEN, None, 1, at, at, answer="In spring.", answered_at=at,
    )  # fmt: skip
    database = await Database.open(recordings / "tribune.db")
    await Questions(database).submit(question, per_person=9)
    await database.close()


async def programs_get_the_same_code(s: Stage, id: str) -> None:
    """By oEmbed, as large as they want it; a colour that is none is left out of the sheet."""
    async with aiohttp.ClientSession() as http:
        asked = {"url": f"{ADDRESS}/meetings/{id}", "maxwidth": "480"}
        async with http.get(f"{s.here.url}/oembed", params=asked) as answer:
            card = await answer.json()
        assert (card["type"], card["width"], card["height"]) == ("video", 480, 330)
        assert 'width="480" height="330"' in card["html"]
        async with http.get(f"{s.here.url}/embed/meetings/{id}?lang=de") as answer:
            assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in answer.headers
        async with http.get(f"{s.here.url}/embed/theme.css?accent=}}x&ground=fff") as answer:
            assert "--ink: #000000" in await answer.text()
        async with http.get(f"{s.here.url}/embed/meetings/nothing") as answer:
            assert answer.status == 404
            assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
        async with http.get(f"{s.here.url}/meetings/{id}") as answer:
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
