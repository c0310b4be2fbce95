"""Published questions with their supporters, as one reader sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web as aio

from streamer.council.questions import Status
from web import ballots
from web.context import SERVICE

ORDERS = ("newest", "support")
"""How published questions can be sorted; the first is how they come."""


@dataclass(frozen=True)
class Supported:
    """`counts`: how many support a question, where anybody does; `given`: those this browser supports; `mine`: its
    own; `order`: one of `ORDERS`."""

    counts: Mapping[str, int]
    given: frozenset[str]
    mine: frozenset[str]
    order: str

    def sorted(self, views: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """As the reader chose; what as many want stays as it is."""
        if self.order != "support":
            return list(views)
        return sorted(views, key=lambda view: -self.counts.get(view["id"], 0))


def order_of(wanted: str | None) -> str:
    """One of `ORDERS`."""
    return wanted if wanted in ORDERS else ORDERS[0]


async def support_of(request: aio.Request, meeting: str, mine: Sequence[dict[str, Any]]) -> Supported:
    """What this reader sees of a meeting's supporters."""
    supporters = request.app[SERVICE].supporters
    counts = await supporters.counts(meeting)
    given = await supporters.given(ballots.cast_for(request, counts))  # what nobody supports, this browser does not
    own = frozenset(view["id"] for view in mine)
    return Supported(counts, frozenset(given), own, order_of(request.query.get("order")))


def left_of(per_person: int, mine: Sequence[dict[str, Any]]) -> int:
    """How many more questions this person can ask."""
    asked = len([view for view in mine if view["status"] != Status.WITHDRAWN])
    return max(0, per_person - asked)
