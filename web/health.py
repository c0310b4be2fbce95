"""For a watchdog: is the service there, and does its database answer?"""

from aiohttp import web as aio

from web.context import SERVICE


async def healthz(request: aio.Request) -> aio.Response:
    """200 with the number of meetings that have machines running."""
    service = request.app[SERVICE]
    await service.desk.last_seq()
    return aio.json_response({"status": "ok", "broadcasts": len(service.conductor.running())})
