"""The clerk's page for what became of each agenda item: its result, its documents."""

import json
from collections.abc import Mapping

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
from web.matters import offered
from web.rendering import answer, mistakes, page, refused, wants_json
from web.views import meeting_view
from web.vote_fields import NOTHING_VOTED, vote_fields


async def items(request: aio.Request) -> aio.StreamResponse:
    """A form for each item."""
    await require(request, Role.CLERK)
    return await items_page(request, await meeting_of(request))


async def items_page(
    request: aio.Request, found: Meeting, *, typed: Mapping[str, Mapping[str, str]] | None = None, wrong: str = ""
) -> aio.Response:
    """`typed`: by the name of a form what was sent with it and cannot be kept; `wrong`: why."""
    forms = {item.id: record_fields(found.record(item.id)) for item in found.items}
    forms |= {f"{vote.item}-{vote.id}": vote_fields(vote, translator_for(request)) for vote in found.votes}
    return await page(
        request, "clerk/items.html", status=422 if wrong else 200,
        meeting=found,
        forms={**forms, **(typed or {})},
        new_vote=NOTHING_VOTED,
        wrong=dict.fromkeys(typed or {}, wrong),
        **await offered(request.app[SERVICE], found),
    )  # fmt: skip


def record_fields(record: ItemRecord) -> dict[str, str]:
    """What stands in the form of an item."""
    return {
        "result": record.result,
        "documents": "".join(f"{document.name} | {document.url}\n" for document in record.documents),
    }


async def record(request: aio.Request) -> aio.StreamResponse:
    """Enter an item's result and documents."""
    identity, where = await require(request, Role.CLERK), request.match_info
    to, form = f"/clerk/meetings/{where['meeting']}/items", await request.post()
    typed = {name: str(form.get(name, "")) for name in ("result", "documents")}
    try:
        await request.app[SERVICE].desk.record_item(
            where["meeting"], where["item"], typed["result"], documents_of(typed["documents"]), by=identity.name
        )
    except Invalid as error:
        return await not_kept(request, where["item"], typed, error)
    except (Refused, Conflict) as error:
        return refused(request, f"{to}#item-{where['item']}", error)
    return answer(request, f"{to}#item-{where['item']}", translator_for(request).gettext("The changes are saved."))


async def not_kept(request: aio.Request, form: str, typed: Mapping[str, str], error: Invalid) -> aio.Response:
    """The page again, with what was typed and why it cannot be kept; to a script, why."""
    if wants_json(request):
        return refused(request, "", error)
    said = " ".join(mistakes(translator_for(request).gettext, error).values())
    return await items_page(request, await meeting_of(request), typed={form: typed}, wrong=said)


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
