"""What one role of one meeting was told last, so that a page that was away for a moment gets what it missed.

Only the newest word about each thing is kept: what was taken back is not told again, to nobody.
"""

import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

KEPT = 500
"""Things; and their bytes, all together:"""
KEPT_BYTES = 256 * 1024


@dataclass(frozen=True)
class Told:
    """One message as it was sent."""

    seq: int
    text: str


@dataclass
class Stream:
    """The messages to one role, counted from 1. `id`: a page that comes back with another one knows nothing of this."""

    id: str = field(default_factory=lambda: secrets.token_hex(4))
    seq: int = 0
    _told: OrderedDict[str, Told] = field(default_factory=OrderedDict)
    _forgotten: int = 0
    _bytes: int = 0

    def next(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message with its number."""
        self.seq += 1
        return {**message, "seq": self.seq}

    def keep(self, about: str, text: str) -> None:
        """`text`: the message of the last number. `about`: what it is about; an older word about it is forgotten."""
        if old := self._told.pop(about, None):
            self._bytes -= len(old.text)
        self._told[about] = Told(self.seq, text)
        self._bytes += len(text)
        while len(self._told) > KEPT or self._bytes > KEPT_BYTES:
            _, old = self._told.popitem(last=False)
            self._bytes -= len(old.text)
            self._forgotten = old.seq

    def missed(self, stream: str, seq: int) -> list[str] | None:
        """What a page lacks that heard all up to `seq` of `stream`; `None` where that cannot be told any more."""
        if stream != self.id or not self._forgotten <= seq <= self.seq:
            return None
        return [told.text for told in self._told.values() if told.seq > seq]


def dump(message: object) -> str:
    """As sent."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
