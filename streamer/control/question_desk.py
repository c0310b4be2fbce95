"""The moderator's and the chair's desk: asking, moving, reading questions."""

from collections.abc import Callable
from dataclasses import dataclass

from streamer.control.desk import Clock, Desk
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.questions import (
    MAX_CLIENT_ID,
    Question,
    QuestionVerb,
    Reason,
    Status,
    asking_open,
    check_text,
    move,
)
from streamer.store.questions import Questions


@dataclass(frozen=True)
class QuestionRules:
    """The commune's own limits: characters, questions a person and meeting, whether asking before it is possible."""

    max_length: int = 500
    per_person: int = 5
    open_before: bool = True


@dataclass(frozen=True)
class Asking:
    """What an asker sends. `asker` is a keyed hash; `client_id` names this very question in the asker's browser."""

    asker: str
    client_id: str
    text: str
    name: str | None = None
    item: str | None = None
    language: str = ""


class QuestionDesk:
    """Orders about questions. `new_id()` gives an id a call; `seen` is the meeting as citizens see it."""

    def __init__(
        self, desk: Desk, questions: Questions, rules: QuestionRules, clock: Clock, new_id: Callable[[], str],
        seen: Callable[[Meeting], Meeting] = lambda meeting: meeting,
    ) -> None:  # fmt: skip
        self._desk, self._questions, self.rules, self._seen = desk, questions, rules, seen
        self._clock, self._new_id = clock, new_id

    def open_for(self, meeting: Meeting) -> bool:
        """Whether questions are taken now: as the phase that citizens see has it, but frozen at once."""
        frozen = meeting.phase is Phase.CLOSED_SESSION
        return not frozen and asking_open(self._seen(meeting).phase, before=self.rules.open_before)

    async def ask(self, meeting_id: str, asking: Asking) -> Question:
        """Store a question; the same one again when it was stored before. Raises `Invalid`, `Refused`, `Unknown`."""
        meeting = await self._desk.meeting(meeting_id)
        if not self.open_for(meeting):
            raise Refused("questions_closed", phase=self._seen(meeting).phase)
        question, new = await self._questions.submit(self._made(meeting, asking), per_person=self.rules.per_person)
        if new:
            self._desk.wake()
        return question

    def _made(self, meeting: Meeting, asking: Asking) -> Question:
        if not 0 < len(asking.client_id) <= MAX_CLIENT_ID:
            raise Invalid({"id": ("client_id_bad", {"limit": MAX_CLIENT_ID})})
        text, name = check_text(asking.text, asking.name, limit=self.rules.max_length)
        item = meeting.item(asking.item) if asking.item else None
        now = self._clock()
        return Question(
            id=self._new_id(), meeting=meeting.id, asker=asking.asker, client_id=asking.client_id, text=text, name=name,
            item=item.id if item and item.public else None, language=asking.language, status=Status.PENDING,
            reason=None, version=1, asked_at=now, changed_at=now,
        )  # fmt: skip

    async def move(
        self, meeting_id: str, question_id: str, verb: QuestionVerb, *, role: str, by: str,
        reason: Reason | None = None, seen: int | None = None,
    ) -> Question:  # fmt: skip
        """Move a question. `seen`: the version the person looked at. Raises `Refused`, `Invalid`, `Conflict`,
        `Unknown`. In a closed session nothing moves."""
        meeting = await self._desk.meeting(meeting_id)
        if meeting.phase is Phase.CLOSED_SESSION:
            raise Refused("questions_frozen")
        question = await self._questions.get(meeting_id, question_id)
        if seen is not None and seen != question.version:
            raise Conflict(seen, question.version)
        target = move(question.status, verb, role, reason)
        kept = reason if target is Status.REJECTED else None
        moves = [*await self._finished(meeting_id, target), (question, target, kept)]
        after = await self._questions.move(moves, at=self._clock(), by=by)
        self._desk.wake()
        return after[-1]

    async def _finished(self, meeting_id: str, target: Status) -> list[tuple[Question, Status, Reason | None]]:
        """Exactly one question is on air: the one before it has been answered."""
        if target is not Status.ON_AIR:
            return []
        on_air = await self._questions.of_meeting(meeting_id, Status.ON_AIR)
        return [(question, Status.ANSWERED_LIVE, None) for question in on_air]

    async def withdraw(self, meeting_id: str, question_id: str, *, asker: str) -> Question:
        """Take one's own question back. Raises `Refused`, `Unknown`."""
        question = await self._questions.get(meeting_id, question_id)
        if question.asker != asker:
            raise Refused("question_not_yours")
        return await self.move(meeting_id, question_id, QuestionVerb.WITHDRAW, role="citizen", by="citizen")

    async def listed(self, meeting_id: str, status: Status | None = None) -> list[Question]:
        """A meeting's questions, oldest first."""
        return await self._questions.of_meeting(meeting_id, status)

    async def one(self, meeting_id: str, question_id: str) -> Question:
        """Raises `Unknown`."""
        return await self._questions.get(meeting_id, question_id)

    async def of_asker(self, meeting_id: str, asker: str) -> list[Question]:
        """One asker's own questions, oldest first."""
        return await self._questions.of_asker(meeting_id, asker)
