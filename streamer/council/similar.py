"""Which questions ask the same: letters in threes, without accents, case and punctuation. No model, any language.

Threes of letters and not words, because "Schoulhaff" and "Schoulhoff", "école" and "écoles" are meant to meet.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from streamer.council.question import Question, may_be_merged_into

ALIKE = 0.5
"""From here on (0 to 1) a question is suggested. The same question in other words has 0.55 to 0.8, a repeat 1; two of
one build about different things up to 0.65. A person decides."""
AT_MOST = 5
SHORTEST_WORD = 3
MOST_WORDS = 40


def normalised(text: str) -> str:
    """Lower case without accents and punctuation, single spaces: "Wéini op?" as "weini op"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(letters).split())


def words(text: str, *, shortest: int = SHORTEST_WORD) -> list[str]:
    """The words to look for as they are written, each once: at most 40, none shorter than `shortest` letters."""
    spaced = "".join(c if c.isalnum() else " " for c in text)
    found = dict.fromkeys(word for word in spaced.split() if len(word) >= shortest)
    return list(found)[:MOST_WORDS]


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1 (Dice's coefficient of their threes of letters)."""
    a, b = _threes(one), _threes(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


@lru_cache(maxsize=4096)
def _threes(text: str) -> frozenset[str]:
    padded = f"  {normalised(text)} "
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2)) if padded.strip() else frozenset()


def similar(question: Question, others: Iterable[Question]) -> Sequence[tuple[Question, float]]:
    """Those of `others` that ask the same, the most alike first: at most 5, with their likeness. Only such as it could
    be merged into."""
    found = [
        (other, likeness(question.text, other.text))
        for other in others
        if other.id != question.id and may_be_merged_into(other)
    ]
    alike = sorted((pair for pair in found if pair[1] >= ALIKE), key=lambda pair: -pair[1])
    return alike[:AT_MOST]
