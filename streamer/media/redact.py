"""Taking secrets out of text before it is kept or shown."""

from collections.abc import Iterable
from urllib.parse import quote, unquote

MASK = "***"


def redact(text: str, secrets: Iterable[str]) -> str:
    """`text` with every secret replaced, also in the spellings a URL gives it."""
    spellings = {form for secret in secrets if secret for form in (secret, quote(secret, safe=""), quote(secret), unquote(secret))}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text
