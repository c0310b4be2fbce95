"""Proof of work: a second of a browser's time for a question, asked only when very many come from one network.

The puzzle is ALTCHA's (https://altcha.org, version 2: PBKDF2), solved by its own worker in the browser. Whoever has no
JavaScript waits instead, with a ticket that is good once, at its time.
"""

import asyncio
import hashlib
import hmac
import math
import secrets
from typing import Any

import altcha

ALGORITHM, COST = "PBKDF2/SHA-256", 5000
"""256 tries on average: about a second on a phone, 2 ms here to look at."""
GOOD_FOR = 600.0
LONGEST_PROOF = 4096
REMEMBERED = 100_000


class Work:
    """Puzzles and tickets given out, and which of them were used. `now` in unix seconds."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._used: dict[str, float] = {}

    def puzzle(self, now: float) -> dict[str, Any]:
        """As the browser's worker takes it; good for ten minutes."""
        made = altcha.create_challenge(ALGORITHM, COST, expires_at=int(now + GOOD_FOR), hmac_secret=self._key)
        return made.to_dict()

    def ticket(self, at: float) -> str:
        """Good once, from the unix second `at` on and for ten minutes."""
        text = f"{math.ceil(at)}.{secrets.token_hex(8)}"
        return f"{text}.{self._signed(text)}"

    def not_before(self, ticket: str) -> float | None:
        """From when on a ticket is good, `None` for what is none of ours."""
        text, _, signature = ticket.rpartition(".")
        known = len(ticket) < 200 and hmac.compare_digest(
            self._signed(text).encode(), signature.encode("utf-8", "replace")
        )
        return float(text.partition(".")[0]) if known else None

    async def accept(self, proof: str, now: float) -> bool:
        """Whether this is a solved puzzle or a ticket whose time has come, not used before. It is used up by this."""
        self._forget(now)
        if not proof or len(proof) > LONGEST_PROOF:
            return False
        at = self.not_before(proof)
        if at is not None:
            serial, good = proof, at <= now < at + GOOD_FOR
        else:
            serial, good = await asyncio.to_thread(self._solved, proof)
        if not good or serial in self._used:
            return False
        self._used[serial] = now + 2 * GOOD_FOR
        return True

    def _solved(self, proof: str) -> tuple[str, bool]:
        """What a puzzle is known by, for a solution can be written down in many ways; and whether it is solved."""
        if not altcha.verify_solution(proof, self._key).verified:
            return "", False
        return str(altcha.Payload.from_base64(proof).challenge.signature), True

    def _signed(self, text: str) -> str:
        return hmac.digest(self._key, b"ticket\0" + text.encode("utf-8", "replace"), hashlib.sha256).hex()[:32]

    def _forget(self, now: float) -> None:
        while self._used:
            first = next(iter(self._used))
            if self._used[first] > now and len(self._used) < REMEMBERED:
                return
            del self._used[first]
