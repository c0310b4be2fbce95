"""The clerk's switch for the text in the picture: the item's title, a speaker, the question on air."""

from aiohttp import web as aio

from streamer.council.errors import Conflict, Invalid, Refused
from streamer.council.lower_third import ThirdKind
from streamer.council.roles import Role
from web.auth import require
from web.context import SERVICE
from web.i18n import translator_for
from web.live_messages import state
from web.rendering import answer, refused


async def switch(request: aio.Request) -> aio.StreamResponse:
    """`show`: item, speaker (with `name` and `function`) or question; anything else takes the text away."""
    identity, id = await require(request, Role.CLERK), request.match_info["meeting"]
    desk, form, to = request.app[SERVICE].desk, await request.post(), f"/clerk/meetings/{id}"
    gettext, wanted = translator_for(request).gettext, str(form.get("show", ""))
    try:
        if wanted in set(ThirdKind):
            name, function = str(form.get("name", "")), str(form.get("function", ""))
            after = await desk.show_lower_third(
                id, ThirdKind(wanted), by=identity.name, name=name, function=function
            )  # fmt: skip
            said = gettext("The text is in the picture.")
        else:
            after = await desk.hide_lower_third(id, by=identity.name)
            said = gettext("The text is no longer in the picture.")
    except (Refused, Conflict, Invalid) as error:
        return refused(request, to, error)
    return answer(request, to, said, state=state(request.app[SERVICE], after, identity.role))
