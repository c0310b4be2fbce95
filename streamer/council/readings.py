"""From gauges to symptoms: what is not as it should be in this phase, at this moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.phase import Phase
from streamer.council.screening import Screening
from streamer.council.trouble import (
    APART_SECONDS,
    DISK_FULL_BYTES,
    DISK_LOW_HOURS,
    LIMITS,
    SLOW_SECONDS,
    TOO_LONG_SECONDS,
    Code,
    Symptom,
)


class Showing(StrEnum):
    """What is really being encoded."""

    PROGRAM = "program"
    SLATE = "slate"
    NOTHING = "nothing"


class Link(StrEnum):
    """A destination's connection."""

    OFF = "off"
    CONNECTING = "connecting"
    SENDING = "sending"
    REFUSED = "refused"
    """It answers, and does not accept the stream key."""


class Picture(StrEnum):
    """How the picture is doing that a destination gets."""

    AIRED = "aired"
    """What all get, or one of its own that is well."""
    MISSING = "missing"
    """One of its own, which is not made."""
    SLOW = "slow"
    """One of its own, which this machine makes too slowly."""


@dataclass(frozen=True)
class DestinationReading:
    """`still_seconds`: since a byte was last acknowledged though there was something to send; `behind_seconds`: how far
    it has fallen behind what is aired; `backup_of`: the destination that it is the second way to."""

    name: str
    link: Link
    still_seconds: float = 0.0
    behind_seconds: float = 0.0
    backup_of: str = ""
    picture: Picture = Picture.AIRED


@dataclass(frozen=True)
class PlatformReading:
    """What a platform says of itself. `live`: viewers there see the broadcast; `issue`: what it finds wrong with what
    it receives, empty where nothing; `unknown`: it cannot be asked."""

    name: str
    live: bool = False
    issue: str = ""
    unknown: bool = False


@dataclass(frozen=True)
class Senses:
    """What is seen and heard in the program, seconds so far. `dead_channel`: "left" or "right"; `apart_seconds`: sound
    and picture, None while unknown."""

    silent_seconds: float = 0.0
    black_seconds: float = 0.0
    frozen_seconds: float = 0.0
    clipping: bool = False
    dead_channel: str | None = None
    apart_seconds: float | None = None


@dataclass(frozen=True)
class Hours:
    """What the clock says of a meeting, seconds: how late it is in going live, how much longer than plausible nothing
    was seen or heard, how long its broadcast has lasted."""

    late: float = 0.0
    forgotten: float = 0.0
    on_air: float = 0.0


@dataclass(frozen=True)
class Readings:
    """All gauges of one meeting at one moment. `at` on a clock that never jumps, seconds.

    `problem`: the encoder's error code, None when well. `recording_still`, `air_still`: seconds since a segment was
    last kept, aired. `database_still`: since the database last took a write. `clock_jump`: seconds, lately.
    `screening`: where it is only recorded, it is no trouble that nothing is sent.
    """

    at: float
    phase: Phase
    showing: Showing
    problem: str | None = None
    recording_still: float = 0.0
    air_still: float = 0.0
    aired_seconds: float = 0.0
    delay_seconds: float = 0.0
    free_bytes: int | None = None
    hours_left: float | None = None
    database_still: float = 0.0
    clock_jump: float = 0.0
    destinations: Sequence[DestinationReading] = ()
    platforms: Sequence[PlatformReading] = ()
    senses: Senses | None = None
    hours: Hours | None = None
    screening: Screening = Screening.LIVE


PROBLEMS = {
    "source_open": Code.CAMERA_LOST,
    "source_died": Code.CAMERA_LOST,
    "source_stalled": Code.CAMERA_STALLED,
    "source_ended": Code.FILM_ENDED,
    "encoder_died": Code.ENCODER_DIED,
    "encoder_start": Code.ENCODER_DEAD,
    "slate_died": Code.ENCODER_DEAD,
    "disk_full": Code.DISK_FULL,
}
"""An encoder's error code -> what it is called here."""


def symptoms(now: Readings) -> Iterator[Symptom]:
    """Everything that is not as it should be, whether or not it matters in this phase: `LIMITS` says that."""
    yield from _picture(now)
    if now.screening is Screening.LIVE:
        yield from _sent(now)
    yield from _house(now)
    if now.hours:
        yield from _hours(now.hours, now.screening)
    if now.senses and now.showing is Showing.PROGRAM:
        yield from _senses(now.senses)


def _picture(now: Readings) -> Iterator[Symptom]:
    if now.phase in (Phase.LIVE, Phase.REHEARSAL):
        if now.showing is not Showing.PROGRAM:
            yield Symptom(PROBLEMS.get(now.problem, Code.CAMERA_LOST) if now.problem else Code.CAMERA_OPENING)
        else:
            yield Symptom(Code.RECORDING_STILL, lasted=now.recording_still)
    elif now.showing is Showing.PROGRAM:
        yield Symptom(Code.CAMERA_NOT_OFF)
    elif now.showing is Showing.NOTHING:
        yield Symptom(Code.ENCODER_DEAD if now.problem in ("encoder_start", "slate_died") else Code.SLATE_MISSING)


