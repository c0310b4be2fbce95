"""Alarms to a program: a signed POST, as the Standard Webhooks specification says (https://www.standardwebhooks.com).

`webhook-id` stays the same when a message is tried again, so that its receiver can tell; `webhook-timestamp` is that of
the attempt; `webhook-signature` is "v1," and the base64 of HMAC-SHA256 over "id.timestamp.body".
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome
from streamer.platforms.post_once import hidden

TIMEOUT = aiohttp.ClientTimeout(total=10)
PAUSES_SECONDS = (1.0, 5.0, 20.0)
PREFIX = "whsec_"
ANSWER_LENGTH = 300
READ_BYTES = 4096
"""Of an answer: more than is kept, so that an address in it is seen whole and taken out."""
GIVE_UP = (400, 401, 403, 404, 405, 410, 413, 415, 422)
"""Answers that will be the same the next time."""


def key_of(secret: str) -> bytes:
    """The bytes of a secret as the specification writes it, "whsec_" and base64. Raises ValueError."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"a webhook's secret begins with {PREFIX}")
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not 24 <= len(key) <= 64:
        raise ValueError("a webhook's secret has 24 to 64 bytes")
    return key


def signed(key: bytes, id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The three headers. `timestamp` in whole unix seconds."""
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


class Webhook:
    """Posts to `url`. `secret()` is asked each time: a file that was changed is read anew."""

    name = ChannelName.WEBHOOK

    def __init__(self, url: str, secret: Callable[[], str], pauses: tuple[float, ...] = PAUSES_SECONDS) -> None:
        self._url, self._secret, self._pauses = url, secret, pauses

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """Post it; again after each of `pauses`, seconds, where that may help."""
        try:
            key = key_of(self._secret())
        except (OSError, KeyError, ValueError):
            return Delivery(self.name, Outcome.NO_SECRET)
        at = datetime.fromtimestamp(message.at, UTC).isoformat(timespec="milliseconds")
        body = json.dumps({"type": message.kind, "timestamp": at, "data": dict(message.data)}, ensure_ascii=False)
        delivery, final = await self._post(key, message.id, body.encode())
        for pause in self._pauses if patient else ():
            if final:
                break
            await asyncio.sleep(pause)
            delivery, final = await self._post(key, message.id, body.encode())
        return delivery

    async def _post(self, key: bytes, id: str, body: bytes) -> tuple[Delivery, bool]:
        """One attempt, and whether another would be pointless."""
        headers = {"Content-Type": "application/json", **signed(key, id, int(time.time()), body)}
        try:
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as http,
                http.post(self._url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                words = (await answer.content.read(READ_BYTES)).decode("utf-8", "replace")
                said = " ".join(f"{answer.status} {answer.reason} {words}".split())
        except TimeoutError:
            return Delivery(self.name, Outcome.TIMED_OUT), False
        except aiohttp.ClientSSLError as error:
            return Delivery(self.name, Outcome.NOT_TRUSTED, self._clean(str(error))), False
        except (aiohttp.ClientError, OSError) as error:
            return Delivery(self.name, Outcome.UNREACHABLE, self._clean(str(error))), False
        if 200 <= answer.status < 300:
            return Delivery(self.name, Outcome.SENT, self._clean(said)), True
        return Delivery(self.name, Outcome.REFUSED, self._clean(said)), answer.status in GIVE_UP or answer.status < 400

    def _clean(self, words: str) -> str:
        """Without the address, and what stands in it behind the host: it may hold a token."""
        parts = urlsplit(self._url)
        behind = (f"{parts.path}?{parts.query}", parts.query, *(value for _, value in parse_qsl(parts.query)))
        at_all = (parts.path,) if len(parts.path) > 1 else ()
        return hidden(words, [self._url, *(part for part in behind if part.strip("?/")), *at_all])[:ANSWER_LENGTH]
