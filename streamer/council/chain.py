"""The manifest of a recording as a chain of lines: each names a file by its SHA-256 and carries the hash of the line
before it, so that none can be changed, taken out or moved without the rest telling. Text and arithmetic alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

FORMAT = 1
NOTHING_BEFORE = "0" * 64
"""What the first line carries in place of a hash."""


class Entry(StrEnum):
    """What a line says. Its values: see the comment beside it. Every line also has `seq`, `prev`, `kind` and `at`."""

    BEGUN = "begun"  # meeting, format
    RESUMED = "resumed"  # nothing: another start of the service goes on from here
    SEGMENT = "segment"  # file, bytes, sha256, picture, start, seconds
    REMOVED = "removed"  # file, start, seconds, why: destroyed on purpose
    LOST = "lost"  # file, start, seconds: was listed, and could not be read when it was to be signed
    FILE = "file"  # file, bytes, sha256: lists and clocks of the encoder's runs
    LOG = "log"  # name, phases: [[unix, phase]], items: [[unix, number, name]]
    CUT = "cut"  # cut, what, start, seconds, by, ordered, why: taken out of the replay for good
    VIDEO = "video"  # file, bytes, sha256: made from the segments, can be made again
    SIGNATURE = "signature"  # key, signature: of everything above


TEXTS = ("file", "sha256", "picture", "key", "signature", "meeting", "what", "by", "why")
NUMBERS = ("bytes", "start", "seconds", "cut", "ordered")
NEEDED = {
    Entry.BEGUN: ("meeting",),
    Entry.RESUMED: (),
    Entry.SEGMENT: ("file", "bytes", "sha256", "picture", "start", "seconds"),
    Entry.REMOVED: ("file", "start", "seconds"),
    Entry.LOST: ("file", "start", "seconds"),
    Entry.FILE: ("file", "bytes", "sha256"),
    Entry.LOG: ("phases",),
    Entry.CUT: ("cut", "what", "start", "seconds", "by", "ordered", "why"),
    Entry.VIDEO: ("file", "bytes", "sha256"),
    Entry.SIGNATURE: ("key", "signature"),
}
"""Without which a line says nothing: it counts as unreadable."""


@dataclass(frozen=True)
class Head:
    """Where a chain ends: how many lines it has, and the hash of the last."""

    seq: int = 0
    hash: str = NOTHING_BEFORE


@dataclass(frozen=True)
class Line:
    """A line as it stands in the manifest. `seq` counts from 1; `prev` is the hash it carries, `hash` its own."""

    seq: int
    prev: str
    kind: Entry
    at: float
    hash: str
    data: Mapping[str, Any]

    @property
    def file(self) -> str:
        """The file it is about, or nothing."""
        return str(self.data.get("file", ""))


class BreakKind(StrEnum):
    """In which way a chain can be broken."""

    UNREADABLE = "unreadable"
    EDITED = "edited"
    TAKEN_OUT = "taken_out"
    MOVED = "moved"


@dataclass(frozen=True)
class Break:
    """What is wrong with the line `seq`."""

    kind: BreakKind
    seq: int


@dataclass(frozen=True)
class Chain:
    """A manifest as it was read. `torn`: it ends in the middle of a line, as a crash leaves it."""

    lines: tuple[Line, ...] = ()
    breaks: tuple[Break, ...] = ()
    torn: bool = False
    newest: Mapping[str, Line] = field(default_factory=dict)
    """The last line about each file."""

    @property
    def signed(self) -> bool:
        """Whether the last word is a signature (it may be a wrong one)."""
        return bool(self.lines) and self.lines[-1].kind is Entry.SIGNATURE

    def last(self, kind: Entry) -> Line | None:
        """The last line of a kind."""
        return next((line for line in reversed(self.lines) if line.kind is kind), None)


def link(raw: bytes) -> str:
    """The hash of a line, its newline not counted."""
    return hashlib.sha256(raw).hexdigest()


def short(hash: str) -> str:
    """A hash to be read aloud or compared at a glance: its first 16 digits in fours."""
    return " ".join(hash[at : at + 4] for at in range(0, 16, 4))


def appended(head: Head, kind: Entry, at: float, data: Mapping[str, Any]) -> tuple[bytes, Head]:
    """The next line with its newline, and where the chain then ends. `at` in unix seconds."""
    line = {"seq": head.seq + 1, "prev": head.hash, "kind": kind, "at": round(at, 3), **data}
    raw = json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode()
    return raw + b"\n", Head(head.seq + 1, link(raw))


def message(head: Head, at: float) -> bytes:
    """What is signed at `at` (unix seconds) on a chain that ends at `head`: the whole of it, by its last hash."""
    return f"tribune manifest {FORMAT}\n{head.seq}\n{head.hash}\n{at:.3f}\n".encode()


def whole_lines(text: bytes) -> bytes:
    """What a crash has not cut short."""
    return text[: text.rfind(b"\n") + 1]


def head_of(text: bytes) -> Head:
    """Where whole lines end. A line nobody can read is gone on from all the same: what it was is for `read` to say."""
    lines = text.split(b"\n")[:-1]
    return Head(len(lines), link(lines[-1])) if lines else Head()


def read(text: bytes) -> Chain:
    """A manifest, with everything that is wrong with it as a chain."""
    whole = whole_lines(text)
    lines: list[Line] = []
    unreadable: list[Break] = []
    for place, raw in enumerate(whole.split(b"\n")[:-1], 1):
        line = _parsed(raw)
        if line is None:
            unreadable.append(Break(BreakKind.UNREADABLE, place))
        else:
            lines.append(line)
    breaks = tuple(dict.fromkeys([*unreadable, *_breaks(lines, {found.seq for found in unreadable})]))
    newest = {line.file: line for line in lines if line.file}
    return Chain(tuple(lines), breaks, len(whole) < len(text), newest)


def _parsed(raw: bytes) -> Line | None:
    """The line, unless somebody made it unreadable: a manifest comes from strangers."""
    try:
        data = json.loads(raw)
        seq, prev, at, kind = data.pop("seq"), data.pop("prev"), data.pop("at"), Entry(data.pop("kind"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    sound = isinstance(seq, int) and 0 < seq < 1e9 and isinstance(prev, str) and _is_number(at)
    whole = all(_is_sound(name, data.get(name)) for name in NEEDED[kind])
    return Line(seq, prev, kind, float(at), link(raw), data) if sound and whole else None


def _is_sound(name: str, value: object) -> bool:
    if name in TEXTS:
        return isinstance(value, str)
    if name in NUMBERS:
        return _is_number(value)
    return isinstance(value, list) and all(isinstance(v, list) and len(v) == 2 and _is_number(v[0]) for v in value)


def _is_number(value: object) -> bool:
    """A time or a size that can be reckoned with: not NaN, and within three thousand years."""
    return isinstance(value, int | float) and 0 <= value < 1e11


def _breaks(lines: Iterable[Line], unreadable: set[int]) -> list[Break]:
    found: list[Break] = []
    by_seq: dict[int, Line] = {}
    highest = 0
    for line in lines:
        if line.seq <= highest:
            found.append(Break(BreakKind.MOVED, line.seq))
        highest = max(highest, line.seq)
        by_seq.setdefault(line.seq, line)
    absent = set(range(1, min(highest, len(by_seq) + 10_000) + 1)) - by_seq.keys() - unreadable
    found += [Break(BreakKind.TAKEN_OUT, seq) for seq in sorted(absent)]
    for seq, line in sorted(by_seq.items()):
        before = by_seq.get(seq - 1)
        expected = NOTHING_BEFORE if seq == 1 else before.hash if before else line.prev
        if line.prev != expected:
            found.append(Break(BreakKind.EDITED, max(seq - 1, 1)))
    return found
