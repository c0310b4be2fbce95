"""What somebody typed into the search field, understood: never an error. Pure: words, folding, variants, marking."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

MAX_QUERY, MAX_TERMS, MAX_VARIANTS = 200, 12, 8
WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r'-?"[^"]*"?|\S+')
_SPELLINGS = (
    ("ß", ("ß", "ss")), ("œ", ("œ", "oe", "ö")), ("æ", ("æ", "ae", "ä")), ("ä", ("ä", "ae")), ("ö", ("ö", "oe")),
    ("ü", ("ü", "ue")), ("ss", ("ss", "ß")), ("oe", ("oe", "œ", "ö")), ("ae", ("ae", "æ", "ä")), ("ue", ("ue", "ü")),
)  # fmt: skip
"""The same sounds, written otherwise: a keyboard without umlauts, a Swiss one, a typewriter."""
_EITHER = re.compile("|".join(spelling for spelling, _ in _SPELLINGS))
_BODY_ENDS = re.compile(r"[\d(\[:;,|/]|\s[–—-]\s|\b(?:du|vom|vum|of|am)\b")


@dataclass(frozen=True)
class Term:
    """Words that must stand side by side; usually one. `open`: the last may go on ("schoul" finds "Schoulen")."""

    words: tuple[str, ...]
    open: bool = False


@dataclass(frozen=True)
class Query:
    """What must be there, and what must not."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """As the index has it: small letters, no accents. The same few thousand words come again and again."""
    bare = unicodedata.normalize("NFD", word.lower())
    return unicodedata.normalize("NFC", "".join(c for c in bare if not unicodedata.combining(c)))


def words_of(text: str) -> list[str]:
    """The folded words of a text."""
    return [fold(word) for word in WORD.findall(text)]


def spelt(word: str) -> str:
    """One spelling for all: `ß` as ss, `œ` as oe. `word` is folded."""
    return word.replace("ß", "ss").replace("œ", "oe").replace("æ", "ae")


def parse(text: str) -> Query:
    """Words; "words side by side"; -without. Whatever else is typed is a space."""
    wanted, unwanted = list[Term](), list[Term]()
    for part in _PART.findall(unicodedata.normalize("NFC", text[:MAX_QUERY])):
        without = part.startswith("-") and len(part) > 1
        found = tuple(WORD.findall(part.lower()))
        quoted = part.lstrip("-").startswith('"')
        terms = [Term(found)] if quoted and found else [Term((word,), len(word) > 1 and not without) for word in found]
        (unwanted if without else wanted).extend(terms)
    return Query(tuple(wanted[:MAX_TERMS]), tuple(unwanted[:MAX_TERMS]))


def variants(word: str) -> list[str]:
    """Folded spellings of a word, its own first: "buergermeister" also as "burgermeister" (what ü becomes)."""
    pieces: list[Sequence[str]] = []
    at = 0
    for match in _EITHER.finditer(word):
        pieces += [(word[at : match.start()],), dict(_SPELLINGS)[match[0]]]
        at = match.end()
    pieces.append((word[at:],))
    found = (fold("".join(chosen)) for chosen in product(*pieces))
    return list(dict.fromkeys(x for _, x in zip(range(64), found, strict=False)))[:MAX_VARIANTS]


def expression(query: Query, more: Sequence[Sequence[str]] = (), *, prefixes: bool = True) -> str:
    """For FTS5. Every word is quoted, so none is syntax. `more`: other words that also count, term by term; `prefixes`:
    whether FTS5 is to find itself how an open word may go on."""
    others = [*more, *([()] * (len(query.wanted) - len(more)))]
    wanted = " AND ".join(_either(term, extra, prefixes) for term, extra in zip(query.wanted, others, strict=False))
    without = "".join(f" NOT {_either(term, (), False)}" for term in query.unwanted)
    return f"({wanted}){without}" if wanted else ""


def _either(term: Term, extra: Iterable[str], prefixes: bool) -> str:
    spellings = [variants(word) for word in term.words]
    phrases = [" ".join(chosen) for chosen in product(*spellings)][:MAX_VARIANTS]
    star = " *" if term.open and prefixes else ""
    said = [f'"{phrase}"{star}' for phrase in phrases] + [f'"{word}"' for word in extra]
    return f"({' OR '.join(said)})"


class Marker:
    """Finds in texts what was looked for, many texts one after the other. `more`: other words that also count, term by
    term."""

    def __init__(self, query: Query, more: Sequence[Sequence[str]] = ()) -> None:
        longer = [*more, *([()] * (len(query.wanted) - len(more)))]
        self._terms = [_Wanted.of(term, extra) for term, extra in zip(query.wanted, longer, strict=False)]

    def marked(self, texts: Sequence[str]) -> list[list[tuple[str, bool]]]:
        """Each text in pieces, (piece, whether it was looked for). A phrase may go over from one text to the next."""
        matches = [list(WORD.finditer(text)) for text in texts]
        folded = [fold(match[0]) for row in matches for match in row]
        hits = set[int]().union(*(term.hits(folded) for term in self._terms))
        found, first = [], 0
        for text, row in zip(texts, matches, strict=True):
            found.append(_pieces(text, [match for place, match in enumerate(row, first) if place in hits]))
            first += len(row)
        return found


@dataclass(frozen=True)
class _Wanted:
    """A term as it is compared: `before` are the spellings of all words but the last, `ends` those of the last,
    `goes_on` how it may begin."""

    before: tuple[frozenset[str], ...]
    ends: frozenset[str]
    goes_on: tuple[str, ...]

    @classmethod
    def of(cls, term: Term, extra: Iterable[str]) -> "_Wanted":
        *before, last = [frozenset(variants(word)) for word in term.words]
        return cls(tuple(before), last | frozenset(extra), tuple(last) if term.open else ())

    def hits(self, folded: Sequence[str]) -> set[int]:
        """Which of these words it is."""
        last = [n for n, word in enumerate(folded) if word in self.ends or word.startswith(self.goes_on)]
        count = len(self.before)
        if not count:
            return set(last)
        whole = [
            n
            for n in last
            if n >= count and all(folded[n - count + i] in spellings for i, spellings in enumerate(self.before))
        ]
        return {place for n in whole for place in range(n - count, n + 1)}


def _pieces(text: str, matches: Sequence[re.Match[str]]) -> list[tuple[str, bool]]:
    found, at = list[tuple[str, bool]](), 0
    for match in matches:
        if match.start() > at:
            found.append((text[at : match.start()], False))
        found.append((match[0], True))
        at = match.end()
    if at < len(text):
        found.append((text[at:], False))
    return found


def body_of(name: str) -> str:
    """Who meets, as a meeting's name begins with it: "Conseil communal du 13 mars" is of "Conseil communal"."""
    found = _BODY_ENDS.search(name)
    body = name[: found.start()].strip(" .-–—") if found else name.strip()
    return body or name.strip()
