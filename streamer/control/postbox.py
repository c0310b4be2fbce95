"""One channel's post: nothing is lost while it does not answer, and a storm of alarms is one message, not a hundred."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from streamer.council.alarm import Note
from streamer.platforms.channel import Channel, Delivery, Message, Outcome

log = logging.getLogger(__name__)

GATHER_SECONDS = 1.5
"""What goes wrong together is told together."""
AT_ONCE = 4
"""Messages that may follow one another; after that what happens is gathered ..."""
REFILL_SECONDS = 120.0
"""... and told in one message each two minutes."""
AGAIN_SECONDS = (15.0, 30.0, 60.0, 120.0)
"""Pauses before an undelivered message is tried again; the last one again and again, as long as the service runs."""
MOST_NOTES = 200
"""Lines of a message. The oldest go first: what is wrong now matters."""

Compose = Callable[[Sequence[Note]], Message]
Told = Callable[[Sequence[Note], Delivery], None]


class Postbox:
    """`put` never waits; `run` sends. `told` is called after each message that was taken."""

    def __init__(
        self, channel: Channel, compose: Compose, told: Told, *, refill: float = REFILL_SECONDS, at_once: int = AT_ONCE
    ) -> None:
        self._channel, self._compose, self._told = channel, compose, told
        self._refill, self._most, self._left = refill, float(at_once), float(at_once)
        self._counted = 0.0
        self._waiting: list[Note] = []
        self._something = asyncio.Event()

    def put(self, note: Note) -> None:
        """To be told soon."""
        self._waiting = [*self._waiting, note][-MOST_NOTES:]
        self._something.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_SECONDS)
            await self._may_send()
            try:
                await self._send()
            except Exception:  # whatever it is, the next alarm must be told
                log.exception("%s: a message was lost", self._channel.name)

    async def _may_send(self) -> None:
        """Wait for this message's turn, and take it."""
        clock = asyncio.get_running_loop().time
        self._left = min(self._most, self._left + (clock() - self._counted) / self._refill)
        self._counted = clock()
        if self._left < 1:
            await asyncio.sleep((1 - self._left) * self._refill)
            self._left, self._counted = 1.0, clock()
        self._left -= 1

    async def _send(self) -> None:
        """What is waiting now, as one message, until it is taken."""
        notes, self._waiting = self._waiting, []
        self._something.clear()
        message, failures = self._compose(notes), 0
        while True:
            delivery = await self._channel.tell(message)
            log.log(
                logging.INFO if delivery.outcome is Outcome.SENT else logging.WARNING,
                "%s, %d alarms: %s %s", self._channel.name, len(notes), delivery.outcome, delivery.answer,
            )  # fmt: skip
            if delivery.outcome is Outcome.SENT:
                return self._told(notes, delivery)
            await asyncio.sleep(AGAIN_SECONDS[min(failures, len(AGAIN_SECONDS) - 1)])
            failures += 1
            if self._waiting:  # one message for both
                notes, self._waiting = [*notes, *self._waiting][-MOST_NOTES:], []
                self._something.clear()
                message = self._compose(notes)
