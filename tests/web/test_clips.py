"""A clip from the clerk's form to the citizen's film, and its end when the replay is withdrawn."""

from pathlib import Path

import aiohttp

from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.support import probe
from tests.support.commune import Commune, commune
from tests.support.past_meeting import past_meeting
from tests.support.waiting import eventually


async def fetched(here: Commune, path: str) -> tuple[int, bytes]:
    """As a citizen gets it."""
    async with aiohttp.ClientSession() as citizen, citizen.get(f"{here.url}{path}") as answer:
        return answer.status, await answer.read()


async def test_a_clip_lives_and_dies_with_its_replay(tmp_path: Path) -> None:
    id = await past_meeting(tmp_path, [(6, "item-a"), (12, "item-b")], 20, phase=Phase.ENDED)
    async with commune(tmp_path) as here:
        page, clerk = f"{here.url}/clerk/meetings/{id}/clips", {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
        live = str((await here.planned())["id"])
        await here.ok("POST", f"/{live}/go-live")
        wanted = {"from": "0:06", "to": "10.5", "title": "Minutes <b>", "shape": "tall-cropped", "language": ""}
        async with here.http.post(page, data={**wanted, "to": "5"}, headers=clerk) as answer:
            assert "at least one second" in await answer.text() or "une seconde" in await answer.text()
        async with here.http.post(page, data=wanted, headers=clerk) as answer:
            text = await answer.text()
            assert answer.status == 200
            assert "Minutes &lt;b&gt;" in text
        meeting = await here.up.service.desk.meeting(id)
        (known,) = here.up.service.clips.listed(meeting)
        assert known.state == "waiting", "while a meeting is on the air"
        await here.ok("POST", f"/{live}/end")
        address = f"/meetings/{id}/clips/{known.clip.id}.mp4"
        made = await eventually(lambda: here.up.service.clips.file(meeting, known.clip.id), "the clip is made")
        about = await probe.ask(made, "-show_format")
        assert about["format"]["tags"]["description"].endswith(f"/meetings/{id}?t=6,11")
        assert abs(float(about["format"]["duration"]) - 4.5 - 3) < 0.1
        assert (await fetched(here, address))[0] == 404, "as private as its replay"
        await here.ok("POST", f"/{id}/publish")
        assert await fetched(here, address) == (200, made.read_bytes())
        await here.ok("POST", f"/{id}/withdraw")
        await eventually(lambda: not made.exists(), "it is destroyed")
        await here.ok("POST", f"/{id}/publish")
        assert (await fetched(here, address))[0] == 404
