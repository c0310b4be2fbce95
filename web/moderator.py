"""The moderator's desk and the chair's page: questions come in, are published, rejected, put on air, answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web as aio

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.flags import Flag, fingerprint
from streamer.council.meeting import Meeting
from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb, Status
from streamer.council.roles import STAFF, Role
from web.auth import Identity, require
from web.clerk import at_hand
from web.context import SERVICE, Service
from web.i18n import translator_for
from web.live_messages import state
from web.rendering import Names, answer, page, refused
from web.typed import whole_number
from web.views import question_view, question_views

COLUMNS = {
    "waiting": (Status.PENDING, Status.HELD, Status.NOT_REVIEWED),
    "published": (
        Status.ON_AIR,
        Status.QUEUED,
        Status.PUBLISHED,
        Status.ON_NOTICE,
        Status.ANSWERED_LIVE,
        Status.ANSWERED_WRITTEN,
        Status.NOT_REACHED,
    ),
    "rejected": (Status.RETURNED, Status.REJECTED, Status.MERGED, Status.WITHDRAWN, Status.REDACTED),
}
"""Which statuses stand in which column, and in which order."""


LISTS = {
    "on_air": (Status.ON_AIR,),
    "queued": (Status.QUEUED,),
    "published": (Status.PUBLISHED,),
    "done": (Status.ON_NOTICE, Status.ANSWERED_LIVE, Status.ANSWERED_WRITTEN, Status.NOT_REACHED),
}
"""The same for the chair, who decides nothing about what waits."""
FILTERS = ("q", "item", "language", "flag")


async def desk(request: aio.Request) -> aio.StreamResponse:
    """The questions of a meeting in three columns; without a meeting in the address, those of the one at hand.

    `?q=&item=&language=&flag=` choose, for whoever has no script.
    """
    identity = await require(request, Role.MODERATOR, Role.CLERK)
    found = await _meeting(request)
    if found is None:
        return await page(request, "moderator/none.html")
    service = request.app[SERVICE]
    wanted = {name: request.query.get(name, "") for name in FILTERS}
    questions = [q for q in await service.questions.listed(found.id) if _is_wanted(q, **wanted)]
    return await page(
        request, "moderator/desk.html",
        columns=columns(questions, identity.role, identity.name), reasons=list(service.reasons.texts),
        wanted=wanted, flags=list(Flag),
        **_at_the_desk(service, found, identity.role),
    )  # fmt: skip


async def chair(request: aio.Request) -> aio.StreamResponse:
    """What is discussed, what comes next, what is on air, the running order, what else was published: in large type."""
    identity = await require(request, *STAFF)
    found = await _meeting(request)
    if found is None:
        return await page(request, "moderator/none.html")
    service = request.app[SERVICE]
    lists = columns(await service.questions.listed(found.id), identity.role, identity.name, LISTS)
    lists["queued"].sort(key=lambda view: view["place"] or 0)
    return await page(
        request, "moderator/chair.html",
        lists=lists, shifts=shifts([view["id"] for view in lists["queued"]]),
        **_at_the_desk(service, found, identity.role),
    )  # fmt: skip


def _at_the_desk(service: Service, found: Meeting, role: Role) -> dict[str, Any]:
    rules = service.questions.rules
    return {
        "meeting": found, "state": state(service, found, role), "items": {item.id: item for item in found.items},
        "limit": rules.max_length, "undo_seconds": rules.undo_seconds,
    }  # fmt: skip


def _is_wanted(question: Question, q: str, item: str, language: str, flag: str) -> bool:
    """As the script chooses: every word of `q` stands somewhere in it."""
    flags = {mark.flag for mark in question.flags}
    said = fingerprint(" ".join([question.text, question.original or "", question.name or ""]))
    return (
        (not item or question.item == item)
        and (not language or question.language == language)
        and (not flag or (bool(flags) if flag == "any" else flag in flags))
        and all(word in said for word in fingerprint(q).split())
    )


def shifts(order: Sequence[str]) -> dict[str, dict[int, str]]:
    """For each question of a running order, what that would be with it one place earlier (-1) or later (1); empty
    where it is the first or last."""
    return {id: {by: " ".join(_swapped(order, at, at + by)) for by in (-1, 1)} for at, id in enumerate(order)}


def _swapped(order: Sequence[str], one: int, other: int) -> list[str]:
    if not 0 <= other < len(order):
        return []
    swapped = list(order)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    return swapped


async def arrange(request: aio.Request) -> aio.StreamResponse:
    """Bring the running order into another order: `order` names all queued questions, the next one first."""
    identity, id = await require(request, *STAFF), request.match_info["meeting"]
    service, to = request.app[SERVICE], f"/chair/meetings/{id}"
    form = await request.post()
    try:
        after = await service.questions.arrange(id, str(form.get("order", "")).split(), by=identity.name)
    except (Refused, Conflict) as error:
        now = await service.questions.listed(id, Status.QUEUED)
        return refused(request, to, error, questions=question_views(now, identity.role, by=identity.name))
    return answer(request, to, questions=question_views(after, identity.role, by=identity.name))


async def move_question(request: aio.Request) -> aio.StreamResponse:
    """Publish, reject with a reason, restore, put on air, take off air, answered."""
    identity, where = await require(request, *STAFF), request.match_info
    service, to = request.app[SERVICE], _page_of(identity, where["meeting"])
    if where["verb"] not in set(QuestionVerb):
        raise Unknown("verb", where["verb"])
    form = await request.post()
    try:
        order = order_of(QuestionVerb(where["verb"]), identity, {name: str(value) for name, value in form.items()})
        after = await service.questions.move(where["meeting"], where["question"], order)
    except (Refused, Conflict, Invalid) as error:
        now = await service.questions.one(where["meeting"], where["question"])
        return refused(request, to, error, question=question_view(now, identity.role, by=identity.name))
    said = Names(translator_for(request).gettext).status(after.status)
    return answer(request, to, said, question=question_view(after, identity.role, by=identity.name))


def order_of(verb: QuestionVerb, who: Identity, form: Mapping[str, str]) -> QuestionOrder:
    """What a form orders; fields that it does not have are empty."""
    return QuestionOrder(
        verb, who.role, who.name, seen=whole_number(form.get("version", ""), 9), reason=form.get("reason") or None,
        other=form.get("other") or None, text=form.get("text", ""), language=form.get("language", ""),
        notice_by=form.get("notice_by", ""), notice_until=form.get("notice_until", ""),
    )  # fmt: skip


def columns(
    questions: Sequence[Question], role: Role, by: str = "", into: Mapping[str, Sequence[Status]] = COLUMNS
) -> dict[str, list[dict[str, Any]]]:
    """Oldest first: who asked first is read first, and what arrives moves nothing."""
    views = question_views(questions, role, by=by)
    return {name: [view for view in views if view["status"] in statuses] for name, statuses in into.items()}


def _page_of(identity: Identity, meeting: str) -> str:
    """Where a form without script goes back to."""
    return f"/{'chair' if identity.role is Role.CHAIR else 'moderator'}/meetings/{meeting}"


async def _meeting(request: aio.Request) -> Meeting | None:
    service: Service = request.app[SERVICE]
    id = request.match_info.get("meeting")
    if id is None:
        listed = at_hand(request, await service.desk.meetings())
        id = listed.id if listed else None
    return await service.desk.meeting(id) if id else None
