"""A meeting's manifest on the disk, and the files it speaks of: reading, hashing, appending whole lines.

Promised: a line is written after the file it names is on the disk, and is on the disk itself before `append` returns.
"""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from streamer.council import chain
from streamer.council.chain import Entry
from streamer.council.verdict import Found, Report, Verdict, judge
from streamer.media.segments import Segment
from streamer.media.signing import SigningKey, fits

NAME = "manifest.jsonl"
VIDEO = "replay.mp4"
CUTTING = ".cut-"
"""How the name of a folder begins in which a cut is made."""
_COVERED = re.compile(r".+\.ts|\d{4,}-(?:program|slate)\.(?:m3u8|run)")
_BLOCK = 1 << 20

Said = tuple[Entry, Mapping[str, Any]]
"""What a new line says."""


class Manifest:
    """One meeting's, open to be gone on with. Wants to be alone with it; no method is for the event loop."""

    def __init__(self, folder: Path) -> None:
        """Read what there is. Raises OSError."""
        self.path = folder / NAME
        text = chain.whole_lines(self.path.read_bytes()) if self.path.exists() else b""
        known = chain.read(text)
        self._head, self._size, self._new = chain.head_of(text), len(text), True
        self._files = {name: (line.kind, line.data) for name, line in known.newest.items()}
        self.cuts = {line.data["cut"] for line in known.lines if line.kind is Entry.CUT}
        log, signature = known.last(Entry.LOG), known.last(Entry.SIGNATURE)
        self.log: Mapping[str, Any] | None = log.data if log else None
        self.signed_at = signature.at if signature else None
        self.signed = known.signed

    @property
    def seal(self) -> str:
        """The hash of the last line: after a signature, a name for the whole recording."""
        return self._head.hash

    @property
    def untouched(self) -> bool:
        """Whether nothing was added since it was read."""
        return self._new

    def kind(self, file: str) -> Entry | None:
        """What was last said about a file."""
        return self._files[file][0] if file in self._files else None

    @property
    def lost(self) -> int:
        """How many segments could not be read when it was signed."""
        return sum(kind is Entry.LOST for kind, _ in self._files.values())

    def segments(self) -> list[Segment]:
        """The segments that were recorded and not removed since, as they were dated then."""
        told = [data for kind, data in self._files.values() if kind is Entry.SEGMENT]
        return [Segment(0, d["picture"], d["file"], d["start"], d["seconds"], 0.0) for d in told]

    def append(self, said: Sequence[Said], at: float) -> None:
        """Add lines, all of them or none. `at` in unix seconds. Raises OSError."""
        if said:
            self._append([*self._opening(), *said], at)

    def sign(self, key: SigningKey, at: float) -> None:
        """Sign everything so far. Raises OSError."""
        if opening := self._opening():
            self._append(opening, at)
        at = round(at, 3)
        signature = key.sign(chain.message(self._head, at))
        self._append([(Entry.SIGNATURE, {"key": key.public, "signature": signature})], at)

    def _opening(self) -> list[Said]:
        """The first line of a manifest, or of this service's part of it."""
        if not self._new:
            return []
        begun = {"meeting": self.path.parent.name, "format": chain.FORMAT}
        return [(Entry.RESUMED, {})] if self._size else [(Entry.BEGUN, begun)]

    def _append(self, said: Sequence[Said], at: float) -> None:
        head, lines = self._head, []
        for kind, data in said:
            raw, head = chain.appended(head, kind, at, data)
            lines.append(raw)
        self._write(b"".join(lines))
        self._head, self._new = head, False
        for kind, data in said:
            self._remember(kind, data, at)

    def _remember(self, kind: Entry, data: Mapping[str, Any], at: float) -> None:
        self.signed = kind is Entry.SIGNATURE
        if "file" in data:
            self._files[data["file"]] = kind, data
        if kind is Entry.CUT:
            self.cuts.add(data["cut"])
        elif kind is Entry.LOG:
            self.log = data
        elif kind is Entry.SIGNATURE:
            self.signed_at = at

    def _write(self, lines: bytes) -> None:
        """What a crash, or an attempt that failed, left of a line is overwritten."""
        new = not self.path.exists()
        with os.fdopen(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o644), "wb") as file:
            file.truncate(self._size)
            file.seek(self._size)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        if new:
            settle(self.path.parent)
        self._size += len(lines)


def settle(path: Path) -> None:
    """Have a file, or a folder's list of files, on the disk before going on. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def found_in(path: Path) -> Found:
    """Size and SHA-256 of a file. Raises OSError."""
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            hashed.update(block)
            size += len(block)
    return Found(size, hashed.hexdigest())


def sealed(path: Path) -> dict[str, Any]:
    """What a line says of a file, which is on the disk from now on. Raises OSError."""
    settle(path)
    found = found_in(path)
    return {"file": path.name, "bytes": found.bytes, "sha256": found.sha256}


def covered(folder: Path) -> list[str]:
    """Names of the files in a folder that its manifest has to cover: segments, and the lists and clocks of the runs."""
    return sorted(path.name for path in folder.iterdir() if _COVERED.fullmatch(path.name))


def verify(folder: Path, key: str | None = None) -> Report:
    """Read every byte of a recording and compare. `key`: the public key that must have signed. Raises OSError."""
    path = folder / NAME
    if not folder.is_dir():
        raise NotADirectoryError(f"there is no folder {folder}")
    if not path.exists():
        return Report(Verdict.NO_MANIFEST)
    known = chain.read(path.read_bytes())
    names = [*covered(folder), *([VIDEO] if (folder / VIDEO).exists() else [])]
    found = {name: found_in(folder / name) for name in names}
    cutting = any(folder.glob(f"{CUTTING}*/plan.json"))
    return judge(known, found, video=VIDEO, check=fits, key=key, cutting=cutting)
