"""The truth light of a real service, while real things fail: the camera, a server that takes nothing, the database."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import cycle
from pathlib import Path

from streamer.control.truth_watch import TruthWatch, senses_of
from streamer.council.readings import Senses
from streamer.media.signals import Signals
from tests.support.camera import RtspCamera
from tests.support.commune import Commune, Json, commune
from tests.support.relay import Relay
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import PATIENCE, eventually


async def light(c: Commune, id: str, *codes: str, colour: str, seconds: float = PATIENCE) -> Json:
    """The status, once the light has this colour, for these reasons."""

    async def look() -> Json | None:
        status = await c.status(id)
        truth = status["truth"] or {"light": None, "troubles": []}
        alarms = {t["code"] for t in truth["troubles"] if t["severity"] == "alarm"}
        return status if truth["light"] == colour and set(codes) <= alarms else None

    found: Json = await eventually(look, f"{colour}: {codes}", seconds)
    return found


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """As a careless backup does it."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


@asynccontextmanager
async def moving(camera: RtspCamera) -> AsyncIterator[None]:
    """While it is switched on it films something else each second: a picture that stands still is a trouble, too."""

    async def keep_moving() -> None:
        for colour in cycle((0x3060C0, 0xC06030)):
            with suppress(AssertionError, OSError):  # it is switched off
                await camera.film(colour)
            await asyncio.sleep(1)

    task = asyncio.create_task(keep_moving())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_three_failures_at_once_are_red_and_green_when_they_are_over(tmp_path: Path) -> None:
    """The camera is dead; the link to the server is cut, and the kernel goes on taking our bytes for it; a backup holds
    the database. Each is told, and nothing else."""
    async with (
        RtmpServer(tmp_path / "server") as server,
        Relay(server.port) as link,
        RtspCamera() as camera,
        moving(camera),
    ):
        destination = [{"name": "YouTube", "url": f"rtmp://127.0.0.1:{link.port}/{server.app}"}]
        async with commune(tmp_path, camera.url, destination=destination) as c:
            id = (await c.planned())["id"]
            assert (await c.status(id))["truth"] is None
            await c.ok("POST", f"/{id}/go-live")
            await light(c, id, colour="green")
            link.cut()
            await camera.stop()
            with locked(c.folder / "tribune.db"):
                status = await light(c, id, "camera_lost", "database_locked", "destination_stuck", colour="red")
                troubles = status["truth"]["troubles"]
                told = [(t["code"], t["about"]) for t in troubles if t["severity"] == "alarm"]
                assert told == [("camera_lost", ""), ("destination_stuck", "YouTube"), ("database_locked", "")]
                assert status["destinations"][0]["unacknowledged_bytes"] > 0
            link.mend()
            await camera.start()
            await light(c, id, colour="green")
            await c.ok("POST", f"/{id}/close-session")
            await light(c, id, colour="green")


def test_what_the_encoder_sees_and_hears_reaches_the_rules() -> None:
    """Each gauge under its own name."""
    assert senses_of(None) is None
    assert senses_of(Signals(1.0, 2.0, 3.0, True, "left", -23.0, -1.0, 0.5)) == Senses(1.0, 2.0, 3.0, True, "left", 0.5)


async def test_a_clock_that_jumps_is_told(tmp_path: Path) -> None:
    """By an hour, while nothing else changes."""
    jump = 0.0
    async with commune(tmp_path) as c:
        id = (await c.planned())["id"]
        await c.ok("POST", f"/{id}/rehearse")
        watch = TruthWatch(c.up.service.conductor, c.up.service.truth_watch._probe, lambda: time.time() + jump)
        await eventually(lambda: c.up.service.conductor.running(), "it runs")
        jump = 3600.0
        await watch.look()
        found = watch.truth(id)
        assert found
        assert {"seconds": 3600} in [t.values for t in found.troubles if t.code == "clock_jumped"]
