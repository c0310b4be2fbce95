"""A clip from the clerk's form to the citizen's film, and its end when the replay is withdrawn."""

from pathlib import Path

import aiohttp
import pytest

from streamer.control import clips
from streamer.control.clips import State
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


async def by_program(here: Commune, id: str) -> None:
    """Ordered, read and taken away again, each by who may; beside the one that the form ordered."""
    first = await here.ok("GET", f"/{id}/clips", Role.MODERATOR)
    assert [(one["start"], one["end"], one["title"]) for one in first["data"]] == [(6, 10.5, "Minutes <b>")]
    assert (await here.api("POST", f"/{id}/clips", Role.MODERATOR, start=0, end=5))[0] == 403
    status, wrong = await here.api("POST", f"/{id}/clips", start=5, end=5)
    assert (status, [one["field"] for one in wrong["errors"]]) == (422, ["end"])
    status, new = await here.api("POST", f"/{id}/clips", start=2, end=7.5, shape="wide")
    assert (status, new["state"], new["title"], new["url"]) == (202, "waiting", "Council", None)
    assert new["passage"].endswith(f"/meetings/{id}?t=2,8")
    assert await here.ok("GET", f"/{id}/clips/{new['id']}") == new
    assert (await here.api("DELETE", f"/{id}/clips/{new['id']}", Role.CHAIR))[0] == 403
    assert await here.ok("DELETE", f"/{id}/clips/{new['id']}") == first
    assert (await here.api("POST", f"/{id}/clips/{new['id']}/again"))[1]["title"] == "no_such_clip"


async def removed_while_it_is_made(here: Commune, id: str, kept: Path) -> None:
    """Nothing comes of it, although the next one does."""
    making, meeting = here.up.service.clips, await here.up.service.desk.meeting(id)
    doomed = (await here.ok("POST", f"/{id}/clips", start=0, end=18, shape="tall-padded"))["id"]
    await eventually(lambda: making.one(meeting, doomed).state is State.MAKING, "it is being made")
    await here.ok("DELETE", f"/{id}/clips/{doomed}")
    after = (await here.ok("POST", f"/{id}/clips", start=2, end=3, shape="wide"))["id"]
    await eventually(lambda: making.one(meeting, after).state is State.DONE, "the next one is made")
    assert {path.stem for path in kept.parent.glob("*.mp4")} == {kept.stem, after}
    await here.ok("DELETE", f"/{id}/clips/{after}")


async def test_a_clip_lives_and_dies_with_its_replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clips, "LOOK_SECONDS", 0.2)
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
        assert (await here.api("POST", f"/{live}/clips", start=0, end=5))[1]["title"] == "clip_too_early"
        await by_program(here, id)
        meeting = await here.up.service.desk.meeting(id)
        (known,) = here.up.service.clips.listed(meeting)
        assert known.state == "waiting", "while a meeting is on the air"
        await here.ok("POST", f"/{live}/end")
        address = f"/meetings/{id}/clips/{known.clip.id}.mp4"
        made = await eventually(lambda: here.up.service.clips.file(meeting, known.clip.id), "the clip is made")
        about = await probe.ask(made, "-show_format")
        assert about["format"]["tags"]["description"].endswith(f"/meetings/{id}?t=6,11")
        assert abs(float(about["format"]["duration"]) - 4.5 - 3) < 0.1
        await removed_while_it_is_made(here, id, made)
        listed = (await here.ok("GET", f"/{id}/clips"))["data"]
        assert [(one["state"], one["bytes"], one["url"].endswith(address)) for one in listed] == [
            ("done", made.stat().st_size, True)
        ]  # fmt: skip
        assert (await fetched(here, address))[0] == 404, "as private as its replay"
        await here.ok("POST", f"/{id}/publish")
        assert await fetched(here, address) == (200, made.read_bytes())
        await here.ok("POST", f"/{id}/withdraw")
        await eventually(lambda: not made.exists(), "it is destroyed")
        await here.ok("POST", f"/{id}/publish")
        assert (await fetched(here, address))[0] == 404
