"""The table of questions: what is told when, what follows the meeting, what can be found and what is gone."""

import asyncio
from dataclasses import replace

import pytest

from streamer.council.errors import Conflict, Refused
from streamer.council.events import Event, Fact, Kind
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase, Verb
from streamer.council.question import Limits, Question, QuestionOrder, moved
from streamer.council.questions import QuestionVerb, Status
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.questions import Questions

TEXTS = ("Wéini ass de Schoulhaff fäerdeg?", "Is there a cycle lane?", "La cour d'école est-elle prête ?")


async def asked(db: Database, *texts: str) -> list[Question]:
    """One question for each text, by one asker."""
    table = Questions(db)
    for n, text in enumerate(texts):
        new = Question(
            f"q{n}", "m", "hash", f"c{n}", text, "Anne", None, "fr", Status.PENDING, None, 1, 100.0 + n, 100.0 + n
        )
        await table.submit(new, per_person=99)
    return await table.of_meeting("m")


async def done(db: Database, question: Question, verb: QuestionVerb, *, at: float = 200.0, **what: object) -> Question:
    """One order, as the desk gives it."""
    order = replace(QuestionOrder(verb, "clerk", "claire"), **what)  # type: ignore[arg-type]
    after = moved(question, order, Limits(), at=at)
    return (await Questions(db).move([(question, after, str(verb))], at=at, by=order.by))[0]


async def moves(db: Database) -> list[Event]:
    return [event for event in await Log(db).events("m") if event.kind is not Kind.QUESTION_ASKED]


async def test_what_comes_in_one_go_is_counted_as_one_by_one(db: Database) -> None:
    """A repeat is the same question, too many are refused, each meeting has its own count, the log tells all."""
    table, heard = Questions(db), list[Event]()
    Log(db).follow(heard.extend)
    [old] = await asked(db, TEXTS[0])
    asker = replace(old, id="x", client_id="x", asker="other", asked_at=300.0)
    wanted = [replace(old, id="again"), *(replace(asker, id=f"x{n}", client_id=f"x{n}") for n in (1, 1, 2, 3)),
              replace(asker, id="y", meeting="n")]  # fmt: skip
    found = await asyncio.gather(*(table.submit(one, per_person=2) for one in wanted), return_exceptions=True)
    refused = found.pop(4)
    assert isinstance(refused, Refused)
    assert refused.values == {"limit": 2}
    got = [(one[0].id, one[1]) for one in found if isinstance(one, tuple)]
    assert got == [("q0", False), ("x1", True), ("x1", False), ("x2", True), ("y", True)]
    logged = [event for id in ("m", "n") for event in await Log(db).events(id)]
    assert sorted(heard, key=lambda e: (e.meeting, e.version)) == logged
    assert [(e.meeting, e.version, e.data["question"]) for e in logged] == [
        ("m", 1, "q0"), ("m", 2, "x1"), ("m", 3, "x2"), ("n", 1, "y"),
    ]  # fmt: skip


async def test_everything_about_a_question_is_kept(db: Database) -> None:
    """What is read back is what was written, field by field, and what it said before."""
    [first, *_] = await asked(db, *TEXTS)
    first = await done(db, first, QuestionVerb.REWORD, text="Wéini ass e fäerdeg?")
    first = await done(db, first, QuestionVerb.TRANSLATE, language="de", text="Wann?")
    first = await done(db, first, QuestionVerb.PUBLISH)
    first = await done(db, first, QuestionVerb.TAKE_ON_NOTICE, role="chair", notice_by="Max", notice_until="2026-12-31")
    assert await Questions(db).get("m", "q0") == first
    assert await Questions(db).earlier_texts("q0") == [(TEXTS[0], 200.0, False)]


async def test_a_verdict_is_let_go_once_and_the_log_says_when(db: Database) -> None:
    """Undone in time it leaves two moves in the log and nothing to tell."""
    one, two, _ = await asked(db, *TEXTS)
    rejected = await done(db, one, QuestionVerb.REJECT, reason="insulting")
    await done(db, await done(db, two, QuestionVerb.PUBLISH), QuestionVerb.UNDO)
    table = Questions(db)
    assert await table.next_to_tell() == 210.0
    assert await table.tell(at=209.9) == []
    assert [question.id for question in await table.tell(at=210.0)] == ["q0"]
    assert await table.tell(at=999.0) == []
    assert await table.get("m", "q0") == replace(rejected, told=None)
    assert [(e.kind, e.data["question"], e.data.get("held", False)) for e in await moves(db)] == [
        (Kind.QUESTION_MOVED, "q0", True), (Kind.QUESTION_MOVED, "q1", True), (Kind.QUESTION_MOVED, "q1", True),
        (Kind.QUESTION_TOLD, "q0", False),
    ]  # fmt: skip
    meeting = await Log(db).meeting("m")
    assert meeting
    assert [(mark.question, mark.status) for mark in meeting.question_marks] == [("q0", "rejected")]
    assert not any(text in str(event) for event in await moves(db) for text in (*TEXTS, "Anne"))


