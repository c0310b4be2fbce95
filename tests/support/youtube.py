"""Reads a description as YouTube does, by its published rules and nothing of ours."""

import re

STAMP = re.compile(r"^(?:(\d+):)?(\d{1,2}):(\d\d) (\S.*)$")


def chapters_seen(text: str, duration: float) -> list[tuple[int, str]]:
    """The chapters YouTube would show: none where any rule is broken. Seconds and title."""
    if len(text.encode()) > 5000 or "<" in text or ">" in text:
        return []
    found: list[tuple[int, str]] = []
    for line in text.splitlines():
        if stamp := STAMP.match(line):
            hours, minutes, seconds = (int(stamp[n] or 0) for n in (1, 2, 3))
            found.append((hours * 3600 + minutes * 60 + seconds, stamp[4]))
        elif re.search(r"(?<![\w./:])\d{1,3}:\d\d(?!\d)", line):
            return []  # another timestamp, out of order
    starts = [start for start, _ in found]
    long_enough = all(b - a >= 10 for a, b in zip(starts, [*starts[1:], int(duration)], strict=True))
    return found if len(found) >= 3 and starts[0] == 0 and long_enough else []
