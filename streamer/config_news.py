"""The section [news]: what is told outside when a meeting is planned, changed, live or published."""

import os
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import AbsolutePath, one_place, secret, secret_file
from streamer.config_webhook import WebhookKeys, encrypted


class News(WebhookKeys):
    """Nothing here: feeds and the calendar are all there is."""

    email: bool = False
    wait_minutes: float = Field(10.0, ge=0, le=24 * 60)
    websub_hub: str | None = None
    mastodon_url: str | None = None
    mastodon_visibility: Literal["public", "unlisted", "private"] = "public"
    mastodon_token_file: AbsolutePath | None = None
    mastodon_token_env: str | None = None

    @field_validator("websub_hub", "mastodon_url")
    @classmethod
    def _addresses(cls, value: str | None) -> str | None:
        return value if value is None else encrypted(value, "https://social.example.lu")

    @field_validator("mastodon_token_file")
    @classmethod
    def _kept_secret(cls, value: AbsolutePath | None) -> AbsolutePath | None:
        if value is not None and not secret_file(value, "token"):
            raise mistake("no_key", f"{value} is empty", "put the token there, on one line")
        return value

    @field_validator("mastodon_token_env")
    @classmethod
    def _one_token(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "mastodon_token_file" in info.data and "mastodon_url" in info.data:
            needed = bool(info.data["mastodon_url"])
            one_place(value, info.data["mastodon_token_file"], "mastodon_token", needed=needed)
        if value is not None and not os.environ.get(value, "").strip():
            raise mistake("no_key", f"the variable {value} is empty", "put the token there")
        return value

    def mastodon_token(self) -> str:
        """As it stands now. Raises OSError, KeyError if it went away."""
        return secret(self.mastodon_token_file, self.mastodon_token_env) or ""
