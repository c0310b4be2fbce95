"""The public picture before the meeting, and a recess that says until when."""

from pathlib import Path

from streamer.council.roles import Role
from tests.control.processes import programs
from tests.support.commune import Commune, Json, commune
from tests.support.waiting import eventually

ENGLISH = {"name": "Musterbierg", "languages": ["en"]}


async def shown(here: Commune, id: str, slate: str) -> Json:
    """The status, once that is really encoded and the public has been sent some."""

    async def look() -> Json | None:
        status = await here.status(id)
        there = status["encoder"] and status["encoder"]["showing"] == slate
        return status if there and status["aired_seconds"] > 0 else None

    found: Json = await eventually(look, f"{slate} is sent")
    return found


async def test_before_the_meeting_the_public_sees_when_it_begins(tmp_path: Path) -> None:
    """On the air without a camera; nothing is kept, no item can be opened, questions are taken; then it goes live."""
    async with commune(tmp_path, council=ENGLISH) as here:
        id = (await here.planned())["id"]
        opened = await here.ok("POST", f"/{id}/open-doors")
        assert (opened["phase"], opened["can"]) == ("waiting", ["stand-down", "go-live"])
        status = await shown(here, id, "slate:waiting")
        assert status["recording"]["seconds"] == 0
        assert status["elapsed_seconds"] == 0
        assert not [program for program in programs(tmp_path) if "testsrc2" in program.argv], "no camera is open"
        page = await here.text(f"/meetings/{id}")
        assert "About to begin" in page
        assert 'data-air="yes"' in page
        assert "About to begin" in await here.text("/")
        assert "#EXTINF" in await here.text(f"/meetings/{id}/live.m3u8")
        code, refusal = await here.api("POST", f"/{id}/agenda/{opened['agendaItem'][0]['id']}/open")
        assert (code, refusal["title"]) == (409, "not_on_air")
        assert (await here.ok("POST", f"/{id}/stand-down"))["phase"] == "scheduled"
        await here.ok("POST", f"/{id}/open-doors")
        assert (await here.ok("POST", f"/{id}/go-live"))["phase"] == "live"
        await shown(here, id, "program")


async def test_a_recess_says_until_when(tmp_path: Path) -> None:
    """If the clerk said so: on the slate, to citizens and on the board; to the full minute."""
    async with commune(tmp_path, council=ENGLISH) as here:
        id = (await here.planned())["id"]
        await here.ok("POST", f"/{id}/go-live")
        for wrong in (0, 601, "x"):
            assert (await here.api("POST", f"/{id}/call-recess", minutes=wrong))[0] == 422
        await here.ok("POST", f"/{id}/call-recess", minutes=15)
        await shown(here, id, "slate:recess")
        until = (await here.up.service.desk.meeting(id)).back_at
        assert until
        assert until % 60 == 0
        assert abs(until - here.up.service.clock() - 900) <= 60
        page = await here.text(f"/meetings/{id}")
        assert "Back at" in page
        assert "It tells them: back at" in await here.clerks_page(f"/clerk/meetings/{id}")
        await it_lasts_longer(here, id, until)
        await here.ok("POST", f"/{id}/resume")
        await here.ok("POST", f"/{id}/call-recess")
        assert (await here.up.service.desk.meeting(id)).back_at is None


async def it_lasts_longer(here: Commune, id: str, until: float) -> None:
    """Said anew without resuming: on the pages at once, on a slate of its own; or nobody knows."""
    assert (await here.api("POST", f"/{id}/recess", minutes=0))[0] == 422
    await here.ok("POST", f"/{id}/recess", minutes=45)
    later = (await here.up.service.desk.meeting(id)).back_at
    assert later
    assert abs(later - until - 1800) <= 60
    slates = list((here.folder / "slates").glob("*recess*"))
    await eventually(lambda: list((here.folder / "slates").glob("*recess*")) != slates, "a slate with the new time")
    await shown(here, id, "slate:recess")
    form = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Sec-Fetch-Site": "same-origin"}
    async with here.http.post(f"{here.url}/clerk/meetings/{id}/recess", data={"minutes": ""}, headers=form) as answer:
        assert answer.status == 200, await answer.text()
    assert (await here.up.service.desk.meeting(id)).back_at is None
    await here.ok("POST", f"/{id}/resume")
    code, problem = await here.api("POST", f"/{id}/recess", minutes=5)
    assert (code, problem["title"]) == (409, "not_in_recess")
    await here.ok("POST", f"/{id}/call-recess")
