"""The clerk's desk: each method is one order. It asks the rules, writes the fact, wakes the followers; no more.

Nobody calls an encoder or a browser from here: broadcasting is a consequence of a recorded fact.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from streamer.council import decide
from streamer.council.errors import Conflict, Unknown
from streamer.council.events import Event, Fact
from streamer.council.lower_third import ThirdKind
from streamer.council.meeting import AgendaItem, Meeting, fold_events
from streamer.council.networks import Sending
from streamer.council.phase import ON_AIR, Phase, Verb
from streamer.council.preflight import Report
from streamer.council.record import Document
from streamer.council.screening import Screening
from streamer.council.vote import Outcome
from streamer.store.log import Log

Clock = Callable[[], float]
"""Unix seconds."""

LOOKS, LOOK_SECONDS = 20, 0.1
ATTEMPTS = 20
"""How often an order is decided anew because a fact of somebody else came first."""


class Desk:
    """Orders about meetings. `leaks(meeting)` counts kept segments inside a closed span (they must be none)."""

    def __init__(self, log: Log, clock: Clock, leaks: Callable[[Meeting], int]) -> None:
        self._log, self._clock, self._leaks = log, clock, leaks
        self._folded: dict[str, Meeting] = {}
        self._reading: dict[str, asyncio.Task[Meeting]] = {}
        self._followers: list[asyncio.Event] = []
        self._ordering = asyncio.Lock()
        self._asked: list[float] = []
        log.follow(self._heard)

    def follow(self) -> asyncio.Event:
        """An event that is set whenever there is something new in the log. The follower clears it."""
        self._followers.append(event := asyncio.Event())
        return event

    def wake(self) -> None:
        """Tell the followers that the log has grown."""
        for event in self._followers:
            event.set()

    def told_until(self) -> float:
        """Until when the log is complete, unix seconds: now, or the moment of the first order that is not in it yet.

        Whoever asks, and reads the log after that, has missed no order of an earlier moment.
        """
        return min([self._clock(), *self._asked])

    async def meeting(self, id: str) -> Meeting:
        """The meeting as of now. Raises `Unknown`. The log is read once; what is appended is folded as it comes."""
        while (known := self._folded.get(id)) is None or known.version < self._log.version(id):
            await self._read_once(id)
        return known

    def _heard(self, events: Sequence[Event]) -> None:
        by_meeting: dict[str, list[Event]] = {}
        for event in events:
            by_meeting.setdefault(event.meeting, []).append(event)
        for id, new in by_meeting.items():
            known = self._folded.get(id)
            if known is not None and known.version + 1 == new[0].version:
                self._folded[id] = fold_events(known, new)

    async def _read_once(self, id: str) -> None:
        """Two thousand who ask at once are one look into the log."""
        if (reading := self._reading.get(id)) is None:
            reading = self._reading[id] = asyncio.create_task(self._read(id))
            reading.add_done_callback(lambda task: task.cancelled() or task.exception())  # all who asked may have left
        try:
            await asyncio.shield(reading)
        finally:
            if reading.done() and self._reading.get(id) is reading:
                del self._reading[id]

    async def _read(self, id: str) -> Meeting:
        known = self._folded.get(id, Meeting(id))
        meeting = fold_events(known, await self._log.events(id, after=known.version))
        if meeting.version == 0:
            raise Unknown("meeting", id)
        if meeting.version > self._folded.get(id, Meeting(id)).version:
            self._folded[id] = meeting
        return meeting

    async def history(self, id: str) -> list[Event]:
        """All that was logged of a meeting, oldest first. Raises `Unknown`."""
        if events := await self._log.events(id):
            return events
        raise Unknown("meeting", id)

    async def meetings(self) -> list[Meeting]:
        """All meetings, the latest first, without agenda and marks."""
        return await self._log.listed()

    async def in_phases(self, *phases: Phase) -> list[str]:
        """Ids of the meetings in one of `phases`, the latest first."""
        return await self._log.phases(*phases)

    async def news(self, seq: int) -> list[Event]:
        """What was logged after `seq`."""
        return await self._log.since(seq)

    async def settled(self, seconds: float) -> None:
        """Returns when nothing waits to be written, or after so long: for followers whom nobody waits for."""
        await self._log.settled(seconds)

    async def others_wrote(self) -> bool:
        """Whether another program has written into the log since this was asked last; what is known of each meeting is
        then brought up to date."""
        if not await self._log.others_wrote():
            return False
        for id in list(self._folded):
            await self._read(id)
        return True

    async def last_seq(self) -> int:
        """Where a new follower begins."""
        return await self._log.last_seq()

    async def plan(
        self, id: str, name: str, start: str, items: Sequence[AgendaItem], *, by: str,
        screening: Screening | None = None,
    ) -> Meeting:  # fmt: skip
        """Plan a meeting under a new `id`. Raises `Invalid`, `Conflict` (the id is taken)."""
        fact = decide.plan(name, start, items, screening=screening)
        return await self._append(Meeting(id), fact, by)

    async def change_plan(
        self, id: str, name: str, start: str, items: Sequence[AgendaItem], *, by: str,
        screening: Screening | None = None,
    ) -> Meeting:  # fmt: skip
        """Change name, start, agenda, or whether it is shown live. Raises `Invalid`, `Refused`, `Unknown`."""

        def rule(meeting: Meeting) -> Fact:
            return decide.plan(name, start, items, changes=meeting, screening=screening)

        return await self._decide(id, rule, by)

    async def screen(self, id: str, screening: Screening, *, by: str) -> Meeting:
        """Show it live, or record it only. Raises `Refused`, `Unknown`."""
        return await self._decide(id, lambda meeting: decide.screen(meeting, screening), by)

    async def order(
        self, id: str, verb: Verb, *, by: str, seconds_ago: float = 0.0, reason: str = "", minutes: int | None = None
    ) -> Meeting:
        """Move the meeting to its next phase, as of `seconds_ago`; `reason`: why live over a red line; `minutes`: how
        long a recess is to last.

        Raises `Refused`, `Invalid`, `Unknown`.
        """
        leaks = await self._settled_leaks(id) if verb is Verb.PUBLISH else 0
        with self._being_asked() as asked:
            async with self._ordering:  # two meetings must not both find the camera free
                camera = await self.camera_used_by(id)

                def rule(meeting: Meeting) -> Fact:
                    return decide.order(
                        meeting, verb, now=asked, seconds_ago=seconds_ago, reason=reason, camera_used_by=camera,
                        leaks=leaks, minutes=minutes,
                    )  # fmt: skip

                return await self._decide(id, rule, by)

    async def _settled_leaks(self, id: str) -> int:
        """What a closed session must not leave is destroyed by a follower: published at once after it, it gets its
        moment."""
        for _ in range(LOOKS):
            if not (found := self._leaks(await self.meeting(id))):
                break
            await asyncio.sleep(LOOK_SECONDS)
        return found

    @contextmanager
    def _being_asked(self) -> Iterator[float]:
        """The moment of an order, from before it waits for others until it is in the log."""
        self._asked.append(asked := self._clock())
        try:
            yield asked
        finally:
            self._asked.remove(asked)

    async def goes_on(self, id: str, *, by: str) -> Meeting:
        """Answer that the meeting has not ended. Raises `Refused`, `Unknown`."""
        return await self._decide(id, decide.goes_on, by)

    async def change_recess(self, id: str, minutes: int | None, *, by: str) -> Meeting:
        """Say anew how long the recess lasts, `None` where nobody knows. Raises `Refused`, `Invalid`, `Unknown`."""
        now = self._clock()
        return await self._decide(id, lambda meeting: decide.change_recess(meeting, now=now, minutes=minutes), by)

    async def preflight_done(self, id: str, report: Report, *, by: str) -> Meeting:
        """Keep what a preflight found. Raises `Refused`, `Unknown`."""
        return await self._decide(id, lambda meeting: decide.preflight_done(meeting, report), by)

    async def open_item(self, id: str, item: str, *, by: str, seconds_ago: float = 0.0) -> Meeting:
        """Open an agenda item, as of `seconds_ago`. Raises `Refused`, `Unknown`."""
        now = self._clock()
        return await self._decide(id, lambda m: decide.open_item(m, item, now=now, seconds_ago=seconds_ago), by)

    async def undo_opening(self, id: str, *, by: str) -> Meeting:
        """Take the last opening of an item back. Raises `Refused`, `Unknown`."""
        return await self._decide(id, decide.undo_opening, by)

    async def show_lower_third(
        self, id: str, kind: ThirdKind, *, by: str, name: str = "", function: str = ""
    ) -> Meeting:
        """Show a text in the picture. Raises `Refused`, `Invalid`, `Unknown`."""
        return await self._decide(id, lambda m: decide.show_lower_third(m, kind, name=name, function=function), by)

    async def hide_lower_third(self, id: str, *, by: str) -> Meeting:
        """Take it away. Raises `Refused`, `Unknown`."""
        return await self._decide(id, decide.hide_lower_third, by)

    async def order_destination(self, id: str, destination: str, order: Sending, *, usual: Sending, by: str) -> Meeting:
        """Send to one destination, or no more. Raises `Refused`, `Unknown`."""
        return await self._decide(id, lambda m: decide.order_destination(m, destination, order, usual=usual), by)

    async def record_item(self, id: str, item: str, result: str, documents: Sequence[Document], *, by: str) -> Meeting:
        """Enter an item's result and documents. Raises `Refused`, `Invalid`, `Unknown`."""
        return await self._decide(id, lambda meeting: decide.record_item(meeting, item, result, documents), by)

    async def call_vote(self, id: str, vote: str, *, by: str, seconds_ago: float = 0.0) -> Meeting:
        """A vote on the open item begins; `vote` is its id. Raises `Refused`, `Unknown`."""
        now = self._clock()
        return await self._decide(id, lambda m: decide.call_vote(m, vote, now=now, seconds_ago=seconds_ago), by)

    async def record_vote(self, id: str, vote: str, item: str, outcome: Outcome, *, by: str) -> Meeting:
        """Enter how a vote came out. Raises `Refused`, `Unknown`."""
        return await self._decide(id, lambda meeting: decide.record_vote(meeting, vote, item, outcome), by)

    async def remove_vote(self, id: str, vote: str, *, by: str) -> Meeting:
        """There was no such vote. Raises `Unknown`."""
        return await self._decide(id, lambda meeting: decide.remove_vote(meeting, vote), by)

    async def correct(self, id: str, rule: Callable[[Meeting], Fact], *, by: str) -> Meeting:
        """Put the replay's index right; `rule` is one of `council/index.py`. Raises what it raises, and `Unknown`."""
        return await self._decide(id, rule, by)

    async def note(self, id: str, fact: Fact, *, by: str) -> None:
        """Write down what was seen: no order, nothing to decide. Raises `Unknown`, and what the database raises."""
        await self._decide(id, lambda meeting: fact, by)

    async def camera_used_by(self, id: str) -> str | None:
        """The name of another meeting that rehearses or is on the air, closed session included."""
        others = [other for other in await self._log.phases(Phase.REHEARSAL, *ON_AIR) if other != id]
        return (await self.meeting(others[0])).name if others else None

    async def _decide(self, id: str, rule: Callable[[Meeting], Fact], by: str) -> Meeting:
        for _ in range(ATTEMPTS):
            meeting = await self.meeting(id)
            try:
                return await self._append(meeting, rule(meeting), by)
            except Conflict as conflict:
                last = conflict
                await self._read(id)  # another program may have written
        raise last

    async def _append(self, meeting: Meeting, fact: Fact, by: str) -> Meeting:
        after = await self._log.append(meeting, [fact], at=self._clock(), by=by)
        self.wake()
        return after
