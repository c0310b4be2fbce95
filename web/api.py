"""The same buttons for a Stream Deck, a script or another system: JSON with OParl's names. See docs/api.md."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, TypeVar

from aiohttp import web as aio
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from streamer.council.agenda import parse_agenda
from streamer.council.decide import MAX_NAME, MAX_ORDER_SECONDS_AGO, MAX_RECESS_MINUTES
from streamer.council.errors import Invalid, Unknown
from streamer.council.lower_third import ThirdKind
from streamer.council.meeting import AgendaItem, Meeting, meeting_id
from streamer.council.networks import Sending
from streamer.council.phase import Verb
from streamer.council.preflight import MAX_REASON
from streamer.council.roles import STAFF, Role
from streamer.council.screening import Screening
from web.alarm_words import outcome_said
from web.auth import Identity, require
from web.context import SERVICE, Service, meeting_of
from web.destinations import order as order_outlet
from web.i18n import translator_for
from web.preflight import preflight_view
from web.views import iso, meeting_view

routes = aio.RouteTableDef()
M = TypeVar("M", bound=BaseModel)
MEETING = "/api/v1/meetings/{meeting}"


def _name(value: str) -> str:
    """Refused here and not only by the rules, so that all mistakes are told at once."""
    if not value.strip():
        raise PydanticCustomError("name_missing", "A name is missing.")
    if len(value) > MAX_NAME:
        raise PydanticCustomError("name_too_long", "At most {limit} characters.", {"limit": MAX_NAME})
    return value


Name = Annotated[str, AfterValidator(_name)]


class NewItem(BaseModel):
    """An agenda item as planned. `public` false: it belongs to a closed session."""

    number: str = Field("", max_length=40)
    name: Name
    public: bool = True


class NewMeeting(BaseModel):
    """A meeting as planned. `start` without an offset is the commune's own time; `agenda` is pasted text; `screening`:
    whether it is shown live, as usual in the commune where nothing is said."""

    model_config = ConfigDict(str_strip_whitespace=True)

    name: Name
    start: datetime
    agendaItem: list[NewItem] = Field(default_factory=list)
    agenda: str | None = None
    screening: Screening | None = None


class Screened(BaseModel):
    """Whether a meeting is shown live."""

    screening: Screening


class Opening(BaseModel):
    """How long ago the item began, seconds."""

    secondsAgo: float = Field(0.0, ge=0, le=3600)


class Order(BaseModel):
    """What an order may carry. `secondsAgo`: how long ago the next phase began, for `call-recess`, `close-session` and
    `end`; `reason`: why it goes live although the preflight has red lines; `minutes`: how long a recess is to last."""

    secondsAgo: float = Field(0.0, ge=0, le=MAX_ORDER_SECONDS_AGO)
    reason: str = Field("", max_length=MAX_REASON)
    minutes: int | None = Field(None, ge=1, le=MAX_RECESS_MINUTES)


class Recess(BaseModel):
    """For how many minutes more, from now; `null`: nobody knows."""

    minutes: int | None = Field(ge=1, le=MAX_RECESS_MINUTES)


class Third(BaseModel):
    """Which text to show in the picture, none with `null`; a speaker's name and function."""

    show: ThirdKind | None
    name: str = ""
    function: str = ""


class Outlet(BaseModel):
    """A destination's name, and whether it is to be sent to."""

    destination: str
    order: Sending


async def body(request: aio.Request, model: type[M]) -> M:
    """The request's JSON as `model`; an empty body counts as `{}`. Raises 400, `Invalid`."""
    raw = await request.read()
    try:
        return model.model_validate(json.loads(raw or b"{}"))
    except ValidationError as error:
        raise Invalid({_field(found["loc"]): _mistake(found) for found in error.errors()}) from None
    except (ValueError, RecursionError):
        raise aio.HTTPBadRequest(text="The body is not JSON.") from None


