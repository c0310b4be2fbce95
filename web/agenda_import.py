"""An agenda out of another system, on the clerk's page: read, shown in the form of the plan, and only then planned."""

import json
from dataclasses import replace
from datetime import datetime

from aiohttp import web as aio

from streamer.council import agenda_import
from streamer.council.agenda import parse_agenda
from streamer.council.agenda_import import Imported, NotReadable, Oddity, Row
from streamer.council.meeting import AgendaItem
from streamer.council.record import ItemRecord, is_address
from streamer.council.roles import Role
from streamer.platforms.fetch import NotFetched, fetch
from web import calendar
from web.auth import require
from web.clerk import agenda_text, overview_page
from web.context import SERVICE, Service
from web.i18n import N_, Translator, translator_for
from web.rendering import Names, back

ODDITIES: dict[Oddity, str] = {
    Oddity.NO_NUMBER: N_("Items without a number: %(count)s."),
    Oddity.SAME_NUMBER: N_("Items that share their number with another one: %(count)s."),
    Oddity.NO_NAME: N_("Left out, because they have no name: %(count)s."),
    Oddity.SHORTENED: N_("Shortened, because they were too long: %(count)s."),
    Oddity.NOT_PUBLIC: N_("Items that are not public: %(count)s."),
    Oddity.TOO_MANY: N_("Left out, because there are too many items: %(count)s."),
    Oddity.BAD_ADDRESS: N_("Documents left out, because their address is none: %(count)s."),
    Oddity.OTHERS: N_("Other meetings in it, left out: %(count)s."),
}
"""What should be looked at, in words."""


async def read(request: aio.Request) -> aio.StreamResponse:
    """Read what was sent, pasted or is found at an address; show it in the form of a new meeting."""
    await require(request, Role.CLERK)
    service, reader, form = request.app[SERVICE], translator_for(request), await request.post()
    try:
        found = _imported(service, await _text(form))
    except (NotReadable, NotFetched) as error:
        said = reader.gettext("This could not be read: it is no agenda of OParl, iCalendar or CSV, and no text.")
        if isinstance(error, NotFetched):
            said = reader.gettext("This address could not be read: %(problem)s", problem=str(error))
        return back("/clerk", said, wrong=True)
    items = [AgendaItem(service.new_id(), row.number, row.name, row.public) for row in found.rows]
    entered = [row for row in found.rows if row.record != ItemRecord()]
    records = [{"number": row.number, "name": row.name, **row.record.as_data()} for row in entered]
    date, time = _when(reader, found.start)
    typed = {
        "name": found.name, "date": date, "time": time,
        "agenda": agenda_text(items, Names(reader.gettext).heading),
        "records": json.dumps(records, ensure_ascii=False) if records else "",
    }  # fmt: skip
    return await overview_page(request, typed, items=items, imported=said_of(reader, found))


def said_of(reader: Translator, found: Imported) -> list[str]:
    """What was read, and what is odd about it."""
    entered = sum(row.record != ItemRecord() for row in found.rows)
    count = len(found.rows)
    said = [reader.gettext("Items read: %(count)s. Nothing is planned yet: look at them first.", count=count)]
    if entered:
        said.append(reader.gettext("Items with a result or documents: %(count)s.", count=entered))
    return said + [reader.gettext(ODDITIES[odd], count=count) for odd, count in found.odd]


async def _text(form: object) -> str:
    """A file, else an address, else what was pasted. Raises `NotFetched`, `NotReadable`."""
    get = form.get  # type: ignore[attr-defined]
    file, url, pasted = get("file"), str(get("url", "")).strip(), str(get("text", ""))
    if isinstance(file, aio.FileField) and file.filename:
        return file.file.read().decode("utf-8-sig", "replace")
    if url:
        if not is_address(url):
            raise NotFetched(url[:80])
        return await fetch(url)
    if not pasted.strip():
        raise NotReadable
    return pasted


def _imported(service: Service, text: str) -> Imported:
    """Whatever it is. Raises `NotReadable`."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        return agenda_import.from_oparl(start)
    if start.startswith("BEGIN:VCALENDAR"):
        return _from_calendar(service, start)
    try:
        return agenda_import.from_csv(text)
    except NotReadable:
        return _from_text(service, text)


def _from_calendar(service: Service, text: str) -> Imported:
    try:
        event = calendar.first_event(text, service.council.timezone)
    except ValueError:
        event = None
    if event is None:
        raise NotReadable
    read = _from_text(service, event.text) if event.text.strip() else Imported("", "", (), ())
    return replace(read, name=event.name, start=event.start.isoformat() if event.start else "")


def _from_text(service: Service, text: str) -> Imported:
    items = parse_agenda(text, service.new_id)
    if not items or "\0" in text:
        raise NotReadable
    return Imported("", "", tuple(Row(item.number, item.name, item.public) for item in items), ())


def _when(reader: Translator, start: str) -> tuple[str, str]:
    """Date and time on the council's clock, for the form."""
    try:
        moment = reader.moment(datetime.fromisoformat(start))
    except ValueError:
        return "", ""
    return f"{moment:%Y-%m-%d}", f"{moment:%H:%M}"
