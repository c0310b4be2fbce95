"""Who did what with a meeting's questions, and when: read from the log, which cannot be edited. No texts, no names of
askers."""

from collections.abc import Iterable
from dataclasses import dataclass

from streamer.council.events import QUESTIONS, Event, Kind


@dataclass(frozen=True)
class LogLine:
    """One line. `version`: its number in the meeting's log; `at`: unix seconds; `what`: the kind of event; `verb`,
    `status`, `reason`: of a move; `held`: nobody outside was told of it at that moment;
    `origin`: where it was asked, if not on our own pages."""

    version: int
    at: float
    by: str
    what: str
    question: str
    verb: str = ""
    status: str = ""
    reason: str = ""
    held: bool = False
    origin: str = ""


def question_log(events: Iterable[Event]) -> list[LogLine]:
    """The lines about questions, oldest first; the running order names its questions one after the other."""
    return [_line(event) for event in events if event.kind in QUESTIONS or event.kind is Kind.QUEUE_ARRANGED]


def _line(event: Event) -> LogLine:
    data = event.data
    about = " ".join(data["order"]) if event.kind is Kind.QUEUE_ARRANGED else data["question"]
    return LogLine(
        event.version, event.at, event.by, event.kind, about, str(data.get("verb", "")), str(data.get("status", "")),
        str(data.get("reason", "")), bool(data.get("held")), str(data.get("origin", "")),
    )  # fmt: skip
