"""Calling YouTube: the token that every call needs, refreshed under one lock; what an answer means; the quota.

A read that fails is asked again. A write is not: it may have happened, and is `Unclear`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from streamer.platforms.youtube import oauth
from streamer.platforms.youtube.endpoints import GOOGLE, Endpoints
from streamer.platforms.youtube.errors import Refused, Unclear, Unreachable
from streamer.platforms.youtube.methods import CALLS, Call, Method
from streamer.platforms.youtube.tokens import Grant, TokenFile

ATTEMPTS = 3
PAUSE_SECONDS = 1.0
TIMEOUT = aiohttp.ClientTimeout(total=20)
UPLOAD_TIMEOUT = aiohttp.ClientTimeout(total=180)
MOST_PAGES = 20
Answer = dict[str, Any]
Body = Mapping[str, Any] | None


@dataclass(frozen=True)
class File:
    """What an upload takes. `kind`: its media type."""

    kind: str
    data: bytes = field(repr=False)


class YouTube:
    """One channel. `client()` is asked each time: a secret that was changed is read anew. `spent(units)` is told of
    every request, answered or not: Google counts those, too."""

    def __init__(
        self, client: Callable[[], oauth.ClientId], tokens: TokenFile, clock: Callable[[], float],
        endpoints: Endpoints = GOOGLE,
    ) -> None:  # fmt: skip
        self._client, self._tokens, self._clock, self._at = client, tokens, clock, endpoints
        self.spent: Callable[[int], None] = lambda units: None
        self._refreshing = asyncio.Lock()

    def kept(self) -> Grant:
        """The consent as it was kept. Raises NotConnected."""
        return self._tokens.load()

    async def grant(self, *, fresh: bool = False) -> Grant:
        """The consent with an access token that can be used; `fresh`: a new one in any case.

        Raises NotConnected, ConsentEnded, Refused, Unreachable, OSError.
        """
        before = self._tokens.load()
        async with self._refreshing:
            grant = self._tokens.load()
            if grant.valid(self._clock()) and not (fresh and grant.access_token == before.access_token):
                return grant
            said = await oauth.refreshed(self._at, self._client(), grant.refresh_token)
            grant = grant.refreshed(said, self._clock())
            self._tokens.save(grant)
            return grant

    async def call(
        self, method: Method, query: Mapping[str, str], body: Body = None, file: File | None = None
    ) -> Answer:
        """One call, its answer as JSON. `file`: of those that upload one.

        Raises Refused (nothing changed), Unclear (a write that may have happened), Unreachable (a read), and what
        `grant` does.
        """
        call, attempt = CALLS[method], 1
        while True:
            try:
                return await self._called(call, query, body, file)
            except Unreachable:
                if call.writes:
                    raise Unclear(method) from None
                if attempt == ATTEMPTS:
                    raise
            await asyncio.sleep(PAUSE_SECONDS * attempt)
            attempt += 1

    async def listed(self, method: Method, query: Mapping[str, str], pages: int = MOST_PAGES) -> AsyncIterator[Answer]:
        """The items of a list, page by page as they are looked at; at most `pages` of 50. Raises what `call` does."""
        page: dict[str, str] = {}
        for _ in range(pages):
            answer = await self.call(method, {**query, "maxResults": "50", **page})
            for item in answer.get("items", ()):
                yield item
            if not (token := answer.get("nextPageToken")):
                return
            page = {"pageToken": token}

    async def _called(self, call: Call, query: Mapping[str, str], body: Body, file: File | None) -> Answer:
        """With a token; once more with a new one where YouTube does not take it."""
        status, said = await self._sent(await self.grant(), call, query, body, file)
        if status == 401:
            status, said = await self._sent(await self.grant(fresh=True), call, query, body, file)
        if status < 300:
            return said
        if status >= 500 or (status == 429 and not call.writes):  # a write that is told "too many" was not done
            raise Unreachable(f"YouTube answers {status}")
        raise Refused(status, _reason(said))

    async def _sent(
        self, grant: Grant, call: Call, query: Mapping[str, str], body: Body, file: File | None
    ) -> tuple[int, Answer]:  # fmt: skip
        self.spent(call.units)
        headers = {"Authorization": f"Bearer {grant.access_token}"}
        url, carried = self._at.api + call.address, _carried(body, file)
        if file:
            query = {**query, "uploadType": "multipart" if body is not None else "media"}
        try:
            async with (
                aiohttp.ClientSession(timeout=UPLOAD_TIMEOUT if file else TIMEOUT) as http,
                http.request(call.verb, url, params=query, headers=headers | carried.headers, **carried.body) as answer,
            ):
                return answer.status, await _json(answer)
        except (aiohttp.ClientError, TimeoutError):
            raise Unreachable("YouTube does not answer") from None


@dataclass(frozen=True)
class _Carried:
    """A request's body, as aiohttp takes it, and the headers that go with it."""

    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def _carried(body: Body, file: File | None) -> _Carried:
    """JSON alone, a file alone, or both as the parts of one (multipart/related), as Google's uploads want it."""
    if file is None:
        return _Carried({"json": body})
    if body is None:
        return _Carried({"data": file.data}, {"Content-Type": file.kind})
    parts = aiohttp.MultipartWriter("related")
    parts.append_json(body)
    parts.append(file.data, {"Content-Type": file.kind})
    return _Carried({"data": parts})


async def _json(answer: aiohttp.ClientResponse) -> Answer:
    """What was said, if anything that can be read."""
    try:
        said = await answer.json(content_type=None)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _reason(said: Answer) -> str:
    """Google's word for what is wrong: the first of `error.errors`."""
    error = said.get("error")
    reasons = error.get("errors") if isinstance(error, dict) else None
    first = reasons[0] if isinstance(reasons, list) and reasons else {}
    return str(first.get("reason") or (error.get("status") if isinstance(error, dict) else None) or "unknown")
