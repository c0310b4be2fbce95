"""The service dies, or is told to end: what viewers see, what the camera does, what is left."""

import asyncio
import signal
import time
from pathlib import Path

import aiohttp
import pytest

from streamer.control.desk import Desk
from streamer.council.phase import Verb
from streamer.store.database import Database
from streamer.store.log import Log
from tests.control.processes import programs
from tests.control.service import Serve
from tests.support import probe
from tests.support.camera import RtspCamera
from tests.support.rtmp_server import RtmpServer
from tests.support.set_clock import SetClock
from tests.support.waiting import eventually


class Watch:
    """`async with Watch(service) as seen`: the most encoders with the camera open that ran at one time."""

    def __init__(self, service: Serve) -> None:
        self._service = service
        self.cameras: list[int] = []
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Watch":
        self._task = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _look(self) -> None:
        while True:
            self.cameras.append(sum(program.encodes for program in self._service.ffmpegs()))
            await asyncio.sleep(0.02)  # sampling what other programs do


@pytest.mark.parametrize("hour", [3600, -3600])
async def test_killed_while_the_clock_is_wrong_it_still_knows_the_time(tmp_path: Path, hour: int) -> None:
    """Somebody sets the machine's clock while a meeting is live, and the service dies: the next one counts as the
    encoder does that went on, so an order takes effect when it was given and not some seconds of filming earlier."""
    clock = SetClock(tmp_path / "clock")
    assert clock.environment
    async with Serve(tmp_path / "here", environment=clock.environment) as service:
        id = await service.planned()
        await service.api("POST", f"/{id}/go-live")
        before = await service.recorded(id, 1)
        clock.set(hour)
        await service.end(signal.SIGKILL)
        await service.start()
        await service.recorded(id, before["recording"]["seconds"] + 1)
        asked = time.time()
        await service.api("POST", f"/{id}/call-recess")
        answered = time.time()
        assert await service.end(signal.SIGTERM) == 0
    database = await Database.open(tmp_path / "here" / "recordings" / "tribune.db")
    try:
        took_effect = (await Log(database).events(id))[-1].at
    finally:
        await database.close()
    assert asked - 0.1 <= took_effect <= answered + 0.1


async def test_a_killed_service_is_not_noticed_by_anybody(tmp_path: Path) -> None:
    """SIGKILL in the middle of a broadcast: the ffmpegs live on, and the next service adopts them. The server sees one
    stream, the list of what was aired keeps its numbers, nothing is missing in the recording."""
    async with RtmpServer(tmp_path / "received") as server, RtmpServer(tmp_path / "upright") as tall:
        upright = {"name": "Reel", "url": tall.url, "picture": "upright padded", "starts": "with the meeting"}
        destination = [{"name": "YouTube", "url": server.url}, upright]
        async with Serve(tmp_path / "here", destination=destination) as service:
            id = await service.planned()
            await service.api("POST", f"/{id}/go-live")
            before = await service.recorded(id, 3)
            await service.api("POST", f"/{id}/lower-third", show="speaker", name="Anne Weber")
            (caption,) = (service.recordings / id).glob("*-program.caption")
            await eventually(lambda: "Anne Weber" in caption.read_text(), "the text is in the picture")
            await eventually(lambda: server.received > 20_000 and tall.received > 5_000, "both receive")
            working = {program.pid for program in service.ffmpegs()}
            listed = await service.live_playlist(id)
            assert await service.end(signal.SIGKILL) == -signal.SIGKILL
            async with Watch(service) as seen:
                await service.start()
                after = await service.recorded(id, before["recording"]["seconds"] + 3)
            assert {program.pid for program in service.ffmpegs()} == working, "not one process was started or ended"
            assert set(seen.cameras) == {1}
            assert after["phase"] == "live"
            assert caption.read_text() == "Anne Weber", "the text in the picture is what it was"
            await service.api("POST", f"/{id}/lower-third", show=None)
            await eventually(lambda: caption.read_text() == "", "and can be taken away")
            goes_on = await service.live_playlist(id)
            assert goes_on.startswith(listed), "a player finds every segment under its old number"
            received, upright_too = server.received, tall.received
            await eventually(lambda: server.received > received and tall.received > upright_too, "both go on receiving")
            await service.api("POST", f"/{id}/end")
            mp4 = service.recordings / id / "replay.mp4"
            await eventually(mp4.exists, "the replay is made")
            assert await service.end(signal.SIGTERM) == 0
            assert programs(service.folder) == []
        assert len(server.publishes()) == len(tall.publishes()) == 1
        made_anew = [packet for packet in await probe.packets(tall.recordings[0]) if packet.kind == "video"]
        assert probe.gaps(made_anew, 0.5) == [], "nor in the upright picture"
        packets = await probe.packets(mp4)
        assert probe.gaps(packets, 0.2) == [], "not a frame is missing"
        assert await probe.decode_errors(mp4) == []


