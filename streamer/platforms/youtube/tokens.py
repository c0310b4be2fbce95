"""The consent somebody gave, kept in one file that only the service can read."""

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from streamer.platforms.youtube.errors import NotConnected

SKEW_SECONDS = 120.0
"""A token that ends within this time counts as ended: the answer must still arrive."""


@dataclass(frozen=True)
class Grant:
    """A consent. `consented_at`, `expires_at`: unix seconds; `expires_at` is the access token's. `channel`: the id of
    the channel that was chosen, `title` its name."""

    refresh_token: str = field(repr=False)
    scope: str
    consented_at: float
    channel: str = ""
    title: str = ""
    access_token: str = field(default="", repr=False)
    expires_at: float = 0.0

    def valid(self, now: float) -> bool:
        """Whether the access token can still be used."""
        return bool(self.access_token) and now < self.expires_at - SKEW_SECONDS

    def refreshed(self, access_token: str, expires_at: float, refresh_token: str | None = None) -> "Grant":
        """With a new access token; Google may also give a new refresh token."""
        return replace(
            self, access_token=access_token, expires_at=expires_at, refresh_token=refresh_token or self.refresh_token
        )


class TokenFile:
    """One file, mode 0600, replaced whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self) -> Grant:
        """Raises NotConnected when there is none, or it cannot be read."""
        try:
            return Grant(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            raise NotConnected(f"there is no consent in {self.path}") from None

    def save(self, grant: Grant) -> None:
        """Write it beside, then put it in place: a power cut leaves the old one or the new one. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.path.parent, prefix=".youtube")  # 0600 by itself
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(grant), file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, self.path)
