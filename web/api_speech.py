"""Having a recording written down, for programs. See docs/api.md."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel

from streamer.council.meeting import Meeting
from streamer.council.roles import STAFF, Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, Service, meeting_of

routes = aio.RouteTableDef()


class NewSpeech(BaseModel):
    """The language that is spoken most."""

    language: str


@routes.get(MEETING + "/speech")
async def speech(request: aio.Request) -> aio.Response:
    """Whether it can be done here, and how far it is."""
    await require(request, *STAFF)
    return aio.json_response(speech_view(request.app[SERVICE], await meeting_of(request)))


@routes.post(MEETING + "/speech")
async def order(request: aio.Request) -> aio.Response:
    """Write it down."""
    identity = await require(request, Role.CLERK)
    found, service, new = await meeting_of(request), request.app[SERVICE], await body(request, NewSpeech)
    await service.scribe.order(found.id, new.language, by=identity.name)
    return aio.json_response(speech_view(service, found))


@routes.post(MEETING + "/speech/again")
async def again(request: aio.Request) -> aio.Response:
    """Try once more what failed."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), request.app[SERVICE]
    service.scribe.again(found.id)
    return aio.json_response(speech_view(service, found))


@routes.delete(MEETING + "/speech")
async def stop(request: aio.Request) -> aio.Response:
    """Leave it."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), request.app[SERVICE]
    service.scribe.stop(found.id)
    return aio.json_response(speech_view(service, found))


def speech_view(service: Service, meeting: Meeting) -> dict[str, Any]:
    """What a machine is doing about this recording."""
    found = service.scribe.progress(meeting)
    about = found and {
        "language": found.wanted.language, "by": found.wanted.by, "state": found.state,
        "share": round(found.share, 2), "trouble": found.trouble,
    }  # fmt: skip
    return {"ready": service.scribe.ready, "progress": about}
