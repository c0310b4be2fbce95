"""What the clock orders where nobody does: rehearse, show the countdown, go live; and what it ends.

Pure: a meeting, its start, the moment and the commune's rules make an order or none. Each step is due from its minute
on until the next one's, so a machine that comes up late does at once what is due and nothing that is past.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, Phase, Verb
from streamer.council.screening import Screening

LATEST_SECONDS = 6 * 3600.0
"""So long after its start a meeting that has not begun is left alone: it was forgotten, or took place elsewhere."""
ANSWER_SECONDS = 1800.0
"""How long the question "Has the meeting ended?" waits for an answer before the meeting is ended."""


class GoLive(StrEnum):
    """Who puts a meeting on the air when its time has come."""

    BY_CLERK = "by clerk"
    AT_START = "at start"


@dataclass(frozen=True)
class Rules:
    """The commune's own. Minutes before the start, 0: not at all; `forgotten_hours` without sound and picture."""

    automatic: bool = False
    rehearse_minutes: float = 15
    waiting_minutes: float = 10
    live: GoLive = GoLive.BY_CLERK
    forgotten_hours: float = 3.0

    @property
    def window_seconds(self) -> float:
        """How long before the start the clock begins to act."""
        return 60.0 * max(self.rehearse_minutes, self.waiting_minutes)


@dataclass(frozen=True)
class Other:
    """Another meeting of the commune. `start`, `ended_at`: unix seconds."""

    start: float
    phase: Phase
    ended_at: float | None = None


class Standing(StrEnum):
    """Whether the clock acts for a meeting."""

    OFF = "off"
    """It never does, or not any more: too late, or under way."""
    ON = "on"
    STOPPED = "stopped"
    """A person took it back: nobody is overruled."""


def standing(meeting: Meeting, start: float, now: float, rules: Rules) -> Standing:
    """Whether the clock acts for a meeting that begins at `start`, both in unix seconds."""
    if not rules.automatic or meeting.phase not in BEFORE or now > start + LATEST_SECONDS:
        return Standing.OFF
    taken_back = [
        at for at, phase in meeting.changes if phase is Phase.SCHEDULED and at >= start - rules.window_seconds
    ]
    return Standing.STOPPED if taken_back else Standing.ON


def due(meeting: Meeting, start: float, now: float, rules: Rules, others: Iterable[Other] = ()) -> Verb | None:
    """What the clock orders now. The last step whose minute has come counts; those before it are not made up for.

    `others`: the commune's other meetings. While one has the camera nothing is ordered; where one that was planned for
    later is due, the day has moved on. Where one ended after `start` its people are still in the room, and so is its
    clerk: the camera is not opened without a press.
    """
    others = list(others)
    if _left_standing(meeting, start, now):
        return Verb.STAND_DOWN
    if standing(meeting, start, now, rules) is not Standing.ON or any(_in_the_way(o, start, now) for o in others):
        return None
    occupied = any(other.ended_at is not None and other.ended_at > start for other in others)
    if now >= start and rules.live is GoLive.AT_START and not occupied:
        return Verb.GO_LIVE
    counts_down = rules.waiting_minutes and meeting.screening is Screening.LIVE  # else there is nobody to see it
    if counts_down and now >= start - 60.0 * rules.waiting_minutes:
        return Verb.OPEN_DOORS if meeting.phase is not Phase.WAITING else None
    if rules.rehearse_minutes and not occupied and now >= start - 60.0 * rules.rehearse_minutes:
        return Verb.REHEARSE if meeting.phase is Phase.SCHEDULED else None
    return None


def _left_standing(meeting: Meeting, start: float, now: float) -> bool:
    """Whether it is still announced or rehearsed though nobody can mean to begin any more: a camera may be open."""
    begun = meeting.changes[-1][0] if meeting.phase in (Phase.REHEARSAL, Phase.WAITING) else now
    return begun <= start + LATEST_SECONDS < now


def _in_the_way(other: Other, start: float, now: float) -> bool:
    has_camera = other.phase.on_air or other.phase is Phase.REHEARSAL
    return has_camera or (start < other.start <= now and other.phase is not Phase.CANCELLED)


def overdue(meeting: Meeting, start: float, now: float) -> float:
    """Seconds by which a meeting should be live and is not; 0 where all is well."""
    late = now - start
    return late if meeting.phase in BEFORE and 0 <= late <= LATEST_SECONDS else 0.0


def forgotten(meeting: Meeting, deserted: float, now: float, rules: Rules) -> float:
    """Seconds by which nothing has been seen or heard for longer than `forgotten_hours`; 0 where it has, or where
    somebody said lately that the meeting goes on. `deserted`: seconds without sound and without a picture that moves,
    of a live meeting. In a recess or a closed session nobody looks: there it counts how long nobody has pressed
    anything, from when on the recess was to be over.
    """
    if not meeting.phase.in_session:
        return 0.0
    last = now - deserted if meeting.phase is Phase.LIVE else min(meeting.back_at or 0.0, now)
    signs = [last, meeting.changes[-1][0], *(mark.at for mark in meeting.marks), *meeting.goes_on[-1:]]
    return max(0.0, now - max(signs) - 3600.0 * rules.forgotten_hours)


def ends_itself(meeting: Meeting, deserted: float, now: float, rules: Rules) -> bool:
    """Whether the question went unanswered for so long that the meeting is over."""
    return forgotten(meeting, deserted, now, rules) >= ANSWER_SECONDS


def on_air_for(meeting: Meeting, now: float) -> float:
    """Seconds since the broadcast began that goes on now; 0 where none does."""
    spans = meeting.spans(*ON_AIR)
    return now - spans[-1].start if meeting.phase.on_air and spans else 0.0
