"""For the clerk: what of a meeting was told where and how that went, and texts to copy into other networks."""

import asyncio
from typing import Any

from aiohttp import web as aio

from streamer.council.news import Occasion, state_now
from streamer.council.roles import Role
from streamer.media.card import SQUARE, WIDE, card
from streamer.platforms.channel import ChannelName, Outcome
from streamer.store.posts import Post, PostState
from web.announce_words import CHANNELS, NETWORKS, OCCASIONS, OUTCOMES, STATES, occasion_now
from web.auth import require
from web.context import SERVICE, meeting_of
from web.i18n import Translator, translator_for
from web.rendering import page


async def overview(request: aio.Request) -> aio.StreamResponse:
    """`GET /clerk/meetings/{meeting}/announcements`."""
    await require(request, Role.CLERK)
    service, found, reader = request.app[SERVICE], await meeting_of(request), translator_for(request)
    posts, letters = await service.posts.of(found.id), await service.followers.tally(found.id)
    now = occasion_now(service.conductor.as_seen(found))
    words, ways = service.announce_words, [announcer.name for announcer in service.announcers]
    return await page(
        request, "clerk/announcements.html",
        meeting=found,
        news=[
            {
                "name": reader.gettext(OCCASIONS[news.occasion]), "at": news.at, "state": state_now(news, found),
                "said": reader.gettext(STATES[state_now(news, found)]), "due": news.due,
                "posts": [_shown(reader, post) for post in posts if post.news.id == news.id],
                "letters": _letters(reader, letters, news.occasion),
            }
            for news in reversed(await service.news.of(found.id))
        ],
        texts=[(network, words.text(now, found, network)) for network in NETWORKS] if now else [],
        by_itself=ways,
        link=words.link(found),
        channels=[reader.gettext(CHANNELS[way]) for way in ways],
        by_mail=service.postman is not None,
        followers=await service.followers.count(),
    )  # fmt: skip


def _shown(reader: Translator, post: Post) -> dict[str, Any]:
    """Where, and how it went, in words."""
    name = reader.gettext(CHANNELS[ChannelName(post.channel)])
    known = post.outcome in set(Outcome)
    how = reader.gettext(OUTCOMES.get(Outcome(post.outcome), OUTCOMES[Outcome.REFUSED])) if known else ""
    if post.state is PostState.SENT:
        said = reader.gettext("sent at %(time)s", time=reader.day_and_time(post.since, "medium"))
    elif post.state is PostState.GIVEN_UP:
        said = reader.gettext("given up") + (f": {how}" if how else "")
    elif post.outcome == Outcome.UNCLEAR:
        said = reader.gettext(
            "it gave no clear answer; at %(time)s Tribune looks for the post, and posts it only if it is not there",
            time=reader.time(post.due),
        )
    elif how:
        said = reader.gettext("%(how)s; tried again at %(time)s", how=how, time=reader.time(post.due))
    else:
        said = reader.gettext("is being sent")
    link = post.answer if post.answer.startswith("https://") and post.state is PostState.SENT else ""
    return {"name": name, "said": said, "state": post.state, "link": link, "answer": "" if link else post.answer}


def _letters(reader: Translator, tally: dict[tuple[str, str], int], occasion: Occasion) -> str:
    counted = {state: n for (told, state), n in tally.items() if told == occasion}
    if not counted:
        return ""
    said = reader.ngettext("%(num)s letter sent", "%(num)s letters sent", counted.get("sent", 0))
    waiting, unclear = counted.get("waiting", 0), counted.get("sending", 0)
    said += ", " + reader.ngettext("%(num)s waits", "%(num)s wait", waiting) if waiting else ""
    return said + (", " + reader.gettext("%(num)s perhaps", num=unclear) if unclear else "")


async def picture(request: aio.Request) -> aio.StreamResponse:
    """A picture for a post, wide or square."""
    await require(request, Role.CLERK)
    service, found = request.app[SERVICE], await meeting_of(request)
    reader = service.readers[service.council.languages[0]]
    lines = [found.name, reader.date(found.start, "full"), reader.time(found.start)]
    size = SQUARE if request.match_info["shape"] == "square" else WIDE
    made = await asyncio.to_thread(card, service.council.name, lines, size)
    headers = {"Cache-Control": "private, max-age=60"}
    if "download" in request.query:
        headers["Content-Disposition"] = f'attachment; filename="{found.id}-{request.match_info["shape"]}.png"'
    return aio.Response(body=made, content_type="image/png", headers=headers)
