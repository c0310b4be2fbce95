"""The section [alarms]: who is told when nobody is looking at a page."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import (
    LOOPBACK,
    AbsolutePath,
    kept_in_file,
    kept_in_variable,
    not_empty,
    one_place_where,
    secret,
)
from streamer.config_webhook import WebhookKeys
from streamer.council.following import ADDRESS
from streamer.platforms.mail import PORTS, MailServer, Security


class Alarms(WebhookKeys):
    """Nothing here: alarms are on the pages alone. Secrets are never held: they are fetched when they are needed."""

    email_to: list[str] = Field(default_factory=list)
    smtp_host: str | None = Field(None, min_length=1)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_port: int | None = Field(None, ge=1, le=65535)
    smtp_from: str | None = None
    smtp_user: str | None = Field(None, min_length=1)
    smtp_password_file: AbsolutePath | None = None
    smtp_password_env: str | None = None

    @field_validator("email_to")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        for address in value:
            _address(address)
        return value

    @field_validator("smtp_host", "smtp_from")
    @classmethod
    def _needed_for_mail(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("email_to"):
            example = '"mail.example.lu"' if info.field_name == "smtp_host" else '"tribune@example.lu"'
            raise mistake("missing", "is needed to send e-mail", f"add {info.field_name} = {example}")
        if value is not None and info.field_name == "smtp_from":
            _address(value)
        return value

    @field_validator("smtp_user")
    @classmethod
    def _not_in_the_clear(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("smtp_security") == "none" and info.data.get("smtp_host") not in LOOPBACK:
            raise mistake("insecure", "would send the password in the clear", 'use smtp_security = "starttls" or "tls"')
        return value

    @field_validator("smtp_password_file")
    @classmethod
    def _kept_secret(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "password", not_empty("put the password there, on one line"))

    @field_validator("smtp_password_env")
    @classmethod
    def _one_password(cls, value: str | None, info: ValidationInfo) -> str | None:
        one_place_where("smtp_user", value, info)
        return kept_in_variable(value, not_empty("put the password there"))

    @property
    def mail_server(self) -> MailServer | None:
        """Who carries the mail; `None` where nobody is written to."""
        return self.carrier if self.email_to else None

    @property
    def carrier(self) -> MailServer | None:
        """The mail server, whoever is written to; `None` where none is named."""
        if not self.smtp_host:
            return None
        security = Security(self.smtp_security)
        return MailServer(self.smtp_host, self.smtp_port or PORTS[security], security, self.smtp_user, self._password)

    def _password(self) -> str | None:
        return secret(self.smtp_password_file, self.smtp_password_env)


def _address(text: str) -> None:
    if not ADDRESS.fullmatch(text):
        raise mistake("bad_address", f'"{text}" is not an e-mail address', 'write one like "it@example.lu"')
