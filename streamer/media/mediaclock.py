"""The meeting's media time: runs of encoders follow one another on one clock that never goes back.

Media time is wall time less an epoch kept in the folder, so a restarted service goes on with the same clock.
"""

import json
from pathlib import Path

from streamer.media.segments import read_segments

_FILE = "epoch"
_HEADROOM_SECONDS = 10.0
"""Media time of the first picture: above 0, as B-frames make the first decoding time earlier than that."""
_LONG_PAUSE_SECONDS = 3600.0
"""A meeting that is taken up again later does not carry the hours between: MPEG-TS wraps after 26.5."""
_BREATH_SECONDS = 0.2


def epoch_for_next_run(folder: Path, now: float) -> float:
    """Unix seconds of media time 0 for a run that starts now, alone: after the end of all that is there already.

    Usually the meeting's epoch; earlier where the last run's media clock was ahead of the wall clock.
    """
    epoch = kept_epoch(folder)
    done = read_segments(folder)
    end = max((segment.offset + segment.duration for segment in done), default=0.0)
    if epoch is None or now - epoch - end > _LONG_PAUSE_SECONDS:
        epoch = now - max(end, _HEADROOM_SECONDS) - _BREATH_SECONDS
        (folder / _FILE).write_text(json.dumps(epoch), encoding="ascii")
    return min(epoch, now - end - _BREATH_SECONDS)


def kept_epoch(folder: Path) -> float | None:
    """Unix seconds of media time 0, None before the first run."""
    try:
        return float(json.loads((folder / _FILE).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None
