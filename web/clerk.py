"""The clerk's pages: planning meetings, and the board from which one is run."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from aiohttp import web as aio

from streamer.council.agenda import parse_agenda
from streamer.council.decide import MAX_RECESS_MINUTES
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import AgendaItem, Meeting, Span, meeting_id
from streamer.council.phase import BEFORE, ON_AIR, OVER, Phase, Verb
from streamer.council.preflight import OFFERED
from streamer.council.questions import Status
from streamer.council.roles import Role
from streamer.council.schedule import GoLive, Standing
from streamer.council.screening import CHANGEABLE, Screening
from web.alarm_pages import light_of
from web.auth import require
from web.clerk_items import enter_records
from web.consent_words import standing as consent_said
from web.context import SERVICE, Service, meeting_of
from web.destinations import outlets
from web.i18n import N_, translator_for
from web.listing import STILL_COMING
from web.live_messages import state
from web.preflight import preflight_view
from web.preflight_words import REASONS
from web.rendering import Names, answer, back, mistakes, page, refused
from web.typed import whole_number
from web.youtube_words import Standing as AtYouTube
from web.youtube_words import captions_said
from web.youtube_words import standing as standing_at_youtube

Form = dict[str, str]
FIELDS = ("name", "date", "time", "agenda", "records", "screening")


async def overview(request: aio.Request) -> aio.StreamResponse:
    """The meeting at hand, the form for a new one, and all the others."""
    await require(request, Role.CLERK)
    return await overview_page(request, {})


async def overview_page(
    request: aio.Request, typed: Form, *, wrong: dict[str, str] | None = None, items: Sequence[AgendaItem] = (),
    imported: Sequence[str] = (),
) -> aio.Response:  # fmt: skip
    """With a form in which stands what was typed, or read out of another system (`imported`: what is said of that)."""
    service = request.app[SERVICE]
    meetings, usual = await service.desk.meetings(), {"screening": str(service.screening)}
    screenings = {m.id: (await service.desk.meeting(m.id)).screening for m in meetings if m.phase in BEFORE | ON_AIR}
    return await page(
        request, "clerk/overview.html", status=422 if wrong else 200, screenings=screenings,
        at_hand=at_hand(request, meetings), meetings=meetings, typed={**dict.fromkeys(FIELDS, ""), **usual, **typed},
        wrong=wrong or {}, items=items, imported=imported, meeting=None,
        channels=[c.name for c in request.app[SERVICE].alarms.channels],
        consent=_consent_said(request),
    )  # fmt: skip


def at_hand(request: aio.Request, meetings: Sequence[Meeting]) -> Meeting | None:
    """The meeting that runs, else the next one."""
    running = [m for m in meetings if m.phase in ON_AIR or m.phase is Phase.REHEARSAL]
    reader = translator_for(request)
    since = reader.moment(request.app[SERVICE].clock()) - STILL_COMING
    planned = [m for m in meetings if m.phase is Phase.SCHEDULED and reader.moment(m.start) > since]
    return next(iter([*running, *sorted(planned, key=lambda m: reader.moment(m.start))]), None)


async def plan(request: aio.Request) -> aio.StreamResponse:
    """A new meeting; with the button `look` only what was recognised in its agenda."""
    identity = await require(request, Role.CLERK)
    service, typed, look = request.app[SERVICE], *await _form(request)
    items = parse_agenda(typed["agenda"], service.new_id)
    if look:
        return await overview_page(request, typed, items=items)
    try:
        start = _start(service, typed).isoformat()
        id = meeting_id(start, service.new_id())
        screening = _screening(typed) or service.screening
        planned = await service.desk.plan(id, typed["name"], start, items, by=identity.name, screening=screening)
    except Invalid as error:
        return await overview_page(request, typed, wrong=_wrong(request, error, typed), items=items)
    await enter_records(service, planned, typed["records"], by=identity.name)
    return back(f"/clerk/meetings/{id}", translator_for(request).gettext("The meeting is planned."))


async def edit(request: aio.Request) -> aio.StreamResponse:
    """The plan of a meeting, to be changed."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    start = translator_for(request).moment(found.start)
    typed = {
        "name": found.name, "date": f"{start:%Y-%m-%d}", "time": f"{start:%H:%M}", "records": "",
        "screening": str(found.screening),
        "agenda": agenda_text(found.items, Names(translator_for(request).gettext).heading),
    }  # fmt: skip
    return await _plan_page(request, found, typed, items=found.items)


