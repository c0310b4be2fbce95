"""The clerk's page for what became of each agenda item: its result, its documents."""

import json

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.record import MAX_DOCUMENTS, Document, ItemRecord, documents_of
from streamer.council.roles import Role
from web.api import MEETING, body, routes
from web.auth import require
from web.context import SERVICE, Service, meeting_of
from web.i18n import translator_for
from web.rendering import answer, page, refused
from web.views import meeting_view


async def items(request: aio.Request) -> aio.StreamResponse:
    """A form for each item."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    return await page(
        request, "clerk/items.html", meeting=found, records={i.id: found.record(i.id) for i in found.items}
    )


async def record(request: aio.Request) -> aio.StreamResponse:
    """Enter an item's result and documents."""
    identity, where = await require(request, Role.CLERK), request.match_info
    to, form = f"/clerk/meetings/{where['meeting']}/items", await request.post()
    result, documents = str(form.get("result", "")), documents_of(str(form.get("documents", "")))
    try:
        await request.app[SERVICE].desk.record_item(
            where["meeting"], where["item"], result, documents, by=identity.name
        )
    except (Refused, Conflict, Invalid) as error:
        return refused(request, f"{to}#item-{where['item']}", error)
    return answer(request, f"{to}#item-{where['item']}", translator_for(request).gettext("The changes are saved."))


async def enter_records(service: Service, meeting: Meeting, text: str, *, by: str) -> None:
    """Enter the results and documents that came with an agenda, each at the item of that number and name. What fits
    none any more is left out."""
    try:
        listed = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return
    left = list(meeting.items)
    for data in listed if isinstance(listed, list) else []:
        try:
            record = ItemRecord.of(data)
            item = next(one for one in left if (one.number, one.name) == (data["number"], data["name"]))
            left.remove(item)
            await service.desk.record_item(meeting.id, item.id, record.result, record.documents, by=by)
        except (KeyError, TypeError, AttributeError, StopIteration, Invalid):
            continue


class NewDocument(BaseModel):
    """A document on the web."""

    name: str = ""
    url: str


class NewRecord(BaseModel):
    """What became of an item."""

    result: str = ""
    documents: list[NewDocument] = Field(default_factory=list, max_length=MAX_DOCUMENTS)


@routes.post(MEETING + "/agenda/{item}/record")
async def record_item(request: aio.Request) -> aio.Response:
    """Enter an item's result and documents, in place of those before."""
    identity, where = await require(request, Role.CLERK), request.match_info
    new, desk = await body(request, NewRecord), request.app[SERVICE].desk
    if (await desk.meeting(where["meeting"])).item(where["item"]) is None:
        raise Unknown("item", where["item"])
    documents = [Document(document.name, document.url) for document in new.documents]
    after = await desk.record_item(where["meeting"], where["item"], new.result, documents, by=identity.name)
    return aio.json_response(meeting_view(after, identity.role))
