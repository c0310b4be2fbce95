"""What the live channel says: each message is made once per role, from what the role may see."""

from collections.abc import Sequence
from typing import Any

from streamer.council.meeting import Meeting
from streamer.council.question import Question
from streamer.council.roles import Role, known_to
from web.context import Service
from web.live_room import Snapshot
from web.live_socket import text_frame
from web.live_stream import Stream, dump
from web.typed import whole_number
from web.views import known_questions, question_view, question_views, state_view

Message = dict[str, Any]
PROTOCOL = 1
"""Of docs/live-protocol.md. It grows when a page of before would misunderstand."""


def state(service: Service, meeting: Meeting, role: Role) -> Message:
    """Phase and open item, as `role` sees them; staff also what the public sees, which is `delay_seconds` late."""
    asking, air = service.questions.open_for(meeting), has_air(service, meeting)
    public = state_view(service.conductor.as_seen(meeting), Role.CITIZEN, asking=asking, air=air)
    if role is Role.CITIZEN:
        return public
    seen = {"phase": public["phase"], "item": public["item"]}
    return {**state_view(meeting, role, asking=asking, air=air), "public": seen}


def has_air(service: Service, meeting: Meeting) -> bool:
    """Whether there is a picture to play."""
    return service.conductor.airing(meeting.id) is not None


async def snapshot(service: Service, id: str, role: Role, stream: Stream) -> Snapshot:
    """Everything a page of `role` needs after it connected. Raises `Unknown`."""
    meeting = await service.desk.meeting(id)
    questions = await service.questions.listed(id)
    own: dict[str, list[Question]] = {}
    for question in questions:
        own.setdefault(question.asker, []).append(question)
    votes = await _votes(service, role, questions)
    message = {"type": "snapshot", "protocol": PROTOCOL, "stream": stream.id, "seq": stream.seq, "votes": votes}
    text = dump({**message, "state": state(service, meeting, role), "questions": known_questions(questions, role)})[:-1]
    return Snapshot(text, text_frame(text + ',"mine":[]}'), own, votes)


async def _votes(service: Service, role: Role, questions: Sequence[Question]) -> dict[str, int]:
    """How many support each question that `role` may know."""
    counts = await service.supporters.counts(questions[0].meeting) if questions else {}
    return {q.id: counts[q.id] for q in questions if counts.get(q.id) and known_to(role, q)}


def greeting(known: Snapshot, stream: Stream, role: Role, asker: str, since: str) -> list[bytes]:
    """The first frames to a page: what it missed, or the snapshot. `since`: "stream.seq" as it heard it last, or ""."""
    mine = question_views(known.own.get(asker, ()), role, own=True)
    name, _, seq = since.rpartition(".")
    heard = whole_number(seq, 15)
    missed = stream.missed(name, heard) if heard is not None else None
    if missed is None:
        return [text_frame(f'{known.text},"mine":{dump(mine)}}}') if mine else known.frame]
    back = {"type": "resumed", "protocol": PROTOCOL, "stream": stream.id, "seq": stream.seq, "missed": len(missed)}
    return [text_frame(text) for text in (dump({**back, "votes": known.votes, "mine": mine}), *missed)]


def question(asked: Question, role: Role) -> Message:
    """A question came or changed; or it is not for this role any more."""
    if known_to(role, asked) is None:
        return {"type": "gone", "id": asked.id}
    return {"type": "question", "question": question_view(asked, role)}


def mine(asked: Question) -> Message:
    """The same, to its asker: with the verdict and its reason."""
    return {"type": "mine", "question": question_view(asked, Role.CITIZEN, own=True)}
