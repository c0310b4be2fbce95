"""Clips: the clerk's page on which they are asked for, and the films themselves, as public as their replay."""

from urllib.parse import urlencode

from aiohttp import web as aio

from streamer.control.clips import State
from streamer.council.clip import Shape
from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.phase import OVER
from streamer.council.roles import Role
from web.auth import require
from web.clerk_captions import spoken
from web.clerk_chapters import moment_of
from web.context import SERVICE, meeting_of
from web.i18n import N_, translator_for
from web.media import FRESH, replay_of
from web.rendering import answer, page, refused

SHAPES: dict[Shape, str] = {
    Shape.WIDE: N_("Wide, as it was filmed (Facebook, LinkedIn, X)"),
    Shape.TALL_PADDED: N_("Upright, the whole picture with the title above (Instagram, TikTok)"),
    Shape.TALL_CROPPED: N_("Upright, only the middle of the picture (Instagram, TikTok)"),
}
"""What a clip can look like, in words."""


async def desk(request: aio.Request) -> aio.StreamResponse:
    """The form, filled with `?from=120&to=185&title=…`, and the clips there are."""
    await require(request, Role.CLERK)
    service, meeting = request.app[SERVICE], await meeting_of(request)
    if meeting.phase not in OVER:
        raise Refused("clip_too_early", phase=meeting.phase)
    known = service.clips.listed(meeting)
    return await page(
        request, "clerk/clips.html", meeting=meeting, replay=await service.archive.replay(meeting), known=known,
        typed={name: request.query.get(name, "") for name in ("from", "to", "title")}, shapes=SHAPES,
        tracks=await service.transcripts.tracks(meeting.id), spoken=spoken(service.council.languages),
        busy=any(one.state in (State.WAITING, State.MAKING) for one in known),
    )  # fmt: skip


async def order(request: aio.Request) -> aio.StreamResponse:
    """A clip is wanted."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    form, to = await request.post(), f"/clerk/meetings/{id}/clips"
    typed = {name: str(form.get(name, "")) for name in ("from", "to", "title", "shape", "language")}
    try:
        if typed["shape"] not in list(Shape):
            raise Unknown("shape", typed["shape"])
        await request.app[SERVICE].clips.order(
            id, moment_of(typed["from"]), moment_of(typed["to"]), Shape(typed["shape"]), typed["title"],
            typed["language"], by=identity.name,
        )  # fmt: skip
    except (Refused, Invalid, Unknown) as error:
        kept = urlencode({name: typed[name] for name in ("from", "to", "title")})
        return refused(request, f"{to}?{kept}", error)
    return answer(request, to, translator_for(request).gettext("The clip is being made."))


async def change(request: aio.Request) -> aio.StreamResponse:
    """One is removed, or tried once more."""
    await require(request, Role.CLERK)
    service, meeting, where = request.app[SERVICE], await meeting_of(request), request.match_info
    to, gettext = f"/clerk/meetings/{meeting.id}/clips", translator_for(request).gettext
    try:
        if where["change"] == "remove":
            service.clips.remove(meeting, where["clip"])
            return answer(request, to, gettext("The clip is removed."))
        service.clips.again(meeting, where["clip"])
    except Unknown as error:
        return refused(request, to, error)
    return answer(request, to, gettext("The clip is being made."))


async def film(request: aio.Request) -> aio.StreamResponse:
    """A clip; `?download` gives it a name. For everybody once its replay is published."""
    service, meeting = await replay_of(request)
    path = service.clips.file(meeting, request.match_info["clip"])
    if path is None:
        raise aio.HTTPNotFound
    headers = {"Content-Type": "video/mp4", **FRESH}
    if "download" in request.query:
        headers["Content-Disposition"] = f'attachment; filename="{meeting.id}-{path.name}"'
    return aio.FileResponse(path, headers=headers)
