"""What can be followed: a feed of meetings (Atom) and a podcast with chapters (RSS, Podcasting 2.0)."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as aio
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.searching import body_of
from streamer.store.search import Wanted
from web.context import SERVICE, Service
from web.i18n import N_, Translator, translator_for
from web.search import marks_of, said_link
from web.structured import described

NEWEST = 100
"""Meetings in a feed."""
PAGES_OF_A_WORD = 3
"""Of results, in a word's feed."""
ABOUT = N_("The public meetings of the municipal council, with a chapter for each agenda item.")
PODCAST = "https://podcastindex.org/namespace/1.0"


class PodcastFeed(BaseExtension):  # type: ignore[misc]
    """Makes the Podcasting 2.0 names known."""

    def extend_ns(self) -> dict[str, str]:
        """For the feed's root."""
        return {"podcast": PODCAST}


class PodcastEntry(BaseEntryExtension):  # type: ignore[misc]
    """`<podcast:chapters>` of an episode."""

    chapters = ""
    """Its address."""

    def extend_rss(self, entry: Any) -> Any:
        """Put it into the episode."""
        if self.chapters:
            made = etree.SubElement(entry, f"{{{PODCAST}}}chapters")
            made.set("url", self.chapters)
            made.set("type", "application/json+chapters")
        return entry


async def atom(request: aio.Request) -> aio.Response:
    """Every meeting that is announced or can be watched again, the newest first (RFC 4287). `?body=`: those of one
    body; `?word=`: those in whose agenda, questions or transcript it is found, each with a link to its second."""
    service, reader = request.app[SERVICE], translator_for(request)
    asked = {name: said for name in ("word", "body") if (said := " ".join(request.query.get(name, "").split())[:200])}
    title = " · ".join([reader.gettext("Council meetings"), *asked.values()])
    feed = _feed(service, reader, title, "feed.atom" + (f"?{urlencode(asked)}" if asked else ""))
    found = await _found(service, asked) if "word" in asked else None
    for meeting in await _meetings(service, found, asked.get("body", "")):
        entry = feed.add_entry(order="append")
        base = f"{service.public_url}/meetings/{meeting.id}"
        entry.id(base)
        entry.title(meeting.name)
        entry.link(href=service.public_url + found[meeting.id] if found else base)
        entry.updated(_changed(meeting, reader))
        entry.summary(described(service, meeting, reader))
    return _answer(service, feed.atom_str(pretty=True), "application/atom+xml", "" if asked else "feed.atom")


async def podcast(request: aio.Request) -> aio.Response:
    """The published meetings to listen to on a walk: sound alone where it was made, else the video."""
    service, reader = request.app[SERVICE], translator_for(request)
    title = reader.gettext("%(council)s: council meetings", council=service.council.name)
    feed = _feed(service, reader, title, "podcast.xml")
    feed.description(reader.gettext(ABOUT))
    feed.load_extension("podcast")
    feed.podcast.itunes_category("Government")
    feed.podcast.itunes_explicit("no")
    feed.podcast.itunes_author(service.council.name)
    feed.register_extension("chaptered", PodcastFeed, PodcastEntry)
    for meeting in await _meetings(service):
        if meeting.phase is Phase.PUBLISHED:
            await _episode(service, reader, feed, meeting)
    return _answer(service, feed.rss_str(pretty=True), "application/rss+xml", "podcast.xml")


async def _episode(service: Service, reader: Translator, feed: Any, meeting: Meeting) -> None:
    replay = await service.archive.replay(meeting)
    if not replay.mp4_ready:
        return
    base = f"{service.public_url}/meetings/{meeting.id}"
    entry = feed.add_entry(order="append")
    entry.guid(base, permalink=True)
    entry.title(meeting.name)
    entry.link(href=base)
    entry.description(described(service, meeting, reader))
    entry.published(_changed(meeting, reader))
    name, size, kind = ("replay.m4a", replay.sound_bytes, "audio/mp4")
    if not replay.sound_bytes:
        name, size, kind = ("replay.mp4", replay.mp4_bytes, "video/mp4")
    entry.enclosure(f"{base}/{name}", str(size), kind)
    entry.podcast.itunes_duration(round(replay.duration))
    entry.chaptered.chapters = f"{base}/chapters.json"


def _feed(service: Service, reader: Translator, title: str, name: str) -> Any:
    feed = FeedGenerator()
    feed.id(f"{service.public_url}/{name}")
    feed.title(title)
    feed.language(reader.language)
    feed.author(name=service.council.name)
    feed.generator("Tribune")
    feed.updated(datetime.fromtimestamp(0, UTC))
    feed.link(href=f"{service.public_url}/{name}", rel="self")
    feed.link(href=f"{service.public_url}/", rel="alternate")
    if service.hub_url and "?" not in name:
        feed.link(href=service.hub_url, rel="hub")
    return feed


async def _found(service: Service, asked: Mapping[str, str]) -> dict[str, str]:
    """Where a word is found: the path of each meeting, or of the second in its replay."""
    paths: dict[str, str] = {}
    for number in range(1, PAGES_OF_A_WORD + 1):
        results = await service.search.find(Wanted(asked["word"], asked.get("body", ""), page=number))
        marks = await marks_of(service, results)
        for one in results.meetings:
            paths[one.meeting] = said_link(one, one.said[0], marks) if one.said else f"/meetings/{one.meeting}"
        if not results.further:
            break
    return paths


async def _meetings(service: Service, only: Collection[str] | None = None, body: str = "") -> list[Meeting]:
    """Whole, as citizens see them: all, or those of these ids, or of one body."""
    listed = [m for m in await service.desk.meetings() if only is None or m.id in only]
    listed = [m for m in listed if not body or body_of(m.name) == body][:NEWEST]
    return [service.conductor.as_seen(await service.desk.meeting(one.id)) for one in listed]


def _changed(meeting: Meeting, reader: Translator) -> datetime:
    """When it last became something else; a planned one by its hour."""
    if meeting.changes and meeting.phase in (Phase.PUBLISHED, Phase.ENDED, Phase.CANCELLED):
        return datetime.fromtimestamp(meeting.changes[-1][0], UTC)
    return reader.moment(meeting.start)


def _answer(service: Service, text: bytes, kind: str, topic: str) -> aio.Response:
    """`topic`: the feed's name, for one that a hub is told about (WebSub)."""
    response = aio.Response(body=text, content_type=kind, charset="utf-8", headers={"Cache-Control": "max-age=60"})
    if service.hub_url and topic:
        response.headers.add("Link", f'<{service.hub_url}>; rel="hub"')
        response.headers.add("Link", f'<{service.public_url}/{topic}>; rel="self"')
    return response
