"""Follows the log for what is news outside, and when its time has come hands it to whoever sends it: once, for good.

A plan waits until nobody has changed it for some minutes; what was not told before the service was first started with
this is not told at all. Sending is others' work: a letter or a post that waits is a row in the database.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.news import (
    FOR_WORDS,
    PLANS,
    RECENT_SECONDS,
    News,
    NewsState,
    Occasion,
    occasion_of,
    plan_of,
    verdict,
)
from streamer.council.searching import body_of
from streamer.platforms.channel import ChannelName
from streamer.store.followers import Followers
from streamer.store.news import NewsBook
from streamer.store.search import Found

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
KEPT_EVERY = 1000
"""Events without news after which it is written down how far the log was read."""
CAPTIONS_SECONDS = 30.0
"""How often it is looked for captions that came after the replay."""

Within = Callable[[str, str], Awaitable[Found | None]]
"""What of a meeting (its id) is found by a word."""


def is_for(occasion: Occasion, found: Found | None) -> bool:
    """Whether what was found is news for who follows the word: on an agenda, questions do not count."""
    if found is None:
        return False
    return occasion is Occasion.SAID or any(named.kind != "question" for named in found.named)


OF_PEOPLE = (ChannelName.MASTODON, ChannelName.FACEBOOK, ChannelName.X)


def may_post(channel: str, occasion: Occasion) -> bool:
    """Programs are told everything that every page shows; people in a network not of each change of a plan."""
    return occasion is not Occasion.SAID and (channel not in OF_PEOPLE or occasion is not Occasion.CHANGED)


class Herald:
    """`run` follows. `indexed()` is how far the index of `within` has read the log, `seen(meeting)` the meeting as
    citizens see it, `start_of` its start in unix seconds, `wait` the seconds a plan rests. `channels`: the
    ways out to other networks. `told` is called after something was told."""

    def __init__(
        self, desk: Desk, book: NewsBook, followers: Followers, within: Within,
        indexed: Callable[[], Awaitable[int | None]], seen: Callable[[Meeting], Meeting],
        start_of: Callable[[Meeting], float], clock: Clock, wait: float, channels: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._desk, self._book, self._followers, self._within = desk, book, followers, within
        self._indexed, self._seen, self._start_of, self._clock, self._wait = indexed, seen, start_of, clock, wait
        self._captions_due, self._channels = 0.0, tuple(channels)
        self._seq: int | None = None
        self._kept = 0
        self.told: list[Callable[[], None]] = []

    async def run(self) -> None:
        """Look once a second until cancelled; not at each event: a burst of questions is no news."""
        await again_and_again(self.look, LOOK_SECONDS, log, "news could not be followed; it is tried again")

    async def look(self) -> None:
        """Read what is new, and tell what is due."""
        await self._read()
        due = await self._book.due(self._clock())
        if due and (await self._indexed() or 0) < (await self._book.read_until() or 0):
            return  # the search must know an agenda before it is asked for words in it
        for news in due:
            try:
                await self._settle(news)
            except Exception:  # one meeting's must not keep the others'
                log.exception("meeting %s: news could not be told; it is tried again", news.meeting)
        if self._clock() >= self._captions_due:
            self._captions_due = self._clock() + CAPTIONS_SECONDS
            await self.look_at_captions()

    async def _read(self) -> None:
        if self._seq is None:
            self._seq = self._kept = await self._begin()
        events = await self._desk.news(self._seq)
        named = ((event, occasion_of(event)) for event in events)
        rows = [
            (event.meeting, occasion, event.at, event.at + (self._wait if occasion in PLANS else 0.0))
            for event, occasion in named
            if occasion
        ]
        if events and (rows or events[-1].seq - self._kept >= KEPT_EVERY):
            await self._book.note(rows, events[-1].seq)
            self._kept = events[-1].seq
        self._seq = events[-1].seq if events else self._seq

    async def _begin(self) -> int:
        """Where in the log to go on; the first time at its end."""
        seq = await self._book.read_until()
        if seq is None:
            await self._book.note([], seq := await self._desk.last_seq())
        return seq

    async def _settle(self, news: News) -> None:
        try:
            meeting = await self._desk.meeting(news.meeting)
        except Unknown:
            return await self._book.drop(news)
        before = [one for one in await self._book.of(news.meeting) if one.id < news.id]
        state = verdict(
            news, meeting, self._seen(meeting), before, start=self._start_of(meeting), now=self._clock()
        )  # fmt: skip
        if state is NewsState.DROPPED:
            await self._book.drop(news)
        elif state is NewsState.TOLD:
            await self._tell(news, meeting)

    async def _tell(self, news: News, meeting: Meeting) -> None:
        for_words = FOR_WORDS.get(news.occasion)
        words = await self._words_in(meeting, for_words) if for_words else []
        plan = plan_of(meeting) if news.occasion in PLANS else ""
        channels = [name for name in self._channels if may_post(name, news.occasion)]
        await self._book.tell(news, plan, body_of(meeting.name), words, for_words, self._clock(), channels)
        log.info("meeting %s: %s is told", meeting.id, news.occasion)
        for tell in self.told:
            tell()

    async def _words_in(self, meeting: Meeting, occasion: Occasion) -> Sequence[str]:
        words = await self._followers.words()
        return [word for word in words if is_for(occasion, await self._within(word, meeting.id))]

    async def look_at_captions(self) -> None:
        """What was said is often known only after the replay: tell those whose word it was."""
        since = datetime.fromtimestamp(max(0.0, self._clock() - RECENT_SECONDS), UTC).isoformat()
        for id, tracks in await self._book.unheard(since):
            told = any(
                one.occasion is Occasion.PUBLISHED and one.state is NewsState.TOLD for one in await self._book.of(id)
            )
            await self._book.heard(id, tracks, self._clock(), news=told)
