"""What in a question wants a second look before it is published, and how personal data in it is masked.

A flag never judges: a flagged question is held for a person to read. Everything here takes time in proportion to the
text, whatever the text is: whoever writes a question must not be able to keep the service busy with it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.word_list import WordList, folded_words, tokens_of


class Flag(StrEnum):
    """Why a question was flagged."""

    LINK = "link"
    EMAIL = "email"
    PHONE = "phone"
    SHOUTING = "shouting"
    REPEATED = "repeated"
    """Says the same again and again, or what another question of the meeting said."""
    WORD = "word"
    """A word of the commune's list."""


MASKED = {Flag.LINK: "[link]", Flag.EMAIL: "[e-mail]", Flag.PHONE: "[tel]"}
"""What masking puts in the place of each: understood in every language of the pages."""


def words_of(line: str) -> frozenset[str]:
    """A set as one writes it."""
    return frozenset(line.split())


SHORTEST_SHOUT = 12
"""Capital letters of a text below which it is an abbreviation, not shouting."""
CAPITALS = 0.7
"""Part of the letters that are capitals, from which on a text shouts."""
MARKS = 4
"""So many `!` or `?` in a row are shouting, too."""
SAME_CHARACTER = 8
SAME_WORD = 4
"""So many times in a row are a repetition."""
_TOP_LEVELS = words_of("lu fr de be eu com net org info io ch at nl it es uk co me tv app dev biz gle ly site shop ru")


@dataclass(frozen=True)
class Mark:
    """Where something was found: `start`, `end` in characters of the text."""

    flag: Flag
    start: int
    end: int


def marks(text: str, words: WordList = WordList()) -> list[Mark]:  # noqa: B008 it is frozen
    """Everything to be looked at in `text`, by its place. What is a link is not an e-mail address as well."""
    taken = list[Mark]()
    for found in sorted([*_links(text), *_emails(text), *_phones(text)], key=lambda mark: (mark.start, -mark.end)):
        if not taken or found.start >= taken[-1].end:
            taken.append(found)
    listed = [Mark(Flag.WORD, start, end) for start, end in words.found(text)]
    return sorted([*taken, *listed, *_shouting(text), *_repeating(text)], key=lambda mark: (mark.start, mark.end))


def flags(text: str, words: WordList = WordList(), *, again: bool = False) -> tuple[Flag, ...]:  # noqa: B008
    """Each flag once, in the order of `Flag`. `again`: another question of the meeting says the same."""
    found = {mark.flag for mark in marks(text, words)} | ({Flag.REPEATED} if again else set())
    return tuple(flag for flag in Flag if flag in found)


def masked(text: str) -> str:
    """The text with links, e-mail addresses and telephone numbers taken out. Masking twice changes nothing."""
    kept, at = list[str](), 0
    for mark in (mark for mark in marks(text) if mark.flag in MASKED):
        kept += [text[at : mark.start], MASKED[mark.flag]]
        at = mark.end
    return "".join([*kept, text[at:]])


def fingerprint(text: str) -> str:
    """The same for texts that differ in case, accents, signs and spaces alone."""
    return " ".join(folded_words(text))


# Links: with or without `https://`. A sentence's end is not part of one.
_WORDS = re.compile(r"\S+")
_OPENING, _CLOSING = "(<[{«„“\"'", ")>]}»“”\"',.;:!?…"


def _links(text: str) -> Iterator[Mark]:
    for piece in _WORDS.finditer(text):
        if "." not in piece.group() and "://" not in piece.group():
            continue
        start, end = _stripped(text, piece.start(), piece.end())
        word = text[start:end].casefold()
        scheme = word.find("://")
        if scheme > 0:
            while scheme > 0 and word[scheme - 1].isalpha():
                scheme -= 1
            yield Mark(Flag.LINK, start + scheme, end)
        elif "@" not in word and _is_host(word.split("/", 1)[0].split(":", 1)[0].split("?", 1)[0]):
            yield Mark(Flag.LINK, start, end)


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _OPENING:
        start += 1
    while start < end and text[end - 1] in _CLOSING:
        end -= 1
    return start, end


def _is_host(word: str) -> bool:
    """`www.beispiel.lu`, `beispiel.lu`; not `z.B`, `12.5`, `fin.Et` (no such top level is in use here)."""
    parts = word.split(".")
    if len(parts) < 2 or not all(part and all(c.isalnum() or c == "-" for c in part) for part in parts):
        return False
    return parts[0] == "www" or (parts[-1] in _TOP_LEVELS and not parts[-2].isdigit() and len(parts[-2]) > 1)


# E-mail addresses: from each @ outwards, so that each character is looked at twice at most.
_AT = re.compile("@")
_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-äöüéèëêàâçîïôûß")


