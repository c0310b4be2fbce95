"""A preflight in a whole service: what it finds, what it leaves behind, and to whom it gives way."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streamer.control import preflight
from streamer.council.events import Kind
from streamer.council.roles import Role
from tests.control.processes import programs
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.ports import free_port
from tests.support.rtmp_server import RtmpServer
from tests.support.speaker import film
from tests.support.waiting import eventually

DEAD = {"name": "Dead", "url": "rtmp://127.0.0.1:9/live2"}


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """With one destination that answers and one that does not."""
    async with RtmpServer(tmp_path / "server") as server:
        there = {"name": "Stage", "url": server.url}
        source = str(await film(tmp_path / "film.mp4"))
        async with commune(tmp_path / "commune", source, encoder=QUICK, destination=[there, DEAD]) as made:
            yield made


async def over(here: Commune, id: str) -> Json:
    """The preflight of a meeting, once it is over."""

    async def ended() -> Json | None:
        found = await here.ok("GET", f"/{id}/preflight")
        return None if found["running"] else found

    found: Json = await eventually(ended, "the preflight is over")
    return found


def outcome(found: Json, check: str, subject: str | None = None) -> tuple[str, str]:
    """Of one line: outcome, code."""
    [line] = [line for line in found["lines"] if (line["check"], line["subject"]) == (check, subject)]
    return line["outcome"], line["code"]


async def test_from_a_red_line_to_the_air(here: Commune) -> None:
    """Checked in private; refused, with what can be done; live with a reason, which is in the log and nowhere else."""
    id = str((await here.planned())["id"])
    nothing = await here.ok("GET", f"/{id}/preflight")
    assert (nothing["at"], nothing["lines"], nothing["red"]) == (None, [], [])
    status, begun = await here.api("POST", f"/{id}/preflight")
    assert (status, begun["running"], begun["total"]) == (202, True, 12)
    found = await over(here, id)
    assert outcome(found, "destination", "Stage") == ("ok", "destination_reached")
    assert outcome(found, "upload", "Stage") == ("ok", "upload_enough")
    assert outcome(found, "destination", "Dead") == ("red", "destination_no_answer")
    assert outcome(found, "upload", "Dead") == ("not_checked", "upload_unreached")
    assert outcome(found, "camera") == ("ok", "camera_moves")
    assert outcome(found, "voice") == ("ok", "voice_heard")
    assert outcome(found, "slate") == ("ok", "slate_ready")
    assert outcome(found, "encoder") == ("ok", "encoder_fast")
    assert found["red"] == ["destination"]
    assert not (here.folder / "preflight").exists()
    assert not programs(here.folder)
    status, refused = await here.api("POST", f"/{id}/go-live")
    assert (status, refused["title"]) == (409, "preflight_red")
    assert "go-live" in refused["can"]
    assert "(Destination)" in refused["detail"], "in the words of the page"
    await here.ok("POST", f"/{id}/go-live", reason="recording_matters")
    events = await here.up.service.desk.news(0)
    [report] = [event.data for event in events if event.kind is Kind.PREFLIGHT_DONE]
    assert report["outcomes"]["destination"] == "red"
    assert "Dead" not in str(report)
    assert events[-1].data == {"verb": "go-live", "phase": "live", "reason": "recording_matters"}
    assert "recording_matters" not in await here.text(f"/meetings/{id}")
    assert (await here.api("POST", f"/{id}/preflight"))[1]["title"] == "preflight_too_late"


async def test_a_meeting_on_the_air_is_not_disturbed(here: Commune) -> None:
    """Not even while it is closed to the public: nothing opens the camera, nothing is sent, nothing is encoded."""
    live, id = [str((await here.planned())["id"]) for _ in range(2)]
    await here.ok("POST", f"/{live}/go-live")
    await here.ok("POST", f"/{live}/close-session")
    await here.ok("POST", f"/{id}/preflight")
    found = await over(here, id)
    assert outcome(found, "camera") == ("not_checked", "camera_elsewhere")
    assert outcome(found, "voice") == ("not_checked", "voice_unknown")
    assert outcome(found, "upload", "Stage") == ("not_checked", "upload_elsewhere")
    assert outcome(found, "encoder") == ("not_checked", "encoder_elsewhere")
    assert outcome(found, "meeting") == ("red", "meeting_other_runs")
    assert not (here.folder / "preflight").exists()


async def test_it_gives_way_to_whoever_wants_the_camera(here: Commune) -> None:
    """Before a meeting's own encoder starts, the preflight's is gone; and it is no report."""
    first, second = [str((await here.planned())["id"]) for _ in range(2)]
    await here.ok("POST", f"/{first}/preflight")
    await eventually(lambda: list((here.folder / "preflight").glob("*.ts")), "the camera is open")
    assert (await here.api("POST", f"/{second}/preflight"))[1]["title"] == "preflight_elsewhere"
    await here.ok("POST", f"/{second}/go-live")
    await eventually(lambda: here.up.service.conductor.broadcast(second), "the meeting has its machines")
    assert not (here.folder / "preflight").exists()
    left = await over(here, first)
    assert (left["at"], left["lines"]) == (None, [])


async def test_a_rehearsal_is_looked_at_without_opening_the_camera_again(here: Commune) -> None:
    """And stopping it early leaves nothing."""
    id = str((await here.planned())["id"])
    await here.ok("POST", f"/{id}/rehearse")
    await here.ok("POST", f"/{id}/preflight")
    found = await over(here, id)
    assert outcome(found, "camera") == ("ok", "camera_moves")
    assert not (here.folder / "preflight").exists()
    await here.ok("POST", f"/{id}/preflight")
    stopped = await here.ok("POST", f"/{id}/preflight/stop")
    assert (stopped["running"], stopped["at"]) == (False, found["at"])


async def test_a_camera_that_is_not_there_is_red_and_only_clerks_may_look(tmp_path: Path) -> None:
    async with commune(tmp_path, source=f"rtsp://127.0.0.1:{free_port()}/live", encoder=QUICK) as here:
        id = str((await here.planned())["id"])
        assert (await here.api("POST", f"/{id}/preflight", Role.MODERATOR))[0] == 403
        await here.ok("POST", f"/{id}/preflight")
        found = await over(here, id)
        assert outcome(found, "camera") == ("red", "source_open")
        assert outcome(found, "voice") == ("not_checked", "voice_unknown")


async def test_it_runs_by_itself_once_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is started ten minutes before runs the one that is due, and not again."""
    monkeypatch.setattr(preflight, "TICK_SECONDS", 0.2)
    async with commune(tmp_path, str(await film(tmp_path / "film.mp4")), encoder=QUICK) as here:
        soon = datetime.now(UTC) + timedelta(minutes=10)
        later = soon + timedelta(days=1)
        ids = [str((await here.ok("POST", "", name="C", start=at.isoformat()))["id"]) for at in (soon, later)]

        async def reports() -> list[str]:
            events = await here.up.service.desk.news(0)
            return [f"{event.meeting} {event.by}" for event in events if event.kind is Kind.PREFLIGHT_DONE]

        await eventually(reports, "it was checked by itself")
        service = here.up.service
        await service.preflights._start_due()
        await asyncio.sleep(0)
        assert not service.preflights.view(ids[0]).running
        assert await reports() == [f"{ids[0]} tribune"]
