"""One visitor's WebSocket, on the port of the pages: aiohttp upgrades, then the Sans-I/O protocol of `websockets` takes
over the transport. Only documented parts of both are used, the way uvicorn does it.

Nobody waits for another one's line: what goes to many is written at once, and a reader too far behind is dropped.
"""

import asyncio
import logging
import os
import socket as sockets
import struct
from collections.abc import Awaitable, Callable

from aiohttp import web as aio
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from web.live_handshake import refusal, switching

log = logging.getLogger(__name__)

MAX_MESSAGE = 8 * 1024
"""Bytes a visitor may send at once; more closes with 1009."""
MAX_WAITING = 16
"""Received messages nobody has taken yet; then the network has to wait."""
MAX_BUFFER = 256 * 1024
"""Bytes waiting to be sent to one visitor; a reader that far behind is dropped and comes back for the present."""
KERNEL_BUFFER = 64 * 1024
"""The kernel would otherwise let it grow to 4 MB for each stalled reader."""
MAX_FRAGMENTS = 64
"""Pieces of one message; empty ones cost nothing to send and would be kept for ever. More closes with 1009."""
MAX_PINGS = 100
"""Pings and pongs of a visitor in a second; more closes with 1008."""
CLOSE_SECONDS = 5.0

PING = Frame(Opcode.PING, b"").serialize(mask=False)

Handler = Callable[["Connection"], Awaitable[None]]
Write = Callable[[bytes], object]


class Gone(Exception):
    """The visitor is no longer there. A handler need not catch it: it simply ends the handler."""


