"""Following by e-mail and by feed: the form, the page on which a wish is confirmed, and the click that ends it."""

import contextlib
import secrets
from typing import Any
from urllib.parse import urlencode

from aiohttp import web as aio

from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.following import Follower, FollowerState, is_sealed, wish
from web import auth
from web.auth import AUTH
from web.context import SERVICE
from web.forms import form_of
from web.gate import Visitor, WorkWanted
from web.i18n import translator_for
from web.news_words import followed
from web.receipts import hidden
from web.rendering import explained, mistakes, page

FIELDS = {"address": "", "topic": "all", "word": "", "body": "", "proof": ""}
LONGEST = 300


async def form(request: aio.Request) -> aio.StreamResponse:
    """`GET /follow`; with `?word=` also the address of that word's feed."""
    return await _form(request, {**FIELDS, "word": " ".join(request.query.get("word", "").split())[:LONGEST]})


async def _form(
    request: aio.Request, typed: dict[str, str], *, status: int = 200, wrong: dict[str, str] | None = None
) -> aio.Response:
    service = request.app[SERVICE]
    bodies, _, _ = await service.search.choices()
    return await page(
        request, "follow.html", status=status, typed=typed, wrong=wrong or {}, bodies=bodies,
        by_mail=service.postman is not None, feed=lambda **asked: f"/feed.atom?{urlencode(asked)}",
    )  # fmt: skip


async def ask(request: aio.Request) -> aio.StreamResponse:
    """`POST /follow`: a letter goes to the address. The answer is the same whether or not it follows already."""
    service, form = request.app[SERVICE], await form_of(request)
    if service.postman is None:
        raise Unknown("page", "follow")
    typed = {name: form.get(name, "")[:LONGEST] for name in FIELDS}
    gettext = translator_for(request).gettext
    try:
        wanted = await _wish(request, typed)
        visitor = Visitor(auth.asker_hash(request.app[AUTH].secret, f"mail {wanted.address}"), auth.address_of(request))
        await service.gates.following.enter(visitor, typed["proof"], service.clock())
    except Invalid as error:
        return await _form(request, typed, status=422, wrong=mistakes(gettext, error))
    except WorkWanted as error:
        typed["proof"] = error.offer["ticket"]
        return await _wait(request, typed, error.offer["seconds"])
    except Refused as error:
        return await _wait(request, typed, error.values.get("seconds", 1))
    await service.followers.ask(secrets.token_urlsafe(18), wanted, service.clock())
    service.postman.wake()
    return await page(request, "follow_sent.html", address=wanted.address)


async def _wish(request: aio.Request, typed: dict[str, str]) -> Any:
    bodies, _, _ = await request.app[SERVICE].search.choices()
    value = typed["word"] if typed["topic"] == "word" else typed["body"]
    return wish(typed["address"], typed["topic"], value, translator_for(request).language, bodies)


async def _wait(request: aio.Request, typed: dict[str, str], seconds: object) -> aio.Response:
    said = explained(translator_for(request).gettext, Refused("follow_wait", seconds=seconds))
    response = await _form(request, typed, status=429, wrong={"all": said})
    response.headers["Retry-After"] = str(seconds)
    return response


async def own(request: aio.Request) -> aio.StreamResponse:
    """`GET /follow/{follower}/{seal}`: the page of one wish. Looking changes nothing: programs look, too."""
    return await _page(request, await _follower(request))


async def confirm(request: aio.Request) -> aio.StreamResponse:
    """POST: the owner of the address wants it."""
    follower = await _follower(request)
    now = await request.app[SERVICE].followers.confirm(follower.id, request.app[SERVICE].clock())
    return await _page(request, now or follower)


async def leave(request: aio.Request) -> aio.StreamResponse:
    """POST, from the page or, with one click, from a mail program (RFC 8058): the address is erased. A link that was
    used before, or was never ours, gets the same answer."""
    service, everything = request.app[SERVICE], bool((await form_of(request)).get("everything"))
    with contextlib.suppress(Unknown):
        await service.followers.leave(await _follower(request), everything=everything)
    return hidden(await page(request, "follow_left.html"))


async def _follower(request: aio.Request) -> Follower:
    """Raises `Unknown` where the seal is not ours or nobody is there."""
    id, shown = request.match_info["follower"], request.match_info["seal"]
    found = None
    if is_sealed(request.app[AUTH].secret, id, shown):
        found = await request.app[SERVICE].followers.find(id)
    if found is None:
        raise Unknown("follower", "")
    return found


async def _page(request: aio.Request, follower: Follower) -> aio.StreamResponse:
    return hidden(await page(
        request, "follow_own.html", what=followed(translator_for(request), follower.wish),
        address=follower.wish.address, confirmed=follower.state is FollowerState.CONFIRMED,
        base=f"/follow/{follower.id}/{request.match_info['seal']}",
    ))  # fmt: skip
