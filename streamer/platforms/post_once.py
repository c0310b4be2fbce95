"""How a post is made once on a network that does not know a message again: Facebook and X take no idempotency key.

Where nothing was sent, nothing was made. Every other end without a clear answer may hide a post: from then on it is
looked for among the account's own posts, and made again only where they were read and it is not there.
"""

import html
import re
import unicodedata
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome

TIMEOUT = aiohttp.ClientTimeout(total=30, connect=10)
AHEAD_SECONDS = 120.0
"""So much the network's clock may differ from ours."""
ANSWER_LENGTH = 200
LINK = re.compile(r"https?://\S+")

Look = Callable[[aiohttp.ClientSession], Awaitable[str]]
"""The address of this very post among the account's own; "" where it is not there. Raises `Unseen`."""
Make = Callable[[aiohttp.ClientSession], Awaitable[Delivery]]


class Unseen(Exception):
    """The account's posts could not be read; the network's words."""


@dataclass(frozen=True)
class Said:
    """A network's answer; `json` is `None` where there was none."""

    status: int
    reason: str
    json: Any

    def get(self, *path: str) -> Any:
        """What stands under `path`; "" where nothing does."""
        found = self.json
        for key in path:
            found = found.get(key, "") if isinstance(found, dict) else ""
        return found

    def words(self, *more: str) -> str:
        """As a person reads it."""
        return " ".join(f"{self.status} {self.reason} {' '.join(more)}".split())


async def said_by(answer: aiohttp.ClientResponse) -> Said:
    """Read an answer."""
    try:
        json = await answer.json(content_type=None)
    except ValueError:
        json = None
    return Said(answer.status, answer.reason or "", json)


async def post_once(
    name: ChannelName, message: Message, look: Look, make: Make, secrets: Sequence[str]
) -> Delivery:  # fmt: skip
    """One attempt. None of `secrets` is in the words of its outcome."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as http:
            if message.begun and (found := await look(http)):
                return Delivery(name, Outcome.SENT, found)
            made = await make(http)
    except (aiohttp.ClientError, OSError, ValueError, Unseen) as error:
        made = Delivery(name, Outcome.UNCLEAR if message.begun else _outcome(error), str(error))
    return Delivery(name, made.outcome, hidden(made.answer, secrets)[:ANSWER_LENGTH])


def _outcome(error: Exception) -> Outcome:
    """Of a failed first attempt: did the request leave?"""
    match error:
        case aiohttp.ConnectionTimeoutError():
            return Outcome.TIMED_OUT
        case aiohttp.ClientSSLError():
            return Outcome.NOT_TRUSTED
        case aiohttp.ClientConnectorError():
            return Outcome.UNREACHABLE
    return Outcome.UNCLEAR


def hidden(words: str, secrets: Sequence[str]) -> str:
    """`words` without any of `secrets`, also as an address spells them."""
    for secret in secrets:
        for spelt in (secret, quote(secret, safe="")):
            words = words.replace(spelt, "…") if spelt else words
    return words


def same(one: str, other: str) -> bool:
    """Whether two posts say the same: networks change links, white space and how special letters are spelt."""
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(LINK.sub(" ", html.unescape(text)).split()))
