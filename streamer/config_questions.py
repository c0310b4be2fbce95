"""The section `[questions]`: what citizens may ask, when, and why a question may be refused."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import AbsolutePath, Section
from streamer.council.questions import Reason
from streamer.council.word_list import WordList, words

Language = Literal["fr", "de", "lb", "en"]
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST = 9
LONGEST = 200


class Questions(Section):
    """What citizens may ask, and when."""

    max_length: int = Field(500, ge=50, le=5000)
    per_person: int = Field(5, ge=1, le=100)
    open_before: bool = True
    after_days: int = Field(0, ge=0, le=365)
    undo_seconds: float = Field(10.0, ge=0, le=60)
    pause_seconds: float = Field(30.0, ge=0, le=600)
    network_per_minute: int = Field(30, ge=1, le=10_000)
    erase_unpublished_days: int = Field(30, ge=1, le=3650)
    erase_published_days: int = Field(2190, ge=1, le=36_500)
    reasons: dict[str, dict[Language, str]] = Field(default_factory=dict)
    words: dict[Language, list[str]] = Field(default_factory=dict)
    word_files: dict[Language, AbsolutePath] = Field(default_factory=dict)

    @field_validator("reasons")
    @classmethod
    def _said(cls, value: dict[str, dict[Language, str]], info: ValidationInfo) -> dict[str, dict[Language, str]]:
        """Nothing there: Tribune's own. A reason of the commune's has a sentence at least."""
        if not value:
            return {str(reason): {} for reason in Reason}
        if len(value) > MOST:
            raise mistake("too_many", f"has {len(value)} reasons", f"keep at most {MOST}: each has a key from 1 to 9")
        for code, texts in value.items():
            _check(code, texts)
        return value

    @field_validator("word_files")
    @classmethod
    def _readable(cls, value: dict[Language, Path]) -> dict[Language, Path]:
        for path in value.values():
            _lines(path)
        return value

    @property
    def word_list(self) -> WordList:
        """The words of all languages. Raises a mistake when a file went away since the check."""
        listed = [word for some in self.words.values() for word in some]
        return words([*listed, *(line for path in self.word_files.values() for line in _lines(path))])

    @property
    def said(self) -> dict[str, dict[str, str]]:
        """The reasons in their order: code -> language -> sentence."""
        return {code: {str(language): text for language, text in texts.items()} for code, texts in self.reasons.items()}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise mistake("no_file", f"cannot read {path}", "write one word on each line of that file") from None


def _check(code: str, texts: dict[Language, str]) -> None:
    if not CODE.fullmatch(code):
        raise mistake("bad_name", f'"{code}" is not a name for a reason', "use small letters, digits and _")
    if not texts and code not in set(Reason):
        raise mistake("no_text", f"{code} has no sentence", f'write one: {code} = {{ fr = "…", de = "…" }}')
    for language, text in texts.items():
        if not 0 < len(text.strip()) <= LONGEST:
            todo = f"write 1 to {LONGEST} characters, or leave the language out"
            raise mistake("bad_text", f"{code} has no usable sentence in {language}", todo)
