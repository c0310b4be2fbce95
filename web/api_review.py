"""The review of a replay for programs: withhold a part of it, say when it publishes itself."""

from datetime import datetime
from functools import partial

from aiohttp import web as aio
from pydantic import BaseModel

from streamer.council import review
from streamer.council.review import Showing
from streamer.council.roles import Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE
from web.views import meeting_view

routes = aio.RouteTableDef()


class Reviewed(BaseModel):
    """Whether a part of the replay is shown."""

    showing: Showing


class Publication(BaseModel):
    """When a replay publishes itself (without an offset: the commune's own time); `null`: not by itself."""

    at: datetime | None


@routes.put(MEETING + "/parts/{part}")
async def part(request: aio.Request) -> aio.Response:
    """Withhold an item, the `opening`, or a chapter with a name of its own; or show it again."""
    identity, where = await require(request, Role.CLERK), request.match_info
    new = await body(request, Reviewed)
    rule = partial(review.review, key=where["part"], showing=new.showing)
    after = await request.app[SERVICE].desk.correct(where["meeting"], rule, by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))


@routes.put(MEETING + "/publication")
async def publication(request: aio.Request) -> aio.Response:
    """Say when the replay publishes itself."""
    identity, service = await require(request, Role.CLERK), request.app[SERVICE]
    new = await body(request, Publication)
    at = new.at if new.at is None or new.at.tzinfo else new.at.replace(tzinfo=service.council.timezone)
    rule = partial(review.publish_at, at=at.timestamp() if at else None, now=service.clock())
    after = await service.desk.correct(request.match_info["meeting"], rule, by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))
