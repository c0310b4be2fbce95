"""A real RTMP server on a free port: nginx-rtmp, which records what it receives and logs who published."""

import asyncio
import re
import signal
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.ports import free_port
from tests.support.waiting import PATIENCE

MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")


class RtmpServer:
    """`async with RtmpServer(folder) as server`: takes anything under `server.url`, records to `folder`/*.flv."""

    def __init__(self, folder: Path, app: str = "live2") -> None:
        self.folder = folder
        self.app = app
        self.port = free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """The address without a stream key."""
        return f"rtmp://127.0.0.1:{self.port}/{self.app}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; again after `stop` on the same port."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "nginx.conf"
        config.write_text(self._config(), encoding="ascii")
        self._process = await asyncio.create_subprocess_exec(
            "/usr/sbin/nginx", "-p", str(self.folder), "-e", str(self.folder / "nginx.log"), "-c", str(config),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(PATIENCE):
            while not await self._listens():  # noqa: ASYNC110 - another program
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        """Drop every connection, finish the recordings and be gone."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            self.thaw()
            await self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Read nothing more without hanging up: the connection is half open."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    def _config(self) -> str:
        here = self.folder
        return (
            f"worker_processes 1; master_process off; daemon off; pid {here}/nginx.pid;\n"
            f"error_log {here}/nginx.log notice; load_module {MODULE};\nevents {{ worker_connections 64; }}\n"
            f"rtmp {{ server {{ listen 127.0.0.1:{self.port}; application {self.app} {{ live on; "
            f"record all; record_unique on; record_path {here}; access_log {here}/access.log; }} }} }}\n"
        )

    @property
    def recordings(self) -> list[Path]:
        """What was received, one file for every connection that published, in order."""
        return sorted(self.folder.glob("*.flv"), key=lambda path: path.stat().st_mtime_ns)

    @property
    def received(self) -> int:
        """Bytes of picture and sound recorded so far."""
        return sum(path.stat().st_size for path in self.recordings)

    def publishes(self) -> list[str]:
        """The stream keys of the connections that published and have ended."""
        log = self.folder / "access.log"
        return re.findall(r'PUBLISH "[^"]*" "([^"]*)"', log.read_text(encoding="utf-8")) if log.exists() else []

    def takes(self, key: str) -> bool:
        """Whether somebody publishes with that stream key now."""
        began = [path for path in self.recordings if path.name.startswith(f"{key}-")]
        return len(began) > self.publishes().count(key)

    def began(self) -> int:
        """How many connections have begun to publish, ended or not."""
        return len(self.recordings)
