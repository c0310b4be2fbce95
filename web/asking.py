"""The one door for questions: by form and by live channel alike they pass the gate, and a repeat is no new question."""

from streamer.control.question_desk import Asking
from streamer.council.errors import Invalid, Refused
from streamer.council.question import Question
from web.context import Service
from web.gate import Visitor


async def ask(service: Service, meeting: str, asking: Asking, address: str, proof: str) -> Question:
    """Store a question. `proof`: of work, or a ticket, where the gate asked for one. Raises `Refused`, `Invalid`,
    `Unknown`."""
    visitor = Visitor(asking.asker, address)
    try:
        await service.gates.asking.enter(visitor, proof, service.clock())
    except Refused:
        stored = await _stored(service, meeting, asking)
        if stored is None:
            raise
        return stored
    try:
        return await service.questions.ask(meeting, asking)
    except (Refused, Invalid):
        service.gates.asking.give_back(visitor)
        raise


async def _stored(service: Service, meeting: str, asking: Asking) -> Question | None:
    """The same question, when its acknowledgement was lost."""
    mine = await service.questions.of_asker(meeting, asking.asker)
    return next((question for question in mine if question.client_id == asking.client_id), None)
