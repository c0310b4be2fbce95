"""Whether somebody spoke, told from hum, tones and noise by how speech moves. Modest: it knows no words.

Speech opens and closes the mouth three to six times a second. So, of the band in which telephones carry speech, the
loudness of every fiftieth of a second is looked at, over 4 s at a time:

- it is loud enough, and rises and falls by 10 dB or more (hum, a hiss and a steady tone do not);
- a good part of that movement is 2 to 8 times a second, the rate of syllables;
- it does not repeat itself to the letter (a beep every second does, a ticking clock, a machine);
- the balance of low to high changes: vowels lie below 1 kHz, s and sh above (an instrument keeps its colour).

Measured on real speech, with and without noise around it, and on what must not pass. Music with singing passes, and so
does a television in the chamber: this tells that a microphone is open, not who speaks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

FRAMES_PER_SECOND = 50
LOW_BAND, HIGH_BAND = (300, 1000), (1000, 4000)
"""Hz."""
WINDOW_SECONDS = 4
SILENT_DB = -60.0
"""Below this (RMS of both bands, dB below full scale) nothing arrives: a microphone that is open is never so quiet."""
_LOUD_DB = -50.0
_DEPTH_DB = 10.0
_SYLLABLES = 0.08
_REPEATS = 0.8
_COLOUR_DB = 4.5


class Heard(StrEnum):
    """What there was to hear."""

    NOTHING = "nothing"
    SOMETHING = "something"
    VOICE = "voice"


@dataclass(frozen=True)
class Movement:
    """How the sound of one window moves. `loud_db`: of its loudest tenth; `depth_db`: from there to its quietest;
    `syllables`: the part of its movement at 2 to 8 Hz, relative to its mean; `repeats`: 1 where it does so exactly;
    `colour_db`: how much the balance of low and high changes."""

    loud_db: float
    depth_db: float
    syllables: float
    repeats: float
    colour_db: float

    @property
    def is_speech(self) -> bool:
        return (
            self.loud_db > _LOUD_DB
            and self.depth_db > _DEPTH_DB
            and self.syllables > _SYLLABLES
            and self.repeats < _REPEATS
            and self.colour_db > _COLOUR_DB
        )


def heard(low: Sequence[float], high: Sequence[float]) -> Heard:
    """What two bands tell: their loudness in dB below full scale, `FRAMES_PER_SECOND` values a second."""
    size = WINDOW_SECONDS * FRAMES_PER_SECOND
    count = min(len(low), len(high))
    windows = [movement(low[at : at + size], high[at : at + size]) for at in range(0, count - size + 1, size // 4)]
    if any(window.is_speech for window in windows):
        return Heard.VOICE
    loudest = max(map(_power, low[:count], high[:count]), default=0.0)
    return Heard.SOMETHING if _db(math.sqrt(loudest)) > SILENT_DB else Heard.NOTHING


def movement(low: Sequence[float], high: Sequence[float]) -> Movement:
    """The measures of one window."""
    loudness = [math.sqrt(_power(a, b)) for a, b in zip(low, high, strict=True)]
    mean = sum(loudness) / len(loudness) + 1e-9
    moves = [value / mean - 1 for value in loudness]
    ordered = sorted(loudness)
    top, bottom = ordered[len(ordered) * 9 // 10], ordered[len(ordered) // 10]
    audible = [a - b for a, b, value in zip(low, high, loudness, strict=True) if value > top / 10]
    return Movement(_db(top), _db(top) - max(_db(bottom), -120.0), _syllables(moves), _repeats(moves), _spread(audible))


def _syllables(moves: Sequence[float]) -> float:
    """The power of the movement between 2 and 8 Hz."""
    count = len(moves)
    first, last = math.ceil(2 * count / FRAMES_PER_SECOND), 8 * count // FRAMES_PER_SECOND
    return sum(_at(moves, k) for k in range(first, last + 1))


def _at(moves: Sequence[float], k: int) -> float:
    """Its power at `k` cycles a window."""
    turn = 2 * math.pi * k / len(moves)
    real = sum(value * math.cos(turn * index) for index, value in enumerate(moves))
    imaginary = sum(value * math.sin(turn * index) for index, value in enumerate(moves))
    return 2 * (real * real + imaginary * imaginary) / len(moves) ** 2


def _repeats(moves: Sequence[float]) -> float:
    """How like itself it is, shifted by 0.2 s to half the window; 1: exactly."""
    count, power = len(moves), sum(value * value for value in moves)
    if power < 1e-12:
        return 1.0
    alike = (
        sum(map(float.__mul__, moves, moves[shift:])) / power * count / (count - shift)
        for shift in range(FRAMES_PER_SECOND // 5, count // 2)
    )
    return max(alike)


def _spread(values: Sequence[float]) -> float:
    """Standard deviation, 0 of nothing."""
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def _power(low_db: float, high_db: float) -> float:
    return float(10 ** (low_db / 10) + 10 ** (high_db / 10))


def _db(amplitude: float) -> float:
    return 20 * math.log10(max(amplitude, 1e-7))
