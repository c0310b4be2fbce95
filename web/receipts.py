"""The receipt: an asker's private page about one question. Whoever has its link or its code may see what became of the
question, change it, take it back, and take or destroy what is stored about it; nobody else can find it.
"""

import json
from functools import lru_cache
from typing import Any

import segno
from aiohttp import web as aio

from streamer.control.question_desk import Asking
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.question import Question
from streamer.council.receipt import as_shown, as_typed
from streamer.council.retention import on_record
from streamer.council.roles import Role
from web import auth
from web.context import SERVICE, Service
from web.forms import form_of
from web.i18n import translator_for
from web.receipt_words import NEXT
from web.rendering import answer, back, explained, mistakes, page, refused
from web.typed import whole_number
from web.views import iso, items_for, question_view

HIDDEN = {"X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store, private"}
"""No search engine, no cache; that no address of it leaks by a link is in `security.HEADERS`."""


async def ask_for(request: aio.Request) -> aio.StreamResponse:
    """`GET /receipt`: “I have a code”."""
    return await _form(request)


async def find(request: aio.Request) -> aio.StreamResponse:
    """`POST /receipt`: to the receipt of the code that was typed."""
    typed = (await form_of(request)).get("code", "")
    code = as_typed(typed)
    if code is None:
        return await _form(request, 422, typed, Refused("receipt_not_a_code"))
    try:
        await _question(request, code)
    except (Refused, Unknown) as error:
        known = error if isinstance(error, Refused) else Refused("receipt_unknown")
        return await _form(request, 429 if known.code == "receipt_wait" else 404, typed, known)
    return back(f"/receipt/{as_shown(code)}")


async def _form(
    request: aio.Request, status: int = 200, typed: str = "", error: Refused | None = None
) -> aio.StreamResponse:
    said = explained(translator_for(request).gettext, error) if error else ""
    return hidden(await page(request, "receipt_code.html", status=status, typed=typed[:60], mistake_said=said))


async def own(request: aio.Request) -> aio.StreamResponse:
    """`GET /meetings/{meeting}/questions/{question}/receipt`: from the browser that asked, to the receipt."""
    service, where = request.app[SERVICE], request.match_info
    question = await service.questions.one(where["meeting"], where["question"])
    if question.asker != auth.asker_of(request):
        raise Unknown("question", question.id)
    return hidden(back(f"/receipt/{as_shown(service.receipts.code(question.id))}"))


async def show(request: aio.Request) -> aio.StreamResponse:
    """`GET /receipt/{code}`."""
    return await _page(request, await _question(request))