async def test_a_service_killed_as_the_session_was_closed_opens_no_camera(tmp_path: Path) -> None:
    """The order is in the log, the service died before it could obey: started again, it closes the camera before it
    answers anybody, and no process opens it until the meeting is resumed."""
    async with RtspCamera() as camera, Serve(tmp_path, camera.url) as service:
        id = await service.planned()
        await service.api("POST", f"/{id}/go-live")
        await service.recorded(id, 1)
        await service.end(signal.SIGKILL)
        assert camera.clients > 0, "the camera is still open when the service starts"
        await order(service.recordings, id, Verb.CLOSE_SESSION)
        await service.start()
        async with Watch(service) as seen:
            await camera.clients_are(0)

            async def slate() -> bool:
                encoder = (await service.api("GET", f"/{id}/status"))["encoder"]
                return bool(encoder and encoder["showing"] == "slate:closed_session" and encoder["seconds"] > 4)

            await eventually(slate, "the slate has been shown for some seconds")
        assert set(seen.cameras) == {0}
        assert len(seen.cameras) > 20
        assert camera.clients == 0
        await service.api("POST", f"/{id}/resume")
        await eventually(lambda: camera.clients > 0, "the camera is opened again")


async def test_a_service_killed_as_the_meeting_began_begins_it(tmp_path: Path) -> None:
    """From the countdown to live: the order is in the log, nobody has obeyed it yet. The next service does."""
    async with Serve(tmp_path) as service:
        id = await service.planned()
        await service.api("POST", f"/{id}/open-doors")
        await eventually(lambda: [p for p in service.ffmpegs() if p.shows_a_slate], "the countdown is shown")
        await service.end(signal.SIGKILL)
        await order(service.recordings, id, Verb.GO_LIVE)
        await service.start()
        assert (await service.recorded(id, 1))["encoder"]["showing"] == "program"
        assert not [program for program in service.ffmpegs() if program.shows_a_slate]


async def order(recordings: Path, id: str, verb: Verb) -> None:
    """The fact alone, as a service that is killed right after its commit leaves it."""
    database = await Database.open(recordings / "tribune.db")
    try:
        await Desk(Log(database), time.time, lambda meeting: 0).order(id, verb, by="claire")
    finally:
        await database.close()


@pytest.mark.parametrize(("number", "verb"), [(signal.SIGTERM, "go-live"), (signal.SIGINT, "rehearse")])
async def test_told_to_end_it_leaves_no_process_behind(tmp_path: Path, number: signal.Signals, verb: str) -> None:
    """Exit code 0, with a meeting on the air, a destination that does not answer and a page connected."""
    destination = [{"name": "Nowhere", "url": "rtmp://127.0.0.1:9/live"}]
    async with Serve(tmp_path, destination=destination) as service, aiohttp.ClientSession() as browser:
        id = await service.planned()
        await service.api("POST", f"/{id}/{verb}")
        await service.recorded(id, 1)
        async with browser.ws_connect(f"http://127.0.0.1:{service.port}/meetings/{id}/live") as page:
            reading = asyncio.create_task(to_the_end(page))
            assert await service.end(number) == 0
            assert await reading == 1012, "the page is told, and comes back by itself"
        assert programs(service.folder) == []
        assert "Traceback" not in service.words
        assert not (service.recordings / id / "rehearsal").exists()
        await service.start()
        if verb == "go-live":
            await service.recorded(id, 2)


async def to_the_end(page: aiohttp.ClientWebSocketResponse) -> int | None:
    """Read as a browser does; the code it was closed with."""
    async for _ in page:
        pass
    return page.close_code
