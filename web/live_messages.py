"""What the live channel says: each message is made once per role, from what the role may see."""

import json
from typing import Any

from streamer.council.meeting import Meeting
from streamer.council.questions import Question
from streamer.council.roles import Role, sees_question
from web.context import Service
from web.views import question_view, question_views, state_view

Message = dict[str, Any]


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


async def snapshot(service: Service, meeting: Meeting, role: Role, asker: str) -> Message:
    """Everything a page needs after it connected, or connected again."""
    questions = await service.questions.listed(meeting.id)
    seen = [question for question in questions if sees_question(role, question.status)]
    mine = [question for question in questions if question.asker == asker]
    return {
        "type": "snapshot",
        "state": state(service, meeting, role),
        "questions": question_views(seen, role),
        "mine": question_views(mine, role, own=True),
    }


def question(asked: Question, role: Role) -> Message:
    """A question came or changed; or it is not for this role any more."""
    if not sees_question(role, asked.status):
        return {"type": "gone", "id": asked.id}
    return {"type": "question", "question": question_view(asked, role)}


def mine(asked: Question) -> Message:
    """The same, to its asker: with the verdict and its reason."""
    return {"type": "mine", "question": question_view(asked, Role.CITIZEN, own=True)}


def dump(message: Message) -> str:
    """As sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
