"""Facebook and X do not know a message again: what may have been posted is looked for, and never posted blindly."""

import asyncio
import time
from pathlib import Path

import pytest

from streamer.control.announcer import SEEN_SECONDS, Announcer
from streamer.control.desk import Desk
from streamer.council.news import Occasion
from streamer.platforms.channel import Channel, ChannelName, Delivery, Message, Outcome
from streamer.platforms.facebook import Facebook
from streamer.platforms.x import X, weight
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.news import NewsBook
from streamer.store.posts import Posts, PostState
from tests.support.facebook import PAGE, TOKEN, FacebookPage
from tests.support.x import KEYS, XAccount

LINK = "https://live.example.lu/meetings/2031-01-01-abcd"
TEXT = "D’Sëtzung ass elo live & op.\nLa séance <est> en direct.\n\nGemengerot\nDonneschdeg"


def message(text: str = TEXT, *, begun: bool = False) -> Message:
    return Message("news_1", time.time(), "meeting.live", "", text, {"language": "lb", "url": LINK}, begun)


def gone() -> str:
    """A token whose variable went away."""
    raise KeyError("TRIBUNE_FACEBOOK_TOKEN")


def seen(delivery: Delivery) -> tuple[Outcome, str]:
    return delivery.outcome, delivery.answer


async def test_on_facebook_a_lost_answer_is_looked_for_and_not_posted_again() -> None:
    """Nor where the look is refused; a token that ended is told as such, and never shown."""
    async with FacebookPage(loses=1) as page:
        ours = Facebook(PAGE, lambda: TOKEN, page.site)
        lost = await ours.tell(message())
        assert lost.outcome is Outcome.UNCLEAR
        page.blind = True
        assert (await ours.tell(message(begun=True))).outcome is Outcome.UNCLEAR
        page.blind = False
        there = f"https://www.facebook.com/{PAGE}/posts/1"
        assert seen(await ours.tell(message(begun=True))) == (Outcome.SENT, there)
        assert page.asked == ["post", "read", "read"], "posted once, looked for twice"
        assert (page.posts[0]["message"], page.posts[0]["link"]) == (TEXT, LINK)
        assert (await ours.tell(message())).outcome is Outcome.SENT, "its own word that this very post is there"
        assert (await ours.tell(message("Another.", begun=True))).outcome is Outcome.SENT, "looked for, and not there"
        assert len(page.posts) == 2
        ended = await Facebook(PAGE, lambda: "EAAcanaryWrong", page.site).tell(message("A third."))
        assert ended.outcome is Outcome.PASSWORD_REFUSED
        assert "access token …" in ended.answer
        assert (await Facebook(PAGE, gone, page.site).tell(message())).outcome is Outcome.NO_SECRET
    assert (await ours.tell(message())).outcome is Outcome.UNREACHABLE, "nothing was sent, so nothing was made"
    assert (await ours.tell(message(begun=True))).outcome is Outcome.UNCLEAR, "once unclear, until it was looked for"


async def test_on_x_a_lost_answer_is_looked_for_and_reading_is_not_paid_for_otherwise() -> None:
    """The link and special letters come back changed; without money to read nothing is posted again."""
    text = f"{TEXT}\n{LINK}"
    async with XAccount(loses=1, broke=True) as account:
        ours = X(lambda: "\n".join(KEYS), account.site)
        assert (await ours.tell(message(text))).outcome is Outcome.UNCLEAR
        broke = await ours.tell(message(text, begun=True))
        assert broke.outcome is Outcome.UNCLEAR
        assert broke.answer.startswith("402")
        account.broke = False
        assert seen(await ours.tell(message(text, begun=True))) == (Outcome.SENT, "https://x.com/i/status/1000")
        assert account.asked.count("post") == 1
        account.asked.clear()
        assert (await ours.tell(message("Another."))).outcome is Outcome.SENT
        assert account.asked == ["post"], "a first attempt reads nothing"
        assert (await ours.tell(message("Another."))).outcome is Outcome.SENT, "somebody posted this by hand"
        assert (await ours.tell(message("A third.", begun=True))).outcome is Outcome.SENT, "looked for, and not there"
        assert len(account.posts) == 3
        wrong = await X(lambda: " ".join((*KEYS[:3], "canaryWrong")), account.site).tell(message("A fourth."))
        assert wrong.outcome is Outcome.PASSWORD_REFUSED
        assert "canary" not in wrong.answer
        assert (await X(lambda: "three keys only", account.site).tell(message())).outcome is Outcome.NO_SECRET
        long = await ours.tell(message("…" * 141))
        assert long.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("text", "counts"),
    [("été – d’accord", 14), ("…", 2), ("会", 2), (f"a {LINK} b", 27)],
)
def test_a_text_is_as_long_as_x_says(text: str, counts: int) -> None:
    assert weight(text) == counts


class Held:
    """A way out that takes a message, tells nobody, and notes whether it was asked to look first."""

    name = ChannelName.X

    def __init__(self) -> None:
        self.took, self.arrived = list[bool](), asyncio.Event()

    async def tell(self, message: Message, *, patient: bool = True) -> Delivery:
        self.took.append(message.begun)
        self.arrived.set()
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_service_killed_while_it_posts_looks_first_when_it_is_back(tmp_path: Path) -> None:
    """Not at once: a new post is not in everybody's list the moment it is made. What it gives up is told as unclear."""
    now, held = 1_795_000_000.0, Held()
    database = await Database.open(tmp_path / "t.db")
    desk, posts, book = Desk(Log(database), lambda: now, lambda meeting: 0), Posts(database), NewsBook(database)
    planned = await desk.plan("one", "Council", "2031-01-01T19:00:00+01:00", [], by="claire")
    await book.note([(planned.id, Occasion.PLANNED, now, now)], 1)
    [news] = await book.of(planned.id)
    await book.tell(news, "", "", [], None, now, [ChannelName.X])

    def announcer(channel: Channel) -> Announcer:
        return Announcer(channel, desk, posts, lambda *about: message(), lambda meeting: meeting, lambda: now)

    round = asyncio.create_task(announcer(held).round())
    await held.arrived.wait()
    round.cancel()
    await asyncio.gather(round, return_exceptions=True)
    async with XAccount() as account:
        back = announcer(X(lambda: " ".join(KEYS), account.site))
        await back.round()
        assert account.asked == [], "it rests first"
        now += SEEN_SECONDS
        account.broke = True
        await back.round()
        assert account.asked == ["read"], "it may not post blindly"
        [post] = await posts.of(planned.id)
        assert (post.state, post.outcome) == (PostState.WAITING, Outcome.UNCLEAR)
        account.broke = False
        now += SEEN_SECONDS
        await back.round()
        assert account.asked == ["read", "read", "post"]
    [post] = await posts.of(planned.id)
    assert (post.state, post.answer) == (PostState.SENT, "https://x.com/i/status/1000")
    await database.close()
