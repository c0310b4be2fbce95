"""Follows the log and the pulse, and tells every open page. Nobody else sends anything to more than one reader."""

import asyncio
import logging
from dataclasses import asdict

from streamer.council.events import ALARMS, THIRDS, Event, Kind
from streamer.council.questions import PUBLIC, Question
from streamer.council.roles import STAFF, Role
from web import live_messages as say
from web import preflight
from web.context import Service

log = logging.getLogger(__name__)

PULSE_SECONDS = 1.0
CITIZENS_EVERY = 5
"""Pulses: citizens are told the number of viewers every fifth time."""


async def follow(service: Service) -> None:
    """Tell every page what is logged. Runs until cancelled; a mistake in one message does not end it."""
    news, seq = service.desk.follow(), await service.desk.last_seq()
    while True:
        await news.wait()
        news.clear()
        for event in await service.desk.news(seq):
            seq = event.seq
            try:
                await _tell(service, event)
            except Exception:
                log.exception("event %s could not be told", event.seq)


async def _tell(service: Service, event: Event) -> None:
    if event.kind in (Kind.QUESTION_ASKED, Kind.QUESTION_MOVED):
        question = await service.questions.one(event.meeting, event.data["question"])
        known = await _known_to_citizens(service, event, question)
        told = [role for role in Role if role in STAFF or known]
        await service.hub.publish(event.meeting, {role: say.dump(say.question(question, role)) for role in told})
        service.hub.send_to(event.meeting, question.asker, say.dump(say.mine(question)))
    elif event.kind is Kind.PREFLIGHT_DONE or event.kind in THIRDS:
        await _tell_staff(service, event.meeting)
    elif event.kind not in ALARMS:  # those are in the pulse
        await tell_state(service, event.meeting)


async def _known_to_citizens(service: Service, event: Event, question: Question) -> bool:
    """Whether citizens see it, or saw it: of what was never published they do not even learn that it exists."""
    meeting = await service.desk.meeting(event.meeting)
    past = (mark.status for mark in meeting.question_marks if mark.question == question.id)
    return question.status in PUBLIC or any(status in PUBLIC for status in past)


async def _tell_staff(service: Service, id: str) -> None:
    """That something is new, which is none of the public's business."""
    meeting = await service.desk.meeting(id)
    await service.hub.publish(id, {role: say.dump(say.state(service, meeting, role)) for role in STAFF})


async def tell_state(service: Service, id: str) -> None:
    """Phase, open item and whether there is a picture, to everybody."""
    meeting = await service.desk.meeting(id)
    await service.hub.publish(id, {role: say.dump(say.state(service, meeting, role)) for role in Role})


async def pulse(service: Service) -> None:
    """Gauges, each second, to who is there; and what citizens learn late, when it falls due. Runs until cancelled."""
    told: dict[str, str] = {}
    beat = 0
    while True:
        await asyncio.sleep(PULSE_SECONDS)
        beat += 1
        for id in service.hub.meetings():
            try:
                await _beat(service, id, told, to_citizens=beat % CITIZENS_EVERY == 0)
            except Exception:
                log.exception("meeting %s: its pulse could not be told", id)


async def _beat(service: Service, id: str, told: dict[str, str], *, to_citizens: bool) -> None:
    meeting = await service.desk.meeting(id)
    seen, has_air = say.dump(say.state(service, meeting, Role.CITIZEN)), say.has_air(service, meeting)
    if told.get(id) != seen:
        told[id] = seen
        await tell_state(service, id)
    status = await service.conductor.status(id)
    gauges = {"viewers": service.hub.viewers(id), "preflight": preflight.pulse(service, id)}
    truth = service.truth_watch.truth(id)  # something can be wrong where nothing runs: it should
    told_apart = {"truth": asdict(truth)} if truth and truth.troubles else {}
    for_staff = say.dump({"type": "pulse", **gauges, **(asdict(status) if status else told_apart)})
    messages = dict.fromkeys(STAFF, for_staff)
    if to_citizens:
        messages[Role.CITIZEN] = say.dump({"type": "pulse", "viewers": service.hub.viewers(id), "air": has_air})
    await service.hub.publish(id, messages)
