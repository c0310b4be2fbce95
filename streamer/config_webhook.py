"""The keys of a program that is told by a signed POST, wherever a section has one."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import (
    LOOPBACK,
    AbsolutePath,
    Section,
    kept_in_file,
    kept_in_variable,
    one_place_where,
    secret,
)
from streamer.platforms.webhook import key_of


def encrypted(value: str, example: str) -> str:
    """An address that is https, or of this machine. Raises a mistake."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise mistake("bad_url", "is not the address of a program", f'write one like "{example}"')
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise mistake("insecure", "is not encrypted", "use https://")
    return value


class WebhookKeys(Section):
    """Its secret is never held: it is fetched when it is needed."""

    webhook_url: str | None = None
    webhook_secret_file: AbsolutePath | None = None
    webhook_secret_env: str | None = None

    @field_validator("webhook_url")
    @classmethod
    def _encrypted(cls, value: str | None) -> str | None:
        return value if value is None else encrypted(value, "https://example.lu/alarms")

    @field_validator("webhook_secret_file")
    @classmethod
    def _usable(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "secret", _webhook_secret)

    @field_validator("webhook_secret_env")
    @classmethod
    def _one_secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        one_place_where("webhook_url", value, info)
        return kept_in_variable(value, _webhook_secret)

    def webhook_secret(self) -> str:
        """As it stands now. Raises OSError, KeyError if it went away."""
        return secret(self.webhook_secret_file, self.webhook_secret_env) or ""


def _webhook_secret(text: str, where: str) -> None:
    try:
        key_of(text)
    except ValueError:
        todo = "make one: echo whsec_$(head -c 32 /dev/urandom | base64)"
        raise mistake("no_key", f"{where} holds no webhook secret", todo) from None
