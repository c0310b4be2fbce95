"""Looks at each question that was just asked or changed: what wants a second look, what was said before."""

from collections.abc import Sequence

from streamer.council.flags import Flag, Mark, fingerprint, marks
from streamer.council.question import Question
from streamer.council.word_list import WordList


class Flagging:
    """`words`: the commune's list. What was said in a meeting is kept as fingerprints, in memory."""

    def __init__(self, words: WordList) -> None:
        self._words = words
        self._said: dict[str, dict[str, str]] = {}

    def knows(self, meeting: str) -> bool:
        """Whether what was asked in `meeting` before has been learnt."""
        return meeting in self._said

    def learn(self, meeting: str, questions: Sequence[Question]) -> None:
        """These are questions of `meeting`."""
        said = self._said.setdefault(meeting, {})
        for question in questions:
            said.setdefault(fingerprint(question.text), question.id)

    def marks(self, question: Question) -> tuple[Mark, ...]:
        """Everything in its text that wants a second look; a repetition of another question has no length."""
        found = marks(question.text, self._words)
        first = self._said.get(question.meeting, {}).get(fingerprint(question.text), question.id)
        return (*found, *([Mark(Flag.REPEATED, 0, 0)] if first != question.id else []))