def _emails(text: str) -> Iterator[Mark]:
    low = text.lower() if len(text.lower()) == len(text) else text  # a dotted İ becomes two
    for found in _AT.finditer(text):
        at, end = found.span()
        start = at
        while start > 0 and low[start - 1] in _LOCAL:
            start -= 1
        while end < len(low) and (low[end].isalnum() or low[end] in ".-"):
            end += 1
        while end > at + 1 and low[end - 1] in ".-":
            end -= 1
        if start < at and "." in low[at + 1 : end] and low[end - 1].isalpha():
            yield Mark(Flag.EMAIL, start, end)


# Telephone numbers: a run of digits, judged by how it is grouped. Amounts, dates, hours, article numbers are none.
_RUN = re.compile(r"(?:\+|\(\+?)?\d[\d ().\-/\u00a0\u202f]*")
_CUES = words_of(
    "tel telefon telefonnummer telefoon telephone phone gsm mobil mobile portable handy natel numero nummer number "
    "call appelez appeler rufen ruf uruff uruffen urufft whatsapp sms fax"
)
_AFTER_AMOUNT = tuple(words_of("€ eur euro mio mrd million % m² m2 m3 km ha kwh personn chf"))
_NATIONAL, _SHORTEST, _LONGEST = range(9, 13), 6, 15


def _phones(text: str) -> Iterator[Mark]:
    for run in _RUN.finditer(text):
        start, end = run.start(), run.end()
        while not text[end - 1].isdigit():
            end -= 1
        before = text[start - 1] if start else " "
        if not (before.isalnum() or before in "_=&€$£") and _is_phone(text, start, end):
            yield Mark(Flag.PHONE, start, end)


def _is_phone(text: str, start: int, end: int) -> bool:
    number = text[start:end]
    digits = "".join(c for c in number if c.isdigit())
    after = text[end : end + 10].lstrip(" \u00a0\u202f").casefold()
    if not _SHORTEST <= len(digits) <= _LONGEST or after.startswith(_AFTER_AMOUNT):
        return False
    if number.startswith(("+", "(+", "00")):
        return len(digits) > _SHORTEST
    groups = re.findall(r"\d+", number)
    if _is_date(groups):
        return False
    return _looks_dialled(digits, groups) or _has_cue(text[max(0, start - 24) : start])


def _looks_dialled(digits: str, groups: list[str]) -> bool:
    """As numbers are written in Luxembourg and around it: 0651 12345, 621 123 456, 26 12 34 56, 47 96 27."""
    if digits[0] == "0":
        return len(digits) in _NATIONAL
    if len(digits) == 9 and digits[0] == "6" and digits[2] in "18":
        return len(groups[0]) >= 3
    in_pairs = len(groups) >= 3 and all(len(group) == 2 for group in groups)
    return in_pairs and len(digits) <= 8


def _is_date(groups: list[str]) -> bool:
    """12.03.2025, 2025-03-12, 12/03/25; and years: 2019-2024."""
    if all(len(group) == 4 and group[:2] in ("19", "20") for group in groups):
        return True
    if len(groups) != 3:
        return False
    day, month, year = groups if len(groups[0]) <= 2 else groups[::-1]
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12 and len(year) == 4 and year[:2] in ("19", "20")


def _has_cue(before: str) -> bool:
    return any(word in _CUES for word in folded_words(before)[-3:])


_CALLING = re.compile(rf"[!?]{{{MARKS},}}")
_SAME_LETTER = re.compile(rf"([^\W\d_])\1{{{SAME_CHARACTER - 1},}}")


def _shouting(text: str) -> Iterator[Mark]:
    capitals = sum(map(str.isupper, text))
    small = sum(map(str.islower, text)) if capitals >= SHORTEST_SHOUT else capitals
    if capitals >= SHORTEST_SHOUT and capitals >= CAPITALS * (capitals + small) and len(text.split()) > 2:
        yield Mark(Flag.SHOUTING, 0, len(text))
    else:
        yield from (Mark(Flag.SHOUTING, *run.span()) for run in _CALLING.finditer(text))


def _repeating(text: str) -> Iterator[Mark]:
    """The same letter or word again and again. Dots and lines are no words."""
    yield from (Mark(Flag.REPEATED, *run.span()) for run in _SAME_LETTER.finditer(text))
    words = folded_words(text)
    if len(words) - len(set(words)) < SAME_WORD - 1:
        return  # no word is there so often
    tokens, first = list(tokens_of(text)), 0
    for at in range(1, len(tokens) + 1):
        if at < len(tokens) and tokens[at].folded == tokens[first].folded:
            continue
        if at - first >= SAME_WORD:
            yield Mark(Flag.REPEATED, tokens[first].start, tokens[at - 1].end)
        first = at
