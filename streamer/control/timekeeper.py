"""Follows the clock: orders what the schedule wants, as any clerk would, and knows which meeting is late or forgotten.

Nothing is kept of what was ordered: the log tells it, so a service that starts again goes on where the hour is.
"""

import logging
from collections.abc import Iterable
from datetime import tzinfo

from streamer.control.conductor import Conductor
from streamer.control.desk import Clock, Desk
from streamer.control.hours import start_of
from streamer.control.rounds import again_and_again
from streamer.control.status import Status
from streamer.council.errors import Refused
from streamer.council.events import Kind
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, OVER, Phase, Verb
from streamer.council.preflight import Reason
from streamer.council.readings import Hours
from streamer.council.review import publishes_itself
from streamer.council.schedule import (
    LATEST_SECONDS,
    Other,
    Rules,
    Standing,
    due,
    ends_itself,
    forgotten,
    on_air_for,
    overdue,
    standing,
)

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
BY = "schedule"
"""Who the log says it was."""


class Timekeeper:
    """`run` until cancelled. `zone`: the council's clock."""

    def __init__(self, desk: Desk, conductor: Conductor, rules: Rules, zone: tzinfo, clock: Clock) -> None:
        self.rules = rules
        self._desk, self._conductor, self._zone, self._clock = desk, conductor, zone, clock
        self._hours: dict[str, Hours] = {}
        self._gone: dict[str, float] = {}
        self._refused: dict[str, str] = {}
        self._read: int | None = None
        self._planned: set[str] = set()

    def hours(self, meeting: str) -> Hours | None:
        """What the clock said of a meeting at the last look."""
        return self._hours.get(meeting)

    def late(self) -> list[str]:
        """Meetings that should be live and are not."""
        return [id for id, hours in self._hours.items() if hours.late]

    def start_of(self, meeting: Meeting) -> float:
        """Unix seconds."""
        return start_of(meeting, self._zone)

    def standing(self, meeting: Meeting) -> Standing:
        """Whether the clock acts for it, as of now."""
        return standing(meeting, self.start_of(meeting), self._clock(), self.rules)

    async def run(self) -> None:
        """Look at every meeting once a second."""
        await again_and_again(self.look, TICK_SECONDS, log, "the hour could not be looked at")

    async def look(self) -> None:
        """Once, now."""
        now = self._clock()
        listed = await self._desk.meetings()
        near = [m for m in listed if m.phase in ON_AIR or abs(self.start_of(m) - now) < 2 * LATEST_SECONDS]
        meetings = [await self._desk.meeting(m.id) for m in near if m.phase is not Phase.CANCELLED]
        # the one whose hour it is comes first: two that are due want the same camera
        for meeting in sorted(meetings, key=lambda m: (abs(self.start_of(m) - now), self.start_of(m))):
            if meeting.phase in BEFORE:
                others = (self._as_other(m) for m in meetings if m.id != meeting.id)
                if verb := due(meeting, self.start_of(meeting), now, self.rules, others):
                    await self._order(meeting, verb)
        await self._look_at_hours(meetings, now)
        await self._publish(now)

    async def _publish(self, now: float) -> None:
        """What publishes itself, when its hour has come. Which meetings that may be is known after one look at all."""
        if self._read is None:
            self._read, self._planned = await self._desk.last_seq(), set(await self._desk.in_phases(Phase.ENDED))
        for event in await self._desk.news(self._read):
            self._read = event.seq
            if event.kind is Kind.PUBLICATION_SET:
                self._planned.add(event.meeting)
        for meeting in [await self._desk.meeting(id) for id in self._planned]:
            if meeting.publish_at is None:
                self._planned.discard(meeting.id)
            elif publishes_itself(meeting, now):
                await self._order(meeting, Verb.PUBLISH)

    async def _look_at_hours(self, meetings: Iterable[Meeting], now: float) -> None:
        hours: dict[str, Hours] = {}
        for meeting in meetings:
            deserted = self._deserted(meeting, await self._conductor.status(meeting.id), now)
            late, still = overdue(meeting, self.start_of(meeting), now), forgotten(meeting, deserted, now, self.rules)
            if ends_itself(meeting, deserted, now, self.rules):
                await self._order(meeting, Verb.END)
            hours[meeting.id] = Hours(late, still, on_air_for(meeting, now))
        self._hours = hours

    def _as_other(self, meeting: Meeting) -> Other:
        over = meeting.phase in OVER
        return Other(self.start_of(meeting), meeting.phase, meeting.ended_at if over else None)

    def _deserted(self, meeting: Meeting, status: Status | None, now: float) -> float:
        """Seconds without sound and without a picture that moves; a camera that is gone shows neither."""
        if status is None or meeting.phase is not Phase.LIVE:
            self._gone.pop(meeting.id, None)
            return 0.0
        if status.encoder.showing != "program":
            return now - self._gone.setdefault(meeting.id, now)
        self._gone.pop(meeting.id, None)
        heard = status.signals
        return min(heard.silent_seconds, max(heard.black_seconds, heard.frozen_seconds)) if heard else 0.0

    async def _order(self, meeting: Meeting, verb: Verb) -> None:
        """As any clerk would; going live over a red line has its reason: nobody is there to look."""
        reason = str(Reason.SCHEDULED) if verb is Verb.GO_LIVE else ""
        try:
            await self._desk.order(meeting.id, verb, by=BY, reason=reason)
        except Refused as refusal:
            if self._refused.get(meeting.id) != refusal.code:
                log.warning("meeting %s: by schedule %s, refused: %s", meeting.id, verb, refusal.code)
            self._refused[meeting.id] = refusal.code
            return
        self._refused.pop(meeting.id, None)
        log.info("meeting %s: %s, by schedule", meeting.id, verb)
