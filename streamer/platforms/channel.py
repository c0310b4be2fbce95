"""How somebody is reached who is not looking at a page: what is said, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class ChannelName(StrEnum):
    """The ways out."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    MASTODON = "mastodon"
    WEBSUB = "websub"
    FACEBOOK = "facebook"
    X = "x"


class Outcome(StrEnum):
    """What became of a message. UNCLEAR: it may have been delivered, and nobody said so."""

    SENT = "sent"
    NO_SECRET = "no_secret"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    NOT_TRUSTED = "not_trusted"
    NO_ENCRYPTION = "no_encryption"
    PASSWORD_REFUSED = "password_refused"
    ADDRESS_REFUSED = "address_refused"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Message:
    """For people `subject` and `text`, for programs `kind` and `data`. `id` stays when it is tried again; `at` unix
    seconds; `begun`: an earlier attempt may have been delivered."""

    id: str
    at: float
    kind: str
    subject: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)
    begun: bool = False


@dataclass(frozen=True)
class Delivery:
    """`answer`: the other end's own words, without secrets, empty where it said none."""

    channel: ChannelName
    outcome: Outcome
    answer: str = ""


class Channel(Protocol):
    """A way out. `tell` never raises what the network does: it is an outcome."""

    @property
    def name(self) -> ChannelName: ...

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        """Deliver. `patient`: try again a few times first."""
        ...