async def _plan_page(
    request: aio.Request, found: Meeting, typed: Form, *, items: Sequence[AgendaItem], wrong: Form | None = None
) -> aio.Response:
    status = 422 if wrong else 200
    return await page(
        request, "clerk/plan.html", status=status, meeting=found, typed=typed, items=items, wrong=wrong or {},
        fixed="" if found.phase in CHANGEABLE else str(found.screening),
    )  # fmt: skip


async def save(request: aio.Request) -> aio.StreamResponse:
    """The changed plan. Items that stay keep their identity, and with it what was recorded of them."""
    identity = await require(request, Role.CLERK)
    service, found = request.app[SERVICE], await meeting_of(request)
    typed, look = await _form(request)
    items = kept_ids(found.items, parse_agenda(typed["agenda"], service.new_id))
    if look:
        return await _plan_page(request, found, typed, items=items)
    try:
        start = _start(service, typed).isoformat()
        await service.desk.change_plan(
            found.id, typed["name"], start, items, by=identity.name, screening=_screening(typed)
        )  # fmt: skip
    except Invalid as error:
        return await _plan_page(request, found, typed, items=items, wrong=_wrong(request, error, typed))
    except (Refused, Conflict) as error:
        return refused(request, f"/clerk/meetings/{found.id}/plan", error)
    return back(f"/clerk/meetings/{found.id}", translator_for(request).gettext("The changes are saved."))


async def board(request: aio.Request) -> aio.StreamResponse:
    """The page from which a meeting is run."""
    identity = await require(request, Role.CLERK)
    service, found = request.app[SERVICE], await meeting_of(request)
    machines = await service.conductor.status(found.id)
    replay = await service.archive.replay(found) if found.phase in OVER else None
    return await page(
        request, "clerk/board.html",
        meeting=found,
        state=state(service, found, identity.role),
        verbs=found.can,
        told=service.publishing.told(found),
        spans={item.id: found.item_span(item) for item in found.items},
        opened={mark.item for mark in found.marks},
        machines=asdict(machines) if machines else None,
        light=light_of(request, found, machines),
        youtube=_at_youtube(request, found),
        live_captions=captions_said(translator_for(request), await service.live_captions.standing(found.id)),
        consent=_consent_said(request),
        destinations=outlets(service, translator_for(request), found),
        replay=replay,
        waiting=len(await service.questions.listed(found.id, Status.PENDING)),
        asked=next(iter(await service.questions.listed(found.id, Status.ON_AIR)), None),
        public_url=service.public_url,
        now=service.clock(),
        delay=round(service.conductor.studio.delay),
        preflight=preflight_view(service, translator_for(request), found),
        schedule=schedule_said(request, found),
        reasons={reason: REASONS[reason] for reason in OFFERED},
    )  # fmt: skip


def schedule_said(request: aio.Request, found: Meeting) -> str:
    """What the clock will do for a meeting, in a sentence; nothing where it does nothing."""
    keeper, reader = request.app[SERVICE].timekeeper, translator_for(request)
    gettext, rules, start = reader.gettext, keeper.rules, keeper.start_of(found)
    match keeper.standing(found):
        case Standing.OFF:
            return ""
        case Standing.STOPPED:
            return gettext("It does not begin by itself any more, because it was put back to “planned”.")
    said = [gettext("It begins by itself.")]
    counted = rules.waiting_minutes if found.screening is Screening.LIVE else 0
    if rules.rehearse_minutes > counted:
        said.append(gettext("Rehearsal: %(time)s.", time=reader.time(start - 60 * rules.rehearse_minutes)))
    if rules.waiting_minutes and found.screening is Screening.LIVE:
        said.append(gettext("Countdown: %(time)s.", time=reader.time(start - 60 * rules.waiting_minutes)))
    if rules.live is GoLive.AT_START:
        live = found.screening is Screening.LIVE
        words = N_("Live: %(time)s.") if live else N_("Recording: %(time)s.")
        said.append(gettext(words, time=reader.time(start)))
    else:
        said.append(gettext("You press “%(button)s”.", button=Names(gettext).verb(Verb.GO_LIVE, found.screening)))
    return " ".join(said)


