"""Captions while a meeting is live: a captioner's program hands in line after line. See docs/api.md."""

from dataclasses import asdict

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.council.live_captions import MAX_SECONDS_AGO, USUAL_SECONDS_AGO
from streamer.council.roles import Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, meeting_of
from web.views import iso

routes = aio.RouteTableDef()


class Spoken(BaseModel):
    """A line, and how long ago it was begun to be said; `id`: of the program's own, a repeat is no second line."""

    text: str
    speaker: str = ""
    language: str = ""
    secondsAgo: float = Field(USUAL_SECONDS_AGO, ge=0, le=MAX_SECONDS_AGO)
    id: str = Field("", max_length=64)


@routes.post(MEETING + "/live-captions")
async def say(request: aio.Request) -> aio.Response:
    """Hand in a line: 201."""
    identity = await require(request, Role.CLERK, Role.MODERATOR)
    given, service = await body(request, Spoken), request.app[SERVICE]
    said = await service.live_captions.take(
        request.match_info["meeting"], given.id or service.new_id(), given.text, speaker=given.speaker,
        language=given.language, seconds_ago=given.secondsAgo, by=identity.name,
    )  # fmt: skip
    view = {"id": said.key, "language": said.language, "speaker": said.speaker, "text": said.text}
    return aio.json_response({**view, "saidAt": iso(said.start)}, status=201)


@routes.get(MEETING + "/live-captions")
async def standing(request: aio.Request) -> aio.Response:
    """How many lines came, and what became of them at YouTube."""
    await require(request, Role.CLERK, Role.MODERATOR)
    found = await meeting_of(request)
    now = await request.app[SERVICE].live_captions.standing(found.id)
    view = asdict(now) | {"came": now.came}
    view["sentThere"] = view.pop("sent_there")
    return aio.json_response(view)
