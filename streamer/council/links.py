"""Agenda items that several meetings deal with: each of the two meetings' logs says so, and the starts tell which came
first.
"""

from dataclasses import dataclass

from streamer.council.errors import Refused
from streamer.council.events import Event, Fact, Kind

MOST = 20
"""Links of one item, and meetings shown beside one: a matter that is older has its own page of history elsewhere."""


@dataclass(frozen=True)
class ItemLink:
    """`item` of this meeting is the same matter as `other` of `meeting`."""

    item: str
    meeting: str
    other: str

    def fact(self, kind: Kind) -> Fact:
        """For the log."""
        return Fact(kind, {"item": self.item, "meeting": self.meeting, "other": self.other})


def fold_links(known: tuple[ItemLink, ...], event: Event) -> tuple[ItemLink, ...]:
    """The links after one more event."""
    if event.kind not in (Kind.ITEM_LINKED, Kind.ITEM_UNLINKED):
        return known
    link = ItemLink(event.data["item"], event.data["meeting"], event.data["other"])
    others = tuple(one for one in known if one != link)
    return (*others, link) if event.kind is Kind.ITEM_LINKED else others


def check_room(known: tuple[ItemLink, ...], item: str) -> None:
    """Whether an item can have one more link. Raises `Refused`."""
    if sum(link.item == item for link in known) >= MOST:
        raise Refused("too_many_links", limit=MOST)
