"""Words a commune wants a second look at: found in any spelling that a reader would still recognise.

No regular expression: a word is looked up among the folded words of a text, so that the time grows with the text alone,
however long the list is and whatever somebody writes into it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

LONGEST = 40
"""Letters of a word on the list; what is longer is no word."""
MOST_WORDS = 6
"""Of one phrase on the list."""
SPELLED = 3
"""So many single letters in a row are somebody spelling a word."""
MOST_PHRASES = 200
"""With the same first word: each is tried where that word stands."""
_STRETCHED = re.compile(r"(.)\1\1")
"""The same letter three times in a row: somebody is stretching a word."""

_DISGUISES = {
    "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s", "€": "e",
    "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o", "р": "p", "с": "c", "т": "t", "у": "y",
    "х": "x", "і": "i", "ѕ": "s", "ј": "j", "α": "a", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p",
    "τ": "t", "υ": "u", "χ": "x",
}  # fmt: skip
"""What is written for a letter: digits and signs within a word, letters of other alphabets that look the same."""
_WORD = re.compile("(?:[^\\W_]|[@$€\u0300-\u036f])+")


class Token(NamedTuple):
    """A word of a text, folded. `start`, `end`: where it stands, in characters of the text."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True)
class WordList:
    """The words of all languages: `words(...)` makes one. `phrases`: by their first word, few for each."""

    whole: frozenset[str] = frozenset()
    phrases: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    beginnings: frozenset[str] = frozenset()
    squeezed: frozenset[str] = frozenset()
    squeezed_beginnings: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.whole or self.phrases or self.beginnings)

    def found(self, text: str) -> list[tuple[int, int]]:
        """Where words of the list stand: (start, end) in characters, by start."""
        if not self:
            return []
        tokens = [*tokens_of(text)]
        alone = ((each.start, each.end) for each in [*tokens, *_spelled(tokens)] if self._has(each.folded))
        return sorted({*alone, *self._phrases_in(tokens)})

    def _has(self, folded: str) -> bool:
        if folded in self.whole or _begins(folded, self.beginnings):
            return True
        if not _is_stretched(folded):
            return False
        return (short := _squeezed(folded)) in self.squeezed or _begins(short, self.squeezed_beginnings)

    def _phrases_in(self, tokens: list[Token]) -> Iterator[tuple[int, int]]:
        for at, token in enumerate(tokens):
            for phrase in self.phrases.get(token.folded, ()):
                some = tokens[at : at + len(phrase)]
                if tuple(token.folded for token in some) == phrase:
                    yield some[0].start, some[-1].end


def words(entries: Iterable[str]) -> WordList:
    """A list out of its lines: a word, a phrase of at most six words, or the beginning of words (`idiot*`). Empty
    lines and what stands after `#` say nothing."""
    whole, phrases, beginnings = set[str](), dict[str, tuple[tuple[str, ...], ...]](), set[str]()
    for entry in entries:
        line = entry.partition("#")[0].strip()
        folded = tuple(token.folded for token in tokens_of(line.rstrip("*")))[:MOST_WORDS]
        if len(folded) > 1:
            phrases[folded[0]] = (*phrases.get(folded[0], ()), folded)[:MOST_PHRASES]
        elif folded and line.endswith("*"):
            beginnings.add(folded[0][:LONGEST])
        elif folded:
            whole.add(folded[0])
    short, short_beginnings = ({_squeezed(word) for word in some} for some in (whole, beginnings))
    return WordList(frozenset(whole), phrases, frozenset(beginnings), frozenset(short), frozenset(short_beginnings))


def tokens_of(text: str) -> Iterator[Token]:
    """The words of a text without case, accents and disguises. A number stays a number."""
    for word in _WORD.finditer(text):
        yield Token(folded(word.group()), word.start(), word.end())


def folded_words(text: str) -> list[str]:
    """The same, without their places."""
    return [folded(word) for word in _WORD.findall(text)]


@lru_cache(maxsize=10_000)
def folded(word: str) -> str:
    """`Ídi0t` -> `idiot`; digits count as letters only beside letters."""
    plain = word.lower()
    if plain.isascii() and plain.isalpha():
        return plain
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))
    if not any(c.isalpha() for c in plain):
        return plain
    return "".join(_DISGUISES.get(c, c) for c in plain).casefold()


def _spelled(tokens: list[Token]) -> Iterator[Token]:
    """`i d i o t`, `i.d.i.o.t`: single letters in a row, as one word."""
    row: list[Token] = []
    for token in [*tokens, None]:
        if token and len(token.folded) == 1 and (not row or token.start - row[-1].end <= 2):
            row.append(token)
            continue
        if len(row) >= SPELLED:
            yield Token("".join(_DISGUISES.get(each.folded, each.folded) for each in row), row[0].start, row[-1].end)
        row = [token] if token and len(token.folded) == 1 else []


def _begins(word: str, with_one_of: frozenset[str]) -> bool:
    if not with_one_of:
        return False
    return any(word[:size] in with_one_of for size in range(1, min(len(word), LONGEST) + 1))


def _is_stretched(word: str) -> bool:
    return _STRETCHED.search(word) is not None


def _squeezed(word: str) -> str:
    """Each letter once where it is doubled: `idiiioot` -> `idiot`."""
    return "".join(c for at, c in enumerate(word) if at == 0 or c != word[at - 1])
