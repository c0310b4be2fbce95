"""Destroys citizens' words when their time is over: at the start and once a day; and when their asker wants it."""

import asyncio
import logging

from streamer.control.desk import Clock
from streamer.control.question_desk import QuestionDesk
from streamer.council.errors import Refused
from streamer.council.question import Question, can_do
from streamer.council.questions import QuestionVerb, Status
from streamer.council.retention import DAY_SECONDS, Retention, on_record
from streamer.store.erasing import Erasing

log = logging.getLogger(__name__)

RETRY_SECONDS = 600.0


class Eraser:
    """`run` makes the rounds."""

    def __init__(self, erasing: Erasing, questions: QuestionDesk, retention: Retention, clock: Clock) -> None:
        self._erasing, self._questions, self.retention, self._clock = erasing, questions, retention, clock

    async def run(self) -> None:
        """A round at the start, then one a day. Runs until cancelled."""
        while True:
            try:
                await self.round()
            except Exception:
                log.exception("the round of erasing could not be made; another try in ten minutes")
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(DAY_SECONDS)

    async def round(self) -> int:
        """Erase what is due; how many questions that was."""
        now = self._clock()
        due = [
            kept.id for kept in await self._erasing.kept()
            if self.retention.due_at(kept.status, kept.changed_at, kept.start) <= now
        ]  # fmt: skip
        if due:
            await self._erasing.erase(due, at=now, why="term")
            log.info("the words of %d questions were erased: their time is over", len(due))
        await self._erasing.went_round(now, len(due))
        return len(due)

    async def by_asker(self, question: Question) -> None:
        """Erase what the asker may have erased: everything, or the name where the council has answered. What is public
        is withdrawn first. Raises `Refused` for one that is on air, or while a session is closed."""
        if question.status is Status.ON_AIR:
            raise Refused("erase_on_air")
        if on_record(question.status):
            await self._erasing.erase_name(question.id)
            return
        if QuestionVerb.WITHDRAW in can_do(question.as_told, "citizen"):
            await self._questions.withdraw(question.meeting, question.id, asker=question.asker)
        await self._erasing.erase([question.id], at=self._clock(), why="asker")

    async def erased(self, question: str) -> float | None:
        """When a question's words were destroyed, unix seconds; `None` while they are there."""
        return await self._erasing.erased_at(question)

    async def last_round(self) -> float | None:
        """When the last round was made, unix seconds."""
        return await self._erasing.last_round()
