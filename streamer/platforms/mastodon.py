"""Posts on a commune's own Mastodon account (https://docs.joinmastodon.org/methods/statuses/#create).

A post that may have been made is looked for before it is made again: the server remembers an Idempotency-Key for one
hour only. Needs a token with the scope write:statuses; with read:accounts and read:statuses it can also look.
"""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import aiohttp

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome

TIMEOUT = aiohttp.ClientTimeout(total=15)
MOST = 500
"""Characters of a post, where the server says nothing else."""
LINK_LENGTH = 23
"""What a link counts, however long it is."""
LINK = re.compile(r"https?://\S+")
TAGS = re.compile(r"<[^>]*>")
LOOK_AT, AHEAD_SECONDS = 40, 120.0
"""So many posts are looked at; so much the two clocks may differ."""
ANSWER_LENGTH = 200


def counted(text: str) -> int:
    """How long Mastodon takes a text to be."""
    return len(LINK.sub("x" * LINK_LENGTH, text))


class Mastodon:
    """Posts at `site`. `token()` is asked each time: a file that was changed is read anew."""

    name = ChannelName.MASTODON

    def __init__(self, site: str, token: Callable[[], str], visibility: str = "public") -> None:
        self._site, self._token, self._visibility = site.rstrip("/"), token, visibility

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """One attempt; who asks keeps what was not delivered."""
        try:
            token = self._token()
        except (OSError, KeyError, UnicodeDecodeError):
            return Delivery(self.name, Outcome.NO_SECRET)
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with aiohttp.ClientSession(timeout=TIMEOUT, headers=headers) as http:
                if found := await self._made_before(http, message):
                    return Delivery(self.name, Outcome.SENT, found)
                made = await self._post(http, message)
            return replace(made, answer=_clean(made.answer, token))
        except TimeoutError:
            return Delivery(self.name, Outcome.TIMED_OUT)
        except aiohttp.ClientSSLError as error:
            return Delivery(self.name, Outcome.NOT_TRUSTED, _clean(str(error), token))
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Delivery(self.name, Outcome.UNREACHABLE, _clean(str(error), token))

    async def _post(self, http: aiohttp.ClientSession, message: Message) -> Delivery:
        form = {"status": message.text, "visibility": self._visibility, "language": str(message.data["language"])}
        key = {"Idempotency-Key": message.id}
        async with http.post(f"{self._site}/api/v1/statuses", data=form, headers=key, allow_redirects=False) as answer:
            said = await _json(answer)
        if answer.status == 200 and isinstance(said, dict) and said.get("id"):
            return Delivery(self.name, Outcome.SENT, str(said.get("url") or said["id"]))
        error = said.get("error", "") if isinstance(said, dict) else ""
        words = " ".join(f"{answer.status} {answer.reason} {error}".split())
        refused = Outcome.PASSWORD_REFUSED if answer.status in (401, 403) else Outcome.REFUSED
        return Delivery(self.name, refused, words)

    async def _made_before(self, http: aiohttp.ClientSession, message: Message) -> str:
        """The address of this very post, where an earlier attempt made it; "" where none did, or nobody may look."""
        async with http.get(f"{self._site}/api/v1/accounts/verify_credentials") as answer:
            account = await _json(answer) if answer.status == 200 else None
        if not isinstance(account, dict) or not str(account.get("id", "")).isalnum():
            return ""
        url = f"{self._site}/api/v1/accounts/{account['id']}/statuses"
        asked = {"limit": str(LOOK_AT), "exclude_reblogs": "true", "exclude_replies": "true"}
        async with http.get(url, params=asked) as answer:
            posts = await _json(answer) if answer.status == 200 else []
        for post in posts if isinstance(posts, list) else []:
            if _same(post, message):
                return str(post.get("url") or post["id"])
        return ""


def _same(post: Any, message: Message) -> bool:
    """Its first line is ours, it links where ours does, and it is not older."""
    try:
        made = datetime.fromisoformat(post["created_at"].replace("Z", "+00:00")).timestamp()
        content = html.unescape(TAGS.sub("\n", post["content"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return False
    link, first = str(message.data["url"]), message.text.partition("\n")[0]
    return made > message.at - AHEAD_SECONDS and first in content and link in html.unescape(str(post["content"]))


async def _json(answer: aiohttp.ClientResponse) -> Any:
    try:
        return await answer.json(content_type=None)
    except ValueError:
        return None


def _clean(words: str, token: str) -> str:
    return words.replace(token, "…")[:ANSWER_LENGTH]
