"""A link to a server on this machine that can be cut without hanging up, so that nothing is acknowledged any more; or
made slow."""

import asyncio
import contextlib
import socket
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

SMALL = 4096
"""Bytes the kernel takes for us while we do not read. A real cut link takes none."""


class Relay:
    """`async with Relay(port) as link`: connect to `link.port` instead."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.port = 0
        self._whole = asyncio.Event()
        self._whole.set()
        self._rate = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", 0))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        listening.setblocking(False)
        self.port = int(listening.getsockname()[1])
        self._start(self._accept(listening))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Nothing passes, and nobody is told."""
        self._whole.clear()

    def slow(self, bytes_per_second: float) -> None:
        """No more passes."""
        self._rate = bytes_per_second

    def mend(self) -> None:
        self._rate = 0.0
        self._whole.set()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.add(task := asyncio.create_task(work))
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        with listening:
            while True:
                outer, _ = await asyncio.get_running_loop().sock_accept(listening)
                self._start(self._join(outer))

    async def _join(self, outer: socket.socket) -> None:
        """Both ways, until either end hangs up."""
        loop, inner = asyncio.get_running_loop(), socket.socket()
        with outer, inner:
            inner.setblocking(False)
            try:
                await loop.sock_connect(inner, ("127.0.0.1", self._to))
            except OSError:  # it is away: so are we
                return
            ways = [asyncio.create_task(self._pump(*way)) for way in ((outer, inner), (inner, outer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, source: socket.socket, to: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while True:
                await self._whole.wait()
                if not (data := await loop.sock_recv(source, SMALL)):
                    return
                await loop.sock_sendall(to, data)
                if rate := self._rate:
                    await asyncio.sleep(len(data) / rate)
