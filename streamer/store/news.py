"""The news of all meetings: what was read from the log, what waits for its time, what was told."""

import sqlite3
from collections.abc import Iterable, Sequence

from streamer.council.following import Topic
from streamer.council.news import PLANS, News, NewsState, Occasion
from streamer.store.database import Database

SEQ = "INSERT INTO news_state VALUES ('seq', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
HEARD = "INSERT INTO news_heard VALUES (?, ?) ON CONFLICT (meeting) DO UPDATE SET tracks = excluded.tracks"
TRACKS = """
SELECT m.id, m.start, coalesce(group_concat(t.id), '') AS tracks FROM meetings m
JOIN caption_tracks t ON t.meeting = m.id AND t.state = 'current'
WHERE m.phase = 'published' AND m.start > ? GROUP BY m.id
"""
EVERYBODY = """
INSERT OR IGNORE INTO letters (follower, news, meeting, occasion, at, due)
SELECT min(id), ?, ?, ?, ?, ? FROM followers
WHERE state = 'confirmed' AND (topic = ? OR (topic = ? AND value = ?)) GROUP BY address
"""
WHO_FOLLOWS_A_WORD = """
INSERT OR IGNORE INTO letters (follower, news, meeting, occasion, at, due)
SELECT id, ?, ?, ?, ?, ? FROM followers f WHERE state = 'confirmed' AND topic = ? AND value = ?
AND NOT EXISTS (SELECT 1 FROM letters l WHERE l.follower = f.id AND l.meeting = ? AND l.occasion = ?)
"""


class NewsBook:
    """The tables `news`, `news_state`, `news_heard`; letters are written with the news they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_until(self) -> int | None:
        """Up to where the log was read; `None` where it never was."""
        rows = await self._database.read("SELECT value FROM news_state WHERE name = 'seq'")
        return int(rows[0]["value"]) if rows else None

    async def note(self, found: Sequence[tuple[str, Occasion, float, float]], seq: int) -> None:
        """What was read, as (meeting, occasion, at, due), up to `seq`: both or neither."""

        def operation(connection: sqlite3.Connection) -> None:
            for row in found:
                _note(connection, *row)
            connection.execute(SEQ, (seq,))

        await self._database.write(operation)

    async def due(self, now: float) -> list[News]:
        """What waits and may be told, the oldest first."""
        rows = await self._database.read("SELECT * FROM news WHERE state = 'waiting' AND due <= ? ORDER BY id", (now,))
        return [news_of(row) for row in rows]

    async def of(self, meeting: str) -> list[News]:
        """All of one meeting, the oldest first."""
        rows = await self._database.read("SELECT * FROM news WHERE meeting = ? ORDER BY id", (meeting,))
        return [news_of(row) for row in rows]

    async def drop(self, news: News) -> None:
        """It is not true any more."""
        sql = "UPDATE news SET state = 'dropped' WHERE id = ?"
        await self._database.write(lambda connection: connection.execute(sql, (news.id,)).rowcount)

    async def tell(
        self, news: News, plan: str, body: str, words: Iterable[str], for_words: Occasion | None, now: float,
        channels: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """It is told: with a post for each of `channels`, and a letter to everybody who follows all, or `body`, or one
        of `words`; all or nothing. Who follows a word gets one letter about a meeting's agenda, and one about its
        replay."""

        def operation(connection: sqlite3.Connection) -> None:
            sql = "UPDATE news SET state = 'told', plan = ? WHERE id = ?"
            connection.execute(sql, (plan, news.id))
            about = (news.id, news.meeting)
            for channel in channels:
                sql = "INSERT OR IGNORE INTO posts (news, channel, at, due) VALUES (?, ?, ?, ?)"
                connection.execute(sql, (news.id, channel, now, now))
            if news.occasion is not Occasion.SAID:
                connection.execute(EVERYBODY, (*about, news.occasion, now, now, Topic.ALL, Topic.BODY, body))
            for word in words:
                row = (*about, for_words, now, now, Topic.WORD, word, news.meeting, for_words)
                connection.execute(WHO_FOLLOWS_A_WORD, row)

        await self._database.write(operation)

    async def unheard(self, since: str) -> list[tuple[str, str]]:
        """Published meetings that began after `since` (ISO 8601) with captions nobody looked through: (id, tracks)."""
        known = {
            row["meeting"]: row["tracks"] for row in await self._database.read("SELECT meeting, tracks FROM news_heard")
        }
        rows = await self._database.read(TRACKS, (since,))
        found = ((row["id"], ",".join(sorted(row["tracks"].split(",")))) for row in rows)
        return [(id, tracks) for id, tracks in found if known.get(id) != tracks]

    async def heard(self, meeting: str, tracks: str, now: float, *, news: bool) -> None:
        """These captions are looked through; as `news` of their own, where the meeting's replay was told before."""

        def operation(connection: sqlite3.Connection) -> None:
            connection.execute(HEARD, (meeting, tracks))
            if news:
                _note(connection, meeting, Occasion.SAID, now, now)

        await self._database.write(operation)


def _note(connection: sqlite3.Connection, meeting: str, occasion: Occasion, at: float, due: float) -> None:
    """A plan that is changed again before it was told waits anew; it stays what it was."""
    if occasion in PLANS:
        sql = "UPDATE news SET due = ? WHERE meeting = ? AND state = 'waiting' AND occasion IN ('planned', 'changed')"
        if connection.execute(sql, (due, meeting)).rowcount:
            return
    connection.execute(
        "INSERT INTO news (meeting, occasion, at, due) VALUES (?, ?, ?, ?)", (meeting, occasion, at, due)
    )


def news_of(row: sqlite3.Row) -> News:
    """A row of the table `news`."""
    return News(
        row["id"], row["meeting"], Occasion(row["occasion"]), row["at"], row["due"], NewsState(row["state"]),
        row["plan"],
    )  # fmt: skip
