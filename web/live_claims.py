"""What a page of the staff says about the question it has open, and is answered: who reads what."""

from typing import Any, TypeGuard

from streamer.control.claims import ClaimBook
from streamer.council.roles import Role
from web.auth import Identity

MODERATES = (Role.MODERATOR, Role.CLERK)
MAX_ID = 64
Message = dict[str, Any]


class Reader:
    """One connection. `leave` when it ends: nobody reads there any more."""

    def __init__(self, claims: ClaimBook, meeting: str, identity: Identity) -> None:
        self._claims, self._meeting, self._identity = claims, meeting, identity
        self._page = ""

    def answer(self, said: Message) -> Message | None:
        """The reply to `claim` and `release`; `None` where it is something else, or not for this role."""
        page, question = said.get("page"), said.get("question", "")
        if self._identity.role not in MODERATES or not _is_id(page):
            return None
        if said.get("type") == "claim" and _is_id(question):
            self._page = page
            self._claims.claim(self._meeting, question, page, self._identity.name)
        elif said.get("type") == "release":
            self._claims.release(self._meeting, page)
        else:
            return None
        return {"type": "claims", "readers": self._claims.readers(self._meeting)}

    def leave(self) -> None:
        """The connection has ended."""
        if self._page:
            self._claims.release(self._meeting, self._page)


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= MAX_ID
