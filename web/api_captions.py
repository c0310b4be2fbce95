"""Captions for programs: bring them, read them, correct them. See docs/api.md."""

from typing import Any

from aiohttp import web as aio
from pydantic import BaseModel

from streamer.council.captions import Clock, Line, Track
from streamer.council.errors import Invalid
from streamer.council.roles import STAFF, Role
from streamer.media.caption_files import MAX_BYTES
from web.api import MEETING, body
from web.auth import require
from web.context import SERVICE, meeting_of
from web.typed import whole_number
from web.views import iso

routes = aio.RouteTableDef()
CAPTIONS = MEETING + "/captions"


class Correction(BaseModel):
    """What a line says from now on; `version`: that of the line that was read."""

    text: str
    speaker: str = ""
    version: int


def track_view(track: Track) -> dict[str, Any]:
    """One language's captions, and where they are."""
    base = f"/meetings/{track.meeting}/captions.{track.language}"
    return {
        "language": track.language,
        "origin": track.origin,
        "file": track.name,
        "by": track.by,
        "created": iso(track.at),
        "lines": track.lines,
        "dropped": track.dropped,
        "vtt": f"{base}.vtt",
        "srt": f"{base}.srt",
        "txt": f"{base}.txt",
    }


def line_view(line: Line) -> dict[str, Any]:
    """A line; seconds of the replay."""
    where = {"start": round(line.at or 0.0, 3), "end": round(line.until, 3)}
    return {"id": line.id, **where, "speaker": line.speaker, "text": line.text, "version": line.version}


@routes.get(CAPTIONS)
async def captions(request: aio.Request) -> aio.Response:
    """Which captions a meeting has."""
    await require(request, *STAFF)
    found = await meeting_of(request)
    tracks = await request.app[SERVICE].transcripts.tracks(found.id)
    return aio.json_response({"data": [track_view(track) for track in tracks]})


@routes.put(CAPTIONS + "/{language}")
async def put_captions(request: aio.Request) -> aio.Response:
    """Bring a WebVTT or SubRip file, in place of what there was."""
    identity, found = await require(request, Role.CLERK), await meeting_of(request)
    clock = request.query.get("clock", Clock.REPLAY)
    if clock not in list(Clock):
        raise Invalid({"clock": ("field_bad", {"problem": ", ".join(Clock)})})
    raw = await request.clone(client_max_size=MAX_BYTES + 1).read()
    track = await request.app[SERVICE].transcripts.take(
        found.id, request.match_info["language"], raw, name=request.query.get("file", ""), clock=Clock(clock),
        by=identity.name,
    )  # fmt: skip
    return aio.json_response(track_view(track))


@routes.delete(CAPTIONS + "/{language}")
async def remove_captions(request: aio.Request) -> aio.Response:
    """Take a language's captions away."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    await request.app[SERVICE].transcripts.remove(found.id, request.match_info["language"])
    return aio.json_response({"data": []})


@routes.get(CAPTIONS + "/{language}/lines")
async def caption_lines(request: aio.Request) -> aio.Response:
    """Every line, with its id and version."""
    await require(request, *STAFF)
    found, transcripts = await meeting_of(request), request.app[SERVICE].transcripts
    track = await transcripts.track(found.id, request.match_info["language"])
    return aio.json_response({"data": [line_view(line) for line in await transcripts.lines(track)]})


@routes.post(CAPTIONS + "/{language}/lines/{line}")
async def correct_line(request: aio.Request) -> aio.Response:
    """Correct one line; what it said is kept."""
    identity, where = await require(request, Role.CLERK), request.match_info
    said = await body(request, Correction)
    number = whole_number(where["line"], 18) or 0
    after = await request.app[SERVICE].transcripts.correct(
        where["meeting"], where["language"], number, seen=said.version, speaker=said.speaker, text=said.text,
        by=identity.name,
    )  # fmt: skip
    return aio.json_response(line_view(after))
