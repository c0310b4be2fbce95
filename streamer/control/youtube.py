"""Follows every meeting with its twin on YouTube: planned there when it is planned here, live, ended, described.

Each look reads what YouTube shows and does the one step that `council.twin` names, until there is none. A write that
may have happened is looked for before it is tried again. Whatever goes wrong here never touches the picture.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.control.status import TwinView
from streamer.control.youtube_channel import Channel, KeyUnknown
from streamer.council.consent import Consent
from streamer.council.ingest_issues import Issue
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, Phase
from streamer.council.preflight import Check, Line, Outcome
from streamer.council.screening import Screening
from streamer.council.twin import CONCERNED_SECONDS, Health, Life, Step, Twin, Words, next_step
from streamer.platforms.youtube.errors import Refused, Unclear, YouTubeError
from streamer.store.youtube import Entry, YouTubeBook

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
STREAM_SECONDS, TWIN_SECONDS = 10.0, 60.0
"""How often the stream and the broadcast are looked at on the air: 1,680 units in four hours."""
WAITING_SECONDS = 3.0
"""While something is starting; a start takes a minute at most."""
IDLE_SECONDS = 6 * 3600.0
"""While nothing changes, before the meeting and after it."""
LISTED_SECONDS = 30.0
"""A broadcast whose making was not acknowledged may be missing from YouTube's list for a while."""
PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)
"""After a failure; the last one again and again, for days."""
MISSED_SECONDS = 12 * 3600.0
"""A meeting so long after its planned start will not be held any more."""
STEPS_AT_ONCE = 6
CALIFORNIA = ZoneInfo("America/Los_Angeles")


@dataclass
class Following:
    """What is known of one meeting's twin. `due`: when it is looked at next; `version`: of the meeting at that time;
    `twin_read`: when YouTube last told of the broadcast itself; `problem`: the last error's code and Google's word for
    it, while it lasts."""

    twin: Twin | None = None
    due: float = 0.0
    twin_read: float = 0.0
    version: int = 0
    phase: Phase = Phase.SCHEDULED
    failures: int = 0
    problem: tuple[str, str] | None = None
    health: Health | None = None
    issues: tuple[Issue, ...] = ()
    read_at: float = 0.0


