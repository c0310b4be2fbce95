"""Who tells the world outside what happens, put together: letters to citizens, posts on other networks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from streamer.config import Config
from streamer.config_news import OFF, WITH_LINK
from streamer.control.announcer import Announcer
from streamer.control.conductor import Conductor
from streamer.control.desk import Desk
from streamer.control.herald import Herald
from streamer.control.postman import Postman
from streamer.control.timekeeper import Timekeeper
from streamer.platforms.channel import Channel
from streamer.platforms.facebook import GRAPH, Facebook
from streamer.platforms.mail import Letters
from streamer.platforms.mastodon import Mastodon
from streamer.platforms.webhook import Webhook
from streamer.platforms.websub import WebSub
from streamer.platforms.x import API, X
from streamer.store.catalogue import Catalogue
from streamer.store.database import Database
from streamer.store.followers import Followers
from streamer.store.news import NewsBook
from streamer.store.posts import Posts
from streamer.store.search import Search
from web.announce_words import AnnounceWords
from web.i18n import Translator
from web.news_words import NewsWords


@dataclass(frozen=True)
class Sites:
    """Where the networks are that have one address for everybody."""

    facebook: str = GRAPH
    x: str = API


SITES = Sites()


@dataclass(frozen=True)
class Newsroom:
    """Who finds the news, who writes letters, who posts, and what is kept of it."""

    herald: Herald
    postman: Postman | None
    announcers: Sequence[Announcer]
    book: NewsBook
    posts: Posts
    followers: Followers
    words: AnnounceWords


def news_of(
    config: Config, database: Database, desk: Desk, conductor: Conductor, timekeeper: Timekeeper, search: Search,
    catalogue: Catalogue, readers: Mapping[str, Translator], secret: bytes, clock: Callable[[], float],
    sites: Sites = SITES,
) -> Newsroom:  # fmt: skip
    """`secret`: the server's key, which seals the links in letters."""
    council, url = config.council.name, config.web.public_url
    followers, book, posts, ways = (
        Followers(database),
        NewsBook(database),
        Posts(database),
        news_channels_of(config, sites),
    )
    herald = Herald(
        desk, book, followers, search.within, catalogue.read_until, conductor.as_seen,
        timekeeper.start_of, clock, config.news.wait_minutes * 60,
        [channel.name for channel in ways],
    )  # fmt: skip
    letters = NewsWords(council, url, readers, secret)
    postman = postman_of(config, desk, followers, letters, search, conductor, clock)
    words = AnnounceWords(council, url, readers, link_on_x=config.news.x == WITH_LINK)
    announcers = [Announcer(way, desk, posts, words.compose, conductor.as_seen, clock) for way in ways]
    herald.told += [*([postman.wake] if postman else []), *(announcer.wake for announcer in announcers)]
    return Newsroom(herald, postman, announcers, book, posts, followers, words)


def postman_of(
    config: Config, desk: Desk, followers: Followers, words: NewsWords, search: Search, conductor: Conductor,
    clock: Callable[[], float],
) -> Postman | None:  # fmt: skip
    """Who writes to citizens; `None` where they cannot follow by e-mail."""
    server, sender = config.alarms.carrier, config.alarms.smtp_from
    if not config.news.email or server is None or sender is None:
        return None
    return Postman(desk, followers, Letters(server, sender), words.compose, search.within, conductor.as_seen, clock)


def news_channels_of(config: Config, sites: Sites) -> list[Channel]:
    """The ways on which meetings are announced to programs and networks."""
    news, found = config.news, list[Channel]()
    if news.mastodon_url:
        found.append(Mastodon(news.mastodon_url, news.mastodon_token, news.mastodon_visibility))
    if news.webhook_url:
        found.append(Webhook(news.webhook_url, news.webhook_secret))
    if news.websub_hub:
        feeds = [f"{config.web.public_url}/{name}" for name in ("feed.atom", "podcast.xml")]
        found.append(WebSub(news.websub_hub, feeds))
    if news.facebook_page:
        found.append(Facebook(news.facebook_page, news.facebook_token, sites.facebook))
    if news.x != OFF:
        found.append(X(news.x_keys, sites.x))
    return found
