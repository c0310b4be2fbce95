"""A question as a row, within a running transaction."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from streamer.council.errors import Conflict
from streamer.council.events import Fact, Kind
from streamer.council.flags import Flag, Mark
from streamer.council.phase import Verb
from streamer.council.question import Origin, Question, Told, with_the_meeting
from streamer.council.questions import QuestionVerb, Status

PLAIN = (
    "id", "meeting", "asker", "client_id", "text", "name", "item", "language", "status", "reason", "version",
    "asked_at", "changed_at", "name_public", "original", "edited_at", "other", "notice_by", "notice_until", "answer",
    "answered_at", "place", "redaction_by", "origin",
)  # fmt: skip
"""Columns called as the fields are."""
TOLD = ("told_status", "told_reason", "told_other", "told_version", "tell_at")
COLUMNS = (*PLAIN, "translations", "flags", *TOLD)
FIXED = frozenset({"id", "meeting", "asker", "client_id", "language", "asked_at", "origin"})
CHANGING = tuple(column for column in COLUMNS if column not in FIXED)

Change = tuple[Question, Question, str]
"""Before, after, and the verb that did it."""


def values(q: Question, columns: Sequence[str] = COLUMNS) -> list[Any]:
    """What stands in `columns`."""
    told = q.told
    held = (told.status, told.reason, told.other, told.version, told.at) if told else (None,) * len(TOLD)
    found = vars(q) | dict(zip(TOLD, held, strict=True))
    found["translations"] = json.dumps(dict(q.translations), ensure_ascii=False) if q.translations else "{}"
    found["flags"] = json.dumps([(mark.flag, mark.start, mark.end) for mark in q.flags]) if q.flags else "[]"
    return [found[column] for column in columns]


def question_of(row: sqlite3.Row) -> Question:
    """The question of a whole row."""
    found = dict(zip(row.keys(), row, strict=True))
    status, reason, other, version, at = (found.pop(column) for column in TOLD)
    found["told"] = None if at is None else Told(Status(status), reason, other, version, at)
    found["status"], found["name_public"] = Status(found["status"]), bool(found["name_public"])
    found["origin"] = Origin(found["origin"])
    found["translations"] = json.loads(found["translations"]) if found["translations"] != "{}" else {}
    found["flags"] = _marks(found["flags"]) if found["flags"] != "[]" else ()
    return Question(**found)


def _marks(flags: str) -> tuple[Mark, ...]:
    return tuple(Mark(Flag(flag), start, end) for flag, start, end in json.loads(flags))


def insert_all(connection: sqlite3.Connection, questions: Sequence[Question]) -> None:
    """New ones."""
    marks = ",".join("?" * len(COLUMNS))
    sql = f"INSERT INTO questions ({','.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608 constants of this file
    connection.executemany(sql, map(values, questions))


def update(connection: sqlite3.Connection, before: Question, after: Question) -> None:
    """Raises `Conflict` when it is not as `before` any more. Of a redacted one no earlier text stays."""
    sets = ", ".join(f"{column} = ?" for column in CHANGING)
    cursor = connection.execute(
        f"UPDATE questions SET {sets} WHERE id = ? AND version = ?",  # noqa: S608 constants of this file
        (*values(after, CHANGING), before.id, before.version),
    )
    if cursor.rowcount != 1:
        row = connection.execute("SELECT version FROM questions WHERE id = ?", (before.id,)).fetchone()
        raise Conflict(before.version, row[0] if row else 0)
    if after.status is Status.REDACTED:
        connection.execute("DELETE FROM question_texts WHERE question = ?", (after.id,))
    elif before.text != after.text:
        _keep_text(connection, before, by_asker=before.edited_at != after.edited_at, at=after.changed_at)


def _keep_text(connection: sqlite3.Connection, q: Question, *, by_asker: bool, at: float) -> None:
    connection.execute(
        "INSERT INTO question_texts (question, version, text, name, by_asker, at) VALUES (?, ?, ?, ?, ?, ?)",
        (q.id, q.version, q.text, q.name, by_asker, at),
    )


def fact_of(after: Question, verb: str, at: float) -> Fact:
    """For the log: never a text or a name. `held`: nobody outside is told of it yet."""
    reason = {"reason": after.reason} if after.reason else {}
    held = {"held": True} if after.told or verb == QuestionVerb.UNDO else {}
    return Fact(
        Kind.QUESTION_MOVED, {"question": after.id, "status": after.status, "verb": verb, "at": at, **reason, **held}
    )


def follow_the_meeting(connection: sqlite3.Connection, meeting: str, verb: Verb, *, at: float) -> list[Fact]:
    """What becomes of a meeting's questions with the clerk's order: moved, and the facts to be logged with it."""
    rows = connection.execute("SELECT * FROM questions WHERE meeting = ? ORDER BY asked_at, id", (meeting,)).fetchall()
    facts = list[Fact]()
    for before in map(question_of, rows):
        after = with_the_meeting(before, verb, at=at)
        if after:
            update(connection, before, after)
            facts.append(fact_of(after, verb, at))
    return facts
