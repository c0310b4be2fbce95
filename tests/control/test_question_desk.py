"""The desk of questions: asking around the replay until a day, one switch for picture and questions, who did what."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from streamer.control.desk import Desk
from streamer.control.question_desk import Asking, QuestionDesk, QuestionRules
from streamer.council.errors import Refused
from streamer.council.lower_third import ThirdKind
from streamer.council.phase import Verb
from streamer.council.question import QuestionOrder
from streamer.council.questions import QuestionVerb, Status
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.questions import Questions

EVENING = 1_795_554_000.0
"""24 November 2026, 22:00 in Luxembourg."""
DAY = 86_400.0
RULES = QuestionRules(undo_seconds=0, after_days=2, zone=ZoneInfo("Europe/Luxembourg"))


class House:
    """Both desks over one database, and a clock that stands still unless it is set."""

    def __init__(self, database: Database) -> None:
        self.now, ids = EVENING, count()
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        self.questions = QuestionDesk(self.desk, Questions(database), RULES, lambda: self.now, lambda: f"q{next(ids)}")

    async def order(self, *verbs: Verb) -> None:
        for verb in verbs:
            await self.desk.order("m", verb, by="claire")

    async def ask(self, text: str = "When?") -> str:
        return (await self.questions.ask("m", Asking("hash", text, text, name="Anne"))).id

    async def move(self, id: str, *verbs: QuestionVerb) -> None:
        for verb in verbs:
            await self.questions.move("m", id, QuestionOrder(verb, "clerk", "=claire"))

    async def statuses(self) -> list[str]:
        return [str(question.status) for question in await self.questions.listed("m")]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    database = await Database.open(tmp_path / "tribune.db")
    it = House(database)
    await it.desk.plan("m", "Council", "2026-11-24T19:00:00+01:00", [], by="claire")
    yield it
    await database.close()


async def test_a_closed_session_takes_the_question_off_the_air_with_the_picture(house: House) -> None:
    """In the same order, and its text leaves the picture; nothing moves until the meeting is public again."""
    await house.order(Verb.GO_LIVE)
    id = await house.ask()
    await house.move(id, QuestionVerb.PUBLISH, QuestionVerb.PUT_ON_AIR)
    await house.desk.show_lower_third("m", ThirdKind.QUESTION, by="claire")
    before = (await house.desk.meeting("m")).version
    await house.order(Verb.CLOSE_SESSION)
    meeting = await house.desk.meeting("m")
    assert (meeting.question_on_air, meeting.lower_third, await house.statuses()) == (None, None, ["queued"])
    logged = [event.kind for event in await house.desk.history("m") if event.version > before]
    assert logged == ["phase_changed", "question_moved"]
    for verb in (QuestionVerb.PUT_ON_AIR, QuestionVerb.UNQUEUE):
        with pytest.raises(Refused, match="questions_frozen"):
            await house.move(id, verb)
    await house.order(Verb.RESUME)
    await house.move(id, QuestionVerb.PUT_ON_AIR)


async def test_one_can_ask_around_the_replay_until_the_end_of_a_day(house: House) -> None:
    """Then what was not read or answered is counted so; what was moved since stays."""
    await house.order(Verb.GO_LIVE, Verb.END, Verb.PUBLISH)
    until = house.questions.asked_until(await house.desk.meeting("m"))
    assert until == EVENING + 2 * DAY + 2 * 3600, "midnight after the 26th"
    house.now += DAY
    read, unread = await house.ask("Read?"), await house.ask("Unread?")
    await house.move(read, QuestionVerb.PUBLISH)
    with pytest.raises(Refused, match="not_under_way"):
        await house.move(read, QuestionVerb.PUT_ON_AIR)
    house.now = until - 1
    assert await house.questions.close_late() == 0
    house.now = until
    with pytest.raises(Refused, match="questions_closed"):
        await house.ask("Too late?")
    running = asyncio.create_task(house.questions.run())
    news = house.desk.follow()
    await news.wait()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert await house.statuses() == ["not_reached", "not_reviewed"]
    await house.move(unread, QuestionVerb.RESTORE)
    assert await house.questions.close_late() == 0
    assert (await house.questions.one("m", unread)).status is Status.PENDING


async def test_the_log_says_who_did_what_and_no_words(house: House) -> None:
    id = await house.ask("A secret?")
    await house.move(id, QuestionVerb.PUBLISH, QuestionVerb.QUEUE)
    await house.questions.arrange("m", [id], by="cleo")
    lines = await house.questions.log("m")
    assert [(line.by, line.what, line.verb, line.status, line.question) for line in lines] == [
        ("citizen", "question_asked", "", "pending", id),
        ("=claire", "question_moved", "publish", "published", id),
        ("=claire", "question_moved", "queue", "queued", id),
        ("cleo", "queue_arranged", "", "", id),
    ]
    assert not any(word in str(lines) for word in ("secret", "Anne", "hash"))
