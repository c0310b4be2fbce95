"""Posts on a commune's own Facebook page (https://developers.facebook.com/docs/pages-api/posts).

Needs a page access token with pages_manage_posts; with pages_read_engagement it can also look for a post whose answer
was lost. Facebook makes the preview out of the link, so it does not stand in the text.
"""

from collections.abc import Callable
from typing import Any

import aiohttp

from streamer.platforms.channel import ChannelName, Delivery, Message, Outcome
from streamer.platforms.post_once import AHEAD_SECONDS, Said, Unseen, post_once, said_by, same

GRAPH = "https://graph.facebook.com"
VERSION = "v26.0"
"""Of July 2026; each is taken for two years at least, and a later one in its place after that
(https://developers.facebook.com/docs/graph-api/changelog)."""
MOST = 5000
"""Characters of our posts; Facebook takes more."""
LOOK_AT = 40
DUPLICATE = 506
"""The page's latest post is this very one."""
OUTAGES = frozenset({1, 2})
"""Of Facebook's own making; nobody says whether it did what it was asked to."""
KEY_REFUSED = frozenset({10, 102, 190, *range(200, 300)})
"""The token ended, was taken back, or may not do this
(https://developers.facebook.com/docs/graph-api/guides/error-handling)."""


class Facebook:
    """Posts on `page`, its number. `token()` is asked each time: a file that was changed is read anew."""

    name = ChannelName.FACEBOOK

    def __init__(self, page: str, token: Callable[[], str], site: str = GRAPH) -> None:
        self._page, self._token, self._at = page, token, f"{site}/{VERSION}/{page}"

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """One attempt; who asks keeps what was not delivered."""
        try:
            token = self._token()
        except (OSError, KeyError, UnicodeDecodeError):
            return Delivery(self.name, Outcome.NO_SECRET)
        return await post_once(
            self.name, message, lambda http: self._look(http, message, token),
            lambda http: self._make(http, message, token), [token],
        )  # fmt: skip

    async def _make(self, http: aiohttp.ClientSession, message: Message, token: str) -> Delivery:
        post = {"message": message.text, "link": str(message.data["url"]), "access_token": token}
        async with http.post(f"{self._at}/feed", json=post, allow_redirects=False) as answer:
            said = await said_by(answer)
        if said.status == 200 and (id := said.get("id")):
            return Delivery(self.name, Outcome.SENT, f"https://www.facebook.com/{id}")
        return Delivery(self.name, _outcome(said), _words(said))

    async def _look(self, http: aiohttp.ClientSession, message: Message, token: str) -> str:
        since = str(int(message.at - AHEAD_SECONDS))
        asked = {
            "fields": "message,permalink_url", "since": since, "limit": str(LOOK_AT), "access_token": token,
        }  # fmt: skip
        async with http.get(f"{self._at}/published_posts", params=asked, allow_redirects=False) as answer:
            said = await said_by(answer)
        posts: Any = said.get("data")
        if said.status != 200 or not isinstance(posts, list):
            raise Unseen(_words(said))
        mine = (post for post in posts if same(str(post.get("message", "")), message.text))
        return next((str(post.get("permalink_url") or post["id"]) for post in mine), "")


def _outcome(said: Said) -> Outcome:
    """Of an answer that names no post."""
    code = said.get("error", "code")
    if code == DUPLICATE:
        return Outcome.SENT
    if code in OUTAGES or said.status < 400 or said.status >= 500:
        return Outcome.UNCLEAR
    return Outcome.PASSWORD_REFUSED if code in KEY_REFUSED else Outcome.REFUSED


def _words(said: Said) -> str:
    return said.words(str(said.get("error", "message")))
