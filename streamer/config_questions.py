"""The section `[questions]`: what citizens may ask, when, and why a question may be refused."""

import re
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import Section
from streamer.council.questions import Reason

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
    reasons: dict[str, dict[Language, str]] = Field(default_factory=dict)

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

    @property
    def said(self) -> dict[str, dict[str, str]]:
        """The reasons in their order: code -> language -> sentence."""
        return {code: {str(language): text for language, text in texts.items()} for code, texts in self.reasons.items()}


def _check(code: str, texts: dict[Language, str]) -> None:
    if not CODE.fullmatch(code):
        raise mistake("bad_name", f'"{code}" is not a name for a reason', "use small letters, digits and _")
    if not texts and code not in set(Reason):
        raise mistake("no_text", f"{code} has no sentence", f'write one: {code} = {{ fr = "…", de = "…" }}')
    for language, text in texts.items():
        if not 0 < len(text.strip()) <= LONGEST:
            todo = f"write 1 to {LONGEST} characters, or leave the language out"
            raise mistake("bad_text", f"{code} has no usable sentence in {language}", todo)
