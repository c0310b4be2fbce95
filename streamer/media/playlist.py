"""Playlists as RFC 8216 wants them, made from segments. What is not listed does not exist for a viewer."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from streamer.media.segments import Segment

Kind = Literal["LIVE", "EVENT", "VOD"]

_HOLE_SECONDS = 0.5
"""A jump in media time of more than this between two segments of a run means that something between is left out."""


@dataclass(frozen=True)
class Window:
    """The end of an append-only list of segments, with the numbers a player needs to follow it."""

    segments: Sequence[Segment]
    media_sequence: int
    discontinuity_sequence: int


def render(
    segments: Sequence[Segment], *, target_duration: float, media_sequence: int = 0, discontinuity_sequence: int = 0,
    ended: bool = False, kind: Kind, prefix: str = "",
) -> str:  # fmt: skip
    """The playlist's text. `target_duration`: seconds, raised to the longest segment; `prefix`: before each name."""
    longest = max((segment.duration for segment in segments), default=0.0)
    lines = [
        "#EXTM3U", "#EXT-X-VERSION:6", f"#EXT-X-TARGETDURATION:{max(math.ceil(target_duration), round(longest))}",
        f"#EXT-X-MEDIA-SEQUENCE:{media_sequence}",
    ]  # fmt: skip
    if discontinuity_sequence:
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{discontinuity_sequence}")
    if kind != "LIVE":
        lines.append(f"#EXT-X-PLAYLIST-TYPE:{kind}")
    lines.append("#EXT-X-INDEPENDENT-SEGMENTS")
    for before, segment in zip([None, *segments], segments, strict=False):
        if before is not None and breaks(before, segment):
            lines.append("#EXT-X-DISCONTINUITY")
        lines += [
            f"#EXT-X-PROGRAM-DATE-TIME:{_moment(segment.start)}",
            f"#EXTINF:{segment.duration:.6f},",
            f"{prefix}{segment.name}",
        ]
    if ended or kind == "VOD":
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def breaks(before: Segment, after: Segment) -> bool:
    """Whether a player must expect a new encoder, or a hole, between two segments."""
    return before.run != after.run or abs(after.offset - before.offset - before.duration) > _HOLE_SECONDS


def window(segments: Sequence[Segment], seconds: float, *, not_before: int = 0) -> Window:
    """The last `seconds` of an append-only list; a segment's sequence number is its index in that list.

    `not_before`: index of the first that may be shown, for a list may lose only its beginning.
    A discontinuity that stands before the first segment of the window is counted as already gone by.
    """
    first = len(segments)
    total = 0.0
    while first > not_before and total < seconds:
        first -= 1
        total += segments[first].duration
    gone = sum(breaks(segments[i - 1], segments[i]) for i in range(1, min(first + 1, len(segments))))
    return Window(segments[first:], first, gone)


def write(path: Path, text: str) -> None:
    """Replace a playlist in one step: a reader sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _moment(unix: float) -> str:
    return datetime.fromtimestamp(unix, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
