"""A clock that can be set for one service and the ffmpegs it starts, and for nobody else on this machine.

ffmpeg has libfaketime, which reads a file anew each second. Python's `sleep` does not survive that library, so the
service has its `time.time` set instead, by the same file.
"""

import os
import time
from pathlib import Path

LIBRARIES = list(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
READ_AGAIN_SECONDS = 1
_VARIABLE = "FAKETIME_TIMESTAMP_FILE"
FFMPEG = "/usr/bin/ffmpeg"


class SetClock:
    """`environment` for a service; None where the library is not installed (Debian's package `faketime`)."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._file = folder, folder / "seconds"
        folder.mkdir(parents=True)
        wrapper = folder / "ffmpeg"
        lines = ("#!/bin/sh", *(f"export {name}={value}" for name, value in self._preload.items()))
        wrapper.write_text("\n".join([*lines, f'exec {FFMPEG} "$@"', ""]), encoding="ascii")
        wrapper.chmod(0o755)
        self.set(0)

    def set(self, seconds: int) -> None:
        """So many seconds from the machine's, within `READ_AGAIN_SECONDS`."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}", encoding="ascii")
        fresh.replace(self._file)

    @property
    def _preload(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARIES[0]) if LIBRARIES else "", _VARIABLE: str(self._file),
            "FAKETIME_CACHE_DURATION": str(READ_AGAIN_SECONDS), "DONT_FAKE_MONOTONIC": "1",
        }  # fmt: skip

    @property
    def environment(self) -> dict[str, str] | None:
        if not LIBRARIES:
            return None
        return {_VARIABLE: str(self._file), "PATH": f"{self._folder}:{os.environ['PATH']}"}


def follow() -> None:
    """From now on this program's clock is set by the file that its environment names, where it names one."""
    if _VARIABLE not in os.environ:
        return
    real, file = time.time, Path(os.environ[_VARIABLE])

    def told() -> float:
        return real() + int(file.read_text(encoding="ascii"))

    time.time = told
