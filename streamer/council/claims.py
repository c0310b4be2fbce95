"""Who is reading which question: a soft claim, so that two moderators do not judge the same one.

A claim warns and never forbids: whoever wants to act all the same may. It ends by itself, when its reader goes on to
another question, leaves, or the question is moved. Nothing of it is stored or logged.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CLAIM_SECONDS = 90.0
"""How long a claim stands without being renewed."""
RENEW_SECONDS = 30.0
"""How often a page renews the claim on what it has open."""


@dataclass(frozen=True)
class Claim:
    """`reader`: the open page; `by`: the person's name; `until`: unix seconds."""

    reader: str
    by: str
    until: float


Claims = Mapping[str, Claim]
"""By question."""


def standing(claims: Claims, *, at: float) -> dict[str, Claim]:
    """Those that have not lapsed at `at` (unix seconds)."""
    return {question: claim for question, claim in claims.items() if claim.until > at}


def claimed(claims: Claims, question: str, reader: str, by: str, *, at: float) -> dict[str, Claim]:
    """After `reader` opened `question`, or has it open still. Who reads one question has left the others; what
    somebody else is reading stays theirs."""
    kept = released(standing(claims, at=at), reader)
    return {question: Claim(reader, by, at + CLAIM_SECONDS), **kept}


def released(claims: Claims, reader: str) -> dict[str, Claim]:
    """After `reader` left."""
    return {question: claim for question, claim in claims.items() if claim.reader != reader}


def settled(claims: Claims, question: str) -> dict[str, Claim]:
    """After `question` was moved: the next one who opens it starts anew."""
    return {other: claim for other, claim in claims.items() if other != question}
