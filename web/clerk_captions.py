"""The clerk's pages for captions: bring a file, correct a line, take all of it away."""

from aiohttp import web as aio

from streamer.council.captions import Clock, Origin, Track
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.council.roles import Role
from streamer.media.caption_files import MAX_BYTES
from web.auth import require
from web.context import SERVICE, meeting_of
from web.i18n import NAMES, translator_for
from web.rendering import answer, back, explained, mistakes, page, refused
from web.speech_words import MISSING, TROUBLES
from web.typed import whole_number

LINES = 100
"""To correct, on one page."""
OTHERS = {"pt": "Português", "it": "Italiano"}
"""Languages besides those of the pages in which people in the country speak, or are subtitled."""
OVERHEAD = 64 * 1024
"""Bytes of a form around its file."""


def spoken(council: tuple[str, ...]) -> dict[str, str]:
    """Languages of captions, the council's first."""
    return {code: NAMES[code] for code in council} | NAMES | OTHERS


async def overview(request: aio.Request) -> aio.StreamResponse:
    """What captions there are, and the form for more."""
    await require(request, Role.CLERK)
    return await _overview(request, await meeting_of(request))


async def _overview(request: aio.Request, meeting: Meeting, wrong: str = "", status: int = 200) -> aio.Response:
    service = request.app[SERVICE]
    return await page(
        request, "clerk/captions.html", status=status, meeting=meeting, mistaken=wrong,
        tracks=await service.transcripts.tracks(meeting.id), spoken=spoken(service.council.languages),
        over=meeting.phase in OVER, origins=Origin, ready=service.scribe.ready,
        writing=service.scribe.progress(meeting), missing=MISSING, troubles=TROUBLES,
    )  # fmt: skip


async def take(request: aio.Request) -> aio.StreamResponse:
    """A file was sent. What is wrong with it is said on the page; nothing is changed then."""
    identity, meeting = await require(request, Role.CLERK), await meeting_of(request)
    gettext = translator_for(request).gettext
    try:
        track = await _taken(request, meeting, identity.name)
    except aio.HTTPRequestEntityTooLarge:
        limit = MAX_BYTES // 1024 // 1024
        error = Invalid({"file": ("captions_too_big", {"limit": limit})})
        return await _overview(request, meeting, " ".join(mistakes(gettext, error).values()), 413)
    except Invalid as error:
        return await _overview(request, meeting, " ".join(mistakes(gettext, error).values()), 422)
    except Refused as error:
        return await _overview(request, meeting, explained(gettext, error), 409)
    return back(f"/clerk/meetings/{meeting.id}/captions", said_of(request, track))


async def _taken(request: aio.Request, meeting: Meeting, by: str) -> Track:
    """Raises `Invalid`, `Refused`, 413."""
    try:
        form = await request.clone(client_max_size=MAX_BYTES + OVERHEAD).post()
    except (ValueError, LookupError):  # no form can be made of it
        raise Invalid({"file": ("captions_no_file", {})}) from None
    sent = form.get("file")
    if not isinstance(sent, aio.FileField) or not sent.filename:
        raise Invalid({"file": ("captions_no_file", {})})
    with sent.file as file:
        raw = file.read()
    clock = Clock.BROADCAST if form.get("clock") == Clock.BROADCAST else Clock.REPLAY
    return await request.app[SERVICE].transcripts.take(
        meeting.id, str(form.get("language", "")), raw, name=sent.filename, clock=clock, by=by
    )


def said_of(request: aio.Request, track: Track) -> str:
    """What became of a file, in one or two sentences."""
    reader = translator_for(request)
    said = [reader.ngettext("%(num)s line was taken.", "%(num)s lines were taken.", track.lines)]
    if track.dropped:
        said.append(
            reader.ngettext(
                "%(num)s was left out: its time is in no public part of the recording.",
                "%(num)s were left out: their time is in no public part of the recording.",
                track.dropped,
            )
        )
    return " ".join(said)


async def remove(request: aio.Request) -> aio.StreamResponse:
    """A language's captions are taken away."""
    await require(request, Role.CLERK)
    where = request.match_info
    to = f"/clerk/meetings/{where['meeting']}/captions"
    try:
        await request.app[SERVICE].transcripts.remove(where["meeting"], where["language"])
    except Unknown as error:
        return refused(request, to, error)
    return answer(request, to, translator_for(request).gettext("The captions are removed."))


async def lines(request: aio.Request) -> aio.StreamResponse:
    """A language's lines, each with what it said before; to be corrected."""
    await require(request, Role.CLERK)
    service, meeting = request.app[SERVICE], await meeting_of(request)
    track = await service.transcripts.track(meeting.id, request.match_info["language"])
    found = await service.transcripts.lines(track)
    pages = max(1, -(-len(found) // LINES))
    number = min(max(1, whole_number(request.query.get("page", ""), 4) or 1), pages)
    return await page(
        request, "clerk/caption_lines.html", meeting=meeting, track=track, number=number, pages=pages,
        lines=found[(number - 1) * LINES : number * LINES], changes=await service.transcripts.changes(track),
        starts=[found[start].at for start in range(0, len(found), LINES)],
        speakers=sorted({line.speaker for line in found if line.speaker}), spoken=spoken(service.council.languages),
    )  # fmt: skip


async def correct(request: aio.Request) -> aio.StreamResponse:
    """A line says something else from now on."""
    identity, where = await require(request, Role.CLERK), request.match_info
    form = await request.post()
    line, seen, number = (
        whole_number(text, 18) or 0
        for text in (where["line"], str(form.get("version", "")), str(form.get("page", "1")))
    )
    to = f"/clerk/meetings/{where['meeting']}/captions/{where['language']}?page={number}#line-{line}"
    try:
        after = await request.app[SERVICE].transcripts.correct(
            where["meeting"], where["language"], line, seen=seen, by=identity.name,
            speaker=str(form.get("speaker", "")), text=str(form.get("text", "")),
        )  # fmt: skip
    except (Invalid, Conflict, Unknown) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("The line is corrected.")
    return answer(request, to, said, version=after.version)
