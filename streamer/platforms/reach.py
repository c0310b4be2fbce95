"""The way to a destination, tried without going live there: its name, connection, certificate, RTMP, and the upload.
An SRT listener is knocked at; there is no way to measure the way to it.

The stream key is not known here, so it cannot be sent. After RTMP's handshake and `connect` (the application, no key)
a few megabytes of data messages follow that belong to no stream, and which a server throws away. What counts is what
the other side's TCP has acknowledged, as the kernel's send queue tells. A server that hangs up on this leaves the
upload unmeasured, and is never called fast for it.

All of it blocks, for at most `Patience`: run it in a thread, and `cancel()` it from outside.
"""

import array
import contextlib
import fcntl
import select
import socket
import ssl
import termios
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from streamer.platforms import rtmp, srt

CONNECT_SECONDS = 5.0
KNOCKS = 3
MEASURE_SECONDS = 6.0
"""The longest a measurement takes."""
WANTED_SECONDS = 3.0
"""How long the wanted rate would take for what is sent."""
LEAST_BYTES, MOST_BYTES = 1_000_000, 8_000_000
ABSORBED_BYTES = 256_000
"""What the buffers on the way take at once: it says nothing about how fast they are emptied."""
_PIECE = 16_384


class Unreachable(Exception):
    """It went wrong. `code`: name_unknown, no_answer, certificate_other, certificate_expired, certificate_untrusted,
    no_tls, no_rtmp, application_refused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Address:
    """An RTMP(S), SRT or HLS address in parts. `app` as RTMP wants it, with its query."""

    host: str
    port: int
    app: str
    secure: bool
    url: str

    @classmethod
    def of(cls, url: str) -> "Address":
        """Of `rtmp://host/app` or `rtmps://host:443/app?backup=1`."""
        parts = urlsplit(url)
        secure, http = parts.scheme in ("rtmps", "https"), parts.scheme == "http"
        app = parts.path.strip("/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.hostname or "", parts.port or (443 if secure else 80 if http else 1935), app, secure, url)


class Way:
    """One attempt. `needed`: bit/s that should go through; 0 measures nothing. `context`: whom to trust."""

    def __init__(self, url: str, needed: float = 0.0, context: ssl.SSLContext | None = None) -> None:
        self._address = Address.of(url)
        self._needed = needed
        self._context = context
        self._socket: socket.socket | None = None
        self._cancelled = False

    def cancel(self) -> None:
        """From another thread: whatever is being waited for ends now."""
        self._cancelled = True
        if self._socket:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def walk(self) -> float | None:
        """Go there. Returns the upload measured, bit/s; None where it could not be. Raises `Unreachable`."""
        if self._address.url.startswith("srt:"):
            self._knocked()
            return None
        self._socket = self._connected()
        try:
            link = self._secured(self._socket) if self._address.secure else self._socket
            self._socket = link
            if self._address.url.startswith("http"):  # what it says to a segment shows once there is one
                return None
            self._greeted(link)
            return self._measured(link) if self._needed > 0 else None
        finally:
            self._socket.close()

    def _knocked(self) -> None:
        """At an SRT listener. Nothing is opened there."""
        for family, kind, protocol, _, where in self._found(socket.SOCK_DGRAM):
            with socket.socket(family, kind, protocol) as self._socket:
                for _ in range(KNOCKS):  # a packet may be lost
                    if self._cancelled or (answer := _asked(self._socket, where)) is None:
                        continue
                    if not srt.is_hello(answer):
                        raise Unreachable("no_rtmp")
                    return
        raise Unreachable("no_answer")

    def _found(self, kind: socket.SocketKind) -> Sequence[tuple[int, int, int, str, Any]]:
        try:
            return socket.getaddrinfo(self._address.host, self._address.port, type=kind)
        except (OSError, UnicodeError):
            raise Unreachable("name_unknown") from None

    def _connected(self) -> socket.socket:
        for family, kind, protocol, _, where in self._found(socket.SOCK_STREAM):
            link = socket.socket(family, kind, protocol)
            link.settimeout(CONNECT_SECONDS)
            try:
                link.connect(where)
                return link
            except OSError:
                link.close()
            if self._cancelled:
                break
        raise Unreachable("no_answer")

    def _secured(self, link: socket.socket) -> ssl.SSLSocket:
        """TLS with the server's name, its certificate checked."""
        context = self._context or ssl.create_default_context()
        try:
            return context.wrap_socket(link, server_hostname=self._address.host)
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(_certificate_code(error)) from None
        except (ssl.SSLError, OSError):
            raise Unreachable("no_tls") from None

    def _greeted(self, link: socket.socket) -> None:
        """RTMP's handshake, and the application."""
        deadline = time.monotonic() + CONNECT_SECONDS
        try:
            link.sendall(rtmp.hello())
            theirs = _received(link, rtmp.HELLO_BYTES + rtmp.ECHO_BYTES, deadline)
            if not rtmp.is_hello(theirs):
                raise Unreachable("no_rtmp")
            link.sendall(rtmp.echo(theirs) + rtmp.connect(self._address.app, self._address.url))
            if not _accepted(link, deadline):
                raise Unreachable("application_refused")
        except (OSError, EOFError):
            raise Unreachable("no_rtmp") from None

    def _measured(self, link: socket.socket) -> float | None:
        """Bits per second that the other side acknowledged; None if it hung up."""
        total = round(min(max(self._needed / 8 * WANTED_SECONDS, LEAST_BYTES), MOST_BYTES))
        link.settimeout(0.25)
        try:
            link.sendall(rtmp.chunk_size(_PIECE * 2))
            return _rate(link, total, rtmp.filler(_PIECE), lambda: self._cancelled)
        except OSError:
            return None


