"""The clerk's page on which a replay's chapters are put right: moved, split, merged, renamed, undone."""

import re
from collections.abc import Callable
from functools import partial

from aiohttp import web as aio

from streamer.council import index
from streamer.council.correction import OPENING_MARK, Change, Correction
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.events import Fact
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.council.roles import Role
from web.auth import require
from web.chapter_files import youtube_text
from web.context import SERVICE, meeting_of
from web.i18n import N_, translator_for
from web.mend_words import mend_said
from web.rendering import answer, duration, page, refused
from web.typed import whole_number

MOMENT = re.compile(r"(?:(\d{1,2}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d+)?)|(\d{1,6}(?:[.,]\d+)?)")
STEPS = (-5, 5)
"""Seconds by which a chapter is moved with one press."""
CHANGES: dict[Change, str] = {
    Change.MOVED: N_("“%(title)s” begins at %(time)s."),
    Change.SPLIT: N_("“%(title)s” was added at %(time)s."),
    Change.MERGED: N_("“%(title)s” is a part of the chapter before."),
    Change.RENAMED: N_("“%(title)s” is called “%(name)s”."),
    Change.SET: N_("All chapters were set by a program."),
}
"""What a correction did, in words."""

Rule = Callable[[Meeting], Fact]


async def desk(request: aio.Request) -> aio.StreamResponse:
    """The video, the timeline, each chapter with its buttons, what was changed, and the text for YouTube."""
    await require(request, Role.CLERK)
    found, service, reader = await meeting_of(request), request.app[SERVICE], translator_for(request)
    if found.phase not in OVER:
        raise Refused("index_too_early", phase=found.phase)
    replay = await service.archive.replay(found)
    made = youtube_text(service, reader, found, replay)
    last = index.standing(found)
    return await page(
        request, "clerk/chapters.html",
        meeting=found,
        replay=replay,
        chapters=replay.chapters,
        items=[item for item in found.items if item.public],
        history=[(c, _said(request, found, c)) for c in reversed(found.corrections)],
        last=last.version if last else None,
        steps=STEPS,
        youtube=made,
        mended=[mend_said(reader.gettext, one) for one in made.mended],
    )  # fmt: skip


def _said(request: aio.Request, meeting: Meeting, correction: Correction) -> str:
    gettext, data = translator_for(request).gettext, correction.data
    position = None
    if "at" in data:
        position = request.app[SERVICE].archive.timeline(meeting).position(data["at"])
    id = data.get("mark", "")
    title = gettext("Opening") if id == OPENING_MARK else index.title_of(meeting, id)
    name = data.get("name") or title
    return gettext(CHANGES[correction.change], title=title, name=name, time=duration(position or 0.0))


async def correct(request: aio.Request) -> aio.StreamResponse:
    """One change of one chapter."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}/chapters"
    found, form = await meeting_of(request), await request.post()
    typed = {name: str(form.get(name, "")) for name in ("by", "at", "item", "name")}
    try:
        rule = await _rule(request, found, where["mark"], where["change"], typed)
        after = await service.desk.correct(found.id, rule, by=identity.name)
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    return answer(request, f"{to}#{_place(after, where['mark'])}", _said(request, after, after.corrections[-1]))


def _place(after: Meeting, mark: str) -> str:
    """Where on the page a clerk without scripts goes on."""
    known = {found.id for found in index.marks_of(after)}
    return f"mark-{mark}" if mark in known else "index"


async def _rule(request: aio.Request, meeting: Meeting, mark: str, change: str, typed: dict[str, str]) -> Rule:
    service = request.app[SERVICE]
    match change:
        case "move":
            return partial(index.move, mark=mark, at=await _wall(request, meeting, mark, typed))
        case "split":
            at = await _wall(request, meeting, mark, typed)
            new = service.new_id()
            return partial(index.split, new=new, of=mark, at=at, item=typed["item"], name=typed["name"])
        case "merge":
            return partial(index.merge, mark=mark)
        case "rename":
            return partial(index.rename, mark=mark, name=typed["name"])
    raise Unknown("verb", change)


async def _wall(request: aio.Request, meeting: Meeting, mark: str, typed: dict[str, str]) -> float:
    """The moment that is meant, unix seconds: `by` some seconds from where the chapter begins, or `at` a time."""
    archive = request.app[SERVICE].archive
    position = moment_of(typed["at"]) if typed["at"] or not typed["by"] else None
    if position is None:
        here = next((c for c in (await archive.replay(meeting)).chapters if c.mark == mark), None)
        if here is None:
            raise Unknown("mark", mark)
        position = max(here.start + moment_of(typed["by"], signed=True), 0.0)
    wall = archive.timeline(meeting).wall(position)
    if wall is None:
        raise Invalid({"at": ("moment_bad", {})})
    return wall


def moment_of(text: str, *, signed: bool = False) -> float:
    """`1:02:03`, `62:03` or `75.5` as seconds. Raises `Invalid`."""
    text = text.strip().replace("−", "-")
    sign = -1.0 if signed and text.startswith("-") else 1.0
    found = MOMENT.fullmatch(text.lstrip("+-") if signed else text)
    if found is None or not text.isascii():
        raise Invalid({"at": ("moment_bad", {})})
    hours, minutes, seconds, alone = (float((part or "0").replace(",", ".")) for part in found.groups())
    return sign * (3600 * hours + 60 * minutes + seconds + alone)


async def undo(request: aio.Request) -> aio.StreamResponse:
    """The last change does not count any more."""
    identity, where = await require(request, Role.CLERK), request.match_info
    service, to = request.app[SERVICE], f"/clerk/meetings/{where['meeting']}/chapters"
    seen = whole_number(str((await request.post()).get("version", "")), 9)
    try:
        await service.desk.correct(where["meeting"], partial(index.undo, version=seen), by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    return answer(request, f"{to}#index", translator_for(request).gettext("Undone."))
