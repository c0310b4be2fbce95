"""Taking secrets out of text before it is kept or shown."""

from collections.abc import Iterable
from urllib.parse import quote, unquote

MASK = "***"


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret replaced, also in the spellings a URL gives it."""
    known = [secret for secret in secrets if secret]
    spellings = {form for word in known for form in (word, quote(word, safe=""), quote(word), unquote(word))}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text
