"""Posts on a commune's own account at X (https://docs.x.com/x-api/posts/create-or-edit-post).

Signed with OAuth 1.0a, whose tokens do not end (those of OAuth 2.0 do, after two hours). X charges for each post, and
over ten times as much for one with a link (https://docs.x.com/x-api/getting-started/pricing); for reading too, so an
earlier post is looked for only where its answer was lost.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlencode

import aiohttp
from oauthlib.oauth1 import Client
from yarl import URL

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome
from streamer.platforms.post_once import AHEAD_SECONDS, LINK, Said, Unseen, post_once, said_by, same

API = "https://api.x.com"
MOST = 280
LINK_WEIGHT = 23
LIGHT = re.compile("[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
"""Letters that weigh one; all others weigh two (https://developer.x.com/en/docs/counting-characters)."""
LOOK_AT = 20
DUPLICATE = "duplicate content"
"""X's words where this very text was posted a moment ago."""


@dataclass(frozen=True, repr=False)
class Keys:
    """The app's and the account's, each with its secret."""

    app: str
    app_secret: str
    token: str
    token_secret: str


def keys_of(text: str) -> Keys:
    """Four words, in the order in which X shows them: API key, its secret, access token, its secret. Raises
    ValueError."""
    words = text.split()
    if len(words) != 4:
        raise ValueError("four keys are needed")
    return Keys(*words)


def weight(text: str) -> int:
    """How long X takes a text to be."""
    links = len(LINK.findall(text))
    return links * LINK_WEIGHT + sum(1 if LIGHT.match(letter) else 2 for letter in LINK.sub("", text))


class X:
    """Posts with `keys()`, which is asked each time: a file that was changed is read anew."""

    name = ChannelName.X

    def __init__(self, keys: Callable[[], str], site: str = API) -> None:
        self._keys, self._site = keys, site

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """One attempt; who asks keeps what was not delivered."""
        try:
            keys = keys_of(self._keys())
        except (OSError, KeyError, ValueError):
            return Delivery(self.name, Outcome.NO_SECRET)
        return await post_once(
            self.name, message, lambda http: self._look(http, message, keys),
            lambda http: self._make(http, message, keys), [keys.app, keys.app_secret, keys.token, keys.token_secret],
        )  # fmt: skip

    async def _make(self, http: aiohttp.ClientSession, message: Message, keys: Keys) -> Delivery:
        said = await self._ask(http, keys, "POST", "/2/tweets", {"text": message.text})
        if said.status in (200, 201) and (id := said.get("data", "id")):
            return Delivery(self.name, Outcome.SENT, _address(id))
        return Delivery(self.name, _outcome(said), _words(said))

    async def _look(self, http: aiohttp.ClientSession, message: Message, keys: Keys) -> str:
        who = await self._ask(http, keys, "GET", "/2/users/me")
        if who.status != 200 or not str(who.get("data", "id")).isdigit():
            raise Unseen(_words(who))
        since = datetime.fromtimestamp(message.at - AHEAD_SECONDS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = urlencode({"start_time": since, "max_results": LOOK_AT})
        said = await self._ask(http, keys, "GET", f"/2/users/{who.get('data', 'id')}/tweets?{query}")
        if said.status != 200 or not isinstance(said.json, dict):
            raise Unseen(_words(said))
        posts: list[Any] = said.json.get("data", [])
        mine = (post for post in posts if same(str(post.get("text", "")), message.text))
        return next((_address(post["id"]) for post in mine), "")

    async def _ask(
        self, http: aiohttp.ClientSession, keys: Keys, method: Literal["GET", "POST"], path: str, body: Any = None
    ) -> Said:
        """One signed request. A JSON body is not part of what is signed (RFC 5849, section 3.4.1.3.1)."""
        url = f"{self._site}{path}"
        signer = Client(keys.app, keys.app_secret, keys.token, keys.token_secret)
        _, headers, _ = signer.sign(url, http_method=method)
        async with http.request(
            method, URL(url, encoded=True), json=body, headers=headers, allow_redirects=False
        ) as answer:
            return await said_by(answer)


def _outcome(said: Said) -> Outcome:
    """Of an answer that names no post."""
    if said.status == 403 and DUPLICATE in str(said.get("detail")):
        return Outcome.SENT
    if said.status < 400 or said.status >= 500:
        return Outcome.UNCLEAR
    return Outcome.PASSWORD_REFUSED if said.status in (401, 403) else Outcome.REFUSED


def _words(said: Said) -> str:
    return said.words(str(said.get("detail") or said.get("title")))


def _address(id: object) -> str:
    return f"https://x.com/i/status/{id}"
