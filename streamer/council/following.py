"""Who follows what by e-mail: a wish, checked; and the seal of the link by which it is confirmed and ended."""

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.errors import Invalid
from streamer.council.searching import parse

ADDRESS = re.compile(r"[^@\s<>,;:()\\\"]+@[^@\s<>,;:()\\\"]+")
LONGEST_ADDRESS = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""
WORD = re.compile(r"[\w'’\- ]{2,60}")
"""No address of a site can be made of these: nobody's letter-box is filled with somebody else's advertising."""
CONFIRM_SECONDS = 48 * 3600.0
"""A wish that nobody confirmed is forgotten after this."""
MOST_A_DAY = 5
"""Wishes for one address that are waiting to be confirmed: no more letters than these go to a stranger."""


class Topic(StrEnum):
    """What is followed: every meeting, those of one body, or a word."""

    ALL = "all"
    BODY = "body"
    WORD = "word"


class FollowerState(StrEnum):
    """PENDING until the owner of the address has confirmed."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Wish:
    """To be written to at `address`, in `language`. `value`: the body's name or the word, "" for all."""

    address: str
    topic: Topic
    value: str
    language: str


@dataclass(frozen=True)
class Follower:
    """A wish that is kept. `since` in unix seconds: when it was made, then when it was confirmed."""

    id: str
    wish: Wish
    state: FollowerState
    since: float


def wish(address: str, topic: str, value: str, language: str, bodies: Collection[str]) -> Wish:
    """What somebody typed. `bodies`: those there are. Raises `Invalid`."""
    mistakes: dict[str, tuple[str, dict[str, object]]] = {}
    usable = usable_address(address)
    if usable is None:
        mistakes["address"] = ("address_unusable", {})
    wanted = Topic(topic) if topic in set(Topic) else Topic.ALL
    said = " ".join(value.split())
    if wanted is Topic.WORD and not (WORD.fullmatch(said) and parse(said).wanted):
        mistakes["word"] = ("word_unusable", {})
    if wanted is Topic.BODY and said not in bodies:
        mistakes["body"] = ("body_unknown", {})
    if usable is None or mistakes:
        raise Invalid(mistakes)
    return Wish(usable, wanted, "" if wanted is Topic.ALL else said, language)


def usable_address(typed: str) -> str | None:
    """As a mail server takes it: the domain in small letters and in ASCII; `None` for what is none."""
    address = typed.strip()
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return None
    local, _, domain = address.rpartition("@")
    try:
        plain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    ok = local.isascii() and local.isprintable() and "." in plain.strip(".")
    return f"{local}@{plain}" if ok else None


def seal(key: bytes, id: str) -> str:
    """What proves that a link to a follower's page is ours; `key`: the server's own."""
    return hmac.digest(key, f"follower\0{id}".encode("utf-8", "replace"), hashlib.sha256).hex()[:32]


def is_sealed(key: bytes, id: str, shown: str) -> bool:
    """Whether a link has the seal of its id."""
    return hmac.compare_digest(seal(key, id).encode(), shown.encode("utf-8", "replace"))
