"""The WebSocket handshake (RFC 6455, 4.2): aiohttp has read the request, `websockets` says what is wrong with one.

What every browser sends is answered here, in a tenth of the time: after a restart thousands shake hands at once.
"""

import base64
import binascii
import hashlib

from aiohttp import web as aio
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

HEADERS = ("Connection", "Upgrade", "Sec-WebSocket-Key", "Sec-WebSocket-Version")
NOT_FOR_AIOHTTP = frozenset({"connection", "content-length", "content-type", "date"})
GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KEY_BYTES = 16


def switching(request: aio.Request) -> bytes | None:
    """The answer 101 as it goes over the wire; `None`: ask `refusal`, which knows the rare forms, too."""
    found = [value for name in HEADERS for value in request.headers.getall(name, ())]
    if request.method != "GET" or not all(name in request.headers for name in HEADERS) or len(found) != len(HEADERS):
        return None
    connection, upgrade, key, version = found
    words = [word.strip().lower() for word in connection.split(",")]
    if "upgrade" not in words or upgrade.lower() != "websocket" or version != "13" or not _is_key(key):
        return None
    return _answer(key)


def refusal(protocol: ServerProtocol, request: aio.Request) -> aio.Response | bytes:
    """What is no handshake gets an ordinary answer (400, 405, 426); one that is good all the same, the answer 101."""
    headers = Headers()
    for name in HEADERS:
        for value in request.headers.getall(name, ()):
            headers[name] = value
    answer = protocol.accept(Request(request.raw_path, headers))
    return answer.serialize() if answer.status_code == 101 else _ordinary(answer)


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def _answer(key: str) -> bytes:
    accepted = base64.b64encode(hashlib.sha1(key.encode() + GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accepted
        + b"\r\n\r\n"
    )


def _ordinary(answer: Response) -> aio.Response:
    kept = {name: value for name, value in answer.headers.raw_items() if name.lower() not in NOT_FOR_AIOHTTP}
    return aio.Response(status=answer.status_code, body=bytes(answer.body or b""), headers=kept)
