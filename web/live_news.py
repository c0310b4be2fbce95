"""Follows the log and the pulse, and tells every open page. Nobody else sends anything to more than one reader."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import asdict

from streamer.council.events import ALARMS, CORRECTIONS, DESK_ONLY, QUESTIONS, THIRDS, VOTES, Event, Kind
from streamer.council.question import Question
from streamer.council.questions import PUBLIC, Status
from streamer.council.roles import STAFF, Role
from web import live_messages as say
from web import preflight
from web.context import Service
from web.live_stream import dump

log = logging.getLogger(__name__)

PULSE_SECONDS = 1.0
"""To staff; to a citizen every `live_room.TURNS` of them."""
ACKNOWLEDGED_FIRST = 1.0
"""Seconds after it happened: in a burst those who ask are answered before others are told what they asked."""


async def follow(service: Service) -> None:
    """Tell every page what is logged. Runs until cancelled; a mistake in one message does not end it."""
    news, seq = service.desk.follow(), await service.desk.last_seq()
    while True:
        await news.wait()
        news.clear()
        for event in await service.desk.news(seq):
            seq = event.seq
            await service.desk.settled(event.at + ACKNOWLEDGED_FIRST - service.clock())
            try:
                await _tell(service, event)
            except Exception:
                log.exception("event %s could not be told", event.seq)


async def _tell(service: Service, event: Event) -> None:
    if event.kind in QUESTIONS:
        await _tell_question(service, event)
    elif event.kind is Kind.QUEUE_ARRANGED:
        for question in await service.questions.listed(event.meeting, Status.QUEUED):
            await _publish(service, question, STAFF)
    elif event.kind in DESK_ONLY | THIRDS | VOTES:
        await _tell_state(service, event.meeting, STAFF)  # none of the public's business
    elif event.kind not in ALARMS | CORRECTIONS:  # the former are in the pulse
        await _tell_state(service, event.meeting, tuple(Role))


async def _tell_question(service: Service, event: Event) -> None:
    """A verdict that can still be undone, and its undoing, are the staff's business alone."""
    question = await service.questions.one(event.meeting, event.data["question"])
    if event.kind is Kind.QUESTION_MOVED:
        service.claims.settle(event.meeting, question.id)
    outside = not event.data.get("held")
    known = outside and await _known_to_citizens(service, event, question)
    await _publish(service, question, tuple(Role) if known else STAFF)
    if outside:
        await service.hub.send_to(event.meeting, question.asker, say.mine(question))


async def _publish(service: Service, question: Question, roles: Collection[Role]) -> None:
    def make(role: Role) -> say.Message | None:
        return say.question(question, role) if role in roles else None

    await service.hub.publish(question.meeting, make, about=f"question {question.id}")


async def _known_to_citizens(service: Service, event: Event, question: Question) -> bool:
    """Whether citizens see it, or saw it: of what was never published they do not even learn that it exists."""
    meeting = await service.desk.meeting(event.meeting)
    past = (mark.status for mark in meeting.question_marks if mark.question == question.id)
    return question.as_told.status in PUBLIC or any(status in PUBLIC for status in past)


async def _tell_state(service: Service, id: str, roles: Collection[Role]) -> None:
    """Phase, open item and whether there is a picture."""
    meeting = await service.desk.meeting(id)

    def make(role: Role) -> say.Message | None:
        return say.state(service, meeting, role) if role in roles else None

    await service.hub.publish(id, make, about="state")


async def pulse(service: Service) -> None:
    """Gauges, each second, to who is there; and what citizens learn late, when it falls due. Runs until cancelled."""
    told: dict[str, str] = {}
    beat = 0
    while True:
        await asyncio.sleep(PULSE_SECONDS)
        beat += 1
        for id in service.hub.meetings():
            try:
                await _beat(service, id, told, turn=beat)
            except Exception:
                log.exception("meeting %s: its pulse could not be told", id)


async def _beat(service: Service, id: str, told: dict[str, str], *, turn: int) -> None:
    meeting = await service.desk.meeting(id)
    seen, air = dump(say.state(service, meeting, Role.CITIZEN)), say.has_air(service, meeting)
    if told.get(id) != seen:
        told[id] = seen
        await _tell_state(service, id, tuple(Role))
    votes, viewers = service.hub.tallied(id), service.hub.viewers(id)
    public = {"type": "pulse", "viewers": viewers, "air": air, **({"votes": votes} if votes else {})}
    staff = await _staff_pulse(service, id, {**public, "preflight": preflight.pulse(service, id)})

    def make(role: Role) -> say.Message | None:
        return staff if role in STAFF else public

    await service.hub.gauge(id, make, turn=None if votes else turn)


async def _staff_pulse(service: Service, id: str, gauges: say.Message) -> say.Message:
    """What really runs; or, where nothing does, what should. And who reads which question."""
    gauges["readers"] = service.claims.readers(id)
    if status := await service.conductor.status(id):
        return {**gauges, **asdict(status)}
    truth = service.truth_watch.truth(id)
    return {**gauges, **({"truth": asdict(truth)} if truth and truth.troubles else {})}
