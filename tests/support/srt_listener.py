"""A real SRT listener on a free port: ffmpeg with libsrt, which asks for a passphrase and keeps what it receives."""

import asyncio
import signal
import socket
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.waiting import PATIENCE, eventually

FFMPEG = "/usr/bin/ffmpeg"


class SrtListener:
    """`async with SrtListener(folder, "a passphrase") as there`: takes one caller after another at `there.url`."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder, self._passphrase, self._began = folder, passphrase, 0
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The address, without secrets."""
        return f"srt://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; again after `stop` on the same port, into another file."""
        self._began += 1
        address = f"{self.url}?mode=listener&passphrase={self._passphrase}"
        arguments = ["-v", "error", "-y", "-i", address, "-c", "copy", "-flush_packets", "1", str(self.files[-1])]
        self._process = await asyncio.create_subprocess_exec(FFMPEG, "-nostdin", *arguments)
        await eventually(self._listens, "it listens")

    def _listens(self) -> bool:
        """A socket with this port is bound, as the kernel tells."""
        bound = Path("/proc/net/udp").read_text(encoding="ascii")
        return f":{self.port:04X} " in bound

    async def stop(self) -> None:
        """Be gone without a word."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()

    @property
    def files(self) -> list[Path]:
        """What each start received."""
        return [self.folder / f"{number}.ts" for number in range(1, self._began + 1)]

    @property
    def received(self) -> int:
        """Bytes since the last start."""
        return self.files[-1].stat().st_size if self.files[-1].exists() else 0
