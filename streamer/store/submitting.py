"""Questions as they come in. All that wait are stored in a few statements: in the writer's thread each statement waits
for its turn, and two thousand people may ask at once.
"""

import sqlite3
from collections.abc import Sequence

from streamer.council.errors import Refused
from streamer.council.events import Fact, Kind
from streamer.council.question import Origin, Question
from streamer.council.questions import Status
from streamer.store.log import record_many
from streamer.store.question_rows import insert_all, question_of

ASKERS_AT_ONCE = 400
Submitted = tuple[Question, int]
"""A question, and how many its asker may have in this meeting."""
Known = dict[tuple[str, str], dict[str, Question]]
"""What was asked: by meeting and asker, then by the id that the asker's page gave it."""


def submit_all(
    connection: sqlite3.Connection, submitted: Sequence[Submitted]
) -> list[tuple[Question, bool] | Exception]:
    """Store each and log that it was asked, or find the same one stored before: (question, is new). `Refused` instead
    where the asker has as many as allowed."""
    known = _known(connection, [question for question, _ in submitted])
    found = [_looked_up(known[question.meeting, question.asker], question, most) for question, most in submitted]
    new = [one[0] for one in found if isinstance(one, tuple) and one[1]]
    insert_all(connection, new)
    for meeting in {question.meeting: None for question in new}:
        asked = [(_asked(q), q.asked_at) for q in new if q.meeting == meeting]
        record_many(connection, meeting, asked, by="citizen")
    return found


def _asked(q: Question) -> Fact:
    elsewhere = {} if q.origin is Origin.PAGE else {"origin": q.origin.value}
    return Fact(Kind.QUESTION_ASKED, {"question": q.id, "status": q.status.value, **elsewhere})


def _known(connection: sqlite3.Connection, questions: Sequence[Question]) -> Known:
    known: Known = {(question.meeting, question.asker): {} for question in questions}
    askers = list(known)
    for start in range(0, len(askers), ASKERS_AT_ONCE):
        some = askers[start : start + ASKERS_AT_ONCE]
        marks = ",".join(["(?, ?)"] * len(some))
        sql = (
            f"WITH who (meeting, asker) AS (VALUES {marks}) SELECT q.* FROM who CROSS JOIN questions q "  # noqa: S608
            "ON q.meeting = who.meeting AND q.asker = who.asker"
        )
        for row in connection.execute(sql, [word for pair in some for word in pair]).fetchall():
            known[row["meeting"], row["asker"]][row["client_id"]] = question_of(row)
    return known


def _looked_up(mine: dict[str, Question], question: Question, most: int) -> tuple[Question, bool] | Exception:
    if same := mine.get(question.client_id):
        return same, False
    if sum(one.status is not Status.WITHDRAWN for one in mine.values()) >= most:
        return Refused("too_many_questions", limit=most)
    mine[question.client_id] = question
    return question, True
