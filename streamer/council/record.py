"""What became of an agenda item: its result in the clerk's words, and its documents. Names follow OParl 1.1."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from streamer.council.errors import Invalid

MAX_RESULT = 500
MAX_DOCUMENTS = 50
MAX_URL = 2000


@dataclass(frozen=True)
class Document:
    """A file somewhere on the web: OParl's `name` and `accessUrl`."""

    name: str
    url: str

    def as_data(self) -> dict[str, str]:
        """For the log."""
        return {"name": self.name, "url": self.url}


@dataclass(frozen=True)
class ItemRecord:
    """Both of an item."""

    result: str = ""
    documents: tuple[Document, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """For the log."""
        return {"result": self.result, "documents": [document.as_data() for document in self.documents]}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "ItemRecord":
        """From the log."""
        return cls(data["result"], tuple(Document(**document) for document in data["documents"]))


def checked(result: str, documents: Sequence[Document]) -> ItemRecord:
    """A record that can be kept. Raises `Invalid`."""
    result = " ".join(result.split())
    if len(result) > MAX_RESULT:
        raise Invalid({"result": ("result_too_long", {"limit": MAX_RESULT})})
    if len(documents) > MAX_DOCUMENTS:
        raise Invalid({"documents": ("too_many_documents", {"limit": MAX_DOCUMENTS})})
    tidy = [Document(" ".join(d.name.split())[:MAX_RESULT] or d.url.strip(), d.url.strip()) for d in documents]
    for index, document in enumerate(tidy):
        if not is_address(document.url):
            raise Invalid({f"documents[{index}].url": ("address_bad", {"address": document.url[:80]})})
    return ItemRecord(result, tuple(tidy))


def is_address(url: str) -> bool:
    """Whether a link to it does no harm and leads somewhere: http or https, a host, no blank."""
    try:
        parts = urlsplit(url)
        sound = len(url) <= MAX_URL and not _BLANK.search(url)
        return sound and parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


_BLANK = re.compile(r"[\s\x00-\x1f<>\"]")


def documents_of(text: str) -> list[Document]:
    """One a line: a name, if any, then the address; or the address first. What is between them, `|` or `:`, is left
    out."""
    found = []
    for line in text.splitlines():
        words = line.split()
        at = next((n for n, word in enumerate(words) if "://" in word), len(words) - 1)
        if words:
            name = " ".join(words[:at] + words[at + 1 :]).strip("|:;- \t")
            found.append(Document(name, words[at]))
    return found
