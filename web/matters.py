"""The clerk links items of several meetings that deal with one matter; by form, and by the API."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel

from streamer.control.matters import link, unlink
from streamer.council.errors import Conflict, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.roles import Role
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, Service
from web.i18n import translator_for
from web.rendering import answer, refused
from web.views import meeting_view

EARLIER = 8
"""Meetings whose items are offered: most matters come back within half a year."""

routes = aio.RouteTableDef()


async def choose(request: aio.Request) -> aio.StreamResponse:
    """Link two items, or with the button `remove` link them no more. `other`: ids of a meeting and an item."""
    identity, where, form = await require(request, Role.CLERK), request.match_info, await request.post()
    desk, gettext = request.app[SERVICE].desk, translator_for(request).gettext
    meeting, _, item = str(form.get("other", "")).partition("/")
    to, mine = f"/clerk/meetings/{where['meeting']}/items#matters", (where["meeting"], str(form.get("item", "")))
    removed, linked = (unlink, gettext("The link is removed.")), (link, gettext("The items are linked."))
    order, said = removed if "remove" in form else linked
    try:
        await order(desk, mine, (meeting, item), by=identity.name)
    except (Refused, Conflict, Unknown) as error:
        return refused(request, to, error)
    return answer(request, to, said)


async def offered(service: Service, meeting: Meeting) -> dict[str, Any]:
    """What the page of an agenda shows: `earlier` meetings to choose an item of, and what is `linked` already."""
    before = [one for one in await service.desk.meetings() if one.start < meeting.start]
    taking_place = [one.id for one in before if one.phase is not Phase.CANCELLED][:EARLIER]
    earlier = [await service.desk.meeting(id) for id in taking_place]
    linked = []
    for one in meeting.links:
        there = await service.desk.meeting(one.meeting)
        linked.append((meeting.item(one.item), there, there.item(one.other), one))
    return {"earlier": earlier, "linked": [found for found in linked if found[0] and found[2]]}


class Other(BaseModel):
    """An item on the agenda of another meeting."""

    meeting: str
    item: str


@routes.post(MEETING + "/agenda/{item}/links")
async def link_item(request: aio.Request) -> aio.Response:
    """An item of another meeting is the same matter."""
    identity, where, other = await require(request, Role.CLERK), request.match_info, await body(request, Other)
    mine = where["meeting"], where["item"]
    after = await link(request.app[SERVICE].desk, mine, (other.meeting, other.item), by=identity.name)
    return aio.json_response(meeting_view(after, identity.role), status=201)


@routes.delete(MEETING + "/agenda/{item}/links/{other}/{other_item}")
async def unlink_item(request: aio.Request) -> aio.Response:
    """It is not."""
    identity, where = await require(request, Role.CLERK), request.match_info
    mine, other = (where["meeting"], where["item"]), (where["other"], where["other_item"])
    after = await unlink(request.app[SERVICE].desk, mine, other, by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))
