"""What the program on air looks and sounds like: black, frozen, silent, too loud, half dead, out of step.

ffmpeg measures while it encodes (`graph.py`), nothing is decoded twice; here its gauges become seconds and words. What
they mean is not decided here: a slide is rightly still for an hour.
"""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streamer.media.gauges import GaugeFile
from streamer.media.graph import RunFiles

FLOOR_DB = -120.0
"""Digital silence."""
SILENT_DB = -50.0
"""RMS of a fifth of a second. Below it nobody is speaking into a microphone: hum and hiss of a quiet hall."""
CLIP_DB = -0.1
"""A sample above it was, for all we know, cut off."""
RECENT_SECONDS = 3.0
_LOUDNESS_SECONDS = 3.0
"""EBU R128 short-term looks at so much."""
_DEAD_DB = 20.0
"""A channel is dead when it is silent and so much quieter than the other: nobody is placed so far to one side."""
_DEAD_WINDOWS = 15
"""Fifths of a second in which the other channel was heard."""
_NOTICED_SECONDS = 1.0
"""A pause between two words is no silence."""
_HISTORY_BYTES = 256_000
"""What a service that was restarted reads of the sound's past: some two minutes."""
_SETTLED_SECONDS = 5.0
"""After so long sound and picture come as they will go on to come."""
_LEAD_SECONDS = 3.0


@dataclass(frozen=True)
class Signals:
    """What the program on air looks and sounds like now.

    Seconds count up while it lasts, 0.0 when it is well; None where it is not known.
    """

    silent_seconds: float = 0.0
    """No sound above `SILENT_DB`."""
    black_seconds: float = 0.0
    frozen_seconds: float = 0.0
    """Nothing moved, not even the noise of a camera. From 2 s on."""
    clipping: bool = False
    """Samples at full scale within the last 3 s."""
    dead_channel: str | None = None
    """"left" or "right": silent while the other one is not."""
    loudness_lufs: float | None = None
    """EBU R128 short-term: the last 3 s. -70 is silence."""
    peak_db: float | None = None
    """The highest sample of the last 3 s, dB below full scale."""
    apart_seconds: float | None = None
    """By how much more than at its beginning the sound is ahead (+) of or behind (-) the picture that comes with it."""


class Watch:
    """Follows the gauges of one run. Seconds are media time; `read` wants to be called a few times a second."""

    def __init__(self, folder: Path, files: RunFiles) -> None:
        self._sound = SoundWatch(folder / files.level)
        self._picture = PictureWatch(folder / files.picture)
        self._aligned: float | None = None

    def read(self, now: float) -> None:
        """Take in what is new. `now`: seconds of a clock that never jumps."""
        self._sound.read(now)
        self._picture.read(now)
        if self._aligned is None and min(self._sound.lead.age, self._picture.lead.age) >= _SETTLED_SECONDS:
            self._aligned = self._sound.lead.at(now) - self._picture.lead.at(now)

    @property
    def heard(self) -> float | None:
        """Media seconds of the newest sound, None while there is none."""
        return self._sound.time

    @property
    def level(self) -> float | None:
        """RMS of the last fifth of a second, dB below full scale."""
        return self._sound.level

    def signals(self, now: float) -> Signals:
        """As of the last `read`. `now`: as there."""
        sound, picture = self._sound, self._picture
        newest = max(sound.time or 0.0, picture.time or 0.0)
        apart = None if self._aligned is None else sound.lead.at(now) - picture.lead.at(now) - self._aligned
        return Signals(
            silent_seconds=_lasting(sound.heard_at, newest),
            black_seconds=_lasting(picture.black_since, newest),
            frozen_seconds=_lasting(picture.frozen_since, newest),
            clipping=sound.peak is not None and sound.peak >= CLIP_DB,
            dead_channel=sound.dead_channel(),
            loudness_lufs=sound.loudness,
            peak_db=None if sound.peak is None else round(sound.peak, 1),
            apart_seconds=None if apart is None else round(apart, 2),
        )


