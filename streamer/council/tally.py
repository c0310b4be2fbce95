"""What became of a meeting's questions, in numbers: for everybody to read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from streamer.council.question import Question
from streamer.council.questions import PUBLIC, WAITING, Status


@dataclass(frozen=True)
class Tally:
    """`statuses`: how many are where (as told); `rejected`: how many for which reason. Nothing about any single one."""

    statuses: Mapping[Status, int] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)

    def of(self, *statuses: Status) -> int:
        """How many are in one of `statuses`."""
        return sum(self.statuses.get(status, 0) for status in statuses)

    @property
    def received(self) -> int:
        """All that were ever asked."""
        return sum(self.statuses.values())

    @property
    def published(self) -> int:
        """Those that everybody can read."""
        return self.of(*PUBLIC)

    @property
    def waiting(self) -> int:
        """Those that nobody has decided about yet."""
        return self.of(*WAITING)


def tally(questions: Iterable[Question]) -> Tally:
    """Count. A verdict that can still be undone does not count yet."""
    told = [question.as_told for question in questions]
    rejected = Counter(q.reason for q in told if q.status is Status.REJECTED and q.reason)
    return Tally(Counter(q.status for q in told), rejected)