async def _page(
    request: aio.Request, question: Question, *, status: int = 200, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> aio.StreamResponse:  # fmt: skip
    service = request.app[SERVICE]
    meeting = await service.desk.meeting(question.meeting)
    view = question_view(question, Role.CITIZEN, own=True)
    code = as_shown(service.receipts.code(question.id))
    link = f"{service.public_url}/receipt/{code}"
    support = await service.supporters.counts(meeting.id)
    response = await page(
        request, "receipt.html", status=status,
        meeting=meeting, items=items_for(meeting, Role.CITIZEN), q=view, code=code, link=link,
        picture=_picture(link),
        supported=support.get(question.id, 0), limit=service.questions.rules.max_length,
        typed=typed or {"text": view["text"], "name": view["name"] or "", "item": view["item"] or "",
                        "name_public": "1" if view["namePublic"] else ""},
        editing=typed is not None, wrong=wrong or {}, asking=service.questions.open_for(meeting),
        next_said=translator_for(request).gettext(NEXT[question.as_told.status]), on_record=on_record(question.status),
        erased=await service.eraser.erased(question.id), now=service.clock(),
    )  # fmt: skip
    return hidden(response)


@lru_cache(maxsize=1024)
def _picture(link: str) -> str:
    """To be photographed. An open page asks again every few seconds, and to draw one takes some milliseconds."""
    return segno.make_qr(link, error="m").svg_data_uri(scale=4, border=4, light="#fff")


async def edit(request: aio.Request) -> aio.StreamResponse:
    """Change the question; a refusal gives the page back with what was typed."""
    service, question, form = request.app[SERVICE], await _question(request), await form_of(request)
    typed = {name: form.get(name, "") for name in ("text", "name", "item", "name_public")}
    asking = Asking(
        question.asker, question.client_id, typed["text"], typed["name"], typed["item"], question.language,
        name_public=bool(typed["name_public"]),
    )  # fmt: skip
    gettext = translator_for(request).gettext
    try:
        seen = whole_number(form.get("version", ""), 9)
        await service.questions.edit(question.meeting, question.id, asking, seen=seen)
    except Invalid as error:
        return await _page(request, question, status=422, typed=typed, wrong=mistakes(gettext, error))
    except (Refused, Conflict) as error:
        now = await service.questions.one(question.meeting, question.id)
        return await _page(request, now, status=409, typed=typed, wrong={"text": explained(gettext, error)})
    return answer(request, _address(request), gettext("Changed. It is read again before it is published."))


async def withdraw(request: aio.Request) -> aio.StreamResponse:
    """Take the question back."""
    service, question = request.app[SERVICE], await _question(request)
    try:
        await service.questions.withdraw(question.meeting, question.id, asker=question.asker)
    except (Refused, Conflict) as error:
        return refused(request, _address(request), error)
    said = translator_for(request).gettext("Your question has been withdrawn.")
    return answer(request, _address(request), said)


async def erase(request: aio.Request) -> aio.StreamResponse:
    """Destroy what is stored about the question, as far as it is the asker's to destroy."""
    service, question = request.app[SERVICE], await _question(request)
    try:
        await service.eraser.by_asker(question)
    except (Refused, Conflict) as error:
        return refused(request, _address(request), error)
    gettext = translator_for(request).gettext
    if on_record(question.status):
        said = gettext(
            "Deleted: your name and the mark of your browser. The text belongs to the record of the meeting until its "
            "time is over."
        )
    else:
        said = gettext("Deleted. Nothing of it is left with us but the number and its dates.")
    return answer(request, _address(request), said)


async def data(request: aio.Request) -> aio.StreamResponse:
    """`GET /receipt/{code}/data.json`: all that is stored about the question, to take along."""
    service, question = request.app[SERVICE], await _question(request)
    response = aio.json_response(await _stored(service, question), dumps=_readable)
    response.headers["Content-Disposition"] = f'attachment; filename="tribune-question-{question.id}.json"'
    return hidden(response)


async def _stored(service: Service, question: Question) -> dict[str, Any]:
    meeting = await service.desk.meeting(question.meeting)
    view = question_view(question, Role.CITIZEN, own=True)
    del view["can"], view["own"]
    earlier = await service.questions.earlier_texts(question.id)
    counts = await service.supporters.counts(meeting.id)
    return {
        "meeting": {"id": meeting.id, "name": meeting.name, "start": meeting.start},
        "question": view,
        "earlierTexts": [{"text": text, "until": iso(at), "changedByYou": asker} for text, at, asker in earlier],
        "support": counts.get(question.id, 0),
        "browser": question.asker,
        "erased": await service.eraser.erased(question.id),
    }


async def _question(request: aio.Request, code: str | None = None) -> Question:
    """The question of a code. Raises `Unknown`, and `Refused` for whoever tries many; never for the browser that asked,
    whoever else guesses from its network."""
    service, address, now = request.app[SERVICE], auth.address_of(request), request.app[SERVICE].clock()
    typed = code or as_typed(request.match_info.get("code", ""))
    try:
        question = await _found(service, typed)
    except Unknown:
        service.gates.receipts.look(address, now)
        service.gates.receipts.mistake(address, now)
        raise
    if question.asker != auth.asker_of(request):
        service.gates.receipts.look(address, now)
    return question


async def _found(service: Service, code: str | None) -> Question:
    if code is None:
        raise Unknown("receipt", "")
    return await service.questions.one(*await service.receipts.find(code))


def _address(request: aio.Request) -> str:
    code = as_typed(request.match_info["code"])
    return f"/receipt/{as_shown(code)}" if code else "/receipt"


def hidden(response: aio.StreamResponse) -> aio.StreamResponse:
    """For whoever has the link: neither indexed nor kept."""
    response.headers.update(HIDDEN)
    return response


def _readable(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
