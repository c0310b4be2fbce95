"""Posts in other networks that wait, and what became of each: for whoever sends them, and for the clerk to see."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.news import News
from streamer.store.database import Database
from streamer.store.news import news_of

BEGUN = "begun"
"""The outcome of an attempt that is being made, or was when the service was killed."""


class PostState(StrEnum):
    """GIVEN_UP: it was no longer true before it could be sent, or was refused for days."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Post:
    """One. `since` in unix seconds: since when it waits, or when that ended; `outcome` and `answer`: of the last of
    `tries` attempts."""

    news: News
    channel: str
    state: PostState
    since: float
    due: float
    tries: int
    outcome: str
    answer: str


SELECT = "SELECT n.*, p.channel, p.state AS post, p.at AS since, p.due AS again, p.tries, p.outcome, p.answer FROM posts p JOIN news n ON n.id = p.news "  # noqa: E501


class Posts:
    """The table `posts`; its rows are made by `NewsBook.tell`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def waiting(self, channel: str, now: float) -> list[Post]:
        """Those of one way out that may be sent now, the oldest first."""
        sql = f"{SELECT} WHERE p.channel = ? AND p.state = 'waiting' AND p.due <= ? ORDER BY p.news"
        return [_post(row) for row in await self._database.read(sql, (channel, now))]

    async def of(self, meeting: str) -> list[Post]:
        """All of a meeting, the newest news first."""
        sql = f"{SELECT} WHERE n.meeting = ? ORDER BY p.news DESC, p.channel"
        return [_post(row) for row in await self._database.read(sql, (meeting,))]

    async def begin(self, post: Post, due: float) -> None:
        """Note that an attempt is being made; `due`: when to look what became of it, should nobody be left to say."""
        sql = "UPDATE posts SET outcome = ?, due = ? WHERE news = ? AND channel = ?"
        row = (BEGUN, due, post.news.id, post.channel)
        await self._database.write(lambda connection: connection.execute(sql, row).rowcount)

    async def settle(self, post: Post, state: PostState, at: float, outcome: str, answer: str, due: float) -> None:
        """Note an attempt; `due`: when the next one is, unix seconds."""
        sql = """UPDATE posts SET state = ?1, outcome = ?2, answer = ?3, due = ?4, tries = tries + 1,
                 at = CASE ?1 WHEN 'waiting' THEN at ELSE ?5 END WHERE news = ?6 AND channel = ?7"""
        row = (state, outcome, answer, due, at, post.news.id, post.channel)
        await self._database.write(lambda connection: connection.execute(sql, row).rowcount)


def _post(row: sqlite3.Row) -> Post:
    return Post(
        news_of(row), row["channel"], PostState(row["post"]), row["since"], row["again"], row["tries"], row["outcome"],
        row["answer"],
    )  # fmt: skip
