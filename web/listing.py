"""All meetings as citizens see them, by what can be done with them now: watch live, come, watch again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, OVER, Phase
from web.context import Service
from web.i18n import Translator

STILL_COMING = timedelta(hours=12)
"""How long after its hour a planned meeting is still announced."""
NEWEST = 24
"""Meetings that stand on the first page: two years of most councils. A telephone has read them at once."""
Row = dict[str, Any]
"""id, name, start, phase, screening."""


@dataclass(frozen=True)
class Listing:
    """`coming`: the next one first; `past`: the newest first."""

    live: list[Row]
    coming: list[Row]
    past: list[Row]


async def listing(service: Service, reader: Translator) -> Listing:
    """As of now."""
    rows = [await _row(service, meeting) for meeting in await service.desk.meetings()]
    since = reader.moment(service.clock()) - STILL_COMING
    planned = [row for row in rows if row["phase"] in (Phase.SCHEDULED, Phase.CANCELLED)]
    coming = [row for row in planned if reader.moment(row["start"]) > since]
    return Listing(
        live=[row for row in rows if row["phase"] in ON_AIR],
        coming=sorted(coming, key=lambda row: str(row["start"])),
        past=[row for row in rows if row["phase"] in OVER],
    )


@dataclass(frozen=True)
class Shelf:
    """What can be watched again, a part at a time: `year` is "" for the newest. `years`: all there are, the latest
    first; none while everything is among the newest."""

    rows: Sequence[Row]
    year: str
    years: Sequence[str]


def shelved(past: Sequence[Row], year: str) -> Shelf:
    """Of `past` (the newest first) the newest, or those of a year that there is."""
    if len(past) <= NEWEST:
        return Shelf(past, "", ())
    years = sorted({row["start"][:4] for row in past}, reverse=True)
    if year not in years:
        return Shelf(past[:NEWEST], "", years)
    return Shelf([row for row in past if row["start"].startswith(year)], year, years)


async def _row(service: Service, listed: Meeting) -> Row:
    """`listed` has no phases but the last: what is seen late needs the others, while there is something to see."""
    conductor, phase, screening = service.conductor, listed.phase.as_seen_by_citizens(), listed.screening
    if listed.phase in BEFORE | ON_AIR or conductor.broadcast(listed.id) or conductor.airing(listed.id):
        seen = conductor.as_seen(await service.desk.meeting(listed.id))
        phase, screening = seen.phase, seen.screening
    return {"id": listed.id, "name": listed.name, "start": listed.start, "phase": phase, "screening": screening}
