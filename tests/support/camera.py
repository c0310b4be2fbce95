"""An IP camera of odd size and rates that is told what to film, so that what was filmed can be looked for."""

import asyncio
import contextlib
import signal
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ports import free_port
from tests.support.waiting import PATIENCE

SCRIPT = Path(__file__).with_name("rtsp_camera.py")


class RtspCamera:
    """`async with RtspCamera() as camera`: a GStreamer RTSP server at `camera.url`."""

    script = SCRIPT

    def __init__(
        self, *, size: str = "704x576", fps: str = "25/1", rate: int = 44_100, sound: bool = True,
        user: str | None = None, password: str | None = None,
    ) -> None:  # fmt: skip
        self._arguments = ["--size", size, "--fps", fps, "--rate", str(rate)]
        self._arguments += [] if sound else ["--silent"]
        self._arguments += ["--user", user, "--password", password or ""] if user else []
        self._credentials = f"{user}:{password}@" if user else ""
        self.port = free_port()
        self.clients = 0
        """Connections that are open now."""
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self._filming: str | None = None

    @property
    def url(self) -> str:
        """The address, with name and password where the camera has them."""
        return f"rtsp://{self._credentials}127.0.0.1:{self.port}/chamber"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Switch on; after `stop` again on the same port."""
        self.clients, self._filming = 0, None
        self._process = await asyncio.create_subprocess_exec(
            "/usr/bin/python3", str(self.script), "--port", str(self.port), *self._arguments,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert self._process.stdout
        async with asyncio.timeout(PATIENCE):
            ready = await self._process.stdout.readline()
        assert ready.startswith(b"ready "), "the camera did not start: is python3-gi with GstRtspServer installed?"
        self.port = int(ready.split()[1])
        self._reader = asyncio.create_task(self._read(self._process.stdout))

    async def stop(self) -> None:
        """Pull the plug."""
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()
            with contextlib.suppress(OSError):
                await self._process.stdin.wait_closed()
        if self._reader:
            await self._reader
        async with self._changed:
            self._process = None
            self._changed.notify_all()

    def freeze(self) -> None:
        """Stop delivering without hanging up."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def film(self, colour: int, tone_hz: float = 300.0) -> float:
        """Point it at something else. Returns the unix time at which it was seen to do so. Raises ConnectionError when
        it is switched off meanwhile."""
        process = self._process
        assert process
        assert process.stdin
        wanted = f"{colour:06x} {tone_hz:g}"
        process.stdin.write(f"film {wanted}\n".encode())
        async with self._changed, asyncio.timeout(PATIENCE):
            await self._changed.wait_for(lambda: self._filming == wanted or self._process is not process)
        if self._process is not process:
            raise ConnectionError("the camera was switched off")
        return time.time()

    async def shift_sound(self, seconds: float) -> None:
        """From now on its sound is dated so much later than the picture that comes with it."""
        assert self._process
        assert self._process.stdin
        self._process.stdin.write(f"shift {seconds:g}\n".encode())
        await self._process.stdin.drain()

    async def clients_are(self, number: int, seconds: float = PATIENCE) -> None:
        """Wait until so many connections are open. Raises TimeoutError."""
        async with self._changed, asyncio.timeout(seconds):
            await self._changed.wait_for(lambda: self.clients == number)

    async def _read(self, lines: asyncio.StreamReader) -> None:
        async for line in lines:
            word, _, rest = line.decode().strip().partition(" ")
            async with self._changed:
                if word == "clients":
                    self.clients = int(rest)
                elif word == "filming":
                    self._filming = rest
                self._changed.notify_all()


class MarkedCamera(RtspCamera):
    """A camera that films its own clock: what it sent, and when, is told by `marks.py` and by the file `emitted`."""

    script = SCRIPT.with_name("marked_camera.py")

    def __init__(self, emitted: Path) -> None:
        super().__init__()
        self.began = float(int(time.time()))
        """Unix seconds of frame 0 and of second 0."""
        self._emitted = emitted
        self._arguments = ["--began", str(self.began), "--emitted", str(emitted)]

    def emitted(self) -> set[int]:
        """The frames that it has sent to somebody so far."""
        sent = self._emitted.read_bytes() if self._emitted.exists() else b""
        return {int.from_bytes(sent[at : at + 4], "big") for at in range(0, len(sent) - 3, 4)}
