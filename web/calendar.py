"""The meetings in a citizen's own calendar (iCalendar, RFC 5545); and a meeting out of somebody else's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from aiohttp import web as aio
from icalendar import Calendar, Event

from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from web.context import SERVICE, Service
from web.i18n import Translator, translator_for

STATUS: Mapping[Phase, str] = {Phase.CANCELLED: "CANCELLED"}
USUAL = timedelta(hours=2)
"""How long an event is shown whose end nobody knows yet."""


async def calendar(request: aio.Request) -> aio.Response:
    """Every meeting; what changes keeps its UID, so that a calendar follows."""
    service, reader = request.app[SERVICE], translator_for(request)
    made = Calendar()
    made.add("prodid", "-//Tribune//Council meetings//")
    made.add("version", "2.0")
    made.add("name", service.council.name)
    made.add("x-wr-calname", service.council.name)
    for listed in await service.desk.meetings():
        meeting = service.conductor.as_seen(await service.desk.meeting(listed.id))
        made.add_component(_event(service, reader, meeting))
    headers = {"Cache-Control": "max-age=60", "Content-Disposition": 'inline; filename="meetings.ics"'}
    return aio.Response(body=made.to_ical(), content_type="text/calendar", charset="utf-8", headers=headers)


def _event(service: Service, reader: Translator, meeting: Meeting) -> Event:
    start = reader.moment(meeting.start)
    ended = datetime.fromtimestamp(meeting.ended_at, UTC) if meeting.ended_at else None
    link = f"{service.public_url}/meetings/{meeting.id}"
    names = [item.title for item in meeting.items if item.public]
    event = Event()
    event.add("uid", f"{meeting.id}@{service.public_url.partition('//')[2].partition(':')[0]}")
    event.add("dtstamp", datetime.fromtimestamp(meeting.changes[-1][0] if meeting.changes else 0, UTC))
    event.add("dtstart", start.astimezone(UTC))
    event.add("dtend", ended if ended and ended > start else (start + USUAL).astimezone(UTC))
    event.add("summary", meeting.name)
    event.add("description", "\n".join([*names, "", link]))
    event.add("url", link)
    event.add("sequence", meeting.version)
    event.add("status", STATUS.get(meeting.phase, "CONFIRMED"))
    event.add("organizer", "invalid:nomail", parameters={"CN": service.council.name})
    return event


@dataclass(frozen=True)
class Found:
    """An event: its name, its start where it has one, the text of its description."""

    name: str
    start: datetime | None
    text: str


def first_event(text: str, zone: object) -> Found | None:
    """The earliest event with a start, else the first there is. `zone`: of times without one. Raises ValueError."""
    found = Calendar.from_ical(text).walk("VEVENT")
    events = [_found(event, zone) for event in found if isinstance(event, Event)]
    dated = sorted((event for event in events if event.start), key=lambda event: event.start or datetime.max)
    return next(iter([*dated, *events]), None)


def _found(event: Event, zone: object) -> Found:
    start = event.decoded("dtstart", None)
    if isinstance(start, date) and not isinstance(start, datetime):
        start = datetime.combine(start, time())
    if isinstance(start, datetime) and start.tzinfo is None:
        start = start.replace(tzinfo=zone)  # type: ignore[arg-type]
    moment = start if isinstance(start, datetime) else None
    return Found(str(event.get("summary", "")), moment, str(event.get("description", "")))
