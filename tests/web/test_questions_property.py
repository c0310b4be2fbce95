"""Whatever askers, moderators, the chair and the clerk do, in any order, at once, with restarts between: no question is
lost, none is there twice, and nobody sees what they may not. Hypothesis looks for an evening that breaks it."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streamer.control.desk import Desk
from streamer.control.question_desk import Asking, QuestionDesk, QuestionRules
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.events import Kind
from streamer.council.phase import Phase, Verb
from streamer.council.question import Question, QuestionOrder
from streamer.council.questions import ANSWERED, PUBLIC, QuestionVerb, Reason, Status
from streamer.council.roles import Role
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.questions import Questions
from web.views import known_questions, question_views

ASKERS = ("anna", "ben", "carl")
RULES = QuestionRules(per_person=4, after_days=1)
STAFF = [(Role.MODERATOR, "max"), (Role.MODERATOR, "mia"), (Role.CLERK, "claire"), (Role.CHAIR, "cleo")]

asking = st.tuples(st.just("ask"), st.sampled_from(ASKERS), st.integers(0, 3))
moving = st.tuples(
    st.just("move"), st.sampled_from(STAFF), st.sampled_from(QuestionVerb), st.integers(0, 5), st.booleans()
)
sensible = st.tuples(
    st.just("move"), st.just(STAFF[2]),
    st.sampled_from([QuestionVerb.PUBLISH, QuestionVerb.UNDO, QuestionVerb.QUEUE, QuestionVerb.PUT_ON_AIR]),
    st.integers(0, 5), st.just(False),
)  # fmt: skip
racing = st.tuples(st.just("race"), st.sampled_from(QuestionVerb), st.sampled_from(QuestionVerb), st.integers(0, 5))
own = st.tuples(st.sampled_from(["edit", "withdraw"]), st.sampled_from(ASKERS), st.integers(0, 5))
running = st.tuples(
    st.just("order"), st.sampled_from([Verb.GO_LIVE, Verb.CLOSE_SESSION, Verb.RESUME, Verb.END, Verb.REOPEN])
)
passing = st.tuples(st.just("time"), st.sampled_from([1.0, 9.0, 11.0, 200_000.0]))
restarting = st.tuples(st.just("restart"))
evenings = st.lists(
    st.one_of(asking, asking, moving, sensible, sensible, racing, own, running, passing, restarting),
    min_size=10, max_size=40,
)  # fmt: skip


@dataclass
class Evening:
    """A meeting at its desks, and what the askers were acknowledged."""

    path: Path
    now: float = 1_000_000.0
    acknowledged: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: Iterator[int] = field(default_factory=count)

    async def open(self) -> None:
        """As a service that starts: from the file alone."""
        self.database = await Database.open(self.path)
        self.log, table = Log(self.database), Questions(self.database)
        self.desk = Desk(self.log, lambda: self.now, lambda meeting: 0)
        self.questions = QuestionDesk(self.desk, table, RULES, lambda: self.now, lambda: f"q{next(self.ids)}")

    async def all(self) -> list[Question]:
        return await self.questions.listed("m")

    async def ask(self, asker: str, n: int) -> None:
        question = await self.questions.ask(
            "m", Asking(asker, f"c{n}", f"secret {asker} {n}?", name=f"Name of {asker}")
        )
        assert self.acknowledged.setdefault((asker, f"c{n}"), question.id) == question.id, "the same again"

    async def move(self, who: tuple[Role, str], verb: QuestionVerb, n: int, stale: bool) -> None:
        question = await self.chosen(n)
        seen = question.version - stale
        await self.questions.move("m", question.id, await self.form(who, verb, question, seen))

    async def form(self, who: tuple[Role, str], verb: QuestionVerb, question: Question, seen: int) -> QuestionOrder:
        """Filled in, so that only the rules can refuse it."""
        other = (await self.all())[0].id
        return QuestionOrder(
            verb, *who, seen=seen, reason=Reason.NO_QUESTION, other=None if other == question.id else other,
            text=f"public {question.id} {seen}", language="de", notice_by="The mayor", notice_until="2026-12-31",
        )  # fmt: skip

    async def race(self, one: QuestionVerb, other: QuestionVerb, n: int) -> None:
        """Two moderators look at the same version: at most one of them decides."""
        question = await self.chosen(n)
        orders = [
            await self.form(who, verb, question, question.version)
            for who, verb in zip(STAFF, (one, other), strict=False)
        ]
        moves = (self.questions.move("m", question.id, order) for order in orders)
        done = await asyncio.gather(*moves, return_exceptions=True)
        assert all(isinstance(one, Question | Refused | Invalid | Conflict) for one in done), done
        assert sum(isinstance(one, Question) for one in done) <= 1

    async def edit(self, asker: str, n: int) -> None:
        question = await self.chosen(n)
        words = Asking(asker, "", f"secret edited {question.id}", name=f"Name of {asker}", name_public=n % 2 == 0)
        await self.questions.edit("m", question.id, words)
        assert question.asker == asker, "nobody edits another's"

    async def withdraw(self, asker: str, n: int) -> None:
        question = await self.chosen(n)
        await self.questions.withdraw("m", question.id, asker=asker)
        assert question.asker == asker

    async def order(self, verb: Verb) -> None:
        await self.desk.order("m", verb, by="claire")

    async def time(self, seconds: float) -> None:
        self.now += seconds
        await Questions(self.database).tell(at=self.now)
        await self.questions.close_late()

    async def restart(self) -> None:
        before = await self.all()
        await self.database.close()
        await self.open()
        assert await self.all() == before

    async def chosen(self, n: int) -> Question:
        found = await self.all()
        if n >= len(found):
            raise Refused("nothing_to_undo")  # there is no such question to press on
        return found[n]

    async def do(self, step: tuple[Any, ...]) -> None:
        """One step. What was refused has changed nothing."""
        before = await self.all()
        deed: Callable[..., Awaitable[None]] = getattr(self, step[0])
        try:
            await deed(*step[1:])
        except (Refused, Invalid, Conflict):
            assert await self.all() == before

    async def check(self) -> None:
        """What must be true after every step."""
        now, meeting, events = await self.all(), await self.desk.meeting("m"), await self.log.events("m")
        assert {(q.asker, q.client_id): q.id for q in now} == self.acknowledged, "none lost"
        assert len(now) == len(self.acknowledged), "none twice"
        on_air = [question.id for question in now if question.status is Status.ON_AIR]
        assert on_air == ([meeting.question_on_air] if meeting.question_on_air else [])
        if meeting.phase in (Phase.CLOSED_SESSION, Phase.ENDED):
            assert on_air == []
        moves = [event for event in events if event.kind is Kind.QUESTION_MOVED]
        for question in now:
            mine = [event.data for event in moves if event.data["question"] == question.id]
            assert question.version == 1 + len(mine), "each version is in the log"
            assert not mine or mine[-1]["status"] == question.status
        said = json.dumps([event.data for event in events])
        assert not any(word in said for word in ("secret", "public q", "Name of")), "the log has no words"
        self.check_sight(now, {event.data["question"]: event.data["status"] for event in events if told(event)})

    def check_sight(self, now: list[Question], last_told: dict[str, str]) -> None:
        """A citizen sees exactly what the log says was told in public, an asker no verdict early."""
        seen = known_questions(now, Role.CITIZEN)
        assert {view["id"]: view["status"] for view in seen} == {
            id: status for id, status in last_told.items() if status in PUBLIC
        }
        raw = json.dumps(seen)
        assert not any(f'"{asker}"' in raw or f'"c{n}"' in raw for asker in ASKERS for n in range(4))
        hidden = {q.name for q in now} - {q.name for q in now if q.name_public}
        assert not any(name and name in raw for name in hidden)
        for view in question_views(now, Role.CITIZEN, own=True):
            assert view["status"] == last_told[view["id"]]
        for question in now:
            assert question.status not in ANSWERED or question.told is None, "an answer waits for nothing"


def told(event: Any) -> bool:
    """Whether anything was said outside."""
    return event.kind in (Kind.QUESTION_ASKED, Kind.QUESTION_MOVED, Kind.QUESTION_TOLD) and not event.data.get("held")


async def play(steps: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        evening = Evening(Path(folder) / "tribune.db")
        await evening.open()
        try:
            await evening.desk.plan("m", "Council", "2026-11-27T19:00:00+01:00", [], by="claire")
            for step in steps:
                await evening.do(step)
                await evening.check()
        finally:
            await evening.database.close()


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(evenings)
def test_nothing_is_lost_doubled_or_seen_by_whom_it_is_not_for(steps: list[tuple[Any, ...]]) -> None:
    asyncio.run(play(steps))
