"""Reads an agenda as a clerk pastes it: numbered items under headings that say what is public, in fr, de, lb or en."""

import re
from collections.abc import Callable, Iterator

from streamer.council.meeting import AgendaItem

CLOSED = re.compile(
    r"(non[ -]publi(que|c)|huis[ -]clos|s[ée]ance\s+secr[èe]te"
    r"|nicht[ -]?(ö|oe)ffentlich|geheime?r?\s+(teil|sitzung)|vertrauliche?r?\s+(teil|sitzung)"
    r"|(net|n[ëe]t|not)[ -]?(ë|oe|e)ffentlech|zou(e|en|er)?\s+s[ëe]tzung"
    r"|(closed|private|non[ -]public|confidential)\s+(session|meeting|part)|in\s+camera)",
    re.IGNORECASE,
)
PUBLIC = re.compile(
    r"(s[ée]ance\s+publique|partie\s+publique|(ö|oe)ffentliche?r?\s+(teil|sitzung)"
    r"|(ë|oe|e)ffentlech\w*\s+(deel|s[ëe]tzung)|(public|open)\s+(session|meeting|part))",
    re.IGNORECASE,
)
HEADING_LENGTH = 60
"""Characters. A longer line that names a closed session speaks about it."""
PREFIX = re.compile(r"^[#*=\-–\s]*(?:(?:[A-Z]|[IVX]{1,4}|\d{1,2})[.)]\s+)?")
REST = re.compile(
    r"^(en|à|in|ordre du jour|tagesordnung|agenda|[\s:.,*=#()\-–—])*(\d{1,2}\s*(h|:|uhr|auer).*)?$", re.IGNORECASE
)
KIND_OF_MEETING = re.compile(
    r"^(s[ée]ance|sitzung|s[ëe]tzung)\s+|\s+(s[ée]ance|sitzung\w*|s[ëe]tzung|teil|deel)$", re.IGNORECASE
)
NUMBERED = re.compile(
    r"^(?:(?:point|punkt|item|top)\s+)?(\d{1,3}(?:\.\d{1,3})*|\d{0,3}[a-z](?=\)))\s*[.):\-–]*\s+(.+)$", re.IGNORECASE
)
LITERAL = re.compile(r"^\[#([^\]]{0,40})\]\s+(.+)$")
"""An item with a number of its own kind, or with none: `[#Ö 7] Budget`, `[#] Budget`. Never a heading."""
BULLET = re.compile(r"^[•◦▪*·–—-]\s+(.+)$")

_Row = tuple[str, str, bool]


def parse_agenda(text: str, new_id: Callable[[], str]) -> list[AgendaItem]:
    """Items of a pasted agenda, in order. Bullets under item 9 become 9.1, 9.2, …; wrapped lines are joined.

    `[#Ö 7] Budget` is an item whose number is "Ö 7", `[#] Budget` one without a number: as such an agenda is shown.
    Where no line is numbered, each line is an item. `new_id` gives an id a call. Real examples: agendas of the Ville
    de Luxembourg, where the closed part stands first or last.
    """
    lines = [" ".join(line.split()) for line in text.splitlines()]
    numbered = any(NUMBERED.match(line) or LITERAL.match(line) for line in lines)
    rows = _numbered_rows(lines) if numbered else _plain_rows(lines)
    return [AgendaItem(new_id(), number, name, public) for number, name, public in rows]


def _headings(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Lines that are not headings, each with whether it stands under a public one. Public until told otherwise."""
    public = True
    for line in lines:
        said = _heading(line)
        if said is not None:
            public = said
        elif line:
            yield line, public


def _heading(line: str) -> bool | None:
    """What a heading says of the items below it; `None` for a line that is none.

    In doubt closed: a short line without a number that names a closed session is believed to be its heading.
    """
    bare = PREFIX.sub("", line, count=1)
    if LITERAL.match(line) or len(bare) > HEADING_LENGTH:
        return None
    if CLOSED.search(bare) and (not NUMBERED.match(line) or _only(CLOSED, bare)):
        return False
    return True if _only(PUBLIC, bare) else None


def _only(phrase: re.Pattern[str], line: str) -> bool:
    """Whether `line` says `phrase` and nothing else but small words and an hour."""
    left = KIND_OF_MEETING.sub("", line)
    return any(REST.match(phrase.sub("", text, count=1)) is not None and phrase.search(text) for text in (line, left))


def _numbered_rows(lines: list[str]) -> list[_Row]:
    rows: list[_Row] = []
    parent, bullets = "", 0
    for line, public in _headings(lines):
        if found := LITERAL.match(line) or NUMBERED.match(line):
            parent, bullets = found[1].strip(), 0
            rows.append((parent, found[2], public))
        elif rows and (found := BULLET.match(line)):
            bullets += 1
            rows.append((f"{parent}.{bullets}", found[1], public))
        elif rows and rows[-1][2] == public:
            number, name, _ = rows[-1]
            rows[-1] = (number, f"{name} {line}", public)
    return rows


def _plain_rows(lines: list[str]) -> list[_Row]:
    rows: list[_Row] = []
    for line, public in _headings(lines):
        found = BULLET.match(line)
        rows.append((str(len(rows) + 1), found[1] if found else line, public))
    return rows
