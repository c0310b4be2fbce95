"""A replay's index for programs: read it, set it."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel, Field

from streamer.control.archive import Replay
from streamer.council import index
from streamer.council.chapters import Chapter
from streamer.council.correction import Correction, IndexMark
from streamer.council.errors import Invalid
from streamer.council.meeting import Meeting
from streamer.council.roles import STAFF, Role
from streamer.media.timeline import Timeline
from web.api import MEETING, body
from web.auth import require
from web.chapter_files import youtube_text
from web.context import SERVICE, Service, meeting_of
from web.i18n import Translator, translator_for
from web.mend_words import mend_said
from web.views import iso
from web.votes import vote_view

routes = aio.RouteTableDef()


class NewChapter(BaseModel):
    """A chapter begins at `start` (seconds of the replay): about an agenda `item` (its id), or with its own name."""

    start: float = Field(ge=0)
    item: str = Field("", max_length=64)
    number: str = Field("", max_length=40)
    name: str = ""


class NewChapters(BaseModel):
    """All chapters of a replay; `version`: of the meeting, as it was read."""

    chapters: list[NewChapter]
    version: int | None = None


@routes.get(MEETING + "/chapters")
async def chapters(request: aio.Request) -> aio.Response:
    """The index, what was put right in it, and the text for YouTube."""
    await require(request, *STAFF)
    found, service = await meeting_of(request), request.app[SERVICE]
    return await _answer(request, service, found)


@routes.put(MEETING + "/chapters")
async def set_chapters(request: aio.Request) -> aio.Response:
    """Set all chapters at once."""
    identity = await require(request, Role.CLERK)
    found, service, new = await meeting_of(request), request.app[SERVICE], await body(request, NewChapters)
    timeline = service.archive.timeline(found)
    marks = [_mark(service, timeline, given, place) for place, given in enumerate(new.chapters)]
    after = await service.desk.correct(
        found.id, lambda meeting: index.set_all(meeting, marks, seen=new.version), by=identity.name
    )
    return await _answer(request, service, after)


def _mark(service: Service, timeline: Timeline, new: NewChapter, place: int) -> IndexMark:
    at = timeline.wall(new.start)
    if at is None:
        raise Invalid({f"chapters[{place}].start": ("moment_bad", {})})
    return IndexMark(service.new_id(), at, new.item, new.name, new.number)


async def _answer(request: aio.Request, service: Service, meeting: Meeting) -> aio.Response:
    replay = await service.archive.replay(meeting)
    return aio.json_response(index_view(service, translator_for(request), meeting, replay))


def index_view(service: Service, reader: Translator, meeting: Meeting, replay: Replay) -> dict[str, Any]:
    """All there is to know about an index."""
    made = youtube_text(service, reader, meeting, replay)
    return {
        "meeting": meeting.id,
        "version": meeting.version,
        "duration": round(replay.duration, 3),
        "chapters": [chapter_view(chapter) for chapter in replay.chapters],
        "speakers": [
            {"start": round(c.start, 3), "end": round(c.end, 3), "name": c.name, "function": c.number}
            for c in replay.speaker_chapters
        ],
        "votes": [vote_view(vote, replay.vote_chapters) for vote in meeting.votes],
        "corrections": [_correction(correction) for correction in meeting.corrections],
        "youtube": {
            "text": made.text,
            "mended": [
                {"code": one.mend, "title": one.title, "message": mend_said(reader.gettext, one)} for one in made.mended
            ],
        },
    }


def chapter_view(chapter: Chapter) -> dict[str, Any]:
    """A chapter, in seconds of the replay."""
    return {
        "mark": chapter.mark,
        "kind": chapter.kind,
        "start": round(chapter.start, 3),
        "end": round(chapter.end, 3),
        "item": chapter.ref or None,
        "number": chapter.number,
        "name": chapter.name,
    }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "version": correction.version,
        "at": iso(correction.at),
        "by": correction.by,
        "change": correction.change,
        "undone": correction.undone,
    }
