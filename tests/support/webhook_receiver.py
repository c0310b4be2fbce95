"""A program that takes webhooks and believes none whose signature is wrong."""

import asyncio
from typing import Any

from aiohttp import web as aio
from standardwebhooks.webhooks import Webhook

from tests.support.stand_in import StandIn

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookReceiver(StandIn):
    """`async with WebhookReceiver() as receiver`: at `receiver.url`. The first answers can be refusals."""

    def __init__(self, *refusals: int, secret: str = SECRET) -> None:
        self.took: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.refusals, self._verifier = list(refusals), Webhook(secret)
        self._arrived = asyncio.Event()

    @property
    def url(self) -> str:
        """Where it takes them."""
        return f"{self.site}/alarms"

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/alarms", self._take)

    async def _take(self, request: aio.Request) -> aio.Response:
        try:
            said = self._verifier.verify(await request.read(), dict(request.headers))
        except Exception:
            return aio.Response(status=401, text="the signature is wrong")
        self.ids.append(request.headers["webhook-id"])
        if self.refusals:
            return aio.Response(status=self.refusals.pop(0), text="not now")
        self.took.append(said)
        return aio.Response(status=204)