async def order(request: aio.Request) -> aio.StreamResponse:
    """One of the big buttons."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}"
    if where["verb"] not in set(Verb):
        raise Unknown("verb", where["verb"])
    try:
        form = await request.post()
        ago, minutes = _seconds_ago(str(form.get("seconds_ago", ""))), _minutes(str(form.get("minutes", "")))
        reason = str(form.get("reason_text", "")) or str(form.get("reason", ""))
        after = await service.desk.order(
            where["meeting"], Verb(where["verb"]), by=identity.name, seconds_ago=ago, reason=reason, minutes=minutes
        )
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    return answer(request, to, _obeyed(request, after, ago), state=state(service, after, identity.role))


def _obeyed(request: aio.Request, after: Meeting, ago: float) -> str:
    """What has become of an order as of `ago` seconds ago, and of the seconds it took back."""
    gettext = translator_for(request).gettext
    phase = Names(gettext).phase(after.phase, after.screening)
    if not ago:
        return gettext("The meeting is now: %(phase)s.", phase=phase)
    back = after.withheld[-1] if after.withheld else Span(0.0, 0.0)
    real, sent = round(back.end - back.start), round(request.app[SERVICE].conductor.sent_after(after.id, back.start))
    said = [gettext("The meeting is now: %(phase)s, from %(seconds)s s ago.", phase=phase, seconds=real)]
    if real < ago:
        said.append(gettext("Further back was another part of the meeting."))
    if sent:
        said.append(
            gettext("The first %(sent)s s of that had been sent out already; they are not in the replay.", sent=sent)
        )
        said.append(gettext("The rest was held back."))
    else:
        said.append(gettext("Nothing of that has been sent out."))
    return " ".join(said)


async def open_item(request: aio.Request) -> aio.StreamResponse:
    """An agenda item begins, or began `seconds_ago`."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}"
    try:
        ago = _seconds_ago(str((await request.post()).get("seconds_ago", "")))
        after = await service.desk.open_item(where["meeting"], where["item"], by=identity.name, seconds_ago=ago)
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    opened = after.open_item
    said = translator_for(request).gettext("Open: %(item)s", item=f"{opened.number} {opened.name}" if opened else "")
    return answer(request, to, said, state=state(service, after, identity.role))


def _seconds_ago(text: str) -> float:
    if not text:
        return 0.0
    if (seconds := whole_number(text, 4)) is None:
        raise Invalid({"seconds_ago": ("seconds_bad", {})})
    return float(seconds)


def _minutes(text: str) -> int | None:
    """Of a recess; `None` where none were given."""
    text = text.strip()
    if not text:
        return None
    if (minutes := whole_number(text, 4)) is None:
        raise Invalid({"minutes": ("minutes_bad", {"limit": MAX_RECESS_MINUTES})})
    return minutes


