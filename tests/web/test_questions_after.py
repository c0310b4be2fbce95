"""Questions around a replay: where they were answered, what was answered in writing, and asking until a day."""

import time
from pathlib import Path

from streamer.council.events import Fact, Kind
from streamer.council.question import Question
from streamer.council.questions import Status
from streamer.council.roles import Role
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.questions import Questions
from tests.support.commune import commune
from tests.support.past_meeting import BEGUN, logged, past_meeting


def question(id: str, meeting: str, text: str, status: Status) -> Question:
    return Question(id, meeting, "hash", id, text, None, None, "en", status, None, 1, BEGUN, BEGUN)


def moved(id: str, status: Status, at: float) -> tuple[float, Fact]:
    return at, Fact(Kind.QUESTION_MOVED, {"question": id, "status": status, "at": BEGUN + at})


async def test_the_replay_says_what_was_answered_and_takes_questions_until_a_day(tmp_path: Path) -> None:
    more = [moved("live", Status.ON_AIR, 8), moved("live", Status.ANSWERED_LIVE, 14)]
    past = await past_meeting(tmp_path, [(6, "item-a")], 20, film=False, more=more)
    database = await Database.open(tmp_path / "recordings" / "tribune.db")
    for id, text, status in [
        ("live", "Answered there?", Status.ANSWERED_LIVE), ("later", "Answered later?", Status.NOT_REACHED),
        ("promised", "Promised?", Status.NOT_REACHED), ("hidden", "Du Idiot!", Status.REJECTED),
    ]:  # fmt: skip
        await Questions(database).submit(question(id, past, text, status), per_person=9)
    await logged(Log(database), "today", "Today's", "2026-03-11T19:30:00+01:00", at=time.time())
    await database.close()
    async with commune(tmp_path, questions={"undo_seconds": 0, "after_days": 3}) as here:
        async with here.http.get(f"{here.url}/?lang=en") as answer:
            assert answer.status == 200
        promise = {"noticeBy": "The mayor", "noticeUntil": "2026-04-30"}
        await here.ok("POST", f"/{past}/questions/promised/take-on-notice", Role.CHAIR, **promise)
        await here.ok("POST", f"/{past}/questions/later/answer-in-writing", Role.MODERATOR, text="In two years.")
        replay = await here.text(f"/meetings/{past}")
        assert "Answered there?" in replay
        assert "6 s" in replay, "how long the answer took"
        assert "In two years." in replay
        assert "The mayor" in replay
        assert "Du Idiot!" not in replay
        assert 'id="ask"' not in replay
        assert f'href="/meetings/{past}/questions"' in replay

        assert 'href="/meetings/today/questions"' in await here.text("/meetings/today")
        page = f"{here.url}/meetings/today/questions"
        form = {"text": "Around the replay?", "client_id": "c1"}
        async with here.http.post(page, data=form, headers={"Origin": here.url}) as answer:
            assert (answer.status, "Around the replay?" in await answer.text()) == (200, True)
        [asked] = await here.up.service.questions.listed("today")
        assert asked.status is Status.PENDING
        assert "Around the replay?" in await here.text("/meetings/today/questions")
