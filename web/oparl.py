"""The meetings as open data: OParl 1.1 (https://oparl.org), read only.

What OParl has no field for, a recording and when an item is in it, is told as its specification suggests: the recording
is a File among a Meeting's `auxiliaryFile`; an AgendaItem's `start` and `end` are when it really was discussed. Items
that are not public are left out; people and papers are not ours, so their lists are empty.
"""

from collections.abc import Callable, Sequence
from typing import Any

from aiohttp import web as aio

from streamer.control.archive import Replay
from streamer.council.chapters import ChapterKind
from streamer.council.errors import Unknown
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.phase import Phase
from web.context import SERVICE, Service
from web.typed import whole_number
from web.views import iso

Json = dict[str, Any]
BASE = "/oparl/v1.1"
SCHEMA = "https://schema.oparl.org/1.1"
PER_PAGE = 100
STATES: dict[Phase, str] = {Phase.ENDED: "durchgeführt", Phase.PUBLISHED: "durchgeführt"}
"""OParl's words for `meetingState`; all others are "terminiert"."""


class Place:
    """Addresses below one site."""

    def __init__(self, service: Service) -> None:
        self.site = service.public_url
        self.root = service.public_url + BASE

    def of(self, kind: str, *ids: str) -> str:
        """An object's id, which is its address."""
        return "/".join([self.root, kind, *ids])


