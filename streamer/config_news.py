"""The section [news]: what is told outside when a meeting is planned, changed, live or published."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import AbsolutePath, kept_in_file, kept_in_variable, not_empty, one_place_where, secret
from streamer.config_webhook import WebhookKeys, encrypted
from streamer.platforms.x import keys_of

OFF, WITH_LINK = "off", "with-link"


class News(WebhookKeys):
    """Nothing here: feeds and the calendar are all there is. Secrets are never held: they are fetched when they are
    needed."""

    email: bool = False
    wait_minutes: float = Field(10.0, ge=0, le=24 * 60)
    websub_hub: str | None = None
    mastodon_url: str | None = None
    mastodon_visibility: Literal["public", "unlisted", "private"] = "public"
    mastodon_token_file: AbsolutePath | None = None
    mastodon_token_env: str | None = None
    facebook_page: str | None = None
    facebook_token_file: AbsolutePath | None = None
    facebook_token_env: str | None = None
    x: Literal["off", "without-link", "with-link"] = "off"
    x_keys_file: AbsolutePath | None = None
    x_keys_env: str | None = None

    @field_validator("websub_hub", "mastodon_url")
    @classmethod
    def _addresses(cls, value: str | None) -> str | None:
        return value if value is None else encrypted(value, "https://social.example.lu")

    @field_validator("facebook_page")
    @classmethod
    def _a_number(cls, value: str | None) -> str | None:
        if value is not None and not (value.isascii() and value.isdigit()):
            todo = "write the number that Facebook shows under About, Page transparency"
            raise mistake("bad_page", f'"{value}" is not the number of a page', todo)
        return value

    @field_validator("mastodon_token_file", "facebook_token_file")
    @classmethod
    def _kept_token(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "token", not_empty("put the token there, on one line"))

    @field_validator("x_keys_file")
    @classmethod
    def _kept_keys(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "keys", _four_keys)

    @field_validator("mastodon_token_env", "facebook_token_env")
    @classmethod
    def _one_token(cls, value: str | None, info: ValidationInfo) -> str | None:
        switch = "mastodon_url" if info.field_name == "mastodon_token_env" else "facebook_page"
        one_place_where(switch, value, info)
        return kept_in_variable(value, not_empty("put the token there"))

    @field_validator("x_keys_env")
    @classmethod
    def _four_in_one_place(cls, value: str | None, info: ValidationInfo) -> str | None:
        one_place_where("x", value, info, off=OFF)
        return kept_in_variable(value, _four_keys)

    def mastodon_token(self) -> str:
        """As it stands now. Raises OSError, KeyError if it went away."""
        return secret(self.mastodon_token_file, self.mastodon_token_env) or ""

    def facebook_token(self) -> str:
        """As it stands now. Raises OSError, KeyError if it went away."""
        return secret(self.facebook_token_file, self.facebook_token_env) or ""

    def x_keys(self) -> str:
        """As they stand now, four words. Raises OSError, KeyError if they went away."""
        return secret(self.x_keys_file, self.x_keys_env) or ""


def _four_keys(text: str, where: str) -> None:
    try:
        keys_of(text)
    except ValueError:
        todo = "put the API key, its secret, the access token and its secret there, each on a line of its own"
        raise mistake("no_key", f"{where} does not hold four keys", todo) from None
