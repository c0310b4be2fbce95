"""Sends the letters that wait to citizens who follow: one after the other, again when a server does not take them.

A letter is noted as being sent before it is: a service that was killed meanwhile does not send it twice.
"""

import asyncio
import logging
from collections.abc import Callable

from streamer.control.desk import Clock, Desk
from streamer.control.herald import Within, is_for
from streamer.control.rounds import again_and_again
from streamer.council.errors import Unknown
from streamer.council.following import CONFIRM_SECONDS
from streamer.council.meeting import Meeting
from streamer.council.news import Occasion, still_true
from streamer.platforms.channel import Delivery, Outcome
from streamer.platforms.mail import Letter as Mail
from streamer.platforms.mail import Letters
from streamer.store.followers import Followers, Letter
from streamer.store.search import Found

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
AT_ONCE = 50
PAUSES = (30.0, 120.0, 600.0, 1800.0)
"""While the mail server takes nothing; the last one again and again."""
ADDRESS_SECONDS = 1800.0
"""Until an address that was refused is tried again: many servers refuse a stranger's first letter."""
GIVE_UP_SECONDS = 3 * 24 * 3600.0
"""An address refused for so long is dead, and erased. So is the news in a letter that waits so long."""
FORGET_SECONDS = 600.0

Compose = Callable[[Letter, Meeting | None, Found | None], Mail]
"""A letter's words. The meeting it is about; what was found of it, for who follows a word."""


class Postman:
    """`run` sends. `wake` says that there is something new."""

    def __init__(
        self, desk: Desk, followers: Followers, letters: Letters, compose: Compose, within: Within,
        seen: Callable[[Meeting], Meeting], clock: Clock, *, look: float = LOOK_SECONDS,
    ) -> None:  # fmt: skip
        self._desk, self._followers, self._letters, self._compose = desk, followers, letters, compose
        self._within, self._seen, self._clock, self._look = within, seen, clock, look
        self._something = asyncio.Event()
        self._failures, self._not_before, self._forget_at = 0, 0.0, 0.0
        self.last: Delivery | None = None
        """What became of the last letter."""

    def wake(self) -> None:
        """Look now."""
        self._something.set()

    async def run(self) -> None:
        """Until cancelled."""
        trouble = "letters could not be sent; it is tried again"
        await again_and_again(self.round, self._look, log, trouble, self._something)

    async def round(self) -> None:
        """Send what waits, unless the mail server needs a rest; and forget what is over."""
        now = self._clock()
        if now >= self._forget_at:
            self._forget_at = now + FORGET_SECONDS
            await self._followers.forget(now)
        try:
            await self._send_all()
        finally:
            await self._letters.rest()

    async def _send_all(self) -> None:
        while self._clock() >= self._not_before:
            letters = await self._followers.waiting(self._clock(), AT_ONCE)
            if not letters:
                return
            for letter in letters:
                if not await self._deliver(letter):
                    return

    async def _deliver(self, letter: Letter) -> bool:
        """False: the server takes nothing now."""
        try:
            mail = await self._written(letter)
        except Exception:  # one letter's must not keep the others'
            log.exception("a letter could not be written; it is tried again")
            await self._followers.again(letter, self._clock() + ADDRESS_SECONDS)
            return True
        if mail is None:
            await self._followers.drop(letter)
            return True
        if not await self._followers.sending(letter):
            return True
        self.last = delivery = await self._letters.send(mail)
        if delivery.outcome is Outcome.SENT:
            self._failures = 0
            await self._followers.sent(letter)
            return True
        if delivery.outcome is Outcome.ADDRESS_REFUSED:
            await self._refused(letter)
            return True
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures, self._not_before = self._failures + 1, self._clock() + pause
        log.warning("letters wait %.0f s: %s %s", pause, delivery.outcome, delivery.answer)
        await self._followers.again(letter, self._clock())
        return False

    async def _refused(self, letter: Letter) -> None:
        """Not the server but the address: the others get theirs."""
        if self._clock() - letter.at < GIVE_UP_SECONDS:
            await self._followers.again(letter, self._clock() + ADDRESS_SECONDS)
            return
        log.info("an address that was refused for days is forgotten")
        await self._followers.leave(letter.follower, everything=True)

    async def _written(self, letter: Letter) -> Mail | None:
        """`None` where it is not worth sending any more."""
        if letter.occasion is None:
            late = self._clock() - letter.at > CONFIRM_SECONDS
            return None if late else self._compose(letter, None, None)
        try:
            meeting = await self._desk.meeting(letter.meeting)
        except Unknown:
            return None
        if not still_true(letter.occasion, self._seen(meeting)) or self._clock() - letter.at > 2 * GIVE_UP_SECONDS:
            return None
        found = None
        if letter.occasion in (Occasion.AGENDA, Occasion.SAID):
            found = await self._within(letter.follower.wish.value, meeting.id)
            if not is_for(letter.occasion, found):
                return None
        return self._compose(letter, meeting, found)
