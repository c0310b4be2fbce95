"""The claims of all meetings, in memory: after a restart the pages that are open claim again."""

from collections.abc import Callable

from streamer.council import claims as rules
from streamer.council.claims import Claims


class ClaimBook:
    """`clock()`: unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._meetings: dict[str, Claims] = {}

    def claim(self, meeting: str, question: str, reader: str, by: str) -> None:
        """`reader` (an open page) has `question` open."""
        self._meetings[meeting] = rules.claimed(self._of(meeting), question, reader, by, at=self._clock())

    def release(self, meeting: str, reader: str) -> None:
        """`reader` has none open any more."""
        self._keep(meeting, rules.released(self._of(meeting), reader))

    def settle(self, meeting: str, question: str) -> None:
        """`question` was moved."""
        self._keep(meeting, rules.settled(self._of(meeting), question))

    def readers(self, meeting: str) -> dict[str, dict[str, str]]:
        """Who reads what now: question -> {page, by}. For the staff alone."""
        now = rules.standing(self._of(meeting), at=self._clock())
        self._keep(meeting, now)
        return {question: {"page": claim.reader, "by": claim.by} for question, claim in now.items()}

    def _of(self, meeting: str) -> Claims:
        return self._meetings.get(meeting, {})

    def _keep(self, meeting: str, claims: Claims) -> None:
        if claims:
            self._meetings[meeting] = claims
        else:
            self._meetings.pop(meeting, None)
