"""What may be on the air in a phase: the program, a slate, or nothing. Only `Program` can open a source."""

from dataclasses import dataclass
from enum import StrEnum

from streamer.council.phase import Phase


class SlateKind(StrEnum):
    """Which still stands in for the program."""

    WAITING = "waiting"
    RECESS = "recess"
    CLOSED_SESSION = "closed_session"
    FAULT = "fault"
    """The source is ordered but does not deliver; the encoder falls back to this by itself."""
    CUT = "cut"
    """In a replay, where the picture was cut out afterwards."""


@dataclass(frozen=True)
class Program:
    """The camera. `guard_seconds`: how much of what the source first delivers is thrown away, because cameras
    and encoders hand out buffered pictures from before they were opened (after a closed session: a leak)."""

    guard_seconds: float = 0.0


@dataclass(frozen=True)
class Slate:
    """A still in the program's place. It has no source to leak. `until`: unix seconds of the time it tells, when the
    meeting begins or goes on."""

    kind: SlateKind
    until: float | None = None


Picture = Program | Slate

GUARD_SECONDS = 3.0
"""Thrown away after a closed session: longer than the key-frame interval a camera may keep in its buffer (2 s)."""


def desired(
    phase: Phase, *, after_closed_session: bool = False, begins: float | None = None, back: float | None = None
) -> Picture | None:
    """The picture a phase asks for, `None` where nothing may run. `begins`, `back`: unix seconds at which the meeting
    begins, and at which a recess is over, if that was said."""
    match phase:
        case Phase.REHEARSAL | Phase.LIVE:
            return Program(GUARD_SECONDS if after_closed_session else 0.0)
        case Phase.WAITING:
            return Slate(SlateKind.WAITING, begins)
        case Phase.RECESS:
            return Slate(SlateKind.RECESS, back)
        case Phase.CLOSED_SESSION:
            return Slate(SlateKind.CLOSED_SESSION)
        case _:
            return None
