"""One matter on the agendas of several meetings: linking two items, and finding all that are linked."""

from contextlib import suppress

from streamer.control.desk import Desk
from streamer.council import decide
from streamer.council.errors import Refused, Unknown
from streamer.council.links import MOST, ItemLink
from streamer.council.meeting import AgendaItem, Meeting

Place = tuple[str, str]
"""Ids of a meeting and of an item on its agenda."""


async def link(desk: Desk, mine: Place, other: Place, *, by: str) -> Meeting:
    """Two items are the same matter: both logs say so. Raises `Refused`, `Unknown`."""
    here, there = await desk.meeting(mine[0]), await desk.meeting(other[0])
    decide.link_items(here, mine[1], there, other[1])
    with suppress(Refused):  # an earlier order was cut off between the two
        await desk.correct(other[0], lambda meeting: decide.link_items(meeting, other[1], here, mine[1]), by=by)
    return await desk.correct(mine[0], lambda meeting: decide.link_items(meeting, mine[1], there, other[1]), by=by)


async def unlink(desk: Desk, mine: Place, other: Place, *, by: str) -> Meeting:
    """They are not. Raises `Unknown`."""
    back, found = ItemLink(other[1], *mine), ItemLink(mine[1], *other)
    with suppress(Unknown):
        await desk.correct(other[0], lambda meeting: decide.unlink_items(meeting, back), by=by)
    return await desk.correct(mine[0], lambda meeting: decide.unlink_items(meeting, found), by=by)


async def same_matter(desk: Desk, meeting: Meeting, item: AgendaItem) -> list[tuple[Meeting, AgendaItem]]:
    """The same matter on other agendas, over all links, the oldest first; no more than `MOST`."""
    found: dict[Place, tuple[Meeting, AgendaItem]] = {(meeting.id, item.id): (meeting, item)}
    ways = [(meeting, item.id)]
    while ways and len(found) <= MOST:
        here, own = ways.pop(0)
        for one in here.links:
            if one.item != own or (one.meeting, one.other) in found:
                continue
            with suppress(Unknown):
                there = await desk.meeting(one.meeting)
                if (linked := there.item(one.other)) and linked.public:
                    found[there.id, linked.id] = there, linked
                    ways.append((there, linked.id))
    others = [pair for place, pair in found.items() if place != (meeting.id, item.id)]
    return sorted(others, key=lambda pair: pair[0].start)
