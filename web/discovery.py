"""How programs find what there is: robots.txt, the sitemap, oEmbed, a table of all meetings."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from aiohttp import web as aio

from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from web import embed, tables
from web.context import SERVICE, Service
from web.tables import UTF8
from web.typed import whole_number

SITEMAP_LIMIT = 50_000
"""Addresses in one file (sitemaps.org)."""
SMALLEST = 200
"""Pixels: in less a player cannot be used."""


async def robots(request: aio.Request) -> aio.Response:
    """Everything public may be read; the pages of the staff hold nothing for anybody."""
    site = request.app[SERVICE].public_url
    closed = "".join(
        f"Disallow: {path}\n" for path in ("/clerk", "/moderator", "/chair", "/staff", "/enter", "/api/", "/follow/")
    )
    return aio.Response(text=f"User-agent: *\n{closed}\nSitemap: {site}/sitemap.xml\n", content_type="text/plain")


async def sitemap(request: aio.Request) -> aio.Response:
    """Every meeting with its public items (sitemaps.org 0.9)."""
    service = request.app[SERVICE]
    addresses = [f"{service.public_url}/"]
    for listed in await service.desk.meetings():
        if len(addresses) > SITEMAP_LIMIT:
            break
        addresses += _of(service, await service.desk.meeting(listed.id))
    rows = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses[:SITEMAP_LIMIT])
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    return aio.Response(text=text, content_type="application/xml", charset="utf-8")


def _of(service: Service, meeting: Meeting) -> Iterator[str]:
    base = f"{service.public_url}/meetings/{meeting.id}"
    yield base
    yield from (f"{base}/items/{item.id}" for item in meeting.items if item.public)


async def table(request: aio.Request) -> aio.Response:
    """Every meeting on a line, for a spreadsheet."""
    service = request.app[SERVICE]
    meetings = [service.conductor.as_seen(await service.desk.meeting(m.id)) for m in await service.desk.meetings()]
    rows = [(m.id, m.name, m.start, m.phase, f"{service.public_url}/meetings/{m.id}") for m in meetings]
    headers = {"Content-Disposition": 'attachment; filename="meetings.csv"'}
    text = UTF8 + tables.table(("id", "name", "start", "phase", "link"), rows)
    return aio.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


async def oembed(request: aio.Request) -> aio.Response:
    """What a link to a replay is (oembed.com 1.0), for a page that shows links as players: `maxwidth`, `maxheight`."""
    service = request.app[SERVICE]
    if request.query.get("format", "json") != "json":
        raise aio.HTTPNotImplemented
    meeting = await _meeting_at(service, request.query.get("url", ""))
    base = f"{service.public_url}/meetings/{meeting.id}"
    width = min(embed.WIDTH, max(SMALLEST, whole_number(request.query.get("maxwidth", ""), 5) or embed.WIDTH))
    below = embed.HEIGHT - embed.WIDTH * 9 // 16
    height = min(width * 9 // 16 + below, whole_number(request.query.get("maxheight", ""), 5) or embed.HEIGHT)
    card: dict[str, object] = {
        "version": "1.0",
        "type": "video",
        "html": embed.code(service, meeting, width, height),
        "width": width,
        "height": height,
        "title": meeting.name,
        "provider_name": service.council.name,
        "provider_url": service.public_url,
        "cache_age": 3600,
    }
    if (await service.archive.replay(meeting)).poster:
        card |= {"thumbnail_url": f"{base}/poster.jpg", "thumbnail_width": 640, "thumbnail_height": 360}
    return aio.json_response(card)


async def _meeting_at(service: Service, url: str) -> Meeting:
    """The published meeting of an address of ours. Raises `Unknown`."""
    try:
        parts, ours = urlsplit(url), urlsplit(service.public_url)
    except ValueError:
        raise Unknown("meeting", "") from None
    path = parts.path.split("/")
    if parts.netloc != ours.netloc or path[:2] != ["", "meetings"] or len(path) < 3:
        raise Unknown("meeting", "")
    meeting = await service.desk.meeting(path[2])
    if meeting.phase is not Phase.PUBLISHED:
        raise Unknown("meeting", path[2])
    return meeting
