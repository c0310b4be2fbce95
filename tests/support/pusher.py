"""A hardware encoder of odd size and rates that pushes to us over SRT or RTMP: an ffmpeg of its own."""

import asyncio
import signal
from types import TracebackType
from typing import Self

from tests.support.probe import FFMPEG


class Pusher:
    """`async with Pusher(url)`: pushes one colour and one tone until it is left; tries again until somebody listens."""

    def __init__(
        self, url: str, *, colour: int = 0x2060C0, tone_hz: float = 700, size: str = "640x360", fps: str = "24",
        rate: int = 44_100,
    ) -> None:  # fmt: skip
        container = "flv" if url.startswith("rtmp") else "mpegts"
        self._argv = [
            FFMPEG, "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", f"color=c=0x{colour:06x}:s={size}:r={fps}",
            "-re", "-f", "lavfi", "-i", f"sine=f={tone_hz}:r={rate}", "-af", "volume=6dB",
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", fps, "-b:v", "500k",
            "-c:a", "aac", "-b:a", "64k", "-f", container, url,
        ]  # fmt: skip
        self._task: asyncio.Task[None] | None = None
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._push())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Pull the plug."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _push(self) -> None:
        while True:
            process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
            )
            try:
                await process.wait()
            finally:
                if process.returncode is None:
                    process.send_signal(signal.SIGKILL)
                    await process.wait()
            await asyncio.sleep(0.2)