class SoundWatch:
    """Levels of both channels, five times a second."""

    def __init__(self, path: Path) -> None:
        self._file = GaugeFile(path, history=_HISTORY_BYTES)
        self._peaks: deque[tuple[float, float]] = deque()
        self._heard: deque[tuple[float, float]] = deque(maxlen=_DEAD_WINDOWS)
        self._first: float | None = None
        self.lead = Lead()
        self.level: float | None = None
        self.loudness: float | None = None
        self.heard_at: float | None = None
        """Media seconds at which something was heard last, or the sound began."""

    @property
    def time(self) -> float | None:
        return self._file.time

    @property
    def peak(self) -> float | None:
        """Of the last seconds."""
        return max((peak for _, peak in self._peaks), default=None)

    def read(self, now: float) -> None:
        before = self.time
        for at, values in self._file.moments():
            self._take(at, values)
        if self.time is not None and self.time != before:
            self.lead.saw(self.time, now)

    def dead_channel(self) -> str | None:
        if len(self._heard) < _DEAD_WINDOWS:
            return None
        if all(left <= SILENT_DB and right - left >= _DEAD_DB for left, right in self._heard):
            return "left"
        if all(right <= SILENT_DB and left - right >= _DEAD_DB for left, right in self._heard):
            return "right"
        return None

    def _take(self, at: float, values: Mapping[str, str]) -> None:
        left, right = _number(values, "astats.1.RMS_level"), _number(values, "astats.2.RMS_level")
        if left is None or right is None:
            return
        self.level = _together(left, right)
        self._first = at if self._first is None else self._first
        if self.heard_at is None or max(left, right) > SILENT_DB:
            self.heard_at = at
        if max(left, right) > SILENT_DB:
            self._heard.append((left, right))
        peaks = (_number(values, "astats.1.Peak_level"), _number(values, "astats.2.Peak_level"))
        self._peaks.append((at, max(peak for peak in (*peaks, FLOOR_DB) if peak is not None)))
        while self._peaks[0][0] <= at - RECENT_SECONDS:
            self._peaks.popleft()
        whole = at - self._first >= _LOUDNESS_SECONDS
        loudness = _number(values, "r128.S")
        self.loudness = max(-70.0, round(loudness, 1)) if whole and loudness is not None else None


class PictureWatch:
    """Where it became black or still, and its media time twice a second."""

    def __init__(self, path: Path) -> None:
        self._file = GaugeFile(path)
        self.lead = Lead()
        self.black_since: float | None = None
        self.frozen_since: float | None = None

    @property
    def time(self) -> float | None:
        return self._file.time

    def read(self, now: float) -> None:
        before = self.time
        for _, values in self._file.moments():
            self.black_since = _edge(values, "black_start", "black_end", self.black_since)
            self.frozen_since = _edge(
                values, "freezedetect.freeze_start", "freezedetect.freeze_end", self.frozen_since
            )  # fmt: skip
        if self.time is not None and self.time != before:
            self.lead.saw(self.time, now)


class Lead:
    """How far a track's media time is before the clock: the least delayed of what came within the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()
        self._first: float | None = None

    def saw(self, media: float, now: float) -> None:
        """Something of media time `media` has come."""
        self._first = now if self._first is None else self._first
        self._seen.append((now, media))
        while len(self._seen) > 1 and self._seen[0][0] < now - _LEAD_SECONDS:
            self._seen.popleft()

    @property
    def age(self) -> float:
        """Seconds between the first and the last that came."""
        return 0.0 if self._first is None else self._seen[-1][0] - self._first

    def at(self, now: float) -> float:
        """Seconds; falls while nothing comes. Means something only beside another one of the same clock."""
        recent = [media - came for came, media in self._seen if now - came <= _LEAD_SECONDS]
        return max(recent) if recent else self._seen[-1][1] - now


def _lasting(since: float | None, newest: float) -> float:
    lasted = 0.0 if since is None else newest - since
    return round(lasted, 1) if lasted >= _NOTICED_SECONDS else 0.0


def _edge(values: Mapping[str, str], start: str, end: str, before: float | None) -> float | None:
    """Since when it lasts, after one more moment."""
    if f"lavfi.{end}" in values:
        before = None
    return _number(values, start) if f"lavfi.{start}" in values else before


def _number(values: Mapping[str, str], key: str) -> float | None:
    """A value in dB or seconds; digital silence has a number too."""
    text = values.get(f"lavfi.{key}")
    try:
        number = float(text) if text is not None else None
    except ValueError:
        return None
    return None if number is None else number if math.isfinite(number) else FLOOR_DB


def _together(left: float, right: float) -> float:
    """RMS of both channels, of that of each."""
    power = (10 ** (left / 10) + 10 ** (right / 10)) / 2
    return max(FLOOR_DB, round(10 * math.log10(power), 2))
