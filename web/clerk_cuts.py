"""The clerk's page for trimming and cutting a replay: choose a stretch, look at its edges, say why, confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web as aio

from streamer.control.archive import Replay
from streamer.council import cut as rules
from streamer.council.cut import Stretch, What
from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.council.roles import Role
from web.auth import require
from web.clerk_chapters import moment_of
from web.context import SERVICE, Service, meeting_of
from web.i18n import N_, translator_for
from web.rendering import answer, mistakes, page, refused

EDGE = 6.0
"""Seconds of what stays that are shown on either side."""
WHATS: dict[What, str] = {
    What.BOTH: N_("Picture and sound: the stretch is taken out, and what follows moves forward"),
    What.SOUND: N_("Only the sound: there is silence in its place"),
    What.PICTURE: N_("Only the picture: a still stands in its place"),
}
DONE_WHATS: dict[What, str] = {
    What.BOTH: N_("picture and sound"),
    What.SOUND: N_("the sound"),
    What.PICTURE: N_("the picture"),
}


@dataclass(frozen=True)
class Asked:
    """What a clerk is about to cut: `what` from `start` to `end`, in seconds of the replay; what goes with it."""

    what: What
    start: float
    end: float
    lines: int
    chapters: Sequence[str]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.end - self.start


async def desk(request: aio.Request) -> aio.StreamResponse:
    """Choose a stretch; with `?from=` and `?to=` look at it and confirm. `?trim=` keeps what is between instead."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), request.app[SERVICE]
    if found.phase not in OVER:
        raise Refused("index_too_early", phase=found.phase)
    replay = await service.archive.replay(found)
    asked, wrong = await _asked(request, service, found, replay)
    return await page(
        request, "clerk/cuts.html",
        meeting=found,
        replay=replay,
        asked=asked,
        wrong=wrong,
        typed={name: request.query.get(name, "") for name in ("from", "to", "what", "begin", "end")},
        edge=EDGE,
        whats={str(what): text for what, text in WHATS.items()},
        done_whats={str(what): text for what, text in DONE_WHATS.items()},
        progress=service.cutter.progress(found),
        copies=service.youtube is not None or bool(service.conductor.studio.destinations),
    )  # fmt: skip


async def _asked(
    request: aio.Request, service: Service, meeting: Meeting, replay: Replay
) -> tuple[Asked | None, dict[str, str]]:
    query = request.query
    try:
        if "begin" in query or "end" in query:
            start, end = _trimmed(query.get("begin", ""), query.get("end", ""), replay.duration)
        elif "from" in query or "to" in query:
            start, end = moment_of(query.get("from", "")), moment_of(query.get("to", ""))
        else:
            return None, {}
        what = What(query.get("what", What.BOTH)) if query.get("what") in set(What) else What.BOTH
        stretch = service.cutter.stretch(meeting, start, end)
        rules.check(what, stretch)
    except Invalid as error:
        return None, mistakes(translator_for(request).gettext, error)
    return await _seen(service, meeting, replay, what, stretch), {}


def _trimmed(begin: str, end: str, duration: float) -> tuple[float, float]:
    """What goes when the replay begins at `begin`, or ends at `end`: one of them at a time. Raises `Invalid`."""
    first = moment_of(begin) if begin.strip() else 0.0
    last = moment_of(end) if end.strip() else duration
    return (0.0, first) if first > 0 else (last, duration)


async def _seen(service: Service, meeting: Meeting, replay: Replay, what: What, stretch: Stretch) -> Asked:
    """What else goes with it."""
    start, end = stretch.position, stretch.position + stretch.seconds
    lines = 0
    for track in await service.transcripts.tracks(meeting.id) if what is not What.PICTURE else ():
        said = await service.transcripts.lines(track)
        lines += sum(line.start < stretch.end and line.end > stretch.start for line in said)
    gone = [c for c in replay.chapters if start <= c.start and c.end <= end and c.name] if what is What.BOTH else []
    return Asked(what, start, end, lines, [c.titled("") for c in gone])


async def cut(request: aio.Request) -> aio.StreamResponse:
    """Confirmed: it is cut."""
    identity, where = await require(request, Role.CLERK), request.match_info["meeting"]
    service, form = request.app[SERVICE], await request.post()
    typed = {name: str(form.get(name, "")) for name in ("start", "end", "what", "why", "sure")}
    to = f"/clerk/meetings/{where}/cuts"
    asked = urlencode({"from": typed["start"], "to": typed["end"], "what": typed["what"]})
    try:
        if not typed["sure"]:
            raise Invalid({"sure": ("cut_not_sure", {})})
        start, end = moment_of(typed["start"]), moment_of(typed["end"])
        what = What(typed["what"]) if typed["what"] in set(What) else What.BOTH
        await service.cutter.order(where, what, start, end, typed["why"], by=identity.name)
    except Invalid as error:
        return refused(request, f"{to}?{asked}#look", error)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("It is being cut. From now on nobody sees it any more.")
    return answer(request, f"{to}#progress", said)


async def again(request: aio.Request) -> aio.StreamResponse:
    """Try once more what failed."""
    await require(request, Role.CLERK)
    found = await meeting_of(request)
    request.app[SERVICE].cutter.again(found.id)
    return answer(request, f"/clerk/meetings/{found.id}/cuts#progress")
