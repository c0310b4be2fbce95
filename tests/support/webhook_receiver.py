"""A program that takes webhooks and believes none whose signature is wrong."""

import asyncio
from types import TracebackType
from typing import Any, Self

from aiohttp import web as aio
from standardwebhooks.webhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class WebhookReceiver:
    """`async with WebhookReceiver() as receiver`: at `receiver.url`. The first answers can be refusals."""

    def __init__(self, *refusals: int, secret: str = SECRET) -> None:
        self.took: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.url = ""
        self._refusals, self._verifier = list(refusals), Webhook(secret)
        self._arrived = asyncio.Event()
        self._runner: aio.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = aio.Application()
        app.router.add_post("/alarms", self._take)
        self._runner = aio.AppRunner(app)
        await self._runner.setup()
        await aio.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/alarms"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def _take(self, request: aio.Request) -> aio.Response:
        try:
            said = self._verifier.verify(await request.read(), dict(request.headers))
        except Exception:
            return aio.Response(status=401, text="the signature is wrong")
        self.ids.append(request.headers["webhook-id"])
        if self._refusals:
            return aio.Response(status=self._refusals.pop(0), text="not now")
        self.took.append(said)
        return aio.Response(status=204)
