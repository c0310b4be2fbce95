"""The review of a replay before it is published: items that are withheld, and the hour at which it publishes itself."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.correction import OPENING_MARK, IndexMark
from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.index import marks_of
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER, Phase

LATEST_DAYS = 60
"""So far ahead a publication may be set."""


class Showing(StrEnum):
    """Whether a part of a replay is shown."""

    SHOWN = "shown"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Part:
    """Something that is reviewed: an agenda item with all its stretches, what comes before the first, or a chapter with
    a name of its own. `key`: the item's id, or that of the mark."""

    key: str
    number: str
    name: str
    showing: Showing


def review(meeting: Meeting, key: str, showing: Showing) -> Fact:
    """Withhold a part of the replay, or show it again. Raises `Refused`, `Unknown`."""
    if meeting.phase not in OVER:
        raise Refused("index_too_early", can=meeting.can, phase=meeting.phase)
    if key not in {part.key for part in parts(meeting)}:
        raise Unknown("item", key)
    return Fact(Kind.PART_REVIEWED, {"part": key, "showing": showing})


def publish_at(meeting: Meeting, at: float | None, *, now: float) -> Fact:
    """The replay publishes itself at `at` (unix seconds), or not by itself. Raises `Refused`, `Invalid`."""
    if meeting.phase is not Phase.ENDED:
        raise Refused("publication_not_now", can=meeting.can, phase=meeting.phase)
    if at is not None and not now < at < now + LATEST_DAYS * 86400:
        raise Invalid({"at": ("publication_bad", {"limit": LATEST_DAYS})})
    return Fact(Kind.PUBLICATION_SET, {"at": at})


def publishes_itself(meeting: Meeting, now: float) -> bool:
    """Whether the hour has come."""
    due = meeting.publish_at
    return meeting.phase is Phase.ENDED and due is not None and due <= now


def parts(meeting: Meeting) -> list[Part]:
    """What a replay is made of, in the order it was discussed."""
    withheld = set(meeting.withheld_parts)
    found = {OPENING_MARK: Part(OPENING_MARK, "", "", _showing(OPENING_MARK, withheld))}
    for mark in marks_of(meeting):
        item, key = meeting.item(mark.item), _key(mark)
        if item:
            found.setdefault(key, Part(key, item.number, item.name, _showing(key, withheld)))
        else:
            found[key] = Part(key, mark.number, mark.name, _showing(key, withheld))
    return list(found.values())


def _showing(key: str, withheld: Collection[str]) -> Showing:
    return Showing.WITHHELD if key in withheld else Showing.SHOWN


def _key(mark: IndexMark) -> str:
    return mark.item or mark.id
