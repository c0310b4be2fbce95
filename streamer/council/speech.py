"""Speech to text: what may be written down, when, and what keeps it from being done. Pure.

The machine hears what the replay shows and nothing else, and never while a meeting needs the computer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.captions import Cue
from streamer.council.cut import pending
from streamer.council.errors import Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER, Phase

NEEDED = (Phase.REHEARSAL, *ON_AIR)
"""While any meeting is in one of these phases the computer is that meeting's."""
EDGE = 2.0
"""Seconds before the end of a piece: a sentence that reaches into them may go on in the next one."""
_CODES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy "
    "id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa "
    "sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh "
)
LANGUAGES = frozenset(_CODES.split())
"""Those that Whisper knows."""


class Readiness(StrEnum):
    """Whether speech can be written down here, and what is missing."""

    READY = "ready"
    NOT_SET = "not_set"
    """No model is named in the configuration."""
    NO_EXTRA = "no_extra"
    """The program that hears is not installed."""
    NO_MODEL = "no_model"
    """Where the configuration says there is no model, or not all of one."""


class Trouble(StrEnum):
    """Why it came to nothing."""

    MODEL_BAD = "model_bad"
    """The model cannot be read."""
    MODEL_ENGLISH = "model_english"
    """It knows English and nothing else."""
    NOT_READY = "not_ready"
    """What it needs is not there any more."""
    NOTHING_SAID = "nothing_said"
    """No voice was heard."""
    FAILED = "failed"
    """Something else: the log says what."""


@dataclass(frozen=True)
class Wanted:
    """A recording to be written down. `at`: when that was asked for, unix seconds."""

    meeting: str
    language: str
    by: str
    at: float


def checked(meeting: Meeting, language: str, tracks: Sequence[str], duration: float, ready: Readiness) -> None:
    """Whether a recording of `duration` seconds may be written down; `tracks`: the languages it has captions in. What a
    person has brought or corrected is never overwritten. Raises `Refused`, `Invalid`."""
    if meeting.phase not in OVER:
        raise Refused("captions_too_early", phase=meeting.phase)
    if duration <= 0:
        raise Refused("captions_no_recording")
    _check_ready(ready)
    if language not in LANGUAGES:
        raise Invalid({"language": ("speech_language", {})})
    if language in tracks:
        raise Refused("speech_there")


def _check_ready(ready: Readiness) -> None:
    match ready:
        case Readiness.NOT_SET:
            raise Refused("speech_not_set")
        case Readiness.NO_EXTRA:
            raise Refused("speech_no_extra")
        case Readiness.NO_MODEL:
            raise Refused("speech_no_model")


def may_be_heard(meeting: Meeting) -> bool:
    """While something is being cut out of a recording, its files are in motion."""
    return meeting.phase in OVER and pending(meeting.cuts) is None


def settled(heard: Sequence[Cue], seconds: float, *, last: bool) -> tuple[list[Cue], float]:
    """Of what was heard in a piece of so many seconds: what is said to its end, and from where on (seconds of the
    piece) the next one must listen. A sentence is not cut in two because a piece ends; one as long as the piece is."""
    if last or not heard or heard[-1].end < seconds - EDGE or heard[-1].start < seconds / 2:
        return list(heard), seconds
    return list(heard[:-1]), heard[-1].start
