"""Meetings are announced in other networks: once, over lost answers and restarts, and the clerk sees how it went."""

import html
import re
import time
from pathlib import Path
from typing import Any

import feedparser
from aiohttp import web as aio

from streamer.app_news import Sites
from streamer.council.roles import Role
from streamer.platforms.channel import Message, Outcome
from streamer.platforms.mastodon import Mastodon as Ours
from streamer.platforms.x import weight
from tests.support.commune import Commune, commune
from tests.support.facebook import PAGE, FacebookPage
from tests.support.facebook import TOKEN as PAGE_TOKEN
from tests.support.mastodon import TOKEN, Mastodon
from tests.support.stand_in import StandIn
from tests.support.waiting import eventually
from tests.support.webhook_receiver import SECRET, WebhookReceiver
from tests.support.x import KEYS, XAccount

LINK = "https://live.example.lu/meetings/2031-01-01-abcd"


class Hub(StandIn):
    """A WebSub hub, as far as its publishers see it."""

    def __init__(self) -> None:
        self.told: list[tuple[str, list[str]]] = []

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        router.add_post("/hub", self._take)

    async def _take(self, request: aio.Request) -> aio.Response:
        form = await request.post()
        self.told.append((str(form["hub.mode"]), [str(url) for url in form.getall("hub.url")]))
        return aio.Response(status=204)


def message(text: str, id: str = "news_1") -> Message:
    return Message(id, time.time(), "meeting.live", "", text, {"language": "lb", "url": LINK})


async def test_a_post_whose_answer_was_lost_is_found_and_not_made_again() -> None:
    """Even when the server has forgotten its key; another post of the same meeting is another one."""
    async with Mastodon(loses=1) as server:
        ours, text = Ours(server.site, lambda: TOKEN), f"D’Sëtzung ass elo live & op.\n\n{LINK}"
        lost = await ours.tell(message(text))
        assert (lost.outcome, lost.answer) == (Outcome.REFUSED, "503 Service Unavailable")
        server.keys.clear()
        found = await ours.tell(message(text))
        assert (found.outcome, found.answer) == (Outcome.SENT, "https://social.example/@council/1")
        await ours.tell(message(f"D’Opzeechnung ass do.\n\n{LINK}", "news_2"))
        assert len(server.posts) == 2
        assert server.asked[0]["language"] == "lb"
        stranger = await Ours(server.site, lambda: "canary-wrong").tell(message(text))
        assert stranger.outcome is Outcome.PASSWORD_REFUSED
        assert "canary" not in repr(stranger)
        long = await ours.tell(message("x" * 501, "news_3"))
        assert long.outcome is Outcome.REFUSED
        assert "limit of 500" in long.answer
    assert (await ours.tell(message(text))).outcome is Outcome.UNREACHABLE


async def test_every_way_out_is_told_once_and_the_clerk_sees_it(tmp_path: Path) -> None:
    """In all languages; a webhook that refuses holds up nobody, and a restart tells nothing again."""
    for name, text in {"hook": SECRET, "token": TOKEN, "page": PAGE_TOKEN, "keys": "\n".join(KEYS)}.items():
        (tmp_path / name).touch(mode=0o600)
        (tmp_path / name).write_text(text)
    async with (
        Mastodon() as mastodon, WebhookReceiver(*[503] * 99) as receiver, Hub() as hub, FacebookPage() as page_there,
        XAccount() as account,
    ):  # fmt: skip
        news = {
            "wait_minutes": 0.0, "websub_hub": f"{hub.site}/hub", "webhook_url": receiver.url,
            "webhook_secret_file": "hook", "mastodon_url": mastodon.site, "mastodon_token_file": "token",
            "facebook_page": PAGE, "facebook_token_file": "page", "x": "without-link", "x_keys_file": "keys",
        }  # fmt: skip
        sites = Sites(page_there.site, account.site)
        async with commune(tmp_path, sites=sites, news=news) as here:
            id = (await here.planned())["id"]
            told = (mastodon.posts, hub.told, page_there.posts, account.posts)
            await eventually(lambda: all(told), "the networks and the hub are told")
            [on_page], [on_x] = page_there.posts, account.posts
            assert on_page["link"].endswith(f"/meetings/{id}")
            for text in (on_page["message"], on_x["said"]):
                assert "Une séance est prévue." in text
                assert "http" not in text
            [asked] = mastodon.asked
            for first in (
                "Une séance est prévue.",
                "Eine Sitzung ist geplant.",
                "Eng Sëtzung ass geplangt.",
                "A meeting",
            ):
                assert first in asked["status"]
            assert f"/meetings/{id}" in asked["status"]
            assert "Staff" not in asked["status"]
            await the_feed_names_its_hub(here, hub)
            page = await eventually(lambda: refused_so_far(here, id), "the clerk sees what went how")
            receiver.refusals.clear()
            texts = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page, flags=re.DOTALL)
            assert len(texts) == 6
            assert weight(html.unescape(texts[3])) <= 280, "X"
            assert page.count("Tribune posts there by itself") == 2, "and what that costs at X"
            assert "X charges for each post" in page
            await eventually(lambda: receiver.took, "the webhook takes it at last")
            assert receiver.took[0]["type"] == "meeting.planned"
            assert receiver.took[0]["data"]["said"]["de"].startswith("Eine Sitzung ist geplant.")
            assert len(set(receiver.ids)) == 1, "one id for all attempts"
            await the_picture_is_one(here, id)
        async with commune(tmp_path, sites=sites, news=news) as here:
            await here.ok("POST", f"/{id}/cancel")
            everywhere = (mastodon.posts, receiver.took, hub.told, page_there.posts, account.posts)
            await eventually(lambda: [len(there) for there in everywhere] == [2] * 5, "and what comes next")
            assert [said["type"] for said in receiver.took] == ["meeting.planned", "meeting.cancelled"]


async def refused_so_far(here: Commune, id: str) -> str:
    text = await here.clerks_page(f"/clerk/meetings/{id}/announcements")
    seen = ("503 Service Unavailable not now", "tried again at", 'href="https://social.example/@council/1"',
            f'href="https://www.facebook.com/{PAGE}_1"', 'href="https://x.com/i/status/1000"')  # fmt: skip
    return text if all(part in text for part in seen) else ""


async def the_feed_names_its_hub(here: Commune, hub: Hub) -> None:
    """As WebSub wants it: in the feed and in the headers, with the address the hub is told."""
    async with here.http.get(f"{here.url}/feed.atom") as answer:
        links: Any = {link.rel: link.href for link in feedparser.parse(await answer.text()).feed.links}
        headers = answer.headers.getall("Link")
    assert links["hub"] == f"{hub.site}/hub"
    assert headers == [f'<{hub.site}/hub>; rel="hub"', f'<{links["self"]}>; rel="self"']
    assert hub.told == [("publish", [links["self"], links["self"].replace("feed.atom", "podcast.xml")])]


async def the_picture_is_one(here: Commune, id: str) -> None:
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    address = f"{here.url}/clerk/meetings/{id}/picture/square.png?download"
    answer = await here.http.get(address, headers=headers)
    assert (await answer.read()).startswith(b"\x89PNG")
    assert "attachment" in answer.headers["Content-Disposition"]
