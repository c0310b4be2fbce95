"""Questions for a program: read them, move them, bring the running order into order. See docs/api.md."""

from dataclasses import asdict, fields

from aiohttp import web as aio
from pydantic import BaseModel

from streamer.council.errors import Conflict, Invalid, Unknown
from streamer.council.question import QuestionOrder
from streamer.council.question_log import LogLine
from streamer.council.questions import QuestionVerb, Status
from streamer.council.roles import STAFF, Role
from web.api import MEETING, body
from web.auth import Identity, require
from web.context import SERVICE, meeting_of
from web.i18n import translator_for
from web.problems import conflict
from web.tables import table
from web.views import iso, question_view, question_views, tally_view

routes = aio.RouteTableDef()


MAX_SEARCH = 200
LOG_COLUMNS = [field.name for field in fields(LogLine)]


class Move(BaseModel):
    """What a move of a question may carry; each verb reads what it needs."""

    version: int | None = None
    reason: str | None = None
    other: str | None = None
    text: str = ""
    language: str = ""
    noticeBy: str = ""
    noticeUntil: str = ""
    place: float | None = None

    def order(self, verb: QuestionVerb, who: Identity) -> QuestionOrder:
        """As the desk takes it."""
        return QuestionOrder(
            verb, who.role, who.name, seen=self.version, reason=self.reason, other=self.other, text=self.text,
            language=self.language, notice_by=self.noticeBy, notice_until=self.noticeUntil, place=self.place,
        )  # fmt: skip


class Arrangement(BaseModel):
    """The queued questions, the next one first."""

    order: list[str]


@routes.get(MEETING + "/questions")
async def questions(request: aio.Request) -> aio.Response:
    """The meeting's questions, oldest first; `?status=` chooses, several with commas; `?q=` searches."""
    identity = await require(request, *STAFF)
    found, wanted = await meeting_of(request), request.query.get("status")
    names = wanted.split(",") if wanted else []
    if not set(names) <= set(Status):
        raise Invalid({"status": ("field_bad", {"problem": ", ".join(Status)})})
    desk, text = request.app[SERVICE].questions, request.query.get("q", "")
    statuses = [Status(name) for name in names]
    listed = await (desk.found(found.id, text[:MAX_SEARCH], *statuses) if text else desk.listed(found.id, *statuses))
    return aio.json_response({"data": question_views(listed, identity.role, by=identity.name)})


@routes.get("/api/v1/reasons")
async def reasons(request: aio.Request) -> aio.Response:
    """Why a question can be returned or rejected, in the order of the keys."""
    table = request.app[SERVICE].reasons.table(translator_for(request))
    return aio.json_response({"data": [{"reason": code, "message": text} for code, text in table.items()]})


@routes.get(MEETING + "/questions/tally")
async def count(request: aio.Request) -> aio.Response:
    """What became of a meeting's questions, in numbers. For everybody."""
    found = await meeting_of(request)
    counted = await request.app[SERVICE].questions.tally(found.id)
    return aio.json_response(tally_view(counted))


@routes.get(MEETING + "/questions/log")
async def log(request: aio.Request) -> aio.Response:
    """Who did what, when; `?format=csv` as a table to take away."""
    await require(request, Role.CLERK, Role.MODERATOR)
    meeting = request.match_info["meeting"]
    lines = await request.app[SERVICE].questions.log(meeting)
    rows = [{**asdict(line), "at": iso(line.at)} for line in lines]
    if request.query.get("format") != "csv":
        return aio.json_response({"data": rows})
    headers = {"Content-Disposition": f'attachment; filename="questions-{meeting}.csv"'}
    text = table(LOG_COLUMNS, [[row[column] for column in LOG_COLUMNS] for row in rows])
    return aio.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


@routes.get(MEETING + "/questions/{question}/similar")
async def similar(request: aio.Request) -> aio.Response:
    """Those that ask the same."""
    identity = await require(request, *STAFF)
    desk, where = request.app[SERVICE].questions, request.match_info
    alike = await desk.similar(await desk.one(where["meeting"], where["question"]))
    views = [{**question_view(q, identity.role, by=identity.name), "likeness": round(how, 2)} for q, how in alike]
    return aio.json_response({"data": views})


@routes.get(MEETING + "/questions/{question}")
async def question(request: aio.Request) -> aio.Response:
    """One question, with what it said before."""
    identity = await require(request, *STAFF)
    desk, where = request.app[SERVICE].questions, request.match_info
    found = await desk.one(where["meeting"], where["question"])
    earlier = await desk.earlier_texts(found.id)
    return aio.json_response(question_view(found, identity.role, by=identity.name, earlier=earlier))


@routes.post(MEETING + "/questions/order")
async def arrange(request: aio.Request) -> aio.Response:
    """Bring the queued questions into an order."""
    identity = await require(request, *STAFF)
    given = await body(request, Arrangement)
    desk = request.app[SERVICE].questions
    arranged = await desk.arrange(request.match_info["meeting"], given.order, by=identity.name)
    return aio.json_response({"data": question_views(arranged, identity.role, by=identity.name)})


@routes.post(MEETING + "/questions/{question}/{verb}")
async def move_question(request: aio.Request) -> aio.Response:
    """Move a question: publish, reject (with `reason`), queue, put-on-air, take-on-notice, …"""
    identity = await require(request, Role.CLERK, Role.MODERATOR, Role.CHAIR)
    where, given = request.match_info, await body(request, Move)
    if where["verb"] not in list(QuestionVerb):
        raise Unknown("verb", where["verb"])
    desk, order = request.app[SERVICE].questions, given.order(QuestionVerb(where["verb"]), identity)
    try:
        after = await desk.move(where["meeting"], where["question"], order)
    except Conflict as error:
        now = await desk.one(where["meeting"], where["question"])
        return conflict(request, error, question=question_view(now, identity.role, by=identity.name))
    return aio.json_response(question_view(after, identity.role, by=identity.name))
