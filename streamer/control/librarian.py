"""Keeps what search looks in up to date: follows the log, and moves captions when the replay under them is cut.

Questions need no follower: triggers of the database change the index in the same commit. So do captions.
"""

import logging

from streamer.control.desk import Desk
from streamer.control.transcripts import Transcripts
from streamer.council.errors import Unknown
from streamer.council.events import ALARMS, VOTES, Event, Kind
from streamer.store.catalogue import Catalogue

log = logging.getLogger(__name__)

PLANS = (Kind.MEETING_PLANNED, Kind.MEETING_CHANGED)
NOTHING_TO_CUT = (
    ALARMS | VOTES | {Kind.QUESTION_ASKED, Kind.QUESTION_MOVED, Kind.ITEM_OPENED, Kind.PREFLIGHT_DONE, *PLANS}
)


class Librarian:
    """Runs until cancelled. Where it stands in the log is kept beside the index: they are thrown away together."""

    def __init__(self, desk: Desk, transcripts: Transcripts, catalogue: Catalogue) -> None:
        self._desk, self._transcripts, self._catalogue = desk, transcripts, catalogue

    async def run(self) -> None:
        """Follow the log."""
        news = self._desk.follow()
        news.set()
        while True:
            await news.wait()
            news.clear()
            try:
                await self.catch_up()
            except Exception:
                log.exception("the index for searches could not be brought up to date; it is tried again")

    async def catch_up(self) -> None:
        """Read what is new in the log; the index is made anew where there is none."""
        seq = await self._catalogue.read_until()
        if seq is None:
            await self._catalogue.rebuild()
            seq = 0
        events = await self._desk.news(seq)
        plans = dict.fromkeys(event.meeting for event in events if event.kind in PLANS)
        for id in plans:
            await self._catalogue.put(await self._desk.meeting(id))
        for id in dict.fromkeys(event.meeting for event in events if _may_cut(event)):
            await self._settle(id)
        if events:
            await self._catalogue.remember(events[-1].seq)
        await self._catalogue.forget_traces()

    async def _settle(self, id: str) -> None:
        try:
            await self._transcripts.settle(await self._desk.meeting(id))
        except (Unknown, OSError):
            log.exception("meeting %s: its captions could not be moved", id)


def _may_cut(event: Event) -> bool:
    return event.kind not in NOTHING_TO_CUT
