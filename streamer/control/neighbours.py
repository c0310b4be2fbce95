"""Notices what other programs write into the log: `tribune import` works beside a service that runs."""

import asyncio
import logging

from streamer.control.archive import Archive
from streamer.control.desk import Desk
from streamer.council.events import Kind

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0


class Neighbours:
    """`run` until cancelled."""

    def __init__(self, desk: Desk, archive: Archive) -> None:
        self._desk, self._archive = desk, archive

    async def run(self) -> None:
        """Look every few seconds: nobody who imports a recording of years ago waits for less."""
        seq = await self._desk.last_seq()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                seq = await self.look(seq)
            except Exception:
                log.exception("the log could not be read; what other programs wrote is not known yet")

    async def look(self, seq: int) -> int:
        """Wake the followers where there is something of others, and have the files made of recordings that were
        imported after `seq`; returns where the log ends now."""
        if await self._desk.others_wrote():
            self._desk.wake()
        events = await self._desk.news(seq)
        for event in events:
            if event.kind is Kind.RECORDING_IMPORTED:
                self._archive.request(event.meeting)
        return events[-1].seq if events else seq
