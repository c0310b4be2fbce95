"""Tables to take away: CSV (RFC 4180) that a spreadsheet takes for text and numbers, never for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

UTF8 = "\ufeff"
"""In front of a table, where spreadsheets are to know that it is UTF-8."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """The headings, then a line for each row."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_plain(str(cell)) for cell in row] for row in rows)
    return out.getvalue()


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