def _asked(link: socket.socket, where: Any) -> bytes | None:
    """What an SRT listener answers, None where nothing comes."""
    link.settimeout(CONNECT_SECONDS / KNOCKS)
    try:
        link.connect(where)
        link.send(srt.hello())
        return link.recv(2048)
    except OSError:
        return None


def _received(link: socket.socket, count: int, deadline: float) -> bytes:
    """Exactly `count` bytes. Raises EOFError, OSError."""
    kept = bytearray()
    while len(kept) < count:
        link.settimeout(max(deadline - time.monotonic(), 0.01))
        if not (piece := link.recv(count - len(kept))):
            raise EOFError
        kept += piece
    return bytes(kept)


def _accepted(link: socket.socket, deadline: float) -> bool:
    """Whether the application was accepted: the word is searched for, what comes with it differs between servers."""
    kept = b""
    while b"NetConnection.Connect.Success" not in kept:
        link.settimeout(max(deadline - time.monotonic(), 0.01))
        piece = link.recv(4096)
        if not piece or b"NetConnection.Connect.Rejected" in kept + piece:
            return False
        kept = (kept + piece)[-8192:]
    return True


def _certificate_code(error: ssl.SSLCertVerificationError) -> str:
    """Which kind of wrong it is: the cure differs."""
    if error.verify_code == 62:
        return "certificate_other"
    if error.verify_code in (9, 10):
        return "certificate_expired"
    return "certificate_untrusted"


def _rate(link: socket.socket, total: int, piece: bytes, cancelled: Callable[[], bool]) -> float | None:
    """Send `total` bytes, or as many as pass in time; the rate past what buffers absorb."""
    begun, sent, seen = time.monotonic(), 0, [(0.0, 0)]
    view = memoryview(piece)
    rest = view[:0]
    while True:
        now = time.monotonic() - begun
        acknowledged = max(sent - _unacknowledged(link), seen[-1][1])
        seen.append((now, acknowledged))
        if cancelled() or _hung_up(link):  # the kernel forgets what it held for a dead connection
            return None
        if acknowledged >= total or now > MEASURE_SECONDS:
            # not one byte: whoever is there does not read what we send, which says nothing about the line
            return _slope(seen, through=acknowledged >= total) or None
        if sent >= total:
            time.sleep(0.005)
            continue
        rest = rest or view
        try:
            went = link.send(rest)
            sent, rest = sent + went, rest[went:]
        except TimeoutError:
            continue


def _slope(seen: list[tuple[float, int]], *, through: bool) -> float:
    """Bit/s past what buffers absorb; where not all went `through`, over the second half of the time."""
    end, last = seen[-1]
    counted = [at for at in seen[:-1] if (at[1] <= ABSORBED_BYTES if through else at[0] <= end / 2)]
    since, before = counted[-1] if counted else seen[0]
    return (last - before) * 8 / max(end - since, 0.001)


def _hung_up(link: socket.socket) -> bool:
    """Whether the other side has closed, or the connection is broken."""
    look = select.poll()
    look.register(link.fileno(), select.POLLRDHUP)
    return bool(look.poll(0))


def _unacknowledged(link: socket.socket) -> int:
    """Bytes the kernel still keeps, because nobody has said that they arrived."""
    held = array.array("i", [0])
    fcntl.ioctl(link.fileno(), termios.TIOCOUTQ, held)
    return held[0]
