"""What is wrong with a configuration file, in sentences for the person who wrote it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError


@dataclass(frozen=True)
class Mistake:
    """`key` is where ("destination[0].stream_key_file", empty for the whole file), `code` is stable, `todo` helps."""

    key: str
    code: str
    message: str
    todo: str

    def __str__(self) -> str:
        return f"{self.key + ': ' if self.key else ''}{self.message}\n    -> {self.todo}"


class ConfigErrors(Exception):
    """All mistakes of a file."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = tuple(mistakes)


def mistake(code: str, message: str, todo: str, whole: bool = False) -> PydanticCustomError:
    """For validators to raise. `whole`: it is about the section, not about the field under validation."""
    values = {"message": message, "todo": todo, "whole": whole}
    return PydanticCustomError("tribune", "{message}", values | {"code": code})


def explain(error: ValidationError, model: type[BaseModel]) -> list[Mistake]:
    """Pydantic's errors as mistakes, in its order."""
    return [_explain_one(details, model) for details in error.errors(include_url=False)]


_SENTENCES: dict[str, tuple[str, str]] = {
    "string_type": ("must be text", 'put it between quotation marks: "..."'),
    "int_type": ("must be a whole number", "write it without quotation marks and without a decimal point"),
    "float_type": ("must be a number", "write it without quotation marks"),
    "bool_type": ("must be true or false", "write it without quotation marks, in small letters"),
    "list_type": ("must be a list", 'write it like ["one", "two"]'),
    "string_too_short": ("is empty", "write something between the quotation marks"),
    "string_too_long": ("is too long", "use at most {max_length} characters"),
    "too_short": ("is empty", "name at least one"),
    "greater_than_equal": ("is too small", "use {ge} or more"),
    "less_than_equal": ("is too large", "use {le} or less"),
    "literal_error": ("is not one of the choices", "use one of: {expected}"),
    "is_instance_of": ("must be text", 'put it between quotation marks: "..."'),
    "path_type": ("must be a path", 'put it between quotation marks: "folder/file"'),
}


SECRETS = {
    "stream_key": "stream key",
    "smtp_password": "password",
    "webhook_secret": "secret",
    "client_secret": "client secret",
    "mastodon_token": "token",
    "facebook_token": "token",
    "x_keys": "key",
}
"""What people write into the file first; the keys that end in _file and _env are meant."""


def _explain_one(details: ErrorDetails, model: type[BaseModel]) -> Mistake:
    code, place, values = details["type"], details["loc"], dict(details.get("ctx", {}))
    key = _key(place)
    match code:
        case "tribune":
            whole = _key(place[:-1]) if values["whole"] else key
            return Mistake(whole, values["code"], values["message"], values["todo"])
        case "extra_forbidden":
            return _unknown_key(place, model)
        case "missing" if place == ("source",):
            return Mistake(
                "source.url", code, "is missing", 'add a section [source] with url = "demo:" or your camera\'s'
            )
        case "missing":
            return Mistake(key, code, "is missing", f"add {place[-1]} = ...")
        case "model_type" | "model_attributes_type":
            return Mistake(key, code, "must be a section", f"write [{key}] on a line of its own and its keys below")
        case "list_type" if place == ("destination",):
            return Mistake(key, code, "must be written once per destination", "use double brackets: [[destination]]")
    message, todo = _SENTENCES.get(code, (details["msg"], "see config.toml, which explains every key"))
    return Mistake(key, code, message, todo.format(**values))


def _unknown_key(place: tuple[str | int, ...], model: type[BaseModel]) -> Mistake:
    if place[-1] in SECRETS:
        todo = f'put it alone in a file, chmod 600, and write {place[-1]}_file = "that file"; or use {place[-1]}_env'
        return Mistake(_key(place), "literal_secret", f"a {SECRETS[str(place[-1])]} does not belong in this file", todo)
    known = _names_at(place[:-1], model)
    close = difflib.get_close_matches(str(place[-1]), known, n=1)
    todo = f"did you mean {close[0]}?" if close else f"known here: {', '.join(known)}"
    return Mistake(_key(place), "unknown_key", "is not a key Tribune knows", todo)


def _names_at(place: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """The keys that may stand at `place`, found by walking the models."""
    current: Any = model
    for step in place:
        if isinstance(step, str):
            fields = {field.alias or name: field for name, field in current.model_fields.items()}
            annotation = fields[step].annotation
            current = (get_args(annotation) or (annotation,))[0]
    return [field.alias or name for name, field in current.model_fields.items()]


def _key(place: tuple[str | int, ...]) -> str:
    """("destination", 0, "name") -> destination[0].name"""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).removeprefix(".")
