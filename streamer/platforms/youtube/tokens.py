"""The consent somebody gave, kept in one file that only the service can read."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from streamer.platforms.youtube.errors import NotConnected

SKEW_SECONDS = 120.0
"""A token that ends within this time counts as ended: the answer must still arrive."""


@dataclass(frozen=True)
class Grant:
    """A consent. `consented_at`, `expires_at`: unix seconds; `expires_at` is the access token's. `channel`: the id of
    the channel that was chosen, `title` its name. `ends_at`: when the consent ends, 0 where that was not said."""

    refresh_token: str = field(repr=False)
    scope: str
    consented_at: float
    channel: str = ""
    title: str = ""
    access_token: str = field(default="", repr=False)
    expires_at: float = 0.0
    ends_at: float = 0.0

    def valid(self, now: float) -> bool:
        """Whether the access token can still be used."""
        return bool(self.access_token) and now < self.expires_at - SKEW_SECONDS

    def refreshed(self, said: Mapping[str, Any], now: float) -> "Grant":
        """With what Google gave at `now`: a new access token, perhaps a new refresh token and its end."""
        return replace(
            self, access_token=said["access_token"], expires_at=now + float(said["expires_in"]),
            refresh_token=said.get("refresh_token") or self.refresh_token, ends_at=ends_at(said, now) or self.ends_at,
        )  # fmt: skip


def ends_at(said: Mapping[str, Any], now: float) -> float:
    """When the consent ends, where an answer with tokens says so (`refresh_token_expires_in`): while the Google project
    is in "Testing", or where somebody agreed for some time only. 0: it does not say."""
    seconds = said.get("refresh_token_expires_in")
    return now + float(seconds) if seconds else 0.0


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
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(asdict(grant), file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, self.path)
        except OSError:  # a full disk: no copies of the secret are left, one for each try
            os.unlink(name)
            raise
