"""What a commune puts into its own website: a player, and a wall with what is next, live, new and answered.

These pages, and no others, may stand in a frame. They set no cookie, ask nothing of anybody else, and look as the
address says: `theme=light|dark`, `accent`, `ground`, `ink` (hexadecimal), `corners` (pixels), `lang`.
"""

from html import escape
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as aio

from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, Phase
from streamer.council.questions import ANSWERED
from streamer.council.roles import Role, known_to
from streamer.council.screening import Screening
from streamer.council.theme import sheet, theme_of
from web.context import SERVICE, Service, meeting_of
from web.i18n import COOKIELESS, translator_for
from web.listing import Row, listing
from web.live_messages import state
from web.rendering import LANGUAGES, Names, duration
from web.replay_page import linked
from web.security import framed
from web.typed import whole_number

WIDTH, HEIGHT = 640, 420
"""Of the player's frame in pixels: a picture of 16:9 and what stands below."""
PARTS = ("live", "next", "replays", "questions")
"""Of the wall, in this order; `?show=next,replays` chooses."""
MOST, USUAL = 10, 3
"""Replays and questions on the wall; `?count=`."""
LOOKED_THROUGH = 5
"""The newest replays, for answered questions."""


def code(service: Service, meeting: Meeting, width: int = WIDTH, height: int = HEIGHT) -> str:
    """The HTML to paste for a meeting's player."""
    title = escape(f"{service.council.name}: {meeting.name}", quote=True)
    return (
        f'<iframe src="{service.public_url}/embed/meetings/{meeting.id}" title="{title}" width="{width}" '
        f'height="{height}" style="max-width:100%;border:0" loading="lazy" '
        'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>'
    )


async def player(request: aio.Request) -> aio.StreamResponse:
    """`GET /embed/meetings/{meeting}`: whatever its phase; `?t=120` begins there, `?t=120,185` is a passage."""
    try:
        found = await meeting_of(request)
    except Unknown:
        return _page(request, "embed/gone.html", status=404)
    service = request.app[SERVICE]
    seen = service.conductor.as_seen(found)
    if seen.phase is Phase.PUBLISHED:
        replay = await service.archive.replay(found)
        link = linked(request, found)
        return _page(
            request, "embed/replay.html", meeting=found, replay=replay, link=link, at=link.at, until=link.until,
            captions=await service.transcripts.tracks(found.id),
        )  # fmt: skip
    return _page(
        request, "embed/live.html", meeting=found, state=state(service, found, Role.CITIZEN),
        on_air=seen.phase in ON_AIR, phase=str(seen.phase.as_seen_by_citizens()), delayed=delayed(seen),
    )  # fmt: skip


def delayed(meeting: Meeting) -> bool:
    """Whether it is only recorded."""
    return meeting.screening is Screening.DELAYED


async def wall(request: aio.Request) -> aio.StreamResponse:
    """`GET /embed/wall`."""
    service, reader = request.app[SERVICE], translator_for(request)
    asked = [part for part in request.query.get("show", "").split(",") if part in PARTS]
    count = min(whole_number(request.query.get("count", ""), 2) or USUAL, MOST)
    found = await listing(service, reader)
    shown = [row for row in found.past if row["phase"] is Phase.PUBLISHED]
    coming = [row for row in found.coming if row["phase"] is Phase.SCHEDULED]
    wanted = asked or list(PARTS)
    newest = [row["id"] for row in [*found.live, *shown]][:LOOKED_THROUGH]
    answered = await _answered(service, newest, count) if "questions" in wanted else []
    return _page(
        request, "embed/wall.html", live=found.live, coming=coming[:1],
        replays=[_pictured(service, row) for row in shown[:count]] if "replays" in wanted else [],
        answered=answered,
        parts=wanted, kept="max-age=30",
    )  # fmt: skip


def _pictured(service: Service, row: Row) -> Row:
    """With whether there is a picture of it."""
    return {**row, "poster": service.archive.has_poster(row["id"])}


async def _answered(service: Service, meetings: list[str], count: int) -> list[dict[str, Any]]:
    """The newest questions that were answered, with where the answer is."""
    found: list[dict[str, Any]] = []
    for id in meetings:
        if len(found) >= count:
            break
        meeting = await service.desk.meeting(id)
        told = [q.as_told for q in await service.questions.listed(id) if known_to(Role.CITIZEN, q)]
        answered = [question for question in told if question.status in ANSWERED]
        published = meeting.phase is Phase.PUBLISHED
        replay = await service.archive.replay(meeting) if answered and published else None
        spots = {spot.ref: int(spot.start) for spot in replay.question_chapters} if replay else {}
        found += [
            {
                "text": question.text,
                "language": question.language,
                "answer": question.answer,
                "link": _at(meeting, spots.get(question.id)),
                "meeting": meeting.name,
            }
            for question in reversed(answered)
        ]
    return found[:count]


def _at(meeting: Meeting, second: int | None) -> str:
    """The path of a second of its replay."""
    return f"/meetings/{meeting.id}" + (f"?t={second}{meeting.link_mark}" if second else "")


async def stylesheet(request: aio.Request) -> aio.Response:
    """`GET /embed/theme.css`: the colours of an address, checked."""
    headers = {"Cache-Control": "max-age=86400"}
    return aio.Response(text=sheet(theme_of(request.query)), content_type="text/css", headers=headers)


def _page(
    request: aio.Request, template: str, *, status: int = 200, kept: str = "no-store", **values: Any
) -> aio.Response:
    """A page that may stand in a frame and leaves nothing behind."""
    service, reader, theme = request.app[SERVICE], translator_for(request), theme_of(request.query)
    chosen = theme.chosen
    shared = {
        "council": service.council, "site": service.public_url, "look": str(theme.look), "duration": duration,
        "names": Names(reader.gettext, service.reasons.table(reader)),
        "sheet": f"/embed/theme.css?{urlencode({'theme': theme.look, **chosen})}" if chosen else "",
        "asked": {name: value for name, value in request.query.items() if name in ("theme", "lang", *chosen)},
    }  # fmt: skip
    text = request.app[LANGUAGES].page(reader.language, template, {**values, **shared})
    headers = {
        "Content-Language": reader.language, "Cache-Control": kept, "Vary": "Cookie, Accept-Language",
        "Content-Security-Policy": framed(service.embed_sites),
    }  # fmt: skip
    response = aio.Response(text=text, status=status, content_type="text/html", headers=headers)
    response[COOKIELESS] = True
    return response
