"""Sends posts to one way out, again until it takes them; each way has a task of its own and holds up nobody.

Every way out can be told the same twice without harm: a message keeps its id, and a post that may have been made is
looked for. That an attempt begins is written down first, so a service that was killed in the middle simply goes on.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.news import News, still_true
from streamer.platforms.channel import Channel, ChannelName, Message, Outcome
from streamer.store.posts import BEGUN, Post, Posts, PostState

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PAUSES = (2.0, 5.0, 30.0, 300.0, 1800.0)
"""After a failure; the last one again and again."""
SEEN_SECONDS = 60.0
"""After an attempt of which nobody knows what became of it: a new post is not in everybody's list at once."""
GIVE_UP_SECONDS = 3 * 24 * 3600.0

Compose = Callable[[News, Meeting, str], Message]
"""What is said of news about a meeting, for the channel of that name."""


class Announcer:
    """`run` sends what waits for `channel`. `wake` says that there is something new."""

    def __init__(
        self, channel: Channel, desk: Desk, posts: Posts, compose: Compose, seen: Callable[[Meeting], Meeting],
        clock: Clock,
    ) -> None:  # fmt: skip
        self._channel, self._desk, self._posts = channel, desk, posts
        self._compose, self._seen, self._clock = compose, seen, clock
        self._something = asyncio.Event()

    @property
    def name(self) -> ChannelName:
        """Of the way out."""
        return self._channel.name

    def wake(self) -> None:
        """Look now."""
        self._something.set()

    async def run(self) -> None:
        """Until cancelled."""
        trouble = f"{self._channel.name}: posts could not be sent; it is tried again"
        await again_and_again(self.round, LOOK_SECONDS, log, trouble, self._something)

    async def round(self) -> None:
        """Try everything that is due, once."""
        for post in await self._posts.waiting(self._channel.name, self._clock()):
            await self._send(post)

    async def _send(self, post: Post) -> None:
        meeting, now = await self._worth_it(post), self._clock()
        begun = post.outcome in (BEGUN, Outcome.UNCLEAR)
        if meeting is None:
            outcome = Outcome.UNCLEAR if begun else post.outcome
            return await self._posts.settle(post, PostState.GIVEN_UP, now, outcome, post.answer, now)
        await self._posts.begin(post, now + SEEN_SECONDS)
        message = replace(self._compose(post.news, meeting, self._channel.name), begun=begun)
        delivery = await self._channel.tell(message, patient=False)
        now, sent = self._clock(), delivery.outcome is Outcome.SENT
        log.log(
            logging.INFO if sent else logging.WARNING,
            "meeting %s, %s by %s: %s %s", meeting.id, post.news.occasion, self._channel.name, delivery.outcome,
            delivery.answer,
        )  # fmt: skip
        rest = SEEN_SECONDS if delivery.outcome is Outcome.UNCLEAR else 0.0
        due = now + max(rest, PAUSES[min(post.tries, len(PAUSES) - 1)])
        state = PostState.SENT if sent else PostState.WAITING
        await self._posts.settle(post, state, now, delivery.outcome, delivery.answer, due)

    async def _worth_it(self, post: Post) -> Meeting | None:
        """The meeting, while what is said of it is true."""
        try:
            meeting = await self._desk.meeting(post.news.meeting)
        except Unknown:
            return None
        late = self._clock() - post.since > GIVE_UP_SECONDS
        return None if late or not still_true(post.news.occasion, self._seen(meeting)) else meeting
