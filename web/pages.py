"""What everybody sees: the list of meetings, a meeting's own page in each phase, asking, signing in."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web as aio

from streamer.control.question_desk import Asking
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.questions import Status
from streamer.council.roles import Role, sees_replay
from streamer.council.tally import tally
from web import asking, auth, ballots
from web.context import SERVICE, meeting_of
from web.forms import form_of
from web.gate import offered
from web.i18n import COOKIE, YEAR, translator_for
from web.listing import listing, shelved
from web.live_messages import state
from web.rendering import answer, explained, mistakes, page, refused, wants_json
from web.replay_page import replay_page
from web.supported import left_of, support_of
from web.views import items_for, known_questions, own_questions, question_view, tally_view

NOTHING_TYPED = {"text": "", "name": "", "name_public": "", "item": "", "proof": ""}
LONGEST_TYPED = 5000
"""Characters of a refused text that are given back."""


async def home(request: aio.Request) -> aio.StreamResponse:
    """What is live now, what comes next, what can be watched again: the newest, or with `?year=` that year's."""
    service = request.app[SERVICE]
    found = await listing(service, translator_for(request))
    shelf = shelved(found.past, request.query.get("year", ""))
    return await page(
        request, "home.html", live=found.live, coming=found.coming, shelf=shelf,
        by_mail=service.postman is not None,
    )  # fmt: skip


async def meeting(request: aio.Request) -> aio.StreamResponse:
    """A meeting's page, whatever its phase. Staff see it as citizens do, but for a replay not yet published."""
    found, identity = await meeting_of(request), await auth.current(request)
    if sees_replay(identity.role, found.phase):
        return await replay_page(request, found)
    return await _live_page(request, found)


async def questions_page(request: aio.Request) -> aio.StreamResponse:
    """A meeting's questions and the form to ask one, also when its own page is a replay."""
    return await _live_page(request, await meeting_of(request))


async def _live_page(
    request: aio.Request, found: Meeting, *, status: int = 200, typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
) -> aio.Response:  # fmt: skip
    service, asker = request.app[SERVICE], auth.asker_of(request)
    questions = await service.questions.listed(found.id)
    mine = own_questions(questions, asker)
    support = await support_of(request, found.id, mine)
    response = await page(
        request, "meeting.html", status=status,
        meeting=found,
        whole=f"{service.public_url}{request.path}",
        state=state(service, found, Role.CITIZEN),
        items=items_for(found, Role.CITIZEN),
        questions=in_order(support.sorted(_newest_first(known_questions(questions, Role.CITIZEN)))),
        mine=mine,
        support=support,
        limit=service.questions.rules.max_length,
        per_person=service.questions.rules.per_person,
        left=left_of(service.questions.rules.per_person, mine),
        client_id=service.new_id(),
        typed={**NOTHING_TYPED, **(typed or {})},
        wrong=wrong or {},
        now=service.clock(),
        tally=tally_view(tally(questions)),
        until=service.questions.asked_until(found),
        publication=_publication(request, found),
        promised=_promised(request, found),
    )  # fmt: skip
    auth.remember_asker(request, response)
    ballots.hand_out(request, response)
    return response


def _publication(request: aio.Request, meeting: Meeting) -> dict[str, Any] | None:
    """When the replay publishes itself, and how long that is from now."""
    if meeting.publish_at is None:
        return None
    wait = max(meeting.publish_at - request.app[SERVICE].clock(), 60.0)
    return {"at": meeting.publish_at, "wait": translator_for(request).wait(wait)}


def _promised(request: aio.Request, meeting: Meeting) -> float | None:
    """When the recording of a meeting that is not shown live is to be published, unix seconds; `None` once that is
    past: what was not kept is not promised again."""
    service = request.app[SERVICE]
    told = service.publishing.told(meeting)
    return told if told > service.clock() else None


def in_order(views: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """On air first, answered last, otherwise as they come."""
    places = {Status.ON_AIR: 0, Status.ANSWERED_LIVE: 2, Status.ANSWERED_WRITTEN: 2}  # as in meeting.js
    return sorted(views, key=lambda view: places.get(view["status"], 1))


def _newest_first(views: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return views[::-1]


async def ask(request: aio.Request) -> aio.StreamResponse:
    """A question, sent by form. A refusal gives the page back with what was typed."""
    service, found, form = request.app[SERVICE], await meeting_of(request), await form_of(request)
    typed = {name: form.get(name, "") for name in NOTHING_TYPED}
    reader = translator_for(request)
    said = reader.gettext("Your question has arrived. You see below what becomes of it.")
    response = answer(request, f"/meetings/{found.id}#mine", said)
    asker = auth.remember_asker(request, response)
    sent = Asking(
        asker, form.get("client_id", ""), typed["text"], typed["name"], typed["item"], reader.language,
        name_public=bool(typed["name_public"]),
    )  # fmt: skip
    try:
        await asking.ask(service, found.id, sent, auth.address_of(request), typed["proof"])
    except (Refused, Invalid) as error:
        return await _not_asked(request, found, typed, error)
    return response


async def _not_asked(
    request: aio.Request, found: Meeting, typed: dict[str, str], error: Refused | Invalid
) -> aio.Response:
    if wants_json(request):
        return refused(request, "", error, **offered(error))
    gettext = translator_for(request).gettext
    wrong = mistakes(gettext, error) if isinstance(error, Invalid) else {"text": explained(gettext, error)}
    wrong = wrong if wrong.keys() <= {"text", "name"} else {"text": " ".join(wrong.values())}
    offer = offered(error)
    status = 422 if isinstance(error, Invalid) else 429 if offer else 409
    kept = {**{name: text[:LONGEST_TYPED] for name, text in typed.items()}, "proof": offer.get("ticket", "")}
    response = await _live_page(request, found, status=status, typed=kept, wrong=wrong)
    if offer:
        response.headers["Retry-After"] = str(offer["seconds"])
    return response


async def withdraw(request: aio.Request) -> aio.StreamResponse:
    """An asker takes a question back."""
    service, where = request.app[SERVICE], request.match_info
    to = f"/meetings/{where['meeting']}#mine"
    asker = auth.asker_of(request) or ""
    try:
        after = await service.questions.withdraw(where["meeting"], where["question"], asker=asker)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("Your question has been withdrawn.")
    return answer(request, to, said, question=question_view(after, Role.CITIZEN, own=True))


async def language(request: aio.Request) -> aio.StreamResponse:
    """Choose the pages' language; back to where one was."""
    form = await request.post()
    chosen = str(form.get("language", ""))
    response = aio.Response(status=303, headers={"Location": auth.inside(str(form.get("back", ""))) or "/"})
    if chosen in request.app[SERVICE].council.languages:
        response.set_cookie(COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=request.secure)
    return response


async def sign_in(request: aio.Request) -> aio.StreamResponse:
    """The form for staff, and what it sends."""
    handler = auth.sign_in if request.method == "POST" else auth.sign_in_page
    return await handler(request, _sign_in_form)


async def _sign_in_form(request: aio.Request, values: Mapping[str, object]) -> aio.Response:
    error = values["error"]
    said = explained(translator_for(request).gettext, error) if isinstance(error, Refused) else ""
    return await page(request, "sign_in.html", wrong=said, name=values["name"], next=values["next"])


sign_out = auth.sign_out
