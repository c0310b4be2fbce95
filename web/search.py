"""Search for everybody, over meetings, items, questions and what was said: a page, and the same as JSON."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as aio

from streamer.council.phase import Phase
from streamer.store.search import Found, Named, Pieces, Results, Said, Wanted
from web.context import SERVICE, Service
from web.rendering import page
from web.typed import whole_number

routes = aio.RouteTableDef()
LONGEST = 200
Marks = Mapping[str, str]
"""By meeting."""
FIELDS = ("q", "body", "year", "speaker")


def wanted_by(request: aio.Request) -> Wanted:
    """What is looked for; whatever cannot be used is left out."""
    typed = {name: " ".join(request.query.get(name, "").split())[:LONGEST] for name in FIELDS}
    number = whole_number(request.query.get("page", ""), 3)
    year = typed["year"] if typed["year"].isascii() and typed["year"].isdigit() else ""
    return Wanted(typed["q"], typed["body"], year, typed["speaker"], 1 if number is None else number)


async def search(request: aio.Request) -> aio.StreamResponse:
    """The field, what can be chosen beside it, and what was found."""
    service, wanted = request.app[SERVICE], wanted_by(request)
    asked = bool(wanted.text or wanted.speaker)
    results = await service.search.find(wanted) if asked else None
    bodies, years, speakers = await service.search.choices()
    given = {"q": wanted.text, "body": wanted.body, "year": wanted.year, "speaker": wanted.speaker}
    kept = {name: value for name, value in given.items() if value}
    return await page(
        request, "search.html", wanted=wanted, results=results, asked=asked, bodies=bodies, years=years,
        speakers=speakers, link=lambda number: f"/search?{urlencode({**kept, 'page': number})}",
        said_link=said_link, named_link=named_link, marks=await marks_of(service, results),
        phases=await _phases(service, results),
    )  # fmt: skip


async def _phases(service: Service, results: Results | None) -> Mapping[str, Phase]:
    """Of each meeting, as citizens see it."""
    ids = [found.meeting for found in results.meetings] if results else []
    return {id: service.conductor.as_seen(await service.desk.meeting(id)).phase for id in ids}


def said_link(found: Found, said: Said, marks: Marks) -> str:
    """Where a passage is heard."""
    at = int(said.at)
    return f"/meetings/{found.meeting}" + (f"?t={at}{marks[found.meeting]}" if at else "")


async def marks_of(service: Service, results: Results | None) -> Marks:
    """What the addresses of seconds of these meetings carry besides them."""
    ids = [found.meeting for found in results.meetings if found.said] if results else []
    return {id: (await service.desk.meeting(id)).link_mark for id in ids}


def named_link(found: Found, named: Named) -> str:
    """Where a meeting, an item or a question is."""
    return f"/meetings/{found.meeting}"


@routes.get("/api/v1/search")
async def search_api(request: aio.Request) -> aio.Response:
    """The same as JSON. It needs no token: it finds what everybody may see."""
    wanted = wanted_by(request)
    service = request.app[SERVICE]
    results = await service.search.find(wanted)
    return aio.json_response(results_view(results, wanted, await marks_of(service, results)))


def results_view(results: Results, wanted: Wanted, marks: Marks) -> dict[str, Any]:
    """`order` says whether the best or the newest come first."""
    return {
        "query": wanted.text,
        "page": results.page,
        "further": results.further,
        "order": "newest" if results.newest else "best",
        "data": [_found_view(found, marks) for found in results.meetings],
    }


def _found_view(found: Found, marks: Marks) -> dict[str, Any]:
    return {
        "meeting": found.meeting,
        "name": found.name,
        "start": found.start,
        "named": [{"kind": named.kind, "id": named.ref, **_text_view(named.pieces)} for named in found.named],
        "said": [
            {
                "start": round(said.at, 3), "language": said.language, "speaker": said.speaker,
                **_text_view(said.pieces), "url": said_link(found, said, marks),
            }
            for said in found.said
        ],
        "more": found.more,
        "url": f"/meetings/{found.meeting}",
        "replay": found.phase is Phase.PUBLISHED,
    }  # fmt: skip


def _text_view(pieces: Pieces) -> dict[str, Any]:
    """A text, and from and until which character each found word is."""
    found, at = list[list[int]](), 0
    for text, hit in pieces:
        if hit:
            found.append([at, at + len(text)])
        at += len(text)
    return {"text": "".join(text for text, _ in pieces), "marks": found}
