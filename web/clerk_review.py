"""The clerk's page for going through a replay before it is public: what is withheld, and when it publishes itself."""

from functools import partial

from aiohttp import web as aio

from streamer.council import review
from streamer.council.correction import OPENING_MARK
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER
from streamer.council.review import Showing
from streamer.council.roles import Role
from web.auth import require
from web.context import SERVICE, meeting_of
from web.i18n import translator_for
from web.rendering import answer, page, refused


async def desk(request: aio.Request) -> aio.StreamResponse:
    """Each part with where to look at it; the hour of publication."""
    await require(request, Role.CLERK)
    found, service = await meeting_of(request), request.app[SERVICE]
    if found.phase not in OVER:
        raise Refused("index_too_early", phase=found.phase)
    replay = await service.archive.replay(found)
    first = {c.ref or c.mark: c.start for c in reversed(replay.chapters)}
    seconds = {key: sum(c.seconds for c in replay.chapters if (c.ref or c.mark) == key) for key in first}
    usual = translator_for(request).moment(found.publish_at or service.publishing.usual(found, service.clock()))
    return await page(
        request, "clerk/review.html", meeting=found, replay=replay, parts=shown_parts(found, first), first=first,
        seconds=seconds, day=f"{usual:%Y-%m-%d}", hour=f"{usual:%H:%M}",
    )  # fmt: skip


def shown_parts(meeting: Meeting, first: dict[str, float]) -> list[review.Part]:
    """Those that there are: an opening that lasts no time is none."""
    parts = review.parts(meeting)
    return [p for p in parts if p.key != OPENING_MARK or p.key in first or p.showing is Showing.WITHHELD]


async def part(request: aio.Request) -> aio.StreamResponse:
    """Withhold it, or show it again."""
    identity, form = await require(request, Role.CLERK), await request.post()
    service, where = request.app[SERVICE], request.match_info["meeting"]
    to, gettext = f"/clerk/meetings/{where}/review", translator_for(request).gettext
    key, wanted = str(form.get("part", "")), str(form.get("showing", ""))
    try:
        if wanted not in set(Showing):
            raise Unknown("verb", wanted)
        rule = partial(review.review, key=key, showing=Showing(wanted))
        await service.desk.correct(where, rule, by=identity.name)
    except (Refused, Conflict) as error:
        return refused(request, to, error)
    said = gettext("It is shown.") if wanted == Showing.SHOWN else gettext("It is withheld.")
    return answer(request, f"{to}#part-{key}", said)


async def publication(request: aio.Request) -> aio.StreamResponse:
    """At which hour it publishes itself, or not by itself."""
    identity, form = await require(request, Role.CLERK), await request.post()
    service, where = request.app[SERVICE], request.match_info["meeting"]
    to = f"/clerk/meetings/{where}/review#publication"
    try:
        at = None if "never" in form else _moment(request, str(form.get("day", "")), str(form.get("hour", "")))
        rule = partial(review.publish_at, at=at, now=service.clock())
        await service.desk.correct(where, rule, by=identity.name)
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    return answer(request, to, translator_for(request).gettext("Saved."))


def _moment(request: aio.Request, day: str, hour: str) -> float:
    """On the council's clock. Raises `Invalid`."""
    try:
        return translator_for(request).moment(f"{day}T{hour}").timestamp()
    except ValueError:
        raise Invalid({"at": ("publication_bad", {"limit": review.LATEST_DAYS})}) from None
