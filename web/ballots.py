"""A browser's ballot: a random number that we have signed, in a cookie of its own. It says nothing about who asks, and
what is stored of it differs from question to question.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from aiohttp import web as aio

from web.auth import AUTH, YEAR

BALLOT = "ballot"


def ballot_of(request: aio.Request) -> str | None:
    """This browser's ballot, `None` where it has none that we signed."""
    auth = request.app[AUTH]
    number, _, signature = request.cookies.get(auth.cookie(BALLOT), "")[:100].partition(".")
    good = hmac.compare_digest(_signed(auth.secret, number).encode(), signature.encode("utf-8", "replace"))
    return number if good and number else None


def hand_out(request: aio.Request, response: aio.StreamResponse) -> str:
    """Give the browser a ballot unless it has one; the ballot."""
    known = ballot_of(request)
    if known is not None:
        return known
    auth, number = request.app[AUTH], secrets.token_urlsafe(16)
    value = f"{number}.{_signed(auth.secret, number)}"
    response.set_cookie(
        auth.cookie(BALLOT), value, max_age=YEAR, path="/", httponly=True, secure=auth.https, samesite="Lax"
    )
    return number


def cast(request: aio.Request, ballot: str, question: str) -> str:
    """What is stored of a ballot for one question."""
    return _keyed(request.app[AUTH].secret, f"ballot for {question}\0{ballot}")


def cast_for(request: aio.Request, questions: Iterable[str]) -> dict[str, str]:
    """The same for several, by question; nothing without a ballot."""
    ballot = ballot_of(request)
    return {} if ballot is None else {question: cast(request, ballot, question) for question in questions}


def _signed(secret: bytes, number: str) -> str:
    return _keyed(secret, f"ballot\0{number}")[:32]


def _keyed(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode("utf-8", "replace"), hashlib.sha256).hex()
