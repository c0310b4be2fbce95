"""Live captions for YouTube by HTTP POST, line by line: https://support.google.com/youtube/answer/6077032.

The address is a secret: whoever has it can write into the broadcast. It is in no error and in no log, and no redirect
is followed with it.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp
from yarl import URL

from streamer.council.youtube import unbracketed
from streamer.platforms.youtube.errors import YouTubeError

TIMEOUT = aiohttp.ClientTimeout(total=10)


class CaptionsNotTaken(YouTubeError):
    """YouTube says no, `status`: of HTTP, 0 where it does not answer. The same line may be posted again."""

    code = "youtube_captions_not_taken"

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}" if status else "no answer")
        self.status = status


class CaptionPost:
    """`url()`: the address as YouTube Studio shows it, asked each time: one that was changed is read anew."""

    def __init__(self, url: Callable[[], str]) -> None:
        self._url = url

    async def send(self, number: int, at: float, language: str, text: str) -> None:
        """One line. `number`: one more for each line, the same when it is tried again; `at`: when the picture that it
        belongs to is sent, unix seconds. Raises CaptionsNotTaken, OSError, KeyError."""
        url, headers = self._url(), {"Content-Type": "text/plain; charset=utf-8"}
        try:
            address = URL(url).update_query({"seq": str(number), "lang": language})
            async with (
                aiohttp.ClientSession(timeout=TIMEOUT) as http,
                http.post(address, data=body_of(at, text), headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, ValueError):
            raise CaptionsNotTaken(0) from None
        if not 200 <= status < 300:
            raise CaptionsNotTaken(status)


def body_of(at: float, text: str) -> bytes:
    """The moment in UTC without a zone, to the millisecond; below it the text, its lines parted by `<br>`."""
    moment = datetime.fromtimestamp(at, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{moment}\n{'<br>'.join(unbracketed(text).splitlines())}\n".encode()
