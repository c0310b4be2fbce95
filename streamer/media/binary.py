"""Which ffmpeg we run, and what that one can do. The system's where there is one, else the one inside a PyPI wheel."""

import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import imageio_ffmpeg

from streamer.media import graph
from streamer.media.graph_inputs import Dialect


class FfmpegMissing(Exception):
    """No usable ffmpeg; the message says what to do."""


@dataclass(frozen=True)
class Ffmpeg:
    """An ffmpeg binary. `version` is (0,) for a development build that does not say a number."""

    path: str
    version: tuple[int, ...]

    @property
    def dialect(self) -> Dialect:
        """The spelling of the options that were renamed between versions."""
        known = self.version if self.version != (0,) else (99,)
        return Dialect(fps_mode=known >= (5, 1), initial_burst=known >= (6, 1), rtsp_timeout=known >= (5,))

    @cached_property
    def hides_key(self) -> bool:
        """True where a preset file can carry the stream key, so that it is not among the arguments.

        Asked of the binary itself: a preset with a flag that does not exist must be refused. 5.1 refuses it,
        9.0 reads the file and drops every muxer and protocol option in it.
        """
        with tempfile.TemporaryDirectory(prefix="tribune-") as folder:
            preset = Path(folder, "probe.pre")
            preset.write_text("flvflags=no_such_flag\n", encoding="ascii")
            asked = subprocess.run(
                [self.path, *graph.preset_probe(str(preset))],
                stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False,
            )  # fmt: skip
        return asked.returncode != 0


def find_ffmpeg(configured: str | None = None) -> Ffmpeg:
    """The configured binary, else `ffmpeg` on PATH, else the one in the `imageio-ffmpeg` wheel.

    Raises FfmpegMissing when a configured binary does not run, or none is found.
    """
    if configured is not None:
        path = shutil.which(configured)
        if path is None:
            raise FfmpegMissing(f"{configured} is not a program. Correct the path, or leave it out.")
        return _examine(path)
    return _examine(shutil.which("ffmpeg") or _bundled())


def _bundled() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise FfmpegMissing("No ffmpeg was found. Install it (Debian, Ubuntu: sudo apt install ffmpeg).") from error


@cache
def _examine(path: str) -> Ffmpeg:
    try:
        said = subprocess.run(
            [path, "-version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise FfmpegMissing(f"{path} does not run: {error}. Install ffmpeg anew.") from error
    found = re.match(r"ffmpeg version n?(\d+(?:\.\d+)*)", said)
    return Ffmpeg(path, tuple(int(part) for part in found[1].split(".")) if found else (0,))
