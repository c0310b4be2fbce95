"""The page that says what is kept about citizens, why and for how long: from the configuration that really holds."""

from aiohttp import web as aio

from web.context import SERVICE
from web.rendering import page


async def privacy(request: aio.Request) -> aio.StreamResponse:
    """`GET /privacy`."""
    eraser = request.app[SERVICE].eraser
    return await page(
        request, "privacy.html", terms=eraser.retention, last_round=await eraser.last_round(),
        by_mail=request.app[SERVICE].postman is not None,
        by_chat=request.app[SERVICE].chat is not None,
    )  # fmt: skip
