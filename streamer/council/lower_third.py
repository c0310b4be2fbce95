"""The lower third: the line of text in the picture. At most one is shown; the clerk switches it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from streamer.council.events import Event, Kind
from streamer.council.questions import Status

MAX_SPEAKER = 80
"""Characters of a name, and of a function."""


class ThirdKind(StrEnum):
    """What it says. The value is the word in the log and in requests."""

    ITEM = "item"
    """The title of the item that is open, whichever that is by now."""
    SPEAKER = "speaker"
    QUESTION = "question"


@dataclass(frozen=True)
class LowerThird:
    """What is shown. `question`: its id, never its text; `name`, `function`: of a speaker, as typed."""

    kind: ThirdKind
    question: str | None = None
    name: str = ""
    function: str = ""

    def as_data(self) -> dict[str, Any]:
        """For the log."""
        match self.kind:
            case ThirdKind.ITEM:
                return {"third": self.kind}
            case ThirdKind.SPEAKER:
                return {"third": self.kind, "name": self.name, "function": self.function}
            case ThirdKind.QUESTION:
                return {"third": self.kind, "question": self.question}


def from_data(data: Mapping[str, Any]) -> LowerThird:
    """Out of the log."""
    return LowerThird(ThirdKind(data["third"]), data.get("question"), data.get("name", ""), data.get("function", ""))


def fold_lower_third(shown: LowerThird | None, event: Event) -> LowerThird | None:
    """What is shown after one more event: nothing after a change of phase, no question that is not on air any more."""
    match event.kind:
        case Kind.LOWER_THIRD_SHOWN:
            return from_data(event.data)
        case Kind.LOWER_THIRD_HIDDEN | Kind.PHASE_CHANGED:
            return None
        case Kind.QUESTION_MOVED if shown and shown.question == event.data["question"]:
            return shown if event.data["status"] == Status.ON_AIR else None
        case _:
            return shown
