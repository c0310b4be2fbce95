"""Stands in for the place at YouTube that takes live captions by HTTP POST.

Its rules are those of https://support.google.com/youtube/answer/6077032 ("Live Caption Vendor info"): the address with
its `cid`; `seq`, one more with each new post and the same when it is tried again; UTF-8 text, a time in UTC, below it
the line.
"""

import re

from aiohttp import web as aio

from tests.support.stand_in import StandIn

BODY = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})(?: region:\S+)?\n([^\n<>]*(?:<br>[^\n<>]*)*)\n")


class CaptionIngest(StandIn):
    """`async with CaptionIngest("secret") as there`. `posts`: by `seq`; `mistakes` must be empty at the end; `answers`:
    what is answered next instead, None: no answer at all, once it was taken."""

    def __init__(self, cid: str) -> None:
        self.cid = cid
        self.posts: dict[int, tuple[str, str]] = {}
        self.languages: set[str] = set()
        self.last = 0
        self.mistakes: list[str] = []
        self.answers: list[int | None] = []

    @property
    def url(self) -> str:
        """As Studio shows it."""
        return f"{self.site}/closedcaption?cid={self.cid}"

    @property
    def lines(self) -> list[str]:
        """What viewers read, in order."""
        return [text for _, (_, text) in sorted(self.posts.items())]

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/closedcaption", self._take)

    async def _take(self, request: aio.Request) -> aio.Response:
        answer = self.answers.pop(0) if self.answers else 200
        if request.query.get("cid") != self.cid or not request.query.get("seq", "").isdecimal():
            return aio.Response(status=403)
        number, found = int(request.query["seq"]), BODY.fullmatch((await request.read()).decode("utf-8"))
        if request.content_type != "text/plain" or found is None:
            self.mistakes.append(f"{request.content_type}: {await request.text()!r}")
            return aio.Response(status=400)
        if number not in (self.last, self.last + 1):
            self.mistakes.append(f"{number} after {self.last}")
        self.last = number
        if answer not in (200, None):
            return aio.Response(status=answer)
        self._listen(number, found[1], found[2], request.query.get("lang", ""))
        if answer is None:
            assert request.transport
            request.transport.abort()
        return aio.Response(text=found[1])

    def _listen(self, number: int, at: str, text: str, language: str) -> None:
        if self.posts.get(number, (at, text)) != (at, text):
            self.mistakes.append(f"{number} came twice, and not the same")
        self.posts[number] = (at, text)
        self.languages.add(language)
