"""A live meeting with all that is around it: a marked camera, an RTMP server, a service, a citizen who watches.

What is done to it is written down as it is done, with unix times taken outside the service: `Timeline` is what the
judge believes.
"""

import asyncio
import contextlib
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from streamer.media.segments import read_segments
from tests.control.processes import programs
from tests.control.service import Serve, with_pid
from tests.support.camera import MarkedCamera
from tests.support.commune import SMALL, Json
from tests.support.relay import Relay
from tests.support.rtmp_server import RtmpServer
from tests.support.set_clock import SetClock
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.waiting import PATIENCE, eventually

DELAY = 6.0
SEGMENT = 1


@dataclass(frozen=True)
class Cost:
    """What a fault may cost. `before` and `after`: seconds around it in which pictures may be missing in the
    recording, None if not one may; `publishes`: new connections that the server may see."""

    before: float | None = None
    after: float = 0.0
    publishes: int = 0


@dataclass
class Happened:
    """A fault, from its beginning until it was put right. Unix seconds."""

    name: str
    cost: Cost
    start: float
    end: float = 0.0


@dataclass
class Timeline:
    """What was done, when. Spans in unix seconds."""

    faults: list[Happened] = field(default_factory=list)
    live: list[tuple[float, float]] = field(default_factory=list)
    """Surely public: from the answer to going live, until the moment an order takes effect."""
    secret: list[tuple[float, float]] = field(default_factory=list)
    """Surely not public: closed, or taken back."""
    verbs: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def suffers(self, name: str, cost: Cost) -> Iterator[Happened]:
        """Something is done to the meeting."""
        happened = Happened(name, cost, time.time())
        self.faults.append(happened)
        try:
            yield happened
        finally:
            happened.end = time.time()


class Evening:
    """The meeting that everything is done to."""

    def __init__(self, props: "Props", service: Serve, id: str, viewer: "Viewer") -> None:
        self.camera, self.server, self.link = props.camera, props.server, props.link
        self.disk, self.clock = props.disk, props.clock
        self.service, self.id, self.viewer = service, id, viewer
        self.timeline = Timeline()
        self.phase = "scheduled"
        self._public_since = 0.0

    @property
    def home(self) -> Path:
        """The meeting's folder."""
        return self.service.recordings / self.id

    async def order(self, verb: str, to: str, ago: float = 0.0) -> None:
        """Press a button, and write down from when on what is public and what is not."""
        body = {"secondsAgo": ago} if ago else {}
        asked = time.time()
        answer: Json = await self.service.api("POST", f"/{self.id}/{verb}", **body)
        answered = time.time()
        assert not ago or answer["takenBack"]["sentSeconds"] == 0, answer
        self.timeline.verbs.append(verb)
        if self.phase == "live":
            self.timeline.live.append((self._public_since, asked - ago))
        if to == "closed_session" or ago:
            self._secret_since = answered - ago
        if self.phase == "closed_session" or (ago and to != "closed_session"):
            self.timeline.secret.append((self._secret_since, asked))
        self.phase = to
        self._public_since = answered

    def pids(self, kind: str) -> list[int]:
        """Processes that work for the service: "encodes", "shows_a_slate", "publishes"."""
        return [program.pid for program in self.service.ffmpegs() if getattr(program, kind)]

    def kill(self, *kinds: str) -> None:
        """SIGKILL."""
        for kind in kinds:
            for pid in self.pids(kind):
                with_pid(pid, signal.SIGKILL)

    async def showing(self, picture: str, seconds: float = PATIENCE) -> None:
        """Until that is what the encoder shows."""

        async def so() -> bool:
            encoder = (await self.service.api("GET", f"/{self.id}/status"))["encoder"]
            return bool(encoder and encoder["showing"] == picture and encoder["state"] == "running")

        await eventually(so, f"{picture} is on the air", seconds)

    async def films(self, for_seconds: float = 0.0) -> None:
        """Until the camera's picture of now, and of so many seconds from now, is in a finished segment."""
        until = time.time() + for_seconds

        def so() -> bool:
            filmed = [segment for segment in read_segments(self.home) if segment.picture == "program"]
            return bool(filmed) and filmed[-1].start > until

        await eventually(so, "the camera is on the air", PATIENCE + for_seconds)

    async def sends(self, seconds: float = PATIENCE) -> None:
        """Until the server receives anew."""
        received = self.server.received
        await eventually(lambda: self.server.received > received, "the server receives", seconds)

    async def restart(self, away: float) -> None:
        """The service is killed, and started again after some seconds."""
        await self.service.end(signal.SIGKILL)
        await asyncio.sleep(away)
        await self.service.start()

    async def reboot(self, away: float) -> None:
        """Everything is gone at once, and comes again after some seconds."""
        await self.service.end(signal.SIGKILL)  # first: it would begin anew what dies before it
        while left := programs(self.service.folder):
            for program in left:
                with_pid(program.pid, signal.SIGKILL)
            await asyncio.sleep(0.02)
        await asyncio.sleep(away)
        await self.service.start()

    async def finish(self) -> None:
        """End, publish, have the MP4 made, stop; nothing may be left running."""
        await self.order("end", "ended")
        try:
            await eventually(lambda: not self.pids("publishes") and not self.pids("encodes"), "the machines stop")
        except AssertionError as error:
            raise AssertionError(await self._how_it_stands()) from error
        await self.order("publish", "published")
        await eventually((self.home / "replay.mp4").exists, "the replay is made")
        await eventually((self.home / "poster.jpg").exists, "the poster is made")
        await self.viewer.stop()

    async def _how_it_stands(self) -> str:
        """For whoever has to find out why: what runs, what the service says of it, and its last words."""
        running = "\n".join(f"{program.pid} {program.argv[:300]}" for program in self.service.ffmpegs())
        status = await self.service.api("GET", f"/{self.id}/status")
        listed = (self.home / "air.m3u8").read_text(encoding="utf-8")[-600:]
        return f"the machines do not stop\n{running}\n{status}\n{listed}\n{self.service.words[-5000:]}"


