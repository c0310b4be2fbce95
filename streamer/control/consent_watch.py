"""Checks the consent to act on the commune's channel before it is needed, and tells people where it ends."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.council.consent import Consent, State, due, notice
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.platforms.channel import Channel, Message, Outcome
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.errors import ConsentEnded, NotConnected, YouTubeError
from streamer.store.youtube import YouTubeBook

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
TELL_AGAIN_SECONDS = 60.0
"""Until a message that no channel took is tried again."""


class ConsentWatch:
    """`run` follows the clock. `compose(consent)` puts what is wrong into words; `channels` are those of the alarms."""

    def __init__(
        self, youtube: YouTube, desk: Desk, start_of: Callable[[Meeting], float], book: YouTubeBook,
        channels: Sequence[Channel], compose: Callable[[Consent], Message], clock: Clock,
    ) -> None:  # fmt: skip
        self._youtube, self._desk, self._start_of, self._book = youtube, desk, start_of, book
        self._channels, self._compose, self._clock = channels, compose, clock
        self._tell_at = 0.0
        self._told: str | None = None
        self.consent: Consent | None = None
        """As of the last check; None before the first."""

    async def run(self) -> None:
        """Until cancelled."""
        await again_and_again(self.look, LOOK_SECONDS, log, "the consent for YouTube could not be checked")

    async def look(self) -> None:
        """Check where it is due, tell what must be told."""
        now = self._clock()
        starts = [self._start_of(meeting) for meeting in await self._desk.meetings()
                  if meeting.phase in (Phase.SCHEDULED, Phase.REHEARSAL)]  # fmt: skip
        if self.consent is None or due(self.consent, now, starts, await asyncio.to_thread(self._given)):
            self.consent = await self.check()
            log.log(
                logging.INFO if self.consent.state is State.HOLDS else logging.WARNING,
                "the consent for YouTube: %s", self.consent.state,
            )  # fmt: skip
        what = notice(self.consent, now, starts)
        if what and what != self._told and now >= self._tell_at:
            new = await self._book.tell_once(what, now)
            self._told = what
            if new:
                await self._tell(what)

    async def check(self) -> Consent:
        """Ask Google now, with the consent itself and not with what is left of an hour's token."""
        given, ends = self._given(), None
        try:
            grant = await self._youtube.grant(fresh=True)
            given, ends, state = grant.consented_at, grant.ends_at or None, State.HOLDS
        except ConsentEnded:
            state = State.ENDED
        except NotConnected:
            state = State.MISSING
        except (YouTubeError, OSError):
            state = State.UNKNOWN
        return Consent(state, given, ends, self._clock())

    def _given(self) -> float:
        try:
            return self._youtube.kept().consented_at
        except NotConnected:
            return 0.0

    async def _tell(self, what: str) -> None:
        """By every channel; where none took it, once more later."""
        assert self.consent
        message = self._compose(self.consent)
        log.warning("%s", message.subject)
        found = await asyncio.gather(*(channel.tell(message, patient=False) for channel in self._channels))
        if found and all(delivery.outcome is not Outcome.SENT for delivery in found):
            await self._book.untell(what)
            self._told = None
            self._tell_at = self._clock() + TELL_AGAIN_SECONDS
