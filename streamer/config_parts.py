"""What the sections of the configuration file have in common: how they are checked, paths, secrets."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo

from streamer.config_errors import mistake

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Section(BaseModel):
    """What all sections share: no unknown keys, no silent conversion ("10" is not 10), never changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True, validate_default=True)


def folder_of(info: ValidationInfo) -> Path:
    """The folder of the configuration file."""
    folder: Path = (info.context or {}).get("folder") or Path.cwd()
    return folder


def _absolute(value: Any, info: ValidationInfo) -> Any:
    """Paths are relative to the configuration file, wherever the service is started."""
    return folder_of(info) / Path(value).expanduser() if isinstance(value, str) else value


AbsolutePath = Annotated[Path, BeforeValidator(_absolute)]


def _secret_file(path: Path, what: str) -> str:
    """What a file that holds only `what` holds. Raises a mistake when it cannot be read, or everybody can."""
    try:
        readable_by_all = path.stat().st_mode & stat.S_IRWXO
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise mistake("no_file", f"cannot read {path}", f"put the {what} alone in that file") from None
    if readable_by_all:
        raise mistake("file_open", f"{path} can be read by everybody on this machine", f"chmod 600 {path}")
    return secret


Check = Callable[[str, str], None]
"""Of a secret, and where it stands, which alone may be said of it. Raises a mistake."""


def kept_in_file(path: Path | None, what: str, check: Check) -> Path | None:
    """The file as it was named, what it holds checked. Raises a mistake."""
    if path is not None:
        check(_secret_file(path, what), str(path))
    return path


def kept_in_variable(name: str | None, check: Check) -> str | None:
    """The variable as it was named, likewise."""
    if name is not None:
        check(os.environ.get(name, "").strip(), f"the variable {name}")
    return name


def not_empty(todo: str) -> Check:
    """For a secret that may be any text: what to do where there is none."""

    def check(text: str, where: str) -> None:
        if not text:
            raise mistake("no_key", f"{where} is empty", todo)

    return check


def secret(file: Path | None, variable: str | None) -> str | None:
    """A secret as it stands now, `None` where none was named. Raises OSError, KeyError if it went away."""
    if file:
        return file.read_text(encoding="utf-8").strip()
    return os.environ[variable].strip() if variable else None


def one_place(variable: str | None, file: Path | None, name: str, *, needed: bool, said: str = "") -> None:
    """A secret is named by `<name>_file` or `<name>_env`. Raises a mistake for both, and for none where it is `needed`;
    `said`: what it is called there."""
    said = said or name
    if variable is not None and file is not None:
        raise mistake("one_of", f"takes its {said} from one place", f"keep {name}_file or {name}_env", True)
    if needed and variable is None and file is None:
        raise mistake("missing", f"needs a {said}", f"add {name}_file or {name}_env", True)


def one_place_where(switch: str, variable: str | None, info: ValidationInfo, *, off: str | None = None) -> None:
    """The same for the key that is being checked, `<name>_env`: needed where the key `switch` has a value other than
    `off`. What is wrong with that key, or with the file, is told by itself."""
    name = (info.field_name or "").removesuffix("_env")
    if f"{name}_file" in info.data and switch in info.data:
        needed = info.data[switch] not in (None, off)
        one_place(variable, info.data[f"{name}_file"], name, needed=needed)
