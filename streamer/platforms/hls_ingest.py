"""HLS ingestion as YouTube takes it: playlists and segments by PUT, each with an answer that says what became of it.

After developers.google.com/youtube/v3/live/guides/hls-ingestion. The stream key is the query's `cid`: it is in no
argument list, as there is no process, and in no error, as those of the HTTP client are not repeated.
"""

import ssl
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import aiohttp
from yarl import URL

USER_AGENT = "Tribune / tribune / 0.1"
"""Maker, model, version: the guide asks for it."""
TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=5, sock_read=15)
TYPES: Final = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}


class Answer(StrEnum):
    """What became of something that was sent."""

    TAKEN = "taken"
    EARLY = "early"
    """A segment that no playlist has listed yet. It is kept; the playlist must follow."""
    KEY_REFUSED = "key_refused"
    NOT_UNDERSTOOD = "not_understood"
    """It will not be, however often it is sent."""
    TRY_AGAIN = "try_again"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Given:
    """An answer, and a word about it without secrets."""

    answer: Answer
    word: str = ""


class HlsIngest:
    """`async with HlsIngest(url, key) as there`: one kept connection. `url` without the key, with its `copy`."""

    def __init__(self, url: str, key: str | None, context: ssl.SSLContext | None = None) -> None:
        self._url, self._key, self._context = URL(url), key or "", context

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=1, ssl=self._context or True)
        self._http = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, headers={"User-Agent": USER_AGENT})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def put(self, name: str, body: bytes) -> Given:
        """Send a playlist or a segment under its name."""
        url = self._url.with_query({"cid": self._key, **self._url.query, "file": name})
        headers = {"Content-Type": TYPES[name.rpartition(".")[2]]}
        try:
            async with self._http.put(url, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
        except TimeoutError:
            return Given(Answer.UNREACHABLE, "It does not answer in time.")
        except aiohttp.ClientConnectorCertificateError:
            return Given(Answer.UNREACHABLE, "Its certificate cannot be trusted.")
        except (aiohttp.ClientError, OSError) as error:
            return Given(Answer.UNREACHABLE, f"It cannot be reached ({type(error).__name__}).")
        return Given(_meaning(answer.status), f"HTTP {answer.status}")


def _meaning(status: int) -> Answer:
    if status == HTTPStatus.ACCEPTED:
        return Answer.EARLY
    if 200 <= status < 300:
        return Answer.TAKEN
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Answer.KEY_REFUSED
    if status >= 500 or status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS):
        return Answer.TRY_AGAIN
    return Answer.NOT_UNDERSTOOD
