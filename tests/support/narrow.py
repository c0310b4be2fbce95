"""A narrow line: a proxy that lets only so many bytes a second through, as a bad connection does; or is cut."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SIP = 4096


@asynccontextmanager
async def narrow_line(port: int, bytes_per_second: float, *, cut_after: int | None = None) -> AsyncIterator[int]:
    """A port from which `port` is reached; upwards at the given rate and cut after so many bytes, downwards freely."""
    tasks: set[asyncio.Task[None]] = set()

    async def up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        passed, due = 0, 0.0
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while (data := await reader.read(SIP)) and (cut_after is None or passed < cut_after):
                writer.write(data)
                await writer.drain()
                passed += len(data)
                # a busy machine's delay is made up for, or it would make the line narrower
                due = max(due, time.monotonic() - 0.2) + len(data) / bytes_per_second
                await asyncio.sleep(due - time.monotonic())
        writer.transport.abort()
        back.transport.abort()

    async def down(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while data := await reader.read(65536):
                writer.write(data)
        writer.transport.abort()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        tasks.add(asyncio.create_task(up(reader, inner_writer, writer)))
        tasks.add(asyncio.create_task(down(inner_reader, writer)))

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SIP)  # a line holds little
        listening.bind(("127.0.0.1", 0))
        server = await asyncio.start_server(accept, sock=listening, limit=SIP)
        try:
            yield int(listening.getsockname()[1])
        finally:
            server.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await server.wait_closed()
            await asyncio.sleep(0)  # the transports close in the loop's next turn
