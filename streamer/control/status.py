"""What runs right now, beside what was ordered: the shape in which the control room tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from streamer.council.truth import Truth
from streamer.media.signals import Signals


@dataclass(frozen=True)
class SourceStatus:
    """What arrives. `url` without passwords; `level_db` the sound's level in dBFS, `None` while unknown."""

    url: str
    ok: bool
    level_db: float | None = None
    problem: str | None = None
    problem_code: str | None = None


@dataclass(frozen=True)
class EncoderView:
    """`ordered`: program, slate or nothing; `showing` what is really encoded; `seconds` since the state began."""

    ordered: str
    showing: str
    state: str
    seconds: float = 0.0
    fps: float = 0.0


@dataclass(frozen=True)
class RecordingView:
    """`seconds` and `bytes` kept for the replay; `free_bytes` on the disk."""

    seconds: float = 0.0
    bytes: int = 0
    free_bytes: int = 0


@dataclass(frozen=True)
class DestinationView:
    """`moving`: bytes went out within the last few seconds. `unacknowledged_bytes`: on the way to it, None where that
    cannot be known. `still_seconds`: since it last acknowledged any; `behind_seconds`: how far it fell behind.
    """

    name: str
    ordered: bool
    state: str
    bytes: int = 0
    seconds: float = 0.0
    moving: bool = False
    problem: str | None = None
    unacknowledged_bytes: int | None = None
    still_seconds: float = 0.0
    behind_seconds: float = 0.0


@dataclass(frozen=True)
class Status:
    """A meeting's machines. `aired_seconds`: how much the public has been sent; `delay_seconds` how late it runs.
    `signals`: what the program looks and sounds like, None while it is not encoded; `truth`: the light, None while
    nobody has looked."""

    meeting: str
    phase: str
    source: SourceStatus
    encoder: EncoderView
    recording: RecordingView
    destinations: Sequence[DestinationView] = field(default_factory=tuple)
    aired_seconds: float = 0.0
    delay_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    viewers: int = 0
    truth: Truth | None = None
    signals: Signals | None = None