async def test_the_slower_of_two_loses_nothing_and_changes_nothing(db: Database) -> None:
    [one] = await asked(db, TEXTS[0])
    await done(db, one, QuestionVerb.PUBLISH)
    with pytest.raises(Conflict):
        await done(db, one, QuestionVerb.HOLD)
    assert (await Questions(db).get("m", "q0")).status is Status.PUBLISHED
    assert len(await moves(db)) == 1


async def test_questions_follow_the_meeting_in_the_same_transaction(db: Database) -> None:
    """Closed session clears what is on air; the end judges; a reopening brings back."""
    one, two, _ = await asked(db, *TEXTS)
    await done(db, await done(db, one, QuestionVerb.PUBLISH), QuestionVerb.PUT_ON_AIR)
    await done(db, two, QuestionVerb.PUBLISH)

    async def order(verb: Verb, phase: Phase, at: float) -> list[str]:
        meeting = await Log(db).meeting("m") or Meeting("m")
        fact = Fact(Kind.PHASE_CHANGED, {"verb": verb, "phase": phase})
        meeting = await Log(db).append(meeting, [fact], at=at, by="claire")
        assert meeting == await Log(db).meeting("m")
        return [str(question.status) for question in await Questions(db).of_meeting("m")]

    assert await order(Verb.CLOSE_SESSION, Phase.CLOSED_SESSION, 300.0) == ["queued", "published", "pending"]
    meeting = await Log(db).meeting("m")
    assert meeting
    assert meeting.question_on_air is None
    assert await order(Verb.END, Phase.ENDED, 400.0) == ["not_reached", "not_reached", "not_reviewed"]
    assert await order(Verb.REOPEN, Phase.RECESS, 500.0) == ["queued", "published", "pending"]


async def test_the_running_order_is_that_of_all_who_are_queued(db: Database) -> None:
    table = Questions(db)
    for question in await asked(db, *TEXTS[:2]):
        await done(db, await done(db, question, QuestionVerb.PUBLISH), QuestionVerb.QUEUE)
    await table.arrange("m", ["q1", "q0"], at=300.0, by="claire")
    assert [question.place for question in await table.of_meeting("m", Status.QUEUED)] == [2.0, 1.0]
    with pytest.raises(Refused, match="queue_changed"):
        await table.arrange("m", ["q1"], at=300.0, by="claire")


async def test_words_are_found_and_what_is_gone_is_not(db: Database) -> None:
    """Accents and endings do not matter, operators are words; an edit, a redaction and a deletion are followed."""
    table = Questions(db)
    one, *_ = await asked(db, *TEXTS)

    async def found(*words: str) -> list[str]:
        return [question.id for question in await table.found("m", words)]

    assert await found("schoul") == ["q0"]
    assert await found("ECOLE", "prete") == ["q2"]
    assert await found("OR") == await found("school") == []
    assert [q.id for q in await table.about("m", ["Schoulhoff", "cycles"])] == ["q0", "q1"]
    two = await table.submit(replace(one, id="later", client_id="c9", text="A playground?"), per_person=99)
    await done(db, two[0], QuestionVerb.EDIT, role="citizen", text="A skating rink?")  # before anybody searched
    assert (await found("playground"), await found("skating")) == ([], ["later"])
    one = await done(db, one, QuestionVerb.REWORD, text="Wéini?")
    assert await found("schoul") == ["q0"], "in its asker's own words"
    one = await done(db, one, QuestionVerb.PROPOSE_REDACTION)
    await done(db, one, QuestionVerb.CONFIRM_REDACTION, by="max")
    assert await found("schoul") == await found("weini") == []
    assert await table.earlier_texts("q0") == []
    gone = "DELETE FROM questions WHERE id IN ('q1', 'q2', 'later')"
    await db.write(lambda connection: connection.execute(gone).rowcount)
    assert await found("cycle") == []
    await table.submit(replace(one, id="new", client_id="c10", text="A tram?"), per_person=99)
    assert await found("tram") == ["new"], "whatever number its row was given"