def _mistake(found: ErrorDetails) -> tuple[str, Mapping[str, object]]:
    """Our own code where there is one, else pydantic's words."""
    if found["type"].startswith("name_"):
        return found["type"], found.get("ctx") or {}
    return "field_bad", {"problem": found["msg"]}


def _field(location: tuple[int | str, ...]) -> str:
    """`("agendaItem", 3, "name")` as `agendaItem[3].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "body"


def _service(request: aio.Request) -> Service:
    return request.app[SERVICE]


def _answer(meeting: Meeting, identity: Identity, status: int = 200, **more: Any) -> aio.Response:
    headers = {"Location": f"/api/v1/meetings/{meeting.id}"} if status == 201 else None
    return aio.json_response({**meeting_view(meeting, identity.role), **more}, status=status, headers=headers)


@routes.post("/api/v1/meetings")
async def plan(request: aio.Request) -> aio.Response:
    """Plan a meeting: 201 with its `id`."""
    identity = await require(request, Role.CLERK)
    service, new = _service(request), await body(request, NewMeeting)
    start = new.start if new.start.tzinfo else new.start.replace(tzinfo=service.council.timezone)
    items = [AgendaItem(service.new_id(), item.number, item.name, item.public) for item in new.agendaItem]
    items += parse_agenda(new.agenda, service.new_id) if new.agenda else []
    id = meeting_id(start.isoformat(), service.new_id())
    screening = new.screening or service.screening
    meeting = await service.desk.plan(
        id, new.name, start.isoformat(), items, by=identity.name, screening=screening
    )  # fmt: skip
    return _answer(meeting, identity, 201)


@routes.get("/api/v1/meetings")
async def meetings(request: aio.Request) -> aio.Response:
    """All meetings, the latest first, without their agendas."""
    identity = await require(request, *STAFF)
    listed = [meeting_view(m, identity.role) for m in await _service(request).desk.meetings()]
    for view in listed:
        for name in ("agendaItem", "publishAt", "withheld", "screening"):
            del view[name]
    return aio.json_response({"data": listed})


@routes.get(MEETING)
async def meeting(request: aio.Request) -> aio.Response:
    """One meeting with its agenda; items carry their real `start` and `end`."""
    identity = await require(request, *STAFF)
    return _answer(await meeting_of(request), identity)


@routes.post("/api/v1/alarms/test")
async def test_alarms(request: aio.Request) -> aio.Response:
    """Try every configured channel now; what became of each."""
    await require(request, Role.CLERK)
    found = await _service(request).alarms.test()
    said = outcome_said(translator_for(request).gettext, found)
    return aio.json_response(
        {"data": [{**asdict(one), "message": text} for one, text in zip(found, said, strict=False)]}
    )


@routes.put(MEETING + "/screening")
async def screen(request: aio.Request) -> aio.Response:
    """Show it live, or record it only."""
    identity, given = await require(request, Role.CLERK), await body(request, Screened)
    desk, meeting = _service(request).desk, request.match_info["meeting"]
    return _answer(await desk.screen(meeting, given.screening, by=identity.name), identity)


@routes.get(MEETING + "/status")
async def status(request: aio.Request) -> aio.Response:
    """What was ordered and what runs: source, encoder, recording, each destination."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    running = await _service(request).conductor.status(found.id)
    return aio.json_response(asdict(running) if running else idle_status(found))


def idle_status(meeting: Meeting) -> dict[str, Any]:
    """The status of a meeting without machines."""
    return {"meeting": meeting.id, "phase": meeting.phase, "source": None, "encoder": None, "recording": None,
            "destinations": [], "signals": None, "truth": None, "screening": meeting.screening}  # fmt: skip


@routes.post(MEETING + "/agenda/undo")
async def undo(request: aio.Request) -> aio.Response:
    """Take the last opening of an item back."""
    identity = await require(request, Role.CLERK)
    return _answer(await _service(request).desk.undo_opening(request.match_info["meeting"], by=identity.name), identity)


