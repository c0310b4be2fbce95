"""The preflight: what is looked at before a meeting goes on the air, how it is judged, and what going live asks for.

Three outcomes say how it is; `NOT_CHECKED` is said wherever nothing was measured, so that green is never a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """What is looked at, in the order in which it is told."""

    MEETING = "meeting"
    CAMERA = "camera"
    VOICE = "voice"
    SLATE = "slate"
    ENCODER = "encoder"
    DISK = "disk"
    DESTINATION = "destination"
    UPLOAD = "upload"
    NETWORK = "network"
    PLATFORM = "platform"
    CLOCK = "clock"
    POWER = "power"


class Outcome(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    RED = "red"
    NOT_CHECKED = "not_checked"


WORST_FIRST = (Outcome.RED, Outcome.WARN, Outcome.NOT_CHECKED, Outcome.OK)


class Reason(StrEnum):
    """Ready-made reasons for going live over a red line. Any other short text will do as well."""

    WORKING_ON_IT = "working_on_it"
    LOOKED_MYSELF = "looked_myself"
    MICROPHONES_LATER = "microphones_later"
    RECORDING_MATTERS = "recording_matters"
    SCHEDULED = "scheduled"
    """Nobody pressed: it went live by itself, as planned."""


OFFERED = tuple(reason for reason in Reason if reason is not Reason.SCHEDULED)
"""Those a clerk can choose from."""
MAX_REASON = 200
"""Characters of a reason."""
COUNTS_SECONDS = 3600.0
"""How long a report counts: longer than from T-60 to T-15, and for a session that begins up to an hour late."""
MOMENTS_MINUTES = (60, 15, 2)
"""How long before the start a preflight runs by itself."""
HEADROOM = 1.5
"""How many times the bit rate the way to a destination must carry."""
FAST_ENOUGH = 1.2
"""How many times faster than life the encoder must be."""
NEAR_SECONDS = 12 * 3600.0
"""A start further away than this is not today's meeting."""
AT_HAND_SECONDS = 2 * 3600.0
"""A meeting that begins within this time, or should have begun, is the one that is meant."""


@dataclass(frozen=True)
class Line:
    """One check's result. `code` is its sentence, `values` fill it; `subject`: which destination."""

    check: Check
    outcome: Outcome
    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    subject: str = ""


@dataclass(frozen=True)
class Report:
    """All lines of one run, ended at `at` (unix seconds)."""

    at: float
    lines: tuple[Line, ...]

    def outcomes(self) -> dict[Check, Outcome]:
        """Each check's worst outcome: what the log keeps."""
        kept: dict[Check, Outcome] = {}
        for line in self.lines:
            kept[line.check] = worst([line.outcome, kept.get(line.check, Outcome.OK)])
        return kept


@dataclass(frozen=True)
class Passed:
    """What the log knows of the last preflight. `at`: unix seconds."""

    at: float
    outcomes: Mapping[Check, Outcome]

    def red(self, now: float) -> list[Check]:
        """What stands in the way of going live at `now`; nothing once the report is too old to count."""
        if not self.counts(now):
            return []
        return [check for check in Check if self.outcomes.get(check) is Outcome.RED]

    def counts(self, now: float) -> bool:
        """Whether it still says something about `now`."""
        return now - self.at <= COUNTS_SECONDS


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The one that matters most. Not checked is worse than well, better than a warning."""
    return min(outcomes, key=WORST_FIRST.index, default=Outcome.OK)


def due(start: float, now: float, done_at: float | None, moments: Sequence[int] = MOMENTS_MINUTES) -> bool:
    """Whether one should run by itself now, `start` and `now` in unix seconds; `done_at`: when the last one began.

    Each moment has one run. Who comes late runs the one that is due, not those before it; nothing runs after the start.
    """
    past = [start - minutes * 60 for minutes in moments if start - minutes * 60 <= now]
    return bool(past) and now < start and (done_at is None or done_at < max(past))


def judge_meeting(start: float, now: float, running: str | None, nearer: tuple[str, float] | None) -> Line:
    """Whether this is the meeting that is meant. `running`: another that has the camera; `nearer`: another that is
    planned closer to now, with its start. All in unix seconds."""
    if running is not None:
        return Line(Check.MEETING, Outcome.RED, "meeting_other_runs", {"name": running})
    if nearer is not None:
        return Line(Check.MEETING, Outcome.RED, "meeting_nearer", {"name": nearer[0], "start": nearer[1]})
    if abs(start - now) > NEAR_SECONDS:
        return Line(Check.MEETING, Outcome.WARN, "meeting_other_day", {"start": start})
    return Line(Check.MEETING, Outcome.OK, "meeting_right", {"start": start})


def nearer_meeting(start: float, now: float, planned: Iterable[tuple[str, float]]) -> tuple[str, float] | None:
    """Another planned meeting that is at hand while the one that begins at `start` is not: (name, start)."""
    if abs(start - now) <= AT_HAND_SECONDS:
        return None
    at_hand = [other for other in planned if abs(other[1] - now) <= AT_HAND_SECONDS]
    return min(at_hand, key=lambda other: abs(other[1] - now), default=None)


def judge_disk(free_bytes: int, bits_per_second: float, planned_hours: float) -> Line:
    """Room for twice the planned length: the recording, and beside it the file that is made of it at the end."""
    hours = free_bytes / (bits_per_second / 8 * 3600 * 2)
    values = {"hours": round(hours, 1 if hours < 10 else None), "planned": planned_hours}
    if hours >= 2 * planned_hours:
        return Line(Check.DISK, Outcome.OK, "disk_roomy", values)
    if hours >= planned_hours:
        return Line(Check.DISK, Outcome.WARN, "disk_tight", values)
    return Line(Check.DISK, Outcome.RED, "disk_full", values)


def judge_speed(speed: float, upright: float | None = None) -> Line:
    """How many times faster than life the configured picture is made; `upright`: it and the upright ones together,
    where one will be sent."""
    values = {"speed": round(speed, 1)}
    if speed >= FAST_ENOUGH and upright is not None:
        outcome = Outcome.OK if upright >= FAST_ENOUGH else Outcome.WARN  # that one comes last: it hurts itself alone
        code = "encoder_fast_upright" if outcome is Outcome.OK else "encoder_slow_upright"
        return Line(Check.ENCODER, outcome, code, {"speed": round(upright, 1)})
    if speed >= FAST_ENOUGH:
        return Line(Check.ENCODER, Outcome.OK, "encoder_fast", values)
    return Line(Check.ENCODER, Outcome.WARN if speed >= 1 else Outcome.RED, "encoder_slow", values)


def judge_upload(destination: str, measured: float | None, needed: float) -> Line:
    """`measured` and `needed` in bit/s; `None`: the server did not let itself be measured."""
    if measured is None:
        return Line(Check.UPLOAD, Outcome.NOT_CHECKED, "upload_not_measured", subject=destination)
    values = {"measured": round(measured / 1e6, 1), "needed": round(needed * HEADROOM / 1e6, 1)}
    if measured >= needed * HEADROOM:
        return Line(Check.UPLOAD, Outcome.OK, "upload_enough", values, destination)
    tight = measured >= needed
    return Line(
        Check.UPLOAD, Outcome.WARN if tight else Outcome.RED, "upload_tight" if tight else "upload_short", values,
        destination,
    )  # fmt: skip


def reason_given(reason: str) -> str:
    """A reason as it is kept: one line. Empty where none is given."""
    return " ".join(reason.split())[:MAX_REASON]
