"""Fetches a document that a clerk names by its address: an agenda in another system of the commune."""

import aiohttp

TIMEOUT = aiohttp.ClientTimeout(total=20)
MAX_BYTES = 8 * 1024 * 1024


class NotFetched(Exception):
    """It could not be had; the message says in a few words why."""


async def fetch(url: str) -> str:
    """The text at `url`, http or https. Raises `NotFetched`."""
    try:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session, session.get(url, max_redirects=3) as answer:
            if answer.status != 200:
                raise NotFetched(f"HTTP {answer.status}")
            body = await answer.content.read(MAX_BYTES + 1)
            while len(body) <= MAX_BYTES and (more := await answer.content.read(MAX_BYTES)):
                body += more
            if len(body) > MAX_BYTES:
                raise NotFetched("> 8 MB")
            return body.decode(answer.get_encoding() if answer.charset else "utf-8", "replace")
    except (aiohttp.ClientError, TimeoutError, ValueError, LookupError) as error:
        raise NotFetched(str(error)[:200] or type(error).__name__) from error
