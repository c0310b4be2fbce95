"""What can be wrong with a broadcast, and for how long before it is said: one table, read by everything that alarms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from streamer.council.phase import BEFORE, IN_SESSION, ON_AIR, Phase

Value = str | float


class Severity(StrEnum):
    """How bad. A warning makes the light amber, an alarm red."""

    WARN = "warn"
    ALARM = "alarm"


class Code(StrEnum):
    """What is wrong, the most important first: of two alarms the first stands beside the light."""

    CAMERA_NOT_OFF = "camera_not_off"
    DISK_FULL = "disk_full"
    ENCODER_DEAD = "encoder_dead"
    SLATE_MISSING = "slate_missing"
    NOT_LIVE_AT_START = "not_live_at_start"
    FORGOTTEN = "forgotten"
    CAMERA_LOST = "camera_lost"
    CAMERA_STALLED = "camera_stalled"
    FILM_ENDED = "film_ended"
    ENCODER_DIED = "encoder_died"
    CAMERA_OPENING = "camera_opening"
    RECORDING_STILL = "recording_still"
    AIR_STILL = "air_still"
    DESTINATION_REFUSES = "destination_refuses"
    DESTINATION_LOST = "destination_lost"
    DESTINATION_STUCK = "destination_stuck"
    DESTINATION_SLOW = "destination_slow"
    DESTINATION_ONE_WAY = "destination_one_way"
    UPRIGHT_MISSING = "upright_missing"
    UPRIGHT_SLOW = "upright_slow"
    PLATFORM_NOT_LIVE = "platform_not_live"
    PLATFORM_COMPLAINS = "platform_complains"
    PICTURE_BLACK = "picture_black"
    PICTURE_FROZEN = "picture_frozen"
    NO_SOUND = "no_sound"
    DATABASE_LOCKED = "database_locked"
    CLOCK_JUMPED = "clock_jumped"
    TOO_LONG = "too_long"
    DISK_LOW = "disk_low"
    PLATFORM_UNKNOWN = "platform_unknown"
    CHANNEL_DEAD = "channel_dead"
    CLIPPING = "clipping"
    SOUND_APART = "sound_apart"
    AIR_STARTING = "air_starting"


@dataclass(frozen=True)
class Limit:
    """Seconds a thing must last until it is a warning, until it is an alarm (None: never one), and must be gone until
    it is over. `phases`: in all others it is no trouble at all."""

    warn: float
    alarm: float | None
    phases: frozenset[Phase]
    over: float = 3.0


_RUNNING = ON_AIR | {Phase.REHEARSAL}
_CAMERA = frozenset({Phase.LIVE, Phase.REHEARSAL})
_LIVE = frozenset({Phase.LIVE})
_SLATE = frozenset({Phase.WAITING, Phase.RECESS, Phase.CLOSED_SESSION})

# What is promised: red within 15 s of the failure. Where somebody else notices it first, that time is taken off.
LIMITS: Final[Mapping[Code, Limit]] = MappingProxyType(
    {
        # the camera goes off in 0.03 s; a few seconds are a process that does not end
        Code.CAMERA_NOT_OFF: Limit(1, 3, _SLATE),
        Code.DISK_FULL: Limit(0, 0, _RUNNING, over=10),
        # the encoder tries again after 0.5, 1, 2 s: a picture by the third attempt, or none at all
        Code.ENCODER_DEAD: Limit(0, 8, _RUNNING),
        Code.SLATE_MISSING: Limit(3, 8, _SLATE),
        # planned for 18:00, 18:00 and not live; a clerk who presses as the bell strikes is in time
        Code.NOT_LIVE_AT_START: Limit(20, 20, BEFORE, over=0),
        Code.FORGOTTEN: Limit(0, 0, IN_SESSION, over=0),
        Code.TOO_LONG: Limit(0, None, ON_AIR, over=0),
        # the encoder says "stalled" after 5 s without a picture, "lost" at once; a camera that is back has taken 3 s
        Code.CAMERA_LOST: Limit(0, 5, _CAMERA),
        Code.CAMERA_STALLED: Limit(0, 5, _CAMERA),
        Code.FILM_ENDED: Limit(0, 5, _CAMERA),
        Code.ENCODER_DIED: Limit(0, 5, _CAMERA),
        # SRT and RTMP: up to 3.2 s from the pushing program's start to the first picture (docs/media.md)
        Code.CAMERA_OPENING: Limit(0, 15, _CAMERA),
        # a segment lasts at most 6 s
        Code.RECORDING_STILL: Limit(9, 12, _LIVE),
        Code.AIR_STILL: Limit(9, 13, ON_AIR),
        # it does not become another key by waiting; but a server may be mistaken once
        Code.DESTINATION_REFUSES: Limit(0, 3, ON_AIR, over=0),
        # one that is reached for the first time takes 1 s: a meeting that begins well begins green
        Code.DESTINATION_LOST: Limit(2, 10, ON_AIR, over=5),
        # a publisher gives its connection up after 12 s
        Code.DESTINATION_STUCK: Limit(7, 10, ON_AIR, over=5),
        Code.DESTINATION_SLOW: Limit(0, 6, ON_AIR, over=10),
        # it gets all of it by the other way; a server that restarts is back after 2 s
        Code.DESTINATION_ONE_WAY: Limit(5, None, ON_AIR, over=5),
        # its first piece is read, made and listed after 5 s; an encoder that died takes as long
        Code.UPRIGHT_MISSING: Limit(8, 14, ON_AIR, over=0),
        Code.UPRIGHT_SLOW: Limit(0, 8, ON_AIR, over=10),
        # a platform is asked every 10 s, and takes up to a minute to go live
        Code.PLATFORM_NOT_LIVE: Limit(30, 75, ON_AIR, over=0),
        Code.PLATFORM_COMPLAINS: Limit(0, 4, ON_AIR, over=5),
        Code.PLATFORM_UNKNOWN: Limit(30, None, ON_AIR, over=5),
        # the order: black or frozen for 10 s
        Code.PICTURE_BLACK: Limit(10, 10, _CAMERA),
        Code.PICTURE_FROZEN: Limit(10, 10, _CAMERA),
        # the order: 20 s warn, 60 s alarm. Shorter silences are what a vote sounds like
        Code.NO_SOUND: Limit(20, 60, _CAMERA),
        # another process may hold the database for 5 s before a write is refused
        Code.DATABASE_LOCKED: Limit(6, 10, _RUNNING),
        Code.CLOCK_JUMPED: Limit(0, None, _RUNNING, over=0),
        Code.DISK_LOW: Limit(0, None, _RUNNING, over=30),
        Code.CHANNEL_DEAD: Limit(10, None, _CAMERA),
        # one clipped word is no trouble, a gain that is too high is
        Code.CLIPPING: Limit(3, None, _CAMERA, over=10),
        Code.SOUND_APART: Limit(5, 60, _CAMERA),
        Code.AIR_STARTING: Limit(0, None, ON_AIR, over=0),
    }
)

APART_SECONDS = 0.19
"""ITU-R BT.1359: sound later than the picture by more than 185 ms is no longer acceptable."""
TOO_LONG_SECONDS = 11.5 * 3600
"""YouTube archives no broadcast longer than 12 h; half an hour is left to end it."""
SLOW_SECONDS = 6.0
"""How far a destination may fall behind: three segments of 2 s."""
DISK_LOW_HOURS = 1.5
"""A meeting's length, short: time to fetch somebody."""
DISK_FULL_BYTES = 100_000_000
"""Three minutes at 4 Mbit/s. The database needs room, too."""


@dataclass(frozen=True)
class Symptom:
    """A thing that is not as it should be now. `about`: which destination. `lasted`: seconds so far, where a gauge
    tells them; else they are counted from when it was first seen."""

    code: Code
    about: str = ""
    lasted: float | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Trouble:
    """A symptom that has lasted too long: `seconds` so far. `values` fill its sentence."""

    code: Code
    severity: Severity
    about: str = ""
    seconds: float = 0.0
    values: Mapping[str, Value] = field(default_factory=dict)
