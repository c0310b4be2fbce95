"""How many want to know the same, at hand for every snapshot: counted in memory, stored in the table `support`."""

from streamer.store.support import Support


class Supporters:
    """Counts by meeting."""

    def __init__(self, support: Support) -> None:
        self._support = support
        self._counts: dict[str, dict[str, int]] = {}

    async def give(self, meeting: str, question: str, ballot: str) -> int:
        """Count a ballot, once; how many there are now."""
        return await self._changed(meeting, question, await self._support.give(question, ballot), 1)

    async def take_back(self, meeting: str, question: str, ballot: str) -> int:
        """Count it no longer; how many there are now."""
        return await self._changed(meeting, question, await self._support.take_back(question, ballot), -1)

    async def _changed(self, meeting: str, question: str, new: bool, by: int) -> int:
        known = meeting in self._counts
        counts = await self._of(meeting)
        if new and known:  # else it has just been read with the others
            counts[question] = max(0, counts.get(question, 0) + by)
        return counts.get(question, 0)

    async def counts(self, meeting: str) -> dict[str, int]:
        """How many support each question of a meeting; those that nobody supports may be left out."""
        return dict(await self._of(meeting))

    async def given(self, ballots: dict[str, str]) -> set[str]:
        """Of these questions (question -> ballot) those this browser supports."""
        return await self._support.given(ballots)

    async def _of(self, meeting: str) -> dict[str, int]:
        if meeting not in self._counts:
            found = await self._support.counts(meeting)
            self._counts.setdefault(meeting, found)
        return self._counts[meeting]
