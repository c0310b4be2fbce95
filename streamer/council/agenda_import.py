"""An agenda out of another system: OParl, CSV. What was read is shown before it counts, and what is odd in it is said.

Real ones are odd: of 1,675 agendas of one city 239 had a number twice and 256 an item without one; the longest has 394
items.
"""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from streamer.council.decide import MAX_ITEMS, MAX_NAME
from streamer.council.record import MAX_DOCUMENTS, MAX_RESULT, Document, ItemRecord, is_address

MAX_NUMBER = 40
TRUE = frozenset(
    {"1", "true", "yes", "oui", "ja", "jo", "x", "public", "publique", "öffentlich", "ëffentlech", "o", "y"}
)
COLUMNS: Mapping[str, frozenset[str]] = {
    "number": frozenset(
        {"number", "no", "nr", "n°", "nummer", "numéro", "numero", "num", "top", "item", "punkt", "point"}
    ),
    "name": frozenset({"name", "title", "titel", "titre", "libellé", "libelle", "objet", "betreff", "numm", "subject"}),
    "public": frozenset({"public", "publique", "öffentlich", "oeffentlich", "ëffentlech"}),
    "result": frozenset({"result", "résultat", "resultat", "ergebnis", "décision", "decision", "beschluss"}),
    "document": frozenset({"document", "documents", "url", "link", "lien", "dokument", "unterlage"}),
}
"""The headings of a table, by what they mean."""


class Oddity(StrEnum):
    """What should be looked at; `count` says how many."""

    NO_NUMBER = "no_number"
    SAME_NUMBER = "same_number"
    NO_NAME = "no_name"  # left out
    SHORTENED = "shortened"
    NOT_PUBLIC = "not_public"
    TOO_MANY = "too_many"  # left out
    BAD_ADDRESS = "bad_address"  # a document left out
    OTHERS = "others"  # meetings in the same file, left out


@dataclass(frozen=True)
class Row:
    """An item as it was read."""

    number: str
    name: str
    public: bool = True
    record: ItemRecord = field(default_factory=ItemRecord)


@dataclass(frozen=True)
class Imported:
    """What was read. `start`: ISO 8601, or nothing. `odd`: what, and how many."""

    name: str
    start: str
    rows: tuple[Row, ...]
    odd: tuple[tuple[Oddity, int], ...]


class NotReadable(Exception):
    """It is none of what can be read."""


def from_oparl(text: str) -> Imported:
    """A Meeting of OParl 1.0 or 1.1; of a list of them the first. Raises `NotReadable`."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise NotReadable from None
    listed = data.get("data") if isinstance(data, dict) else data
    meetings = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else [data]
    found = next((one for one in meetings if isinstance(one, dict) and isinstance(one.get("agendaItem"), list)), None)
    if found is None:
        raise NotReadable
    items = [one for one in found["agendaItem"] if isinstance(one, dict)]
    if all(type(one.get("order")) is int for one in items):
        items.sort(key=lambda one: int(one["order"]))
    odd: Counter[Oddity] = Counter({Oddity.OTHERS: len(meetings) - 1})
    rows = [_oparl_row(one, odd) for one in items]
    return _imported(_text(found.get("name")), _text(found.get("start")), rows, odd)


def _oparl_row(item: Mapping[str, Any], odd: Counter[Oddity]) -> Row:
    files = [item.get("resolutionFile"), *(item.get("auxiliaryFile") or [])]
    documents = []
    for one in files:
        if isinstance(one, dict):
            url = _text(one.get("accessUrl"))
            name = _text(one.get("name")) or _text(one.get("fileName")) or url
            documents.append(Document(name[:MAX_RESULT], url))
    record = _record(_text(item.get("result")), documents, odd)
    return Row(_text(item.get("number")), _text(item.get("name")), item.get("public") is not False, record)


def _record(result: str, documents: Sequence[Document], odd: Counter[Oddity]) -> ItemRecord:
    sound = [document for document in documents if is_address(document.url)][:MAX_DOCUMENTS]
    odd[Oddity.BAD_ADDRESS] += len(documents) - len(sound)
    return ItemRecord(result[:MAX_RESULT], tuple(sound))


def from_csv(text: str) -> Imported:
    """A table with a line of headings, in whichever of our languages, one of which means the name. Raises
    `NotReadable`."""
    lines = text.lstrip("\ufeff").splitlines()
    head = lines[0] if lines else ""
    delimiter = max(";,\t", key=head.count)
    try:
        table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter, strict=True))
    except csv.Error:
        raise NotReadable from None
    places = _places(table[0]) if table else {}
    if "name" not in places:
        raise NotReadable
    odd: Counter[Oddity] = Counter()
    rows = [_csv_row(cells, places, odd) for cells in table[1:] if any(cell.strip() for cell in cells)]
    return _imported("", "", rows, odd)


def _places(head: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(head):
        word = cell.strip().strip(".").lower()
        for meaning, words in COLUMNS.items():
            if word in words:
                found.setdefault(meaning, place)
    return found


def _csv_row(cells: Sequence[str], places: Mapping[str, int], odd: Counter[Oddity]) -> Row:
    def cell(meaning: str) -> str:
        place = places.get(meaning, len(cells))
        return _text(cells[place]) if place < len(cells) else ""

    public = cell("public").lower() in TRUE if "public" in places else True
    documents = [Document(url, url) for url in cell("document").split()]
    return Row(cell("number"), cell("name"), public, _record(cell("result"), documents, odd))


def _imported(name: str, start: str, rows: Sequence[Row], odd: Counter[Oddity]) -> Imported:
    named = [row for row in rows if row.name]
    odd[Oddity.NO_NAME] = len(rows) - len(named)
    odd[Oddity.TOO_MANY] = max(len(named) - MAX_ITEMS, 0)
    kept = [_fitting(row) for row in named[:MAX_ITEMS]]
    odd[Oddity.SHORTENED] = sum(a != b for a, b in zip(named, kept, strict=False))
    numbers = Counter(row.number for row in kept if row.number)
    odd[Oddity.NO_NUMBER] = sum(not row.number for row in kept)
    odd[Oddity.SAME_NUMBER] = sum(count for count in numbers.values() if count > 1)
    odd[Oddity.NOT_PUBLIC] = sum(not row.public for row in kept)
    return Imported(name[:MAX_NAME], start, tuple(kept), tuple((one, odd[one]) for one in Oddity if odd[one] > 0))


def _fitting(row: Row) -> Row:
    return Row(row.number[:MAX_NUMBER], row.name[:MAX_NAME], row.public, row.record)


def _text(value: object) -> str:
    """One line."""
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else ""
