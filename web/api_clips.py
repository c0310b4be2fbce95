"""Clips for programs: what there is of a replay, have one made, take one away. See docs/api.md."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.control.clips import Known
from streamer.council.clip import Clip, Shape
from streamer.council.errors import Invalid
from streamer.council.meeting import Meeting
from streamer.council.roles import STAFF, Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, Service, meeting_of
from web.views import iso

routes = aio.RouteTableDef()
CLIPS = MEETING + "/clips"


class NewClip(BaseModel):
    """From second `start` to `end` of the replay; `language`: of the captions in the picture, if any."""

    start: float = Field(ge=0)
    end: float = Field(ge=0)
    shape: Shape = Shape.WIDE
    title: str = Field("", max_length=2000)
    language: str = Field("", max_length=20)


@routes.get(CLIPS)
async def clips(request: aio.Request) -> aio.Response:
    """What was asked for of the replay as it is now, the latest first, and how far each is."""
    await require(request, *STAFF)
    service, found = request.app[SERVICE], await meeting_of(request)
    return aio.json_response({"data": [clip_view(service, found, known) for known in service.clips.listed(found)]})


@routes.post(CLIPS)
async def order(request: aio.Request) -> aio.Response:
    """Have one made: 202; ask again for how far it is."""
    identity, found = await require(request, Role.CLERK), await meeting_of(request)
    service, new = request.app[SERVICE], await body(request, NewClip)
    clip = await _ordered(service, found.id, new, identity.name)
    made = clip_view(service, found, service.clips.one(found, clip.id))
    return aio.json_response(made, status=202, headers={"Location": f"/api/v1/meetings/{found.id}/clips/{clip.id}"})


async def _ordered(service: Service, id: str, new: NewClip, by: str) -> Clip:
    """A mistake by the name that its field has here."""
    try:
        return await service.clips.order(id, new.start, new.end, new.shape, new.title, new.language, by=by)
    except Invalid as error:
        raise Invalid({"end" if field == "to" else field: told for field, told in error.mistakes.items()}) from None


@routes.get(CLIPS + "/{clip}")
async def clip(request: aio.Request) -> aio.Response:
    """One."""
    await require(request, *STAFF)
    service, found = request.app[SERVICE], await meeting_of(request)
    return aio.json_response(clip_view(service, found, service.clips.one(found, request.match_info["clip"])))


@routes.post(CLIPS + "/{clip}/again")
async def again(request: aio.Request) -> aio.Response:
    """Try one once more that failed."""
    await require(request, Role.CLERK)
    service, found, id = request.app[SERVICE], await meeting_of(request), request.match_info["clip"]
    service.clips.again(found, id)
    return aio.json_response(clip_view(service, found, service.clips.one(found, id)), status=202)


@routes.delete(CLIPS + "/{clip}")
async def remove(request: aio.Request) -> aio.Response:
    """Take one away; those that are left."""
    await require(request, Role.CLERK)
    service, found = request.app[SERVICE], await meeting_of(request)
    service.clips.remove(found, request.match_info["clip"])
    return aio.json_response({"data": [clip_view(service, found, known) for known in service.clips.listed(found)]})


def clip_view(service: Service, meeting: Meeting, known: Known) -> dict[str, Any]:
    """Where the film is once it is made, and the passage that it is of."""
    clip = known.clip
    base = f"{service.public_url}/meetings/{meeting.id}"
    return {
        "id": clip.id,
        "start": round(clip.start, 3),
        "end": round(clip.end, 3),
        "shape": clip.shape,
        "title": clip.title,
        "language": clip.language or None,
        "by": clip.by,
        "created": iso(clip.at),
        "state": known.state,
        "share": round(known.share, 2),
        "bytes": known.bytes,
        "passage": f"{base}?{clip.passage}{meeting.link_mark}",
        "url": f"{base}/clips/{clip.id}.mp4" if known.bytes else None,
    }
