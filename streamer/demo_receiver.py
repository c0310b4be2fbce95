"""A receiver on this machine that stands in for YouTube: an ffmpeg that listens and writes down what it is sent."""

import asyncio
import secrets
import socket
from pathlib import Path
from types import TracebackType

from streamer.media.binary import find_ffmpeg
from streamer.media.process import Process, end_task


class Receiver:
    """`async with Receiver(folder)`: listens until the block ends, and again after each broadcast."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, f"demo-{secrets.token_hex(4)}"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self.url = f"rtmp://127.0.0.1:{self._port}/live2"
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Receiver":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._task = asyncio.create_task(self._listen(), name="demo receiver")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task:
            await end_task(self._task)

    async def _listen(self) -> None:
        ffmpeg, number = find_ffmpeg().path, 0
        while True:
            number += 1
            out = self.folder / f"received-{number:02}.flv"
            argv = [ffmpeg, "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-listen", "1",
                    "-i", f"{self.url}/{self.key}", "-c", "copy", "-f", "flv", str(out)]  # fmt: skip
            process = Process.start(argv, self.folder / f"receiver-{number:02}")
            try:
                await process.wait()
            finally:
                await process.stop()
