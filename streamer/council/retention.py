"""How long the words of citizens are kept. What is erased leaves its number, its dates and its status."""

from dataclasses import dataclass

from streamer.council.questions import ANSWERED, PUBLIC, Status

DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Retention:
    """The commune's terms, in days after the meeting or the last change, whichever is later."""

    unpublished_days: int = 30
    published_days: int = 2190

    def due_at(self, status: Status, changed_at: float, start: float) -> float:
        """When a question's text and name are erased. All in unix seconds; `start`: of its meeting."""
        days = self.published_days if status in PUBLIC else self.unpublished_days
        return max(changed_at, start) + days * DAY_SECONDS


def on_record(status: Status) -> bool:
    """Whether the council has answered or promised to: the words are then part of the meeting's record, and of what is
    stored only the name is the asker's alone to take away."""
    return status in ANSWERED or status is Status.ON_NOTICE
