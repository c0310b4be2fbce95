"""The transcript for everybody: a page to read and to search in, and the captions as files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from aiohttp import web as aio

from streamer.council.captions import Line, Track
from streamer.council.errors import Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.searching import Marker, Query, parse
from streamer.media.caption_files import as_srt, as_text, as_vtt
from web.i18n import translator_for
from web.media import FRESH, replay_of
from web.rendering import page
from web.replay_page import linked
from web.typed import whole_number

PASSAGES = 150
"""A page: some forty minutes, and about 20 kB when compressed. Six hours on one page would be ten times that."""
Pieces = list[tuple[str, bool]]


@dataclass(frozen=True)
class Passage:
    """What one person said for some seconds: from second `at` of the replay on. `named`: another one begins."""

    at: float
    speaker: str | None
    named: bool
    pieces: Pieces


async def transcript(request: aio.Request) -> aio.StreamResponse:
    """What was said, a page at a time; `?t=` opens the page with that second, `?q=` shows only what matches."""
    service, meeting = await replay_of(request)
    tracks = await service.transcripts.tracks(meeting.id)
    track = chosen(tracks, request.query.get("language", ""), translator_for(request).language)
    if track is None:
        raise Unknown("captions", meeting.id)
    query = parse(asked := request.query.get("q", "").strip()[:200])
    passages = passages_of(await service.transcripts.lines(track), query)
    found = [p for p in passages if any(hit for _, hit in p.pieces)] if query.wanted else passages
    pages = [found[start : start + PASSAGES] for start in range(0, len(found), PASSAGES)] or [[]]
    number = _page(request, meeting, pages)
    return await page(
        request, "transcript.html", meeting=meeting, track=track, tracks=tracks, passages=pages[number - 1], q=asked,
        number=number, pages=[p[0].at if p else 0.0 for p in pages], found=len(found), searching=bool(query.wanted),
        private=meeting.phase is not Phase.PUBLISHED,
    )  # fmt: skip


def chosen(tracks: Sequence[Track], wanted: str, reader: str) -> Track | None:
    """In the language asked for, else the reader's own, else the longest: most of it was said in that one."""
    by_language = {track.language: track for track in tracks}
    longest = max(tracks, key=lambda track: track.lines, default=None)
    return by_language.get(wanted) or by_language.get(reader) or longest


def passages_of(lines: Sequence[Line], query: Query) -> list[Passage]:
    """Lines put together as they were said, what was looked for marked."""
    found, before, marker = list[Passage](), None, Marker(query)
    for _, group in groupby(lines, key=lambda line: line.passage):
        said = list(group)
        pieces = marker.marked([" ".join(line.text for line in said)])[0]
        speaker = said[0].speaker
        found.append(Passage(said[0].at or 0.0, speaker, speaker is not None and speaker != before, pieces))
        before = speaker
    return found


def _page(request: aio.Request, meeting: Meeting, pages: Sequence[Sequence[Passage]]) -> int:
    """From 1 on: `?page=`, else the one with second `?t=`."""
    page = whole_number(request.query.get("page", ""), 4)
    at = linked(request, meeting).at if "t" in request.query else None
    if page is not None:
        return min(max(1, page), len(pages))
    if at is not None:
        begun = [number for number, passages in enumerate(pages, 1) if passages and passages[0].at <= at]
        return begun[-1] if begun else 1
    return 1


async def vtt(request: aio.Request) -> aio.StreamResponse:
    """Captions as WebVTT, with the speakers as voices."""
    return await _file(request, "text/vtt", lambda lines, meeting: as_vtt(lines))


async def srt(request: aio.Request) -> aio.StreamResponse:
    """Captions as SubRip."""
    return await _file(request, "application/x-subrip", lambda lines, meeting: as_srt(lines))


async def text(request: aio.Request) -> aio.StreamResponse:
    """The transcript as plain text."""
    return await _file(request, "text/plain", lambda lines, meeting: as_text(lines, meeting.name))


async def _file(
    request: aio.Request, kind: str, write: Callable[[Sequence[Line], Meeting], str]
) -> aio.StreamResponse:  # fmt: skip
    service, meeting = await replay_of(request)
    track = await service.transcripts.track(meeting.id, request.match_info["language"])
    lines = await service.transcripts.lines(track)
    headers = {**FRESH, "Content-Language": track.language}
    if "download" in request.query:
        name = f"{meeting.id}.{request.path.rpartition('captions.')[2]}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return aio.Response(text=write(lines, meeting), content_type=kind, charset="utf-8", headers=headers)