def _answer(data: Json) -> aio.Response:
    return aio.json_response(data, headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=60"})


async def system(request: aio.Request) -> aio.Response:
    """Where a reader begins."""
    service = request.app[SERVICE]
    place = Place(service)
    return _answer(
        {
            "id": f"{place.root}/system",
            "type": f"{SCHEMA}/System",
            "oparlVersion": f"{SCHEMA}/",
            "name": service.council.name,
            "body": place.of("bodies"),
            "website": place.site + "/",
            "product": "https://oparl.org/",
        }
    )


def _body(service: Service) -> Json:
    place = Place(service)
    lists = (
        "person",
        "paper",
        "agendaItem",
        "file",
        "consultation",
        "membership",
        "locationList",
        "legislativeTermList",
    )
    return {
        "id": place.of("body"),
        "type": f"{SCHEMA}/Body",
        "system": f"{place.root}/system",
        "name": service.council.name,
        "organization": place.of("organizations"),
        "meeting": place.of("meetings"),
        **{name: place.of("none", name) for name in lists},
        "legislativeTerm": [],
        "website": place.site + "/",
        "web": place.site + "/",
    }


def _organization(service: Service) -> Json:
    place = Place(service)
    return {
        "id": place.of("organization"),
        "type": f"{SCHEMA}/Organization",
        "body": place.of("body"),
        "name": service.council.name,
        "meeting": place.of("meetings"),
        "organizationType": "Gremium",
        "website": place.site + "/",
    }


def _listed(url: str, data: Sequence[Json], *, total: int | None = None, page: int = 1) -> aio.Response:
    """An external list of OParl's, section 2.5 of its specification."""
    total = len(data) if total is None else total
    pages = max(1, -(-total // PER_PAGE))
    links = {"first": url, "self": f"{url}?page={page}", "last": f"{url}?page={pages}"}
    if page < pages:
        links["next"] = f"{url}?page={page + 1}"
    if page > 1:
        links["prev"] = f"{url}?page={page - 1}"
    counted = {"totalElements": total, "elementsPerPage": PER_PAGE, "currentPage": page, "totalPages": pages}
    return _answer({"data": list(data), "pagination": counted, "links": links})


def one(made: Callable[[Service], Json]) -> Callable[[aio.Request], Any]:
    """A handler for an object there is one of."""

    async def handler(request: aio.Request) -> aio.Response:
        return _answer(made(request.app[SERVICE]))

    return handler


def list_of(kind: str, made: Callable[[Service], Json]) -> Callable[[aio.Request], Any]:
    """A handler for a list with one object."""

    async def handler(request: aio.Request) -> aio.Response:
        service = request.app[SERVICE]
        return _listed(Place(service).of(kind), [made(service)])

    return handler


async def nothing(request: aio.Request) -> aio.Response:
    """A list that OParl wants and that is empty here."""
    return _listed(Place(request.app[SERVICE]).of("none", request.match_info["kind"]), [])


async def meetings(request: aio.Request) -> aio.Response:
    """All meetings, the latest first, `?page=`."""
    service = request.app[SERVICE]
    page = max(1, whole_number(request.query.get("page", ""), 5) or 1)
    listed = await service.desk.meetings()
    shown = [await _meeting(service, m.id) for m in listed[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return _listed(Place(service).of("meetings"), shown, total=len(listed), page=page)


async def meeting(request: aio.Request) -> aio.Response:
    """One meeting, its agenda and files within it."""
    return _answer(await _meeting(request.app[SERVICE], request.match_info["meeting"]))


async def item(request: aio.Request) -> aio.Response:
    """One agenda item."""
    where = request.match_info
    found = await _meeting(request.app[SERVICE], where["meeting"])
    wanted = Place(request.app[SERVICE]).of("agendaitem", where["meeting"], where["item"])
    return _answer(_with_id(found["agendaItem"], wanted, "item"))


async def file(request: aio.Request) -> aio.Response:
    """One file: the recording, or a document of an item."""
    where = request.match_info
    found = await _meeting(request.app[SERVICE], where["meeting"])
    files = [*found["auxiliaryFile"], *(one for item in found["agendaItem"] for one in item.get("auxiliaryFile", []))]
    return _answer(_with_id(files, Place(request.app[SERVICE]).of("file", where["meeting"], where["file"]), "file"))


def _with_id(objects: Sequence[Json], id: str, what: str) -> Json:
    found = next((one for one in objects if one["id"] == id), None)
    if found is None:
        raise Unknown(what, id)
    return found


async def _meeting(service: Service, id: str) -> Json:
    """As citizens see it now. Raises `Unknown`."""
    whole = await service.desk.meeting(id)
    seen, place = service.conductor.as_seen(whole), Place(service)
    replay = await service.archive.replay(whole) if whole.phase is Phase.PUBLISHED else None
    ends = {"end": iso(seen.ended_at)} if seen.ended_at else {}
    shown = [one for one in seen.items if one.public]
    return {
        "id": place.of("meeting", id),
        "type": f"{SCHEMA}/Meeting",
        "name": seen.name,
        "meetingState": STATES.get(seen.phase, "terminiert"),
        "cancelled": seen.phase is Phase.CANCELLED,
        "start": seen.start,
        **ends,
        "organization": [place.of("organization")],
        "agendaItem": [_item(service, seen, one, order, replay) for order, one in enumerate(shown)],
        "auxiliaryFile": [_recording(place, seen, replay)] if replay and replay.mp4_ready else [],
        "web": f"{place.site}/meetings/{id}",
    }


def _item(service: Service, seen: Meeting, item: AgendaItem, order: int, replay: Replay | None) -> Json:
    place, record = Place(service), seen.record(item.id)
    start, end = _discussed(service, seen, item, replay)
    told: Json = {
        "id": place.of("agendaitem", seen.id, item.id),
        "type": f"{SCHEMA}/AgendaItem",
        "meeting": place.of("meeting", seen.id),
        "number": item.number,
        "order": order,
        "name": item.name,
        "public": True,
        "web": f"{place.site}/meetings/{seen.id}/items/{item.id}",
    }
    more = {"start": iso(start), "end": iso(end), "result": record.result}
    told |= {name: value for name, value in more.items() if value}
    if record.documents:
        told["auxiliaryFile"] = [
            {
                "id": place.of("file", seen.id, f"{item.id}-{number}"),
                "type": f"{SCHEMA}/File",
                "name": document.name,
                "accessUrl": document.url,
                "agendaItem": [told["id"]],
            }
            for number, document in enumerate(record.documents)
        ]
    return told


def _discussed(
    service: Service, seen: Meeting, item: AgendaItem, replay: Replay | None
) -> tuple[float | None, float | None]:
    """When it was, unix seconds: by the index as it was put right, once there is one."""
    if replay is None:
        return seen.item_span(item) or (None, None)
    timeline = service.archive.timeline(seen)
    mine = [c for c in replay.chapters if c.kind is ChapterKind.ITEM and c.ref == item.id]
    if not mine:
        return None, None
    return timeline.wall(mine[0].start), timeline.wall(mine[-1].end - 0.001)


def _recording(place: Place, meeting: Meeting, replay: Replay) -> Json:
    return {
        "id": place.of("file", meeting.id, "recording"),
        "type": f"{SCHEMA}/File",
        "name": meeting.name,
        "fileName": f"{meeting.id}.mp4",
        "mimeType": "video/mp4",
        "size": replay.mp4_bytes,
        "accessUrl": f"{place.site}/meetings/{meeting.id}/replay.mp4",
        "downloadUrl": f"{place.site}/meetings/{meeting.id}/replay.mp4?download",
        "externalServiceUrl": f"{place.site}/meetings/{meeting.id}",
        "meeting": [place.of("meeting", meeting.id)],
    }


routes = [
    aio.get(BASE, system),
    aio.get(BASE + "/system", system),
    aio.get(BASE + "/bodies", list_of("bodies", _body)),
    aio.get(BASE + "/body", one(_body)),
    aio.get(BASE + "/organizations", list_of("organizations", _organization)),
    aio.get(BASE + "/organization", one(_organization)),
    aio.get(BASE + "/none/{kind}", nothing),
    aio.get(BASE + "/meetings", meetings),
    aio.get(BASE + "/meeting/{meeting}", meeting),
    aio.get(BASE + "/agendaitem/{meeting}/{item}", item),
    aio.get(BASE + "/file/{meeting}/{file}", file),
]
