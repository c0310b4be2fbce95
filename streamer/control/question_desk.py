"""The moderator's and the chair's desk: asking, moving, reading questions."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from streamer.control.desk import Clock, Desk
from streamer.control.flagging import Flagging
from streamer.council.asking import MAX_CLIENT_ID, asking_open, check_text
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.lower_third import ThirdKind
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER, Phase, Verb
from streamer.council.question import (
    Limits,
    Origin,
    Question,
    QuestionOrder,
    may_be_merged_into,
    moved,
    with_the_meeting,
)
from streamer.council.question_log import LogLine, question_log
from streamer.council.questions import QuestionVerb, Status
from streamer.council.similar import similar, words
from streamer.council.tally import Tally, tally
from streamer.council.word_list import WordList
from streamer.store.database import DatabaseUnavailable
from streamer.store.questions import Questions

RETRY_SECONDS = 1.0
LOOK_SECONDS = 60.0
NO_WORDS = WordList()


@dataclass(frozen=True)
class QuestionRules(Limits):
    """And how many questions a person may ask in a meeting, whether asking before it is possible, for how many days
    after it (to the end of the last one, on the clock of `zone`), which words make a question wait."""

    per_person: int = 5
    open_before: bool = True
    after_days: int = 0
    zone: tzinfo = UTC
    words: WordList = NO_WORDS


@dataclass(frozen=True)
class Asking:
    """What an asker sends. `asker` is a keyed hash; `client_id` names this very question in the asker's browser;
    what was asked elsewhere (`origin`) waits for a second look."""

    asker: str
    client_id: str
    text: str
    name: str | None = None
    item: str | None = None
    language: str = ""
    name_public: bool = False
    origin: Origin = Origin.PAGE


class QuestionDesk:
    """Orders about questions. `new_id()` gives an id a call; `seen` is the meeting as citizens see it."""

    def __init__(
        self, desk: Desk, questions: Questions, rules: QuestionRules, clock: Clock, new_id: Callable[[], str],
        seen: Callable[[Meeting], Meeting] = lambda meeting: meeting,
    ) -> None:  # fmt: skip
        self._desk, self._questions, self.rules, self._seen = desk, questions, rules, seen
        self._clock, self._new_id = clock, new_id
        self._to_tell = asyncio.Event()
        self._flagging = Flagging(rules.words)

    def open_for(self, meeting: Meeting) -> bool:
        """Whether questions are taken now: as the phase that citizens see has it, but frozen at once."""
        if meeting.phase is Phase.CLOSED_SESSION:
            return False
        until = self.asked_until(meeting)
        after = until is not None and self._clock() < until
        return asking_open(self._seen(meeting).phase, before=self.rules.open_before, after=after)

    def asked_until(self, meeting: Meeting) -> float | None:
        """Until when questions are taken after a meeting that has ended, unix seconds; `None` where they are not."""
        if not self.rules.after_days or meeting.ended_at is None or meeting.phase not in OVER:
            return None
        ended = datetime.fromtimestamp(meeting.ended_at, self.rules.zone)
        day = ended.date() + timedelta(days=self.rules.after_days + 1)
        return datetime(day.year, day.month, day.day, tzinfo=self.rules.zone).timestamp()

    async def ask(self, meeting_id: str, asking: Asking) -> Question:
        """Store a question; the same one again when it was stored before. Raises `Invalid`, `Refused`, `Unknown`."""
        meeting = await self._open_meeting(meeting_id)
        made = await self._looked_at(self._made(meeting, asking), hold=True)
        question, new = await self._questions.submit(made, per_person=self.rules.per_person)
        if new:
            self._flagging.learn(meeting_id, [question])
            self._desk.wake()
        return question

    async def _open_meeting(self, id: str) -> Meeting:
        meeting = await self._desk.meeting(id)
        if not self.open_for(meeting):
            raise Refused("questions_closed", phase=self._seen(meeting).phase)
        return meeting

    def _made(self, meeting: Meeting, asking: Asking) -> Question:
        if not 0 < len(asking.client_id) <= MAX_CLIENT_ID:
            raise Invalid({"id": ("client_id_bad", {"limit": MAX_CLIENT_ID})})
        text, name = check_text(asking.text, asking.name, limit=self.rules.max_length)
        now, status = self._clock(), Status.PENDING if asking.origin is Origin.PAGE else Status.HELD
        return Question(
            id=self._new_id(), meeting=meeting.id, asker=asking.asker, client_id=asking.client_id, text=text, name=name,
            item=_public_item(meeting, asking.item), language=asking.language, status=status, reason=None,
            version=1, asked_at=now, changed_at=now, name_public=asking.name_public and name is not None,
            origin=asking.origin,
        )  # fmt: skip

    async def _looked_at(self, question: Question, *, hold: bool) -> Question:
        """With what wants a second look; `hold`: set apart for that, where nobody has decided yet."""
        if not self._flagging.knows(question.meeting):
            self._flagging.learn(question.meeting, await self._questions.of_meeting(question.meeting))
        flags = self._flagging.marks(question)
        if not flags and not question.flags:
            return question
        held = bool(flags) and hold and question.status is Status.PENDING
        return replace(question, flags=flags, status=Status.HELD if held else question.status)

    async def move(self, meeting_id: str, question_id: str, order: QuestionOrder) -> Question:
        """Carry out an order about a question; the question after it. In a closed session nothing moves.

        Raises `Refused`, `Invalid`, `Conflict` (somebody else was faster), `Unknown`.
        """
        meeting = await self._desk.meeting(meeting_id)
        if meeting.phase is Phase.CLOSED_SESSION:
            raise Refused("questions_frozen")
        if order.verb is QuestionVerb.PUT_ON_AIR and meeting.phase in (*OVER, Phase.CANCELLED):
            raise Refused("not_under_way", phase=meeting.phase)
        before = await self._questions.get(meeting_id, question_id)
        await self._check_other(meeting_id, order)
        now = self._clock()
        after = moved(before, order, self.rules, at=now)
        if after.text != before.text:
            after = await self._looked_at(after, hold=order.verb is QuestionVerb.EDIT)
        changes = [*await self._finished(meeting_id, after, now), (before, after, str(order.verb))]
        await self._questions.move(changes, at=now, by=order.by)
        self._desk.wake()
        if after.told:
            self._to_tell.set()
        if after.status is Status.ON_AIR:
            await self._show(meeting_id, by=order.by)
        return after

    async def _show(self, meeting_id: str, *, by: str) -> None:
        """The question on air stands in the picture, where there is one; the clerk can take it away."""
        with contextlib.suppress(Refused, Conflict):
            await self._desk.show_lower_third(meeting_id, ThirdKind.QUESTION, by=by)

    async def _check_other(self, meeting_id: str, order: QuestionOrder) -> None:
        """The other question must be one of this meeting that may be pointed at. Raises `Invalid`."""
        if order.other is None:
            return
        try:
            other = await self._questions.get(meeting_id, order.other)
        except Unknown:
            raise Invalid({"other": ("other_bad", {})}) from None
        if not may_be_merged_into(other):
            raise Invalid({"other": ("other_bad", {})})

    async def _finished(self, meeting_id: str, after: Question, now: float) -> list[tuple[Question, Question, str]]:
        """Exactly one question is on air: the one before it has been answered."""
        if after.status is not Status.ON_AIR:
            return []
        others = [q for q in await self._questions.of_meeting(meeting_id, Status.ON_AIR) if q.id != after.id]
        return [
            (q, replace(q, status=Status.ANSWERED_LIVE, version=q.version + 1, changed_at=now), QuestionVerb.ANSWERED)
            for q in others
        ]

    async def arrange(self, meeting_id: str, order: Sequence[str], *, by: str) -> list[Question]:
        """Bring the queued questions, by their ids, into this order. Raises `Refused` (others are queued by now)."""
        meeting = await self._desk.meeting(meeting_id)
        if meeting.phase is Phase.CLOSED_SESSION:
            raise Refused("questions_frozen")
        arranged = await self._questions.arrange(meeting_id, order, at=self._clock(), by=by)
        self._desk.wake()
        return arranged

    async def withdraw(self, meeting_id: str, question_id: str, *, asker: str) -> Question:
        """Take one's own question back. Raises `Refused`, `Unknown`."""
        await self._check_own(meeting_id, question_id, asker)
        return await self.move(meeting_id, question_id, QuestionOrder(QuestionVerb.WITHDRAW, "citizen", "citizen"))

    async def edit(self, meeting_id: str, question_id: str, asking: Asking, *, seen: int | None = None) -> Question:
        """Change one's own question, until it is on air. `seen`: the version its asker looked at.

        Raises `Refused`, `Invalid`, `Conflict`, `Unknown`.
        """
        meeting = await self._open_meeting(meeting_id)
        await self._check_own(meeting_id, question_id, asking.asker)
        order = QuestionOrder(
            QuestionVerb.EDIT, "citizen", "citizen", seen=seen, text=asking.text, name=asking.name,
            name_public=asking.name_public, item=_public_item(meeting, asking.item),
        )  # fmt: skip
        return await self.move(meeting_id, question_id, order)

    async def _check_own(self, meeting_id: str, question_id: str, asker: str) -> None:
        if (await self._questions.get(meeting_id, question_id)).asker != asker:
            raise Refused("question_not_yours")

    async def run(self) -> None:
        """Tell each verdict once its seconds have passed, close what was asked after a meeting once its days have.
        Runs until cancelled."""
        while True:
            self._to_tell.clear()
            try:
                if await self._questions.tell(at=self._clock()) or await self.close_late():
                    self._desk.wake()
                due = await self._questions.next_to_tell()
            except (DatabaseUnavailable, Conflict):
                due = self._clock() + RETRY_SECONDS
            wait = LOOK_SECONDS if due is None else min(max(due - self._clock(), 0.0), LOOK_SECONDS)
            with contextlib.suppress(TimeoutError):  # not wait_for: before Python 3.12 it can swallow a cancellation
                async with asyncio.timeout(wait):
                    await self._to_tell.wait()

    async def close_late(self) -> int:
        """What waits after the last day of asking is over, as at the end of a meeting: how many questions. What was
        moved since stays where it is."""
        closed = 0
        for id in await self._questions.unfinished() if self.rules.after_days else ():
            until, now = self.asked_until(await self._desk.meeting(id)), self._clock()
            if until is None or now < until:
                continue
            late = [q for q in await self._questions.of_meeting(id) if q.changed_at < until]
            after = [(q, with_the_meeting(q, Verb.END, at=now)) for q in late]
            changes = [(q, closed_one, str(Verb.END)) for q, closed_one in after if closed_one]
            if changes:
                await self._questions.move(changes, at=now, by="tribune")
            closed += len(changes)
        return closed

    async def listed(self, meeting_id: str, *statuses: Status) -> list[Question]:
        """A meeting's questions, oldest first; of `statuses`, or all."""
        return await self._questions.of_meeting(meeting_id, *statuses)

    async def one(self, meeting_id: str, question_id: str) -> Question:
        """Raises `Unknown`."""
        return await self._questions.get(meeting_id, question_id)

    async def of_asker(self, meeting_id: str, asker: str) -> list[Question]:
        """One asker's own questions, oldest first."""
        return await self._questions.of_asker(meeting_id, asker)

    async def of_client(self, meeting_id: str, client_id: str) -> list[Question]:
        """What was asked under one `client_id`, by whomever."""
        return await self._questions.of_client(meeting_id, client_id)

    async def found(self, meeting_id: str, text: str, *statuses: Status) -> list[Question]:
        """A meeting's questions with all words of `text`, also as beginnings, the closest first; of `statuses`."""
        found = await self._questions.found(meeting_id, words(text, shortest=1))
        return [question for question in found if not statuses or question.status in statuses]

    async def similar(self, question: Question) -> Sequence[tuple[Question, float]]:
        """Those of its meeting that ask the same, the most alike first, with their likeness (0 to 1)."""
        return similar(question, await self._questions.about(question.meeting, words(question.text)))

    async def tally(self, meeting_id: str) -> Tally:
        """What became of a meeting's questions, for everybody to read."""
        return tally(await self._questions.of_meeting(meeting_id))

    async def log(self, meeting_id: str) -> list[LogLine]:
        """Who did what with a meeting's questions, when: as it stands in the log. Raises `Unknown`."""
        return question_log(await self._desk.history(meeting_id))

    async def earlier_texts(self, question_id: str) -> list[tuple[str, float, bool]]:
        """What it said before: (text, until when in unix seconds, whether its asker changed it)."""
        return await self._questions.earlier_texts(question_id)


def _public_item(meeting: Meeting, id: str | None) -> str | None:
    item = meeting.item(id) if id else None
    return item.id if item and item.public else None
