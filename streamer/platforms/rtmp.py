"""As much of RTMP as it takes to knock: handshake, `connect`, and messages that belong to no stream. Never a key."""

import os
import struct

HELLO_BYTES = 1537
ECHO_BYTES = 1536
_VERSION = 3
_DATA, _COMMAND, _SET_CHUNK_SIZE = 18, 20, 1
_DEFAULT_CHUNK = 128


def hello() -> bytes:
    """C0 and C1: version, time, zero, random bytes."""
    return bytes([_VERSION]) + bytes(8) + os.urandom(ECHO_BYTES - 8)


def is_hello(theirs: bytes) -> bool:
    """Whether S0 names a version of RTMP."""
    return theirs[:1] == bytes([_VERSION])


def echo(theirs: bytes) -> bytes:
    """C2: their S1 again."""
    return theirs[1:HELLO_BYTES]


def connect(app: str, url: str) -> bytes:
    """The command that names the application. `url` without a key."""
    named = {"app": app, "type": "nonprivate", "flashVer": "FMLE/3.0 (compatible; Tribune)", "tcUrl": url}
    body = _string("connect") + b"\x00" + struct.pack(">d", 1.0) + _object(named)
    return _message(_COMMAND, body, chunk=_DEFAULT_CHUNK, stream=3)


def chunk_size(size: int) -> bytes:
    """From now on messages come in pieces of up to `size` bytes."""
    return _message(_SET_CHUNK_SIZE, struct.pack(">I", size), chunk=_DEFAULT_CHUNK, stream=2)


def filler(size: int) -> bytes:
    """One data message of about `size` bytes, in one piece, for no stream: nobody waits for it."""
    name = _string("tribuneUploadTrial")
    length = size - len(name) - 5
    return _message(_DATA, name + b"\x0c" + struct.pack(">I", length) + b"." * length, chunk=size + 1, stream=3)


def _message(kind: int, body: bytes, *, chunk: int, stream: int) -> bytes:
    """With a full header (time 0, message stream 0), cut into chunks."""
    head = bytes([stream]) + bytes(3) + len(body).to_bytes(3, "big") + bytes([kind]) + bytes(4)
    pieces = [body[at : at + chunk] for at in range(0, len(body), chunk)]
    return head + bytes([0xC0 | stream]).join(pieces)


def _string(text: str) -> bytes:
    encoded = text.encode()
    return b"\x02" + struct.pack(">H", len(encoded)) + encoded


def _object(values: dict[str, str]) -> bytes:
    """AMF0: names and strings."""
    pairs = b"".join(_string(name)[1:] + _string(value) for name, value in values.items())
    return b"\x03" + pairs + b"\x00\x00\x09"
