"""What the encoder tells of itself."""

from dataclasses import dataclass
from enum import StrEnum

from streamer.council.picture import Picture
from streamer.media.signals import Signals


class EncoderState(StrEnum):
    """How the picture that was ordered is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    STALLED = "stalled"
    DIED = "died"
    BACKOFF = "backoff"
    STOPPING = "stopping"


@dataclass(frozen=True)
class EncoderStatus:
    """A snapshot. `ordered` and `showing` differ while the source fails; `since`: unix seconds, of the state.

    `level_db`: RMS loudness of the program, dB below full scale, None without one. `frames`, `fps`: of the run on air.
    `signals`: what the program is like, None while it is not on air.
    `error_code`: source_open, source_died, source_stalled, source_ended, encoder_died, encoder_start, slate_died or
    disk_full; None when well.
    """

    state: EncoderState
    ordered: Picture | None
    showing: Picture | None
    run: int | None
    since: float
    level_db: float | None
    frames: int
    fps: float
    source_ok: bool
    last_error: str | None
    error_code: str | None
    signals: Signals | None = None