def _sent(now: Readings) -> Iterator[Symptom]:
    yield from _air(now)
    if now.aired_seconds > 0:
        yield from _destinations(now.destinations)
        for platform in now.platforms:
            yield from _platform(platform)


def _air(now: Readings) -> Iterator[Symptom]:
    if now.aired_seconds == 0:
        yield Symptom(Code.AIR_STARTING)
    yield Symptom(Code.AIR_STILL, lasted=now.air_still - (now.delay_seconds if now.aired_seconds == 0 else 0))


def _destinations(all: Sequence[DestinationReading]) -> Iterator[Symptom]:
    """Where there are two ways to one, one is enough: that the other fails is worth a word, no more."""
    for to in all:
        if to.backup_of:
            continue
        ways = [way for way in all if to.name in (way.name, way.backup_of) and way.link is not Link.OFF]
        well = [way for way in ways if _arrives(way)]
        if ways and not well:
            yield from _destination(to)
        elif len(well) < len(ways):
            yield Symptom(Code.DESTINATION_ONE_WAY, to.name, values={"name": to.name})


def _arrives(way: DestinationReading) -> bool:
    stuck = way.still_seconds > LIMITS[Code.DESTINATION_STUCK].warn
    well = way.picture is Picture.AIRED
    return well and way.link is Link.SENDING and not stuck and way.behind_seconds <= SLOW_SECONDS


def _destination(to: DestinationReading) -> Iterator[Symptom]:
    values = {"name": to.name}
    if to.picture is not Picture.AIRED:  # what else there is follows from that
        code = Code.UPRIGHT_MISSING if to.picture is Picture.MISSING else Code.UPRIGHT_SLOW
        yield Symptom(code, to.name, values=values)
    elif to.link is Link.CONNECTING:
        yield Symptom(Code.DESTINATION_LOST, to.name, values=values)
    elif to.link is Link.REFUSED:
        yield Symptom(Code.DESTINATION_REFUSES, to.name, values=values)
    elif to.link is Link.SENDING:
        yield Symptom(Code.DESTINATION_STUCK, to.name, lasted=to.still_seconds, values=values)
        if to.behind_seconds > SLOW_SECONDS:
            yield Symptom(Code.DESTINATION_SLOW, to.name, values=values)


def _platform(at: PlatformReading) -> Iterator[Symptom]:
    values = {"name": at.name}
    if at.unknown:
        yield Symptom(Code.PLATFORM_UNKNOWN, at.name, values=values)
        return
    if not at.live:
        yield Symptom(Code.PLATFORM_NOT_LIVE, at.name, values=values)
    if at.issue:
        yield Symptom(Code.PLATFORM_COMPLAINS, at.name, values=values | {"issue": at.issue})


def _house(now: Readings) -> Iterator[Symptom]:
    yield Symptom(Code.DATABASE_LOCKED, lasted=now.database_still)
    if now.clock_jump:
        yield Symptom(Code.CLOCK_JUMPED, values={"seconds": round(now.clock_jump)})
    if now.free_bytes is not None and now.free_bytes < DISK_FULL_BYTES:
        yield Symptom(Code.DISK_FULL)
    elif now.hours_left is not None and now.hours_left < DISK_LOW_HOURS:
        yield Symptom(Code.DISK_LOW, values={"minutes": round(now.hours_left * 60)})


def _hours(now: Hours, screening: Screening) -> Iterator[Symptom]:
    yield Symptom(Code.NOT_LIVE_AT_START, lasted=now.late)
    yield Symptom(Code.FORGOTTEN, lasted=now.forgotten)
    if screening is Screening.LIVE:  # for YouTube's archive
        yield Symptom(Code.TOO_LONG, lasted=now.on_air - TOO_LONG_SECONDS)


def _senses(now: Senses) -> Iterator[Symptom]:
    yield Symptom(Code.PICTURE_BLACK, lasted=now.black_seconds)
    if now.black_seconds == 0:  # black is frozen, too
        yield Symptom(Code.PICTURE_FROZEN, lasted=now.frozen_seconds)
    yield Symptom(Code.NO_SOUND, lasted=now.silent_seconds)
    if now.silent_seconds == 0 and now.dead_channel:
        yield Symptom(Code.CHANNEL_DEAD, values={"side": now.dead_channel})
    if now.clipping:
        yield Symptom(Code.CLIPPING)
    if now.apart_seconds is not None and abs(now.apart_seconds) > APART_SECONDS:
        yield Symptom(Code.SOUND_APART, values={"seconds": round(abs(now.apart_seconds), 1)})