class Dismissed(Exception):
    """Raised by a handler to end the connection with a close code (1013: try again later)."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class Connection(asyncio.Protocol):
    """An open WebSocket: `recv`, `send`, `close`. Made by `upgrade` only.

    `write(frame)` sends a ready-made frame (see `text_frame`): the same bytes for any number of visitors. It goes
    straight to the kernel while nothing waits, by the transport and with a look at how far behind the visitor is while
    something does, and nowhere once they are gone: so a loop over ten thousand of them asks none of them how they are.
    """

    write: Write

    def __init__(self, protocol: ServerProtocol, transport: asyncio.Transport, answer: bytes) -> None:
        self._protocol = protocol
        self._transport = transport
        self._http = transport.get_protocol()
        self._loop = asyncio.get_running_loop()
        self._straight: Write = self._write_at_once
        self._file = -1
        raw = transport.get_extra_info("socket")
        if raw is None or transport.get_extra_info("sslcontext"):
            self._straight = transport.write  # there is something between it and the kernel
        else:
            self._file = raw.fileno()
        self._received: list[str | bytes] = []  # a deque, empty, has 600 bytes
        self._fragments: list[bytes] = []
        self._is_text = True
        self._reading = True
        self._buffer_limit = MAX_BUFFER
        self._waiting: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._pings, self._pings_since = 0, 0.0
        self._gone: asyncio.Future[None] = self._loop.create_future()
        self._abort_timer: asyncio.TimerHandle | None = None
        self.last_seen = self.last_ping = self._loop.time()
        self._greeting, self.write = answer, self._write_greeting_first
        transport.set_write_buffer_limits(high=0)  # told as soon as anything waits: what comes next goes behind it
        transport.set_protocol(self)
        self._loop.call_soon(self._greet)
        transport.resume_reading()

    @property
    def open(self) -> bool:
        """Messages can go both ways."""
        return self._protocol.state is State.OPEN

    @property
    def close_code(self) -> int | None:
        """The code of the close frame (1006: there was none), `None` while open."""
        return self._protocol.close_code

    async def recv(self) -> str | bytes:
        """The next message. What arrived before the end is still handed out, then Gone is raised."""
        while not self._received:
            if not self.open:
                raise Gone
            self._waiting = self._loop.create_future()
            await self._waiting
        message = self._received.pop(0)
        if not self._reading and len(self._received) <= MAX_WAITING // 4:
            self._reading = True
            self._transport.resume_reading()
        return message

    async def send(self, message: str | bytes) -> None:
        """Send one text message to this visitor alone. Raises Gone."""
        await self.send_frames(text_frame(message))

    async def send_frames(self, *frames: bytes) -> None:
        """Send ready-made frames to this visitor alone, one right after the other; they may be large. Raises Gone."""
        if not self.open:
            raise Gone
        # A snapshot on a slow line must not count as falling behind: the visitor would be dropped again and again.
        self._buffer_limit = max(self._buffer_limit, MAX_BUFFER + sum(map(len, frames)))
        for frame in frames:
            self.write(frame)
        # Whoever asks faster than they read the answers waits for themselves: their next message is not read yet.
        if self._drained is not None:
            await asyncio.shield(self._drained)

    def ping(self, now: float) -> None:
        """Ask for a sign of life. `now`: the event loop's clock."""
        self.last_ping = now
        self.write(PING)

    async def close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Say goodbye and wait, at most 5 s, until the connection is gone."""
        self.begin_close(code, reason)
        await asyncio.shield(self._gone)

    def begin_close(self, code: int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """Say goodbye without waiting."""
        if self.open:
            self._protocol.send_close(code, reason)
            self._flush()
            self._wake()

    def abort(self) -> None:
        """Drop the connection now; what waits to be sent is lost."""
        self.write = _nowhere
        raw = self._transport.get_extra_info("socket")
        if raw is not None and not self._transport.is_closing():  # else the kernel would go on offering it, for minutes
            raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def _write_greeting_first(self, frame: bytes) -> None:
        """The answer to the handshake goes with the first frame, where there is one at once: one packet, one call."""
        greeting, self._greeting, self.write = self._greeting, b"", self._straight
        self._transport.write(greeting + frame)

    def _greet(self) -> None:
        if self._greeting and not self._transport.is_closing():
            self._write_greeting_first(b"")

    # What asyncio calls.

    def data_received(self, data: bytes) -> None:
        self.last_seen = self._loop.time()
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if not isinstance(event, Frame) or not self.open:
                continue
            if event.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                self._take(event)
            elif event.opcode in (Opcode.PING, Opcode.PONG):
                self._count_ping()
        self._flush()
        if not self.open:
            self._wake()

    def eof_received(self) -> None:
        self._protocol.receive_eof()
        self._flush()
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.write = _nowhere
        self._protocol.receive_eof()
        if self._abort_timer:
            self._abort_timer.cancel()
        if not self._gone.done():
            self._gone.set_result(None)
        self._wake()
        self.resume_writing()
        self._http.connection_lost(exc)  # aiohttp cleans up its side

    def pause_writing(self) -> None:
        self._drained = self._loop.create_future()
        if self.open:
            self.write = self._write_if_not_too_far_behind

    def resume_writing(self) -> None:
        if self._drained is not None:
            self._drained.set_result(None)
            self._drained = None
        if self.open:
            self.write = self._straight

    def _write_at_once(self, frame: bytes) -> None:
        """Nothing waits: a transport would do the same, with half a dozen looks at itself before. What the kernel does
        not take, or refuses because nobody is there, is the transport's. It lets the number of the file go after it has
        told `connection_lost`, never before, so no one else's file is written into."""
        try:
            sent = os.write(self._file, frame)
        except OSError:
            sent = 0
        if sent < len(frame):
            self._transport.write(frame[sent:])

    def _write_if_not_too_far_behind(self, frame: bytes) -> None:
        if self._transport.get_write_buffer_size() > self._buffer_limit:
            self.abort()
        else:
            self._transport.write(frame)

    def _wake(self) -> None:
        """Whoever waits in `recv` looks again."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _count_ping(self) -> None:
        """Each is answered, so a flood of them would keep everybody else waiting."""
        if self.last_seen - self._pings_since > 1.0:
            self._pings, self._pings_since = 0, self.last_seen
        self._pings += 1
        if self._pings > MAX_PINGS:
            self._protocol.fail(CloseCode.POLICY_VIOLATION, "too many pings")

    def _take(self, frame: Frame) -> None:
        """One data frame: a message, or a piece of one."""
        if frame.opcode is not Opcode.CONT:
            self._is_text = frame.opcode is Opcode.TEXT
        self._fragments.append(bytes(frame.data))
        if len(self._fragments) > MAX_FRAGMENTS:
            self._fragments.clear()
            self._protocol.fail(CloseCode.MESSAGE_TOO_BIG, "too many fragments")
        elif frame.fin:
            message = b"".join(self._fragments)
            self._fragments.clear()
            self._deliver(message)

    def _deliver(self, message: bytes) -> None:
        try:
            self._received.append(message.decode() if self._is_text else message)
        except UnicodeDecodeError:
            self._protocol.fail(CloseCode.INVALID_DATA, "invalid UTF-8")
            return
        self._wake()
        if self._reading and len(self._received) >= MAX_WAITING:
            self._reading = False
            self._transport.pause_reading()

    def _flush(self) -> None:
        """Write what the protocol wants written; once a close is due, make sure that it comes."""
        self._greet()
        if not self.open:
            self.write = _nowhere
        if self._transport.get_write_buffer_size() > self._buffer_limit:
            self.abort()  # pings without end, and the answers are not read
        for data in self._protocol.data_to_send():
            if self._transport.is_closing():
                break
            if data:
                self._transport.write(data)
            elif self._transport.can_write_eof():
                self._transport.write_eof()
            else:
                self._transport.close()
        if self._protocol.close_expected() and self._abort_timer is None:
            self._abort_timer = self._loop.call_later(CLOSE_SECONDS, self._transport.abort)


def _nowhere(frame: bytes) -> None:
    """Nobody is there any more."""


def text_frame(message: str | bytes) -> bytes:
    """A complete frame as it goes over the wire (no compression is ever negotiated)."""
    data = message.encode() if isinstance(message, str) else message
    return Frame(Opcode.TEXT, data).serialize(mask=False)


async def upgrade(request: aio.Request, handler: Handler, max_size: int = MAX_MESSAGE) -> aio.Response:
    """Turn `request` into a Connection and serve it with `handler` until either ends. What is no WebSocket handshake
    gets an ordinary answer (400, 405, 426). Whether the page is ours is checked before. `max_size`: bytes a message.
    """
    protocol = ServerProtocol(max_size=max_size, state=State.OPEN, logger=log)
    answer = switching(request) or refusal(protocol, request)
    if isinstance(answer, aio.Response):
        return answer
    transport = request.transport
    if transport is None or transport.is_closing():
        raise ConnectionResetError("the visitor left during the handshake")
    await _serve(_take_over(protocol, transport, answer), handler)
    return aio.Response(status=101)


def _take_over(protocol: ServerProtocol, transport: asyncio.Transport, answer: bytes) -> Connection:
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, KERNEL_BUFFER)
    return Connection(protocol, transport, answer)


async def _serve(connection: Connection, handler: Handler) -> None:
    try:
        await handler(connection)
    except Gone:
        pass
    except Dismissed as dismissal:
        await connection.close(dismissal.code, dismissal.reason)
    except asyncio.CancelledError:
        connection.abort()
        raise
    except Exception:
        log.exception("a live channel's handler failed")
        await connection.close(CloseCode.INTERNAL_ERROR)
    await connection.close()
