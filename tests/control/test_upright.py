"""A network that shows upright pictures: its own is made while it is sent to, by a process that hurts nobody."""

import os
import signal
from pathlib import Path
from typing import Any

from streamer.council.clip import Shape
from tests.control.processes import Program, programs
from tests.support import probe
from tests.support.commune import QUICK, Commune, commune
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually


def makers(here: Commune) -> list[Program]:
    """Processes that make an upright picture."""
    return [one for one in programs(here.folder) if "frame.png" in one.argv]


async def reel(here: Commune, id: str) -> dict[str, Any]:
    """How the upright destination is doing."""
    return next(view for view in (await here.status(id))["destinations"] if view["name"] == "Reel")


async def order(here: Commune, id: str, wanted: str) -> None:
    await here.ok("POST", f"/{id}/destinations", destination="Reel", order=wanted)


async def test_an_upright_picture_while_it_is_sent(tmp_path: Path) -> None:
    async with RtmpServer(tmp_path / "main") as main, RtmpServer(tmp_path / "tall") as tall:
        places = [
            {"name": "Main", "url": main.url},
            {"name": "Reel", "url": tall.url, "picture": "upright padded"},
        ]
        async with commune(tmp_path, encoder=QUICK, destination=places) as here:
            id = str((await here.planned())["id"])
            await here.ok("POST", f"/{id}/go-live")
            await eventually(lambda: main.received > 20_000, "the first one receives")
            assert makers(here) == [], "nothing is made that nobody sends"
            board = await here.clerks_page(f"/clerk/meetings/{id}")
            assert 'id="costs-2"' in board, "what it costs is said before"
            await order(here, id, "send")
            await it_is_made(here, id, tall)
            await its_encoder_dies(here, id, tall)
            await something_is_taken_back(here, id, tall)
            await here.ok("POST", f"/{id}/resume")
            received = tall.received
            await eventually(lambda: tall.received > received + 30_000, "from the still to the camera in one stream")
            await order(here, id, "rest")
            await eventually(lambda: len(tall.publishes()) == 1 and not makers(here), "both processes are gone")
            await eventually(lambda: not upright(here, id).exists(), "and nothing is left of what they made")
            assert main.publishes() == [], "the first one never noticed"
    assert await probe.decode_errors(tall.recordings[0]) == []


def upright(here: Commune, id: str) -> Path:
    """Where its pieces are."""
    return here.folder / id / f"upright-{Shape.TALL_PADDED}"


async def it_is_made(here: Commune, id: str, tall: RtmpServer) -> None:
    await eventually(lambda: tall.received > 5_000, "the upright one receives")
    picture = (await probe.streams(tall.recordings[0]))["video"]
    assert (picture["width"], picture["height"]) == (180, 320)

    async def cost() -> bool:
        picture = (await reel(here, id))["picture"]
        return bool(picture["state"] == "running" and picture["percent"])

    await eventually(cost, "what it costs is told")
    assert [os.getpriority(os.PRIO_PROCESS, one.pid) for one in makers(here)] == [10], "it comes last"


async def its_encoder_dies(here: Commune, id: str, tall: RtmpServer) -> None:
    (maker,) = makers(here)
    os.kill(maker.pid, signal.SIGKILL)
    await eventually(lambda: [one for one in makers(here) if one.pid != maker.pid], "another takes its place")
    received = tall.received
    await eventually(lambda: tall.received > received + 5_000, "it receives again")
    assert tall.publishes() == [], "by the same connection"


async def something_is_taken_back(here: Commune, id: str, tall: RtmpServer) -> None:
    """Seconds that had been sent: no piece that was made of them is left, and it goes on."""
    made = upright(here, id)
    before = {path.name for path in made.glob("*.ts")}
    assert before
    await here.ok("POST", f"/{id}/close-session", secondsAgo=3)
    await eventually(lambda: not before & {path.name for path in made.glob("*.ts")}, "they are gone")
    received = tall.received
    await eventually(lambda: tall.received > received + 5_000, "the still is sent")
    assert tall.publishes() == [], "by the same connection"
