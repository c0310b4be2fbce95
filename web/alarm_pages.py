"""The truth light on a page, and the button that tries every way of telling people."""

from aiohttp import web as aio

from streamer.control.status import Status
from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, Phase
from streamer.council.roles import STAFF, Role
from streamer.council.truth import Light, Truth
from streamer.platforms.channel import Outcome
from web.alarm_words import outcome_said
from web.auth import require
from web.context import SERVICE, meeting_of
from web.i18n import translator_for
from web.rendering import back, page, wants_json
from web.truth_words import LightSaid, light_said


def light_of(request: aio.Request, found: Meeting, machines: Status | None) -> LightSaid:
    """The truth light in the reader's words; off where nothing should run."""
    runs = found.phase in ON_AIR or found.phase is Phase.REHEARSAL
    known = request.app[SERVICE].truth_watch.truth(found.id)
    truth = (machines.truth if machines else None) if runs else known or Truth(Light.OFF)
    now = request.app[SERVICE].clock()
    return light_said(translator_for(request).gettext, truth, found.phase, now, found.screening)


async def light(request: aio.Request) -> aio.StreamResponse:
    """The light alone, for a page that heard that it changed."""
    await require(request, *STAFF)
    found = await meeting_of(request)
    machines = await request.app[SERVICE].conductor.status(found.id)
    return await page(request, "parts/light_alone.html", light=light_of(request, found, machines))


async def test(request: aio.Request) -> aio.StreamResponse:
    """Try every channel now, and say of each what happened."""
    await require(request, Role.CLERK)
    found = await request.app[SERVICE].alarms.test()
    said = " ".join(outcome_said(translator_for(request).gettext, found))
    well = all(delivery.outcome is Outcome.SENT for delivery in found)
    if wants_json(request):
        return aio.json_response({"ok": well, "message": said})
    return back("/clerk", said, wrong=not well)
