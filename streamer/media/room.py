"""Whether the disk still takes a recording. The program ends before the disk is full: what comes then is worse.

On a full disk ffmpeg loses its list of segments, the database refuses every order, and nobody can be told.
"""

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path

from streamer.council.trouble import DISK_FULL_BYTES

_ENOUGH = 1.5
"""Times the floor: who has made room has made some, and the picture does not come and go."""


class Room:
    """On the disk of a folder. `free`: bytes; `floor`: less than this is too little."""

    def __init__(self, free: Callable[[], int], floor: int = DISK_FULL_BYTES) -> None:
        self._free, self._floor = free, floor
        self._short = False

    def short(self) -> bool:
        """There is too little, or was and is not yet enough again."""
        free = self._free()
        self._short = free < self._floor * (_ENOUGH if self._short else 1.0)
        return self._short


def free_bytes(folder: Path) -> int:
    """That a service may use, on the disk of a folder that may not be there yet, or not any more."""
    for place in (folder, *folder.parents):
        with contextlib.suppress(FileNotFoundError):
            return shutil.disk_usage(place).free
    raise FileNotFoundError(folder)