class YouTubeDesk:
    """`run` follows. `words(meeting, began)` is what is written there, `start_of` its start in unix seconds,
    `sending(meeting)` whether our publisher still has something to send."""

    def __init__(
        self, desk: Desk, channel: Channel, book: YouTubeBook, words: Callable[[Meeting, float | None], Words],
        sending: Callable[[str], bool], start_of: Callable[[Meeting], float], clock: Clock,
    ) -> None:  # fmt: skip
        self._desk, self._channel, self._book, self._words = desk, channel, book, words
        self._sending, self._start_of, self._clock = sending, start_of, clock
        self._followed: dict[str, Following] = {}
        self._following = asyncio.Lock()
        self.consent: Callable[[], Consent | None] = lambda: None
        """As of its last check, by `ConsentWatch`."""
        self._day = ""
        self.units = 0
        """Used since midnight in California."""

    def view(self, meeting: str) -> TwinView:
        """What is known of a meeting's twin, as of the last answer."""
        known = self._followed.get(meeting, Following())
        twin = known.twin
        return TwinView(
            twin.id if twin else None, twin.life if twin else None, bool(twin and twin.active), known.health,
            known.issues, known.problem, known.read_at, self.units,
        )  # fmt: skip

    def twin(self, meeting: str) -> Twin | None:
        """A meeting's twin as of the last answer."""
        known = self._followed.get(meeting)
        return known.twin if known else None

    async def preflight(self, meeting: Meeting) -> Line:
        """Ask now: whether the consent holds, whose the key is, whether the meeting is planned there."""
        known = self._followed.setdefault(meeting.id, Following())
        await self._follow(meeting, known)
        if known.problem:
            code, reason = known.problem
            outcome = Outcome.RED if code == KeyUnknown.code else Outcome.WARN
            return Line(Check.PLATFORM, outcome, code, {"reason": reason})
        consent, over = self.consent(), self._start_of(meeting) + MISSED_SECONDS
        if consent and consent.ends is not None and consent.ends_before(over):
            return Line(Check.PLATFORM, Outcome.WARN, "platform_consent_ends", {"start": consent.ends})
        return Line(Check.PLATFORM, Outcome.OK, "platform_ready")

    async def run(self) -> None:
        """Look once a second until cancelled; not at each event: a burst of questions is none of YouTube's business."""
        await again_and_again(self.look, LOOK_SECONDS, log, "YouTube could not be followed")

    async def look(self) -> None:
        """At every meeting that concerns YouTube and is due."""
        now = self._clock()
        await self._count()
        kept = await self._book.broadcasts()
        for listed in await self._desk.meetings():
            if self._concerned(listed, now, kept):
                meeting = await self._desk.meeting(listed.id)
                if meeting.screening is Screening.DELAYED and meeting.id not in kept:
                    continue  # nothing of it is there, nor will be
                known = self._followed.setdefault(meeting.id, Following())
                if now >= known.due or (meeting.version != known.version and self._changed(meeting, known)):
                    await self._follow(meeting, known)

    def _concerned(self, meeting: Meeting, now: float, kept: Mapping[str, str]) -> bool:
        """What is planned and on the air; of what is over, that which has a twin and not long ago."""
        if meeting.phase in ON_AIR:
            return True
        if meeting.phase in BEFORE:
            return self._start_of(meeting) > now - MISSED_SECONDS
        return meeting.id in kept and self._start_of(meeting) > now - CONCERNED_SECONDS

    def _changed(self, meeting: Meeting, known: Following) -> bool:
        """Whether something happened that YouTube is told of at once: an item opened on the air can wait."""
        if known.failures:
            return False
        return meeting.phase != known.phase or meeting.phase not in ON_AIR

    async def _follow(self, meeting: Meeting, known: Following) -> None:
        """One at a time: two that look at once would each do the same step."""
        async with self._following:
            await self._follow_alone(meeting, known)

    async def _follow_alone(self, meeting: Meeting, known: Following) -> None:
        known.version, known.phase = meeting.version, meeting.phase
        try:
            step = await self._bring(meeting, known)
        except Exception as error:  # be it an answer that nobody understands: the other meetings must not wait
            self._failed(meeting, known, error)
            return
        known.failures, known.problem = 0, None
        known.due = self._clock() + _pause(meeting, step)

    def _failed(self, meeting: Meeting, known: Following, error: Exception) -> None:
        pause = PAUSES[min(known.failures, len(PAUSES) - 1)]
        if isinstance(error, Refused) and error.quota_gone:
            pause = PAUSES[-1]
        known.failures, known.due = known.failures + 1, self._clock() + pause
        code = error.code if isinstance(error, YouTubeError) else "youtube_failed"
        known.problem = (code, error.reason if isinstance(error, Refused) else "")
        where = None if isinstance(error, YouTubeError | OSError) else error
        log.warning("meeting %s: YouTube: %s; again in %.0f s", meeting.id, error, pause, exc_info=where)

    async def _bring(self, meeting: Meeting, known: Following) -> Step:
        """Step by step to where the meeting is. Raises YouTubeError."""
        for _ in range(STEPS_AT_ONCE):
            known.twin = await self._seen(meeting, known)
            wanted = self._words(meeting, known.twin.began if known.twin else None)
            stream = await self._channel.stream()
            if known.twin:
                known.twin = replace(known.twin, active=stream.active)
                known.health = Health(stream.health) if stream.health in set(Health) else None
                known.issues = stream.issues
            known.read_at = self._clock()
            step = next_step(
                meeting, wanted, stream.id, known.twin, sending=self._sending(meeting.id), now=self._clock()
            )
            if step in (Step.NOTHING, Step.WAIT):
                return step
            known.twin_read = 0.0  # what is written now is read back, or it would be written again
            await self._do(step, meeting, known, wanted, stream.id)
        return Step.WAIT

    async def _seen(self, meeting: Meeting, known: Following) -> Twin | None:
        """What YouTube shows; asked less often while all is well on the air. Raises YouTubeError."""
        id, now = await self._book.broadcast(meeting.id), self._clock()
        if not id:
            return await self._looked_for(meeting)
        well = known.twin and known.twin.life is Life.LIVE and meeting.phase in ON_AIR
        if well and now - known.twin_read < TWIN_SECONDS:
            return known.twin
        if (twin := await self._channel.twin(id)) is None:  # somebody deleted it by hand
            await self._book.keep(meeting.id, None)
        known.twin_read = now
        return twin

    async def _looked_for(self, meeting: Meeting) -> Twin | None:
        """A broadcast whose making has no clear end, among all of the channel. Raises YouTubeError."""
        line = await self._book.unclear(meeting.id, Step.INSERT)
        if line is None:
            return None
        if (twin := await self._channel.find(meeting.id)) is not None:
            await self._book.keep(meeting.id, twin.id)
            await self._book.settle(line.seq, Entry.DONE, "found")
            return twin
        if self._clock() - line.at < LISTED_SECONDS:
            raise Unclear(Step.INSERT)
        await self._book.settle(line.seq, Entry.REFUSED, "not_there")
        return None

    async def _do(self, step: Step, meeting: Meeting, known: Following, wanted: Words, stream: str) -> None:
        """One write, noted before and after. Raises YouTubeError."""
        line = await self._book.begin(meeting.id, step, self._clock())
        try:
            made = await self._channel.do(step, known.twin, wanted, stream)
        except Unclear as error:
            await self._book.settle(line, Entry.UNCLEAR, error.code)
            raise
        except YouTubeError as error:
            await self._book.settle(line, Entry.REFUSED, error.reason if isinstance(error, Refused) else error.code)
            raise
        if step in (Step.INSERT, Step.DELETE):
            await self._book.keep(meeting.id, made)
        await self._book.settle(line, Entry.DONE)
        log.info("meeting %s: YouTube: %s", meeting.id, step)

    async def _count(self) -> None:
        """Write down what was used since the last look."""
        day = datetime.fromtimestamp(self._clock(), CALIFORNIA).date().isoformat()
        if used := self._channel.take_units():
            await self._book.spend(day, used)
        if used or day != self._day:
            self._day, self.units = day, await self._book.spent(day)


def _pause(meeting: Meeting, step: Step) -> float:
    """Until the next look, seconds."""
    if step is Step.WAIT:
        return WAITING_SECONDS
    if meeting.phase in ON_AIR:
        return STREAM_SECONDS
    return IDLE_SECONDS
