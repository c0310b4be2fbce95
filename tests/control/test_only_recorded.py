"""A meeting that is only recorded: the camera films, and not a byte of it leaves before somebody publishes it."""

from pathlib import Path

from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.support.commune import NEXT_WEEK, QUICK, Commune, commune
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually


async def status_of(here: Commune, path: str, role: Role | None = None) -> int:
    """What an address answers."""
    headers = {"Authorization": f"Bearer {here.tokens[role]}"} if role else {}
    async with here.http.get(f"{here.url}{path}", headers=headers) as answer:
        return answer.status


async def test_it_is_recorded_and_nobody_sees_it(tmp_path: Path) -> None:
    """From the form to the replay: pages, playlists, segments, feeds and destinations stay empty, the light green."""
    async with RtmpServer(tmp_path / "rtmp") as server:
        places = [{"name": "Tube", "url": server.url}]
        async with commune(tmp_path, encoder=QUICK, destination=places, schedule={"screening": "delayed"}) as here:
            id = await planned_by_form(here)
            await here.ok("PUT", f"/{id}/screening", screening="live")
            assert (await here.ok("PUT", f"/{id}/screening", screening="delayed"))["screening"] == "delayed"
            assert (await here.api("PUT", f"/{id}/screening", Role.MODERATOR, screening="live"))[0] == 403
            assert (await here.api("POST", f"/{id}/open-doors"))[1]["title"] == "only_recorded"
            after = await here.ok("POST", f"/{id}/go-live")
            assert (after["phase"], after["screening"]) == ("live", "delayed")
            assert (await here.api("PUT", f"/{id}/screening", screening="live"))[1]["title"] == "screening_fixed"
            await recording_well(here, id)
            await nobody_sees_it(here, id)
            assert (await here.api("POST", f"/{id}/destinations", destination="Tube", order="send"))[0] == 409
            board = await here.clerks_page(f"/clerk/meetings/{id}")
            assert "Recording, nobody sees it" in board
            assert "Nowhere: this meeting is only recorded." in board
            assert "The public sees and hears the chamber" not in board
            await here.ok("POST", f"/{id}/end")
            await eventually(lambda: not here.up.service.conductor.running(), "its machines have ended")
            await nobody_sees_it(here, id, "The council is going through the recording. It will be published on")
            assert (server.received, server.publishes()) == (0, [])
            assert await status_of(here, f"/meetings/{id}/replay.m3u8", Role.CLERK) == 200
            await here.ok("POST", f"/{id}/publish")
            assert await status_of(here, f"/meetings/{id}/replay.m3u8") == 200
            assert server.received == 0


async def planned_by_form(here: Commune) -> str:
    """As the commune usually has it, which the form shows."""
    form = await here.clerks_page("/clerk")
    assert 'value="delayed" checked' in form
    fields = {
        "name": "Council", "date": NEXT_WEEK, "time": "19:00", "agenda": "1. Budget", "screening": "delayed"
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    async with here.http.post(f"{here.url}/clerk/meetings", data=fields, headers=headers) as answer:
        assert answer.status == 200
    (listed,) = (await here.ok("GET", ""))["data"]
    assert (await here.ok("GET", f"/{listed['id']}"))["screening"] == "delayed"
    return str(listed["id"])


async def recording_well(here: Commune, id: str) -> None:
    """The light is green without anything being sent."""

    async def green() -> bool:
        now = await here.status(id)
        return bool(now["recording"]["seconds"] > 3 and now["truth"] and now["truth"]["light"] == "green")

    await eventually(green, "it is recorded, and all is well")
    now = await here.status(id)
    assert (now["aired_seconds"], now["screening"]) == (0.0, "delayed")
    assert [view["ordered"] for view in now["destinations"]] == [False]


async def nobody_sees_it(
    here: Commune, id: str, said: str = "It is recorded, and the recording will be published"
) -> None:
    """Neither a playlist nor a segment, and no page says that it goes on."""
    folder = here.folder / id
    segment = next(folder.glob("*-program-*.ts")).name
    assert await status_of(here, f"/meetings/{id}/segments/{segment}", Role.CLERK) == 200, (
        "this is what must not get out"
    )
    for path in ("live.m3u8", "preview.m3u8", "replay.m3u8", "replay.mp4", "poster.jpg", f"segments/{segment}"):
        assert await status_of(here, f"/meetings/{id}/{path}") == 404, path
    assert not (folder / "air.m3u8").exists()
    assert not (folder / "aired").exists()
    public = await here.text(f"/meetings/{id}?lang=en")
    assert said in public
    seen = {path: await here.text(path) for path in ("/", "/embed/wall", f"/embed/meetings/{id}", "/meetings.csv")}
    assert [path for path, text in seen.items() if "phase-live" in text or f",{Phase.LIVE}," in text] == []
    assert "Watch now" not in seen["/"] + seen["/embed/wall"]
    assert 'data-phase="live"' not in public + seen[f"/embed/meetings/{id}"]
