"""The moderator's desk and the chair's page: questions come in, are published, rejected, put on air, answered."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web as aio

from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import QuestionVerb, Status
from streamer.council.roles import STAFF, Role
from web.auth import Identity, require
from web.clerk import at_hand
from web.context import SERVICE, Service
from web.i18n import translator_for
from web.live_messages import state
from web.pages import in_order
from web.rendering import Names, answer, page, refused
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


async def desk(request: aio.Request) -> aio.StreamResponse:
    """The questions of a meeting in three columns; without a meeting in the address, those of the one at hand."""
    identity = await require(request, Role.MODERATOR, Role.CLERK)
    found = await _meeting(request)
    if found is None:
        return await page(request, "moderator/none.html")
    service = request.app[SERVICE]
    questions = await service.questions.listed(found.id)
    return await page(
        request, "moderator/desk.html",
        meeting=found, state=state(service, found, identity.role),
        columns=columns(questions, identity.role, identity.name), reasons=list(service.reasons.texts),
        items={item.id: item for item in found.items},
    )  # fmt: skip


async def chair(request: aio.Request) -> aio.StreamResponse:
    """What is discussed, what comes next, and the published questions, in large type."""
    identity = await require(request, *STAFF)
    found = await _meeting(request)
    if found is None:
        return await page(request, "moderator/none.html")
    service = request.app[SERVICE]
    questions = [q for q in await service.questions.listed(found.id) if q.status in COLUMNS["published"]]
    return await page(
        request, "moderator/chair.html",
        meeting=found, state=state(service, found, identity.role), items={item.id: item for item in found.items},
        questions=in_order(question_views(questions, identity.role, by=identity.name)),
    )  # fmt: skip


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
        verb, who.role, who.name, seen=_version(form.get("version", "")), reason=form.get("reason") or None,
        other=form.get("other") or None, text=form.get("text", ""), language=form.get("language", ""),
        notice_by=form.get("notice_by", ""), notice_until=form.get("notice_until", ""),
    )  # fmt: skip


def columns(questions: Sequence[Question], role: Role, by: str = "") -> dict[str, list[dict[str, Any]]]:
    """Oldest first: who asked first is read first, and what arrives moves nothing."""
    views = question_views(questions, role, by=by)
    return {name: [view for view in views if view["status"] in statuses] for name, statuses in COLUMNS.items()}


def _page_of(identity: Identity, meeting: str) -> str:
    """Where a form without script goes back to."""
    return f"/{'chair' if identity.role is Role.CHAIR else 'moderator'}/meetings/{meeting}"


def _version(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


async def _meeting(request: aio.Request) -> Meeting | None:
    service: Service = request.app[SERVICE]
    id = request.match_info.get("meeting")
    if id is None:
        listed = at_hand(request, await service.desk.meetings())
        id = listed.id if listed else None
    return await service.desk.meeting(id) if id else None
