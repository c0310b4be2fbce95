"""The gate before asking and supporting: who is quick waits a moment, and a crowd behind one network shows that it is
made of browsers. Nobody is refused for good, and every refusal says so with its seconds.

What is counted lives in memory, under keyed hashes only, and is forgotten when the bucket is empty.
"""

import math
from dataclasses import dataclass
from typing import Any

from streamer.council.errors import Refused
from streamer.council.pace import Pace
from web.addresses import Addresses
from web.work import Work

LEAST_PAUSE = 10.0
"""Seconds that somebody without JavaScript waits at least, where others' browsers work."""
LONGEST_PAUSE = 600.0


@dataclass(frozen=True)
class Visitor:
    """Somebody at the gate. `who`: the keyed hash of their cookie; `address`: as `auth.address_of` tells it."""

    who: str
    address: str


class WorkWanted(Refused):
    """Too many from one network: `offer` has a `puzzle` for a browser, and a `ticket` for whoever waits `seconds`."""

    def __init__(self, puzzle: dict[str, Any], ticket: str, seconds: int) -> None:
        super().__init__("work_wanted", seconds=seconds)
        self.offer: dict[str, Any] = {"puzzle": puzzle, "ticket": ticket, "seconds": seconds}


def offered(error: Exception) -> dict[str, Any]:
    """What a script needs beside the sentence: seconds to wait, a puzzle."""
    if isinstance(error, WorkWanted):
        return error.offer
    seconds = error.values.get("seconds") if isinstance(error, Refused) else None
    return {} if seconds is None else {"seconds": seconds}


class Buckets:
    """One leaky bucket for each key."""

    REMEMBERED = 50_000

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._empty_at: dict[str, float] = {}

    def wait(self, key: str, now: float) -> float:
        """Seconds until the next one."""
        return self._pace.wait(self._empty_at.get(key, 0.0), now)

    def count(self, key: str, now: float) -> None:
        """One more."""
        self._empty_at[key] = self._pace.after(self._empty_at.pop(key, 0.0), now)
        oldest = next(iter(self._empty_at))
        while len(self._empty_at) > 1 and (self._empty_at[oldest] <= now or len(self._empty_at) > self.REMEMBERED):
            del self._empty_at[oldest]
            oldest = next(iter(self._empty_at))

    def give_back(self, key: str) -> None:
        """The last one did not come to anything."""
        if key in self._empty_at:
            self._empty_at[key] -= self._pace.seconds


class Gate:
    """One for each thing that is counted. `person`: for one browser; `network`: for everybody behind one network,
    before work is asked for; `waiting`: the code of the refusal. `now` in unix seconds."""

    def __init__(self, person: Pace, network: Pace, addresses: Addresses, work: Work, waiting: str) -> None:
        self._persons, self._networks = Buckets(person), Buckets(network)
        self._tickets = Buckets(Pace(1, network.seconds))
        self._addresses, self._work, self._waiting = addresses, work, waiting

    async def enter(self, visitor: Visitor, proof: str, now: float) -> None:
        """Let somebody in. `proof`: what `offer` asked for, "" without. Raises `Refused`, `WorkWanted`."""
        wait = self._persons.wait(visitor.who, now)
        if wait > 0:
            raise Refused(self._waiting, seconds=math.ceil(wait))
        network = self._addresses.network(visitor.address, now)
        if self._networks.wait(network, now) <= 0:
            self._networks.count(network, now)
        elif not await self._work.accept(proof, now):
            raise self._wanted(network, proof, now)
        self._persons.count(visitor.who, now)

    def give_back(self, visitor: Visitor) -> None:
        """What they came for was not possible: it does not count."""
        self._persons.give_back(visitor.who)

    def _wanted(self, network: str, proof: str, now: float) -> WorkWanted:
        """Those who wait are let in one after another; a ticket that came too early keeps its time."""
        at = self._work.not_before(proof)
        if at is None or at <= now:
            at = now + min(LEAST_PAUSE + self._tickets.wait(network, now), LONGEST_PAUSE)
            self._tickets.count(network, now)
            proof = self._work.ticket(at)
        return WorkWanted(self._work.puzzle(now), proof, max(1, math.ceil(at - now)))


class Tries:
    """A brake on guessing for one network: only mistakes count. `now` in unix seconds."""

    def __init__(self, pace: Pace, addresses: Addresses, waiting: str) -> None:
        self._networks, self._addresses, self._waiting = Buckets(pace), addresses, waiting

    def look(self, address: str, now: float) -> None:
        """Raises `Refused` after too many mistakes."""
        wait = self._networks.wait(self._addresses.network(address, now), now)
        if wait > 0:
            raise Refused(self._waiting, seconds=math.ceil(wait))

    def mistake(self, address: str, now: float) -> None:
        """One more."""
        self._networks.count(self._addresses.network(address, now), now)


SUPPORTS_A_QUESTION = 10
"""How much more often others' questions are supported than new ones are asked."""


@dataclass(frozen=True)
class Gates:
    """All there are."""

    asking: Gate
    supporting: Gate
    receipts: Tries
    following: Gate

    @classmethod
    def of(cls, pause_seconds: float, network_per_minute: int) -> "Gates":
        """By the commune's own numbers: seconds between somebody's questions after the third one; questions a minute
        from one network before work is asked for."""
        addresses, work, every = Addresses(), Work(), 60 / network_per_minute
        often = SUPPORTS_A_QUESTION
        return cls(
            Gate(Pace(3, pause_seconds), Pace(network_per_minute, every), addresses, work, "ask_wait"),
            Gate(Pace(20, 1.0), Pace(often * network_per_minute, every / often), addresses, work, "support_wait"),
            Tries(Pace(30, 4.0), addresses, "receipt_wait"),
            Gate(Pace(3, 600.0), Pace(10, 60.0), addresses, work, "follow_wait"),
        )
