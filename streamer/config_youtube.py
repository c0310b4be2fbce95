"""The section [youtube]: what Tribune may do at YouTube beyond sending there."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import (
    AbsolutePath,
    Section,
    kept_in_file,
    kept_in_variable,
    not_empty,
    one_place,
    secret,
)
from streamer.council.chat import Rule, Taking

PLAYLIST = r"^[A-Za-z0-9_-]{10,64}$"
"""An id, as it stands in a playlist's address after `list=`."""


def _an_address(text: str, where: str) -> None:
    """Never says what it is: it is a secret."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "cid=" not in parts.query:
        todo = "copy it from YouTube Studio (Closed captions > Post captions to URL); it has cid= in it"
        raise mistake("bad_url", f"{where} holds no address for captions", todo)


class YouTube(Section):
    """Without a client nothing is asked of YouTube: a stream key in [[destination]] is enough to send there."""

    client_id: str | None = Field(None, min_length=1)
    client_secret_file: AbsolutePath | None = None
    client_secret_env: str | None = None
    privacy: Literal["public", "unlisted", "private"] = "public"
    destination: str = "YouTube"
    playlist: str | None = Field(None, pattern=PLAYLIST)
    captions_url_file: AbsolutePath | None = None
    captions_url_env: str | None = None
    captions_language: str | None = Field(None, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")
    chat: Literal["off", "questions", "all"] = "off"
    chat_word: str = Field("", max_length=20)
    playlists: dict[str, Annotated[str, Field(pattern=PLAYLIST)]] = Field({})

    @property
    def chat_rule(self) -> Rule:
        """Which messages of the live chat become questions."""
        return Rule(Taking(self.chat), self.chat_word.strip())

    @field_validator("client_secret_file")
    @classmethod
    def _kept_secret(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "client secret", not_empty("put the client secret there, on one line"))

    @field_validator("client_secret_env")
    @classmethod
    def _one_secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "client_secret_file" not in info.data or "client_id" not in info.data:
            return value
        needed = bool(info.data["client_id"])
        one_place(value, info.data["client_secret_file"], "client_secret", needed=needed, said="client secret")
        return kept_in_variable(value, not_empty("put the client secret there"))

    @field_validator("captions_url_file")
    @classmethod
    def _kept_address(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "address for captions", _an_address)

    @field_validator("captions_url_env")
    @classmethod
    def _one_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        one_place(value, info.data.get("captions_url_file"), "captions_url", needed=False, said="address for captions")
        return kept_in_variable(value, _an_address)

    @property
    def takes_captions(self) -> bool:
        """Whether live captions are sent there."""
        return self.captions_url_file is not None or self.captions_url_env is not None

    def captions_url(self) -> str:
        """As it stands now; a secret. Raises OSError, KeyError if it went away."""
        return secret(self.captions_url_file, self.captions_url_env) or ""

    def client_secret(self) -> str:
        """As it stands now. Raises OSError, KeyError if it went away."""
        return secret(self.client_secret_file, self.client_secret_env) or ""

    def playlists_of(self, body: str, year: str) -> list[str]:
        """The ids of those that take a meeting of this body in this year."""
        named = {key.casefold(): id for key, id in self.playlists.items()}
        found = (self.playlist, named.get(body.casefold()), named.get(year))
        return list(dict.fromkeys(id for id in found if id))
