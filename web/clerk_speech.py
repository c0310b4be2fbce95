"""The clerk's buttons on the page for captions that have a recording written down, or stop that."""

from aiohttp import web as aio

from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.roles import Role
from web.auth import require
from web.context import SERVICE
from web.i18n import translator_for
from web.rendering import answer, refused


async def order(request: aio.Request) -> aio.StreamResponse:
    """A recording is to be written down."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    form, to = await request.post(), f"/clerk/meetings/{id}/captions"
    try:
        await request.app[SERVICE].scribe.order(id, str(form.get("language", "")), by=identity.name)
    except (Refused, Invalid, Unknown) as error:
        return refused(request, to, error)
    said = translator_for(request).gettext("It is being written down. You can close this page.")
    return answer(request, to, said)


async def change(request: aio.Request) -> aio.StreamResponse:
    """It is stopped, or tried once more."""
    await require(request, Role.CLERK)
    scribe, where = request.app[SERVICE].scribe, request.match_info
    to, gettext = f"/clerk/meetings/{where['meeting']}/captions", translator_for(request).gettext
    try:
        if where["change"] == "stop":
            scribe.stop(where["meeting"])
            return answer(request, to, gettext("It is not written down. What was written so far is destroyed."))
        scribe.again(where["meeting"])
    except Unknown as error:
        return refused(request, to, error)
    return answer(request, to, gettext("It is being written down. You can close this page."))
