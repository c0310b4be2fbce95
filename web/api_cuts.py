"""What was cut out of a replay, and cutting, for programs."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.council.cut import MAX_WHY, What
from streamer.council.meeting import Meeting
from streamer.council.roles import STAFF, Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, Service, meeting_of
from web.views import iso

routes = aio.RouteTableDef()


class NewCut(BaseModel):
    """From second `start` to `end` of the replay; `what`: both, sound or picture; `why`, in words."""

    start: float = Field(ge=0)
    end: float = Field(ge=0)
    what: What = What.BOTH
    why: str = Field(max_length=2 * MAX_WHY)


@routes.get(MEETING + "/cuts")
async def cuts(request: aio.Request) -> aio.Response:
    """What was cut, and how far a cut is."""
    await require(request, *STAFF)
    return aio.json_response(cuts_view(request.app[SERVICE], await meeting_of(request)))


@routes.post(MEETING + "/cuts")
async def cut(request: aio.Request) -> aio.Response:
    """Cut a stretch out for good."""
    identity = await require(request, Role.CLERK)
    found, service, new = await meeting_of(request), request.app[SERVICE], await body(request, NewCut)
    after = await service.cutter.order(found.id, new.what, new.start, new.end, new.why, by=identity.name)
    return aio.json_response(cuts_view(service, after))


@routes.post(MEETING + "/cuts/again")
async def again(request: aio.Request) -> aio.Response:
    """Try a cut that failed once more."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), request.app[SERVICE]
    service.cutter.again(found.id)
    return aio.json_response(cuts_view(service, found))


def cuts_view(service: Service, meeting: Meeting) -> dict[str, Any]:
    """The last one last. `start`: in the replay as it was when it was ordered."""
    progress = service.cutter.progress(meeting)
    return {
        "meeting": meeting.id,
        "cuts": [
            {
                "version": cut.version, "at": iso(cut.at), "by": cut.by, "what": cut.what,
                "start": round(cut.position, 3), "seconds": round(cut.seconds, 3), "why": cut.why, "stage": cut.stage,
            }
            for cut in meeting.cuts
        ],
        "progress": {"state": progress.state, "share": round(progress.share, 2)} if progress else None,
    }  # fmt: skip