class Viewer:
    """A citizen's player: fetches whatever the live playlist lists, and keeps it in the order it came."""

    def __init__(self, folder: Path, service: Serve, id: str) -> None:
        self._folder, self._service, self._id = folder, service, id
        self.seen: list[Path] = []
        self._names: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._folder.mkdir(parents=True)
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Switch off."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        async with aiohttp.ClientSession() as http:
            while True:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    await self._look(http, f"http://127.0.0.1:{self._service.port}/meetings/{self._id}")
                await asyncio.sleep(0.3)  # as players do

    async def _look(self, http: aiohttp.ClientSession, meeting: str) -> None:
        async with http.get(f"{meeting}/live.m3u8") as answer:
            lines = (await answer.text()).splitlines() if answer.status == 200 else []
        for name in (line for line in lines if line and not line.startswith("#") and line not in self._names):
            async with http.get(f"{meeting}/{name}") as answer:
                if answer.status == 200:
                    kept = self._folder / f"{len(self.seen):05d}.ts"
                    kept.write_bytes(await answer.read())
                    self._names.add(name)
                    self.seen.append(kept)


@dataclass
class Props:
    """What stands around the service, and can be broken. `disk` and `clock` are None where this machine has no such
    thing: see `tests/support/small_disk.py` and `set_clock.py`."""

    camera: MarkedCamera
    server: RtmpServer
    link: Relay
    disk: SmallDisk | None
    clock: SetClock | None


@contextlib.asynccontextmanager
async def props(folder: Path) -> AsyncIterator[Props]:
    """All of them, working."""
    async with (
        RtmpServer(folder / "received") as server,
        Relay(server.port) as link,
        MarkedCamera(folder / "emitted") as camera,
        small_disk(folder / "here" / "recordings") as disk,
    ):
        clock = SetClock(folder / "clock")
        yield Props(camera, server, link, disk, clock if clock.environment else None)


@contextlib.asynccontextmanager
async def evening(folder: Path) -> AsyncIterator[Evening]:
    """`async with evening(tmp_path) as it`: live, and received by the server."""
    async with props(folder) as around:
        server = around.server
        async with Serve(
            folder / "here", around.camera.url, environment=around.clock.environment if around.clock else None,
            destination=[{"name": "YouTube", "url": server.url.replace(str(server.port), str(around.link.port))}],
            encoder={**SMALL, "segment_seconds": SEGMENT}, broadcast={"delay_seconds": DELAY},
        ) as service:  # fmt: skip
            id = await service.planned()
            viewer = Viewer(folder / "watched", service, id)
            it = Evening(around, service, id, viewer)
            with it.timeline.suffers("going live", Cost(before=0.0, after=CAMERA_OPENS)):
                await it.order("go-live", "live")
            viewer.start()
            await it.films()
            await eventually(lambda: server.received > 20_000, "the server receives")
            try:
                yield it
            finally:
                await viewer.stop()


CAMERA_OPENS = 3.0 + 3.0
"""Promised: 3 s from a camera that is there to its picture on the air. Margin: a slow machine's 3 s."""