async def goes_on(request: aio.Request) -> aio.StreamResponse:
    """The answer to "Has the meeting ended?"."""
    identity, where = await require(request, Role.CLERK), request.match_info
    to = f"/clerk/meetings/{where['meeting']}"
    try:
        await request.app[SERVICE].desk.goes_on(where["meeting"], by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    return answer(request, to, translator_for(request).gettext("Good: it goes on."))


async def change_recess(request: aio.Request) -> aio.StreamResponse:
    """The break lasts longer, or shorter, than was announced."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}"
    try:
        minutes = _minutes(str((await request.post()).get("minutes", "")))
        after = await service.desk.change_recess(where["meeting"], minutes, by=identity.name)
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    gettext = translator_for(request).gettext
    said = gettext("The public is told when it goes on.") if after.back_at else gettext("The public is told no time.")
    return answer(request, to, said, state=state(service, after, identity.role))


async def undo(request: aio.Request) -> aio.StreamResponse:
    """The last opening of an item does not count."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}"
    try:
        after = await service.desk.undo_opening(where["meeting"], by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("Undone.")
    return answer(request, to, said, state=state(service, after, identity.role))


async def _form(request: aio.Request) -> tuple[Form, bool]:
    form = await request.post()
    return {name: str(form.get(name, "")) for name in FIELDS}, "look" in form


def _consent_said(request: aio.Request) -> str:
    """What is wrong with the consent to act at YouTube, if anything."""
    watch = request.app[SERVICE].consent
    return consent_said(translator_for(request), watch.consent) if watch else ""


def _at_youtube(request: aio.Request, found: Meeting) -> AtYouTube | None:
    """`None` where YouTube is not asked."""
    follower, care = request.app[SERVICE].youtube, request.app[SERVICE].aftercare
    if follower is None or care is None or (found.screening is Screening.DELAYED and not follower.twin(found.id)):
        return None
    chat = request.app[SERVICE].chat
    return standing_at_youtube(
        translator_for(request), follower.view(found.id), care.view(found.id), chat.view(found) if chat else None
    )


def _screening(typed: Form) -> Screening | None:
    """What was chosen; `None` where there was no choice."""
    return Screening(typed["screening"]) if typed["screening"] in set(Screening) else None


def _start(service: Service, typed: Form) -> datetime:
    try:
        start = datetime.fromisoformat(f"{typed['date']}T{typed['time']}")
    except ValueError:
        raise Invalid({"start": ("start_bad", {})}) from None
    return start.replace(tzinfo=service.council.timezone)


def _wrong(request: aio.Request, error: Invalid, typed: Form) -> Form:
    """Mistakes by the field they are shown at: those of single items stand under the agenda, one is enough."""
    said = mistakes(translator_for(request).gettext, error)
    return {field.partition("[")[0].replace("agendaItem", "agenda"): text for field, text in reversed(said.items())}


def agenda_text(items: Sequence[AgendaItem], heading: Any) -> str:
    """The agenda as it can be pasted again: numbered lines under headings; with every number in brackets where it would
    not be read as it is."""
    plain = _agenda_text(items, heading, _plain_line)
    again = parse_agenda(plain, lambda: "")
    same = [(i.number, i.name, i.public) for i in again] == [(i.number, i.name, i.public) for i in items]
    return plain if same else _agenda_text(items, heading, lambda item: f"[#{item.number}] {item.name}")


def _agenda_text(items: Sequence[AgendaItem], heading: Any, line: Callable[[AgendaItem], str]) -> str:
    lines: list[str] = []
    public: bool | None = None
    for item in items:
        if item.public is not public:
            public = item.public
            lines += [*([""] if lines else []), heading(public), ""]
        lines.append(line(item))
    return "\n".join(lines)


def _plain_line(item: AgendaItem) -> str:
    mark = "." if item.number[-1:].isdigit() else ")"
    return f"{item.number}{mark} {item.name}" if item.number else item.name


def kept_ids(before: Sequence[AgendaItem], after: Sequence[AgendaItem]) -> list[AgendaItem]:
    """`after`, each item under the id it had before: the same number and name, else the same name, else number."""
    found: list[AgendaItem | None] = [None] * len(after)
    left = list(before)
    for same in (_same_line, _same_name, _same_number):
        for index, item in enumerate(after):
            old = next((o for o in left if same(o, item)), None) if found[index] is None else None
            if old is not None:
                left.remove(old)
                found[index] = replace(item, id=old.id)
    return [known or item for known, item in zip(found, after, strict=True)]


def _same_line(a: AgendaItem, b: AgendaItem) -> bool:
    return (a.number, a.name, a.public) == (b.number, b.name, b.public)


def _same_name(a: AgendaItem, b: AgendaItem) -> bool:
    return a.name == b.name


def _same_number(a: AgendaItem, b: AgendaItem) -> bool:
    return a.number == b.number
