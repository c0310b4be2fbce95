"""What search looks in, kept up to date: plain statements for the writer's thread, each within somebody's transaction.

A passage that is corrected or removed leaves the index with its words: one that is nowhere else any more leaves the
vocabulary, too.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from streamer.council.captions import Line
from streamer.council.meeting import Meeting
from streamer.council.questions import PUBLIC
from streamer.council.searching import body_of, spelt, words_of

ROOM = 4096
"""Ids of one meeting's things: more than an agenda and its questions have."""
SHORTEST = 2
"""Letters. One alone begins every word."""


def schema() -> str:
    """The tables and triggers, with the statuses of the rules."""
    statuses = ", ".join(f"'{status}'" for status in sorted(PUBLIC))
    return Path(__file__).with_name("search.sql").read_text(encoding="utf-8").replace("PUBLIC_STATUSES", statuses)


def _room(connection: sqlite3.Connection, start: str) -> int:
    """The first free room of a meeting that begins at `start` (ISO 8601): later meetings have higher ids."""
    base = max(0, int(_moment(start).timestamp() // 60)) * ROOM
    while connection.execute("SELECT 1 FROM search_meetings WHERE base = ?", (base,)).fetchone():
        base += ROOM
    return base


def _moment(start: str) -> datetime:
    try:
        found = datetime.fromisoformat(start)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def add_lines(connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Index whole passages: `lines` in order; those that are not in the replay are not said."""
    rows = _rows(lines)
    connection.executemany("INSERT INTO search_said (rowid, text, speaker) VALUES (?, ?, ?)", rows)
    _learn(connection, {word for _, text, speaker in rows for word in words_of(f"{text} {speaker}")})


def add_speakers(connection: sqlite3.Connection, track: int, names: Iterable[str]) -> None:
    """Who speaks in a track."""
    sql = "INSERT OR IGNORE INTO search_speakers VALUES (?, ?)"
    connection.executemany(sql, [(track, name) for name in sorted(names)])


def drop_lines(connection: sqlite3.Connection, lines: Sequence[Line]) -> None:
    """Forget whole passages, as they were indexed."""
    rows = _rows(lines)
    sql = "INSERT INTO search_said (search_said, rowid, text, speaker) VALUES ('delete', ?, ?, ?)"
    connection.executemany(sql, rows)
    _unlearn(connection, {word for _, text, speaker in rows for word in words_of(f"{text} {speaker}")})


def _rows(lines: Sequence[Line]) -> list[tuple[int, str, str]]:
    shown = (line for line in lines if line.at is not None)
    found = []
    for passage, group in groupby(shown, key=lambda line: line.passage):
        said = list(group)
        speakers = dict.fromkeys(line.speaker for line in said if line.speaker)
        found.append((passage, "\n".join(line.text for line in said), "\n".join(speakers)))
    return found


def _learn(connection: sqlite3.Connection, words: Iterable[str]) -> None:
    for word in {spelt(word) for word in words if len(word) >= SHORTEST}:
        cursor = connection.execute("INSERT OR IGNORE INTO search_words (word) VALUES (?)", (word,))
        if cursor.rowcount:
            connection.execute("INSERT INTO search_parts (rowid, word) VALUES (?, ?)", (cursor.lastrowid, word))


def _unlearn(connection: sqlite3.Connection, words: Iterable[str]) -> None:
    for word in words:
        if len(word) < SHORTEST or _said(connection, word):
            continue
        row = connection.execute("SELECT id, word FROM search_words WHERE word = ?", (spelt(word),)).fetchone()
        if row:
            sql = "INSERT INTO search_parts (search_parts, rowid, word) VALUES ('delete', ?, ?)"
            connection.execute(sql, (row["id"], row["word"]))
            connection.execute("DELETE FROM search_words WHERE id = ?", (row["id"],))


def _said(connection: sqlite3.Connection, word: str) -> bool:
    tables = ("search_said_words", "search_named_words")
    return any(connection.execute(f"SELECT 1 FROM {t} WHERE term = ?", (word,)).fetchone() for t in tables)  # noqa: S608


def put_meeting(connection: sqlite3.Connection, meeting: Meeting) -> None:
    """Index a meeting's name, its public items and its public questions, in place of what was there before."""
    drop_meeting(connection, meeting.id)
    base = _room(connection, meeting.start)
    connection.execute(
        "INSERT INTO search_meetings (meeting, base, name, body, start) VALUES (?, ?, ?, ?, ?)",
        (meeting.id, base, meeting.name, body_of(meeting.name), meeting.start),
    )
    named = [("meeting", meeting.id, meeting.name)]
    named += [("item", item.id, item.title) for item in meeting.items if item.public]
    marks = ",".join("?" * len(PUBLIC))
    asked = connection.execute(
        f"SELECT id, text FROM questions WHERE meeting = ? AND status IN ({marks}) ORDER BY asked_at, id",  # noqa: S608
        (meeting.id, *PUBLIC),
    ).fetchall()
    named += [("question", row["id"], row["text"]) for row in asked]
    connection.executemany(
        "INSERT INTO search_things (id, meeting, kind, ref, text) VALUES (?, ?, ?, ?, ?)",
        [(base + place, meeting.id, *row) for place, row in enumerate(named, 1)],
    )
    _learn(connection, {word for kind, _, text in named if kind != "question" for word in words_of(text)})


def drop_meeting(connection: sqlite3.Connection, meeting: str) -> None:
    """Forget its name, items and questions; captions are forgotten with their lines."""
    sql = "SELECT text FROM search_things WHERE meeting = ? AND kind != 'question'"
    words = {word for row in connection.execute(sql, (meeting,)).fetchall() for word in words_of(row["text"])}
    connection.execute("DELETE FROM search_things WHERE meeting = ?", (meeting,))
    connection.execute("DELETE FROM search_meetings WHERE meeting = ?", (meeting,))
    _unlearn(connection, words)


def empty(connection: sqlite3.Connection) -> None:
    """Throw everything away, to be made again."""
    connection.execute("INSERT INTO search_said (search_said) VALUES ('delete-all')")
    connection.execute("DELETE FROM search_things")
    connection.execute("DELETE FROM search_meetings")
    connection.execute("DELETE FROM search_words")
    connection.execute("DELETE FROM search_speakers")
    connection.execute("INSERT INTO search_parts (search_parts) VALUES ('rebuild')")
    connection.execute("INSERT INTO search_named (search_named) VALUES ('rebuild')")
    connection.execute("DELETE FROM search_state")


def forget_traces(connection: sqlite3.Connection) -> None:
    """FTS5 keeps what was deleted in its older parts until it merges them: merge now, as something went."""
    connection.execute("INSERT INTO search_named (search_named) VALUES ('optimize')")
    connection.execute("UPDATE search_state SET value = 0 WHERE name = 'forget'")


def forget_said(connection: sqlite3.Connection) -> None:
    """The same for what was said, and for the words that nobody has said any more."""
    connection.execute("INSERT INTO search_said (search_said) VALUES ('optimize')")
    connection.execute("INSERT INTO search_parts (search_parts) VALUES ('optimize')")


def read_until(connection: sqlite3.Connection, seq: int) -> None:
    """Remember how much of the log is in the index."""
    sql = "INSERT INTO search_state VALUES ('seq', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    connection.execute(sql, (seq,))
