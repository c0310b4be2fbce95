"""How many want to know the same, at hand for every snapshot: counted in memory, stored in the table `support`.

A meeting's counts are read before its first ballot is written, so that no ballot is in them that is also counted here.
"""

import asyncio

from streamer.store.support import Support


class Supporters:
    """Counts by meeting."""

    def __init__(self, support: Support) -> None:
        self._support = support
        self._counts: dict[str, dict[str, int]] = {}
        self._reading = asyncio.Lock()

    async def give(self, meeting: str, question: str, ballot: str) -> int:
        """Count a ballot, once; how many there are now."""
        counts = await self._of(meeting)
        return _changed(counts, question, int(await self._support.give(question, ballot)))

    async def take_back(self, meeting: str, question: str, ballot: str) -> int:
        """Count it no longer; how many there are now."""
        counts = await self._of(meeting)
        return _changed(counts, question, -int(await self._support.take_back(question, ballot)))

    async def counts(self, meeting: str) -> dict[str, int]:
        """How many support each question of a meeting; those that nobody supports may be left out."""
        return dict(await self._of(meeting))

    async def given(self, ballots: dict[str, str]) -> set[str]:
        """Of these questions (question -> ballot) those this browser supports."""
        return await self._support.given(ballots)

    async def _of(self, meeting: str) -> dict[str, int]:
        if meeting not in self._counts:
            async with self._reading:
                if meeting not in self._counts:
                    self._counts[meeting] = await self._support.counts(meeting)
        return self._counts[meeting]


def _changed(counts: dict[str, int], question: str, by: int) -> int:
    number = max(0, counts.get(question, 0) + by)
    if by:
        counts[question] = number
    return number
