"""The API of X for one account, as far as posting there goes; each rule names the page it is from.

Reference: https://docs.x.com/x-api/posts/create-or-edit-post, https://docs.x.com/x-api/users/get-my-user,
https://docs.x.com/x-api/users/get-posts; signatures as RFC 5849 has them, reckoned here and not by a library.
"""

import base64
import hashlib
import hmac
import html
import re
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

import jsonschema
from aiohttp import web as aio

from streamer.platforms.x import MOST, weight
from tests.support.stand_in import StandIn

KEYS = ("canaryAppKey", "canaryAppSecret", "4711-canaryToken", "canaryTokenSecret")
ACCOUNT = "4711"
POST = {"type": "object", "additionalProperties": False, "required": ["text"],
        "properties": {"text": {"type": "string", "minLength": 1}}}  # fmt: skip
"""create-or-edit-post: the body, without what Tribune does not use."""
SIGNED = re.compile(r'(oauth_\w+)="([^"]*)"')


def escaped(text: str) -> str:
    """RFC 5849, 3.6."""
    return quote(text, safe="-._~")


def is_signed(request: aio.Request) -> bool:
    """RFC 5849, 3.4: HMAC-SHA1 over method, address and parameters; a JSON body is none of them."""
    said = {key: unquote(value) for key, value in SIGNED.findall(request.headers.get("Authorization", ""))}
    given = said.pop("oauth_signature", "")
    fresh = abs(time.time() - int(said.get("oauth_timestamp", "0"))) < 300 and said.get("oauth_nonce")
    if not fresh or (said["oauth_consumer_key"], said["oauth_token"]) != (KEYS[0], KEYS[2]):
        return False
    pairs = sorted((escaped(key), escaped(value)) for key, value in [*said.items(), *request.query.items()])
    listed = "&".join(f"{key}={value}" for key, value in pairs)
    base = "&".join(map(escaped, (request.method, str(request.url.with_query(None)), listed)))
    digest = hmac.new(f"{KEYS[1]}&{KEYS[3]}".encode(), base.encode(), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest).decode(), given)


def problem(status: int, title: str, detail: str) -> aio.Response:
    """An error as the API writes it (create-or-edit-post, "Problem")."""
    return aio.json_response({"title": title, "detail": detail, "type": "about:blank", "status": status}, status=status)


class XAccount(StandIn):
    """`async with XAccount() as it`. `loses`: so many first posts are made, and the connection ends without an answer;
    `broke`: there is no money left to read with."""

    def __init__(self, *, loses: int = 0, broke: bool = False) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.broke, self._loses = broke, loses

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/2/tweets", self._post)
        router.add_get("/2/users/me", self._me)
        router.add_get(f"/2/users/{ACCOUNT}/tweets", self._timeline)

    async def _post(self, request: aio.Request) -> aio.Response:
        self.asked.append("post")
        if not is_signed(request):
            return problem(401, "Unauthorized", f"Unauthorized {request.headers.get('Authorization')}")
        text = (await request.json())["text"]
        jsonschema.validate(await request.json(), POST)
        if weight(text) > MOST:
            return problem(400, "Invalid Request", "Your post is too long")
        if any(post["said"] == text for post in self.posts):
            return problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        shown = html.escape(re.sub(r"https?://\S+", "https://t.co/a1B2c3D4e5", text), quote=False)
        id = str(1000 + len(self.posts))
        self.posts.append({"id": id, "text": shown, "said": text, "at": time.time()})
        if self._loses:
            self._loses -= 1
            assert request.transport
            request.transport.abort()
        return aio.json_response({"data": {"id": id, "text": shown}}, status=201)

    async def _me(self, request: aio.Request) -> aio.Response:
        self.asked.append("read")
        if self.broke:  # docs.x.com, pricing: requests are blocked until credits are added
            return problem(402, "CreditsDepleted", "Your account has no credits to fulfill this request.")
        return aio.json_response({"data": {"id": ACCOUNT, "name": "Gemeng", "username": "gemeng"}})

    async def _timeline(self, request: aio.Request) -> aio.Response:
        """get-posts: 5 to 100 results, from `start_time` on (seconds, UTC); no `data` where there is none."""
        assert is_signed(request)
        assert 5 <= int(request.query["max_results"]) <= 100
        since = datetime.strptime(request.query["start_time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        found = [{"id": p["id"], "text": p["text"]} for p in reversed(self.posts) if p["at"] >= since]
        return aio.json_response({"meta": {"result_count": len(found)}} | ({"data": found} if found else {}))
