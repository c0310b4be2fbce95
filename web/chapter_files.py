"""A replay's index as files for other programs: WebVTT, Podcasting 2.0, CSV, and the text for YouTube."""

import json
from collections.abc import Sequence

from aiohttp import web as aio

from streamer.control.archive import Replay
from streamer.council.chapters import Chapter, ChapterKind
from streamer.council.meeting import Meeting
from streamer.council.youtube import Description, describe, lines_of
from web import tables
from web.chapters_vtt import chapters_vtt
from web.context import Service
from web.i18n import Translator, translator_for
from web.media import FRESH, replay_of
from web.tables import UTF8

COLUMNS = ("start", "end", "number", "name", "kind", "item", "link")


async def vtt(request: aio.Request) -> aio.Response:
    """The index as WebVTT, for players."""
    service, meeting = await replay_of(request)
    replay = await service.archive.replay(meeting)
    return _file(request, chapters_vtt(replay.chapters, opening=meeting.name), "text/vtt", "chapters.vtt")


async def podcasting(request: aio.Request) -> aio.Response:
    """The index as Podcasting 2.0 chapters, for podcast players."""
    service, meeting = await replay_of(request)
    text = chapters_json(service, meeting, (await service.archive.replay(meeting)).chapters)
    return _file(request, text, "application/json+chapters", "chapters.json")


async def youtube(request: aio.Request) -> aio.Response:
    """The index as the text of a description at YouTube."""
    service, meeting = await replay_of(request)
    made = youtube_text(service, translator_for(request), meeting, await service.archive.replay(meeting))
    return _file(request, made.text, "text/plain", "chapters.txt")


async def table(request: aio.Request) -> aio.Response:
    """The index as CSV, for a spreadsheet."""
    service, meeting = await replay_of(request)
    text = chapters_csv(service, meeting, (await service.archive.replay(meeting)).chapters)
    return _file(request, text, "text/csv", "chapters.csv")


def _file(request: aio.Request, text: str, kind: str, name: str) -> aio.Response:
    """`?download` gives it a name."""
    headers = dict(FRESH)
    if "download" in request.query:
        headers["Content-Disposition"] = f'attachment; filename="{request.match_info["meeting"]}-{name}"'
    return aio.Response(text=text, content_type=kind, charset="utf-8", headers=headers)


def link(service: Service, meeting: Meeting, start: float) -> str:
    """The whole address of a moment of the replay."""
    second = int(start)
    return f"{service.public_url}/meetings/{meeting.id}" + (f"?t={second}{meeting.link_mark}" if second else "")


def chapters_json(service: Service, meeting: Meeting, chapters: Sequence[Chapter]) -> str:
    """Version 1.2.0 of github.com/Podcastindex-org/podcast-namespace, `chapters/jsonChapters.md`."""
    listed = [
        {
            "startTime": round(c.start, 3),
            "endTime": round(c.end, 3),
            "title": c.titled(meeting.name),
            "url": link(service, meeting, c.start),
        }
        for c in chapters
    ]
    head = {"version": "1.2.0", "title": meeting.name, "podcastName": service.council.name}
    return json.dumps({**head, "chapters": listed}, ensure_ascii=False, indent=1) + "\n"


def chapters_csv(service: Service, meeting: Meeting, chapters: Sequence[Chapter]) -> str:
    """Seconds with a point."""
    rows = [
        (f"{c.start:.3f}", f"{c.end:.3f}", c.number, c.name or meeting.name, c.kind,
         c.ref if c.kind is ChapterKind.ITEM else "", link(service, meeting, c.start))
        for c in chapters
    ]  # fmt: skip
    return UTF8 + tables.table(COLUMNS, rows)


def youtube_text(service: Service, reader: Translator, meeting: Meeting, replay: Replay) -> Description:
    """The text for a description at YouTube, in the reader's language."""
    gettext = reader.gettext
    opening = gettext("Opening")
    foot = gettext("The whole record, with documents and questions: %(link)s", link=link(service, meeting, 0.0))
    return describe(
        lines_of(replay.chapters, opening),
        replay.duration,
        opening=opening,
        again=gettext("{title} (continued)"),
        head=f"{service.council.name} · {meeting.name}",
        foot=foot,
    )
