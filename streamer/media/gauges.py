"""The gauge files an ffmpeg writes while it encodes, read as they grow: one reader a file, from where it read last."""

from collections.abc import Iterator, Mapping
from pathlib import Path

EMPTIED_BYTES = 1_000_000
"""A gauge file is emptied when it has more: the oldest lines of six hours are of no use to anybody."""


class GaugeFile:
    """What `metadata=print` writes: for each moment a line "frame:... pts_time:SECONDS", then lines "key=value".

    `history`: bytes of the past that a reader who comes later begins with, all of it when None.
    """

    def __init__(self, path: Path, *, history: int | None = None) -> None:
        self._path, self._history = path, history
        self._read_to: int | None = None
        self._rest = b""
        self._open: tuple[float, dict[str, str]] | None = None
        self.time: float | None = None
        """Media seconds of the newest moment, whether or not its values are there yet."""

    def moments(self) -> Iterator[tuple[float, Mapping[str, str]]]:
        """Every moment whose values are complete since the last call: media seconds, key -> value."""
        for line in self._new_lines():
            if line.startswith(b"frame:"):
                if self._open:
                    yield self._open
                at = _seconds(line)
                self._open = None if at is None else (at, {})
                self.time = self.time if at is None else at
            elif self._open:
                key, _, value = line.decode("ascii", "replace").partition("=")
                self._open[1][key] = value

    def _new_lines(self) -> list[bytes]:
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, 2)
                if self._read_to is None:
                    self._read_to = 0 if self._history is None else max(0, size - self._history)
                # emptied by `keep_small`: the writer goes on where it was, and what it has left out reads as zeros
                elif size < self._read_to:
                    file.seek(0)
                    if file.read(1) in (b"", b"\0"):
                        return []
                    self._read_to, self._rest, self._open = 0, b"", None  # its graph began anew, and so the file
                file.seek(self._read_to)
                read = file.read()
        except OSError:
            return []
        self._read_to += len(read)
        *lines, self._rest = (self._rest + read).split(b"\n")
        return lines


def keep_small(path: Path) -> None:
    """Give the disk back what a process that still writes a file has written to it, when it is much.

    ffmpeg does not append: it goes on writing where it was. The file looks long and holds little.
    """
    try:
        if path.stat().st_blocks * 512 > EMPTIED_BYTES:
            with path.open("r+b") as file:
                file.truncate(0)
    except OSError:
        return


def _seconds(line: bytes) -> float | None:
    try:
        return float(line.rpartition(b"pts_time:")[2])
    except ValueError:
        return None
