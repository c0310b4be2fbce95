"""“I want to know too”: a browser supports a published question, or takes that back."""

from aiohttp import web as aio

from streamer.council.errors import Refused, Unknown
from streamer.council.question import Question
from streamer.council.roles import Role, known_to
from web import auth, ballots
from web.context import SERVICE, Service
from web.forms import form_of
from web.gate import Visitor, offered
from web.i18n import translator_for
from web.rendering import answer, refused
from web.supported import order_of


async def support(request: aio.Request) -> aio.StreamResponse:
    """POST, with `back=1` to take it back. One's own question is not counted."""
    service, where, form = request.app[SERVICE], request.match_info, await form_of(request)
    to = f"/meetings/{where['meeting']}?order={order_of(form.get('order'))}#q-{where['question']}"
    gettext, back = translator_for(request).gettext, bool(form.get("back"))
    try:
        question = await _published(service, where["meeting"], where["question"])
        ballot = _ballot(request, question)
        if not back:
            visitor = Visitor(ballots.cast(request, ballot, ""), auth.address_of(request))
            await service.gates.supporting.enter(visitor, form.get("proof", ""), service.clock())
        count = service.supporters.take_back if back else service.supporters.give
        number = await count(question.meeting, question.id, ballots.cast(request, ballot, question.id))
    except Refused as error:
        response = refused(request, to, error, **offered(error))
        ballots.hand_out(request, response)
        return response
    service.hub.tally(question.meeting, question.id, number)
    said = gettext("You no longer support this question.") if back else gettext("Counted: you want to know this, too.")
    return answer(request, to, said, supported=not back, support=number)


async def _published(service: Service, meeting: str, id: str) -> Question:
    """What was never published does not exist for others. Raises `Unknown`."""
    question = await service.questions.one(meeting, id)
    if known_to(Role.CITIZEN, question) is None:
        raise Unknown("question", id)
    return question


def _ballot(request: aio.Request, question: Question) -> str:
    """Raises `Refused`: one's own question, no cookie."""
    if question.asker == auth.asker_of(request):
        raise Refused("support_own")
    ballot = ballots.ballot_of(request)
    if ballot is None:
        raise Refused("support_needs_cookie")
    return ballot