@routes.post(MEETING + "/agenda/{item}/open")
async def open_item(request: aio.Request) -> aio.Response:
    """Open an agenda item, as of `secondsAgo`."""
    identity = await require(request, Role.CLERK)
    opening, where = await body(request, Opening), request.match_info
    desk = _service(request).desk
    if (await desk.meeting(where["meeting"])).item(where["item"]) is None:
        raise Unknown("item", where["item"])
    after = await desk.open_item(where["meeting"], where["item"], by=identity.name, seconds_ago=opening.secondsAgo)
    return _answer(after, identity)


@routes.post(MEETING + "/lower-third")
async def show_lower_third(request: aio.Request) -> aio.Response:
    """Put a text into the picture, or take it out."""
    identity = await require(request, Role.CLERK)
    desk, id, third = _service(request).desk, request.match_info["meeting"], await body(request, Third)
    if third.show is None:
        return _answer(await desk.hide_lower_third(id, by=identity.name), identity)
    after = await desk.show_lower_third(id, third.show, by=identity.name, name=third.name, function=third.function)
    return _answer(after, identity)


@routes.post(MEETING + "/destinations")
async def order_destination(request: aio.Request) -> aio.Response:
    """Send to one destination, or no more."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    wanted = await body(request, Outlet)
    return _answer(await order_outlet(_service(request), id, wanted.destination, wanted.order, identity.name), identity)


@routes.get(MEETING + "/preflight")
async def preflight(request: aio.Request) -> aio.Response:
    """What the last preflight found, or how far the present one is."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    return aio.json_response(preflight_view(_service(request), translator_for(request), found))


@routes.post(MEETING + "/preflight")
async def check_everything(request: aio.Request) -> aio.Response:
    """Begin a preflight: 202; ask again for what it finds."""
    identity = await require(request, Role.CLERK)
    found, service = await meeting_of(request), _service(request)
    await service.preflights.start(found.id, by=identity.name)
    return aio.json_response(preflight_view(service, translator_for(request), found), status=202)


@routes.post(MEETING + "/preflight/stop")
async def stop_checking(request: aio.Request) -> aio.Response:
    """End a preflight; what it had found counts for nothing."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), _service(request)
    await service.preflights.cancel(found.id)
    return aio.json_response(preflight_view(service, translator_for(request), found))


@routes.post(MEETING + "/goes-on")
async def goes_on(request: aio.Request) -> aio.Response:
    """Answer that the meeting has not ended, silent as it is."""
    identity = await require(request, Role.CLERK)
    return _answer(await _service(request).desk.goes_on(request.match_info["meeting"], by=identity.name), identity)


@routes.post(MEETING + "/recess")
async def change_recess(request: aio.Request) -> aio.Response:
    """Say anew how long the recess lasts, without resuming."""
    identity, given = await require(request, Role.CLERK), await body(request, Recess)
    desk, meeting = _service(request).desk, request.match_info["meeting"]
    return _answer(await desk.change_recess(meeting, given.minutes, by=identity.name), identity)


@routes.post(MEETING + "/{verb}")
async def order(request: aio.Request) -> aio.Response:
    """Move the meeting on: rehearse, go-live, call-recess, close-session, resume, end, publish, withdraw, reopen, …"""
    identity = await require(request, Role.CLERK)
    where = request.match_info
    if where["verb"] not in list(Verb):
        raise Unknown("verb", where["verb"])
    service, given = _service(request), await body(request, Order)
    ago, verb = given.secondsAgo, Verb(where["verb"])
    after = await service.desk.order(
        where["meeting"], verb, by=identity.name, seconds_ago=ago, reason=given.reason, minutes=given.minutes
    )
    return _answer(after, identity, **_taken_back(service, after) if ago else {})


def _taken_back(service: Service, after: Meeting) -> dict[str, Any]:
    """From when on, and how many seconds of that the public had been sent."""
    start = after.changes[-1][0]
    return {"takenBack": {"from": iso(start), "sentSeconds": round(service.conductor.sent_after(after.id, start), 3)}}
