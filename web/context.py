"""What every page needs at hand, under one key of the application."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from aiohttp import web as aio

from streamer.control.alarms import Alarms
from streamer.control.announcer import Announcer
from streamer.control.archive import Archive
from streamer.control.awake import Awake
from streamer.control.claims import ClaimBook
from streamer.control.clips import Clips
from streamer.control.conductor import Conductor
from streamer.control.consent_watch import ConsentWatch
from streamer.control.cutter import Cutter
from streamer.control.desk import Clock, Desk
from streamer.control.eraser import Eraser
from streamer.control.herald import Herald
from streamer.control.hours import Publishing
from streamer.control.librarian import Librarian
from streamer.control.live_captions import LiveCaptions
from streamer.control.postman import Postman
from streamer.control.preflight import Preflights
from streamer.control.question_desk import QuestionDesk
from streamer.control.scribe import Scribe
from streamer.control.supporters import Supporters
from streamer.control.timekeeper import Timekeeper
from streamer.control.transcripts import Transcripts
from streamer.control.truth_watch import TruthWatch
from streamer.control.youtube import YouTubeDesk
from streamer.control.youtube_aftercare import Aftercare
from streamer.control.youtube_chat import ChatReader
from streamer.council.meeting import Meeting
from streamer.council.screening import Screening
from streamer.store.followers import Followers
from streamer.store.news import NewsBook
from streamer.store.posts import Posts
from streamer.store.receipts import Receipts
from streamer.store.search import Search
from web.announce_words import AnnounceWords
from web.gate import Gates
from web.i18n import Translator
from web.live_hub import Hub
from web.reasons import Reasons


@dataclass(frozen=True)
class Council:
    """Who the commune is: its name, the languages of its pages (the first is the default), its time zone."""

    name: str
    languages: tuple[str, ...]
    timezone: ZoneInfo


@dataclass(frozen=True)
class Service:
    """The rooms behind the pages. `new_id()` gives a short random id a call; `screening`: usual in the commune."""

    council: Council
    desk: Desk
    questions: QuestionDesk
    claims: ClaimBook
    receipts: Receipts
    supporters: Supporters
    eraser: Eraser
    gates: Gates
    conductor: Conductor
    truth_watch: TruthWatch
    alarms: Alarms
    archive: Archive
    cutter: Cutter
    clips: Clips
    transcripts: Transcripts
    scribe: Scribe
    librarian: Librarian
    search: Search
    followers: Followers
    herald: Herald
    postman: Postman | None
    news: NewsBook
    posts: Posts
    announcers: Sequence[Announcer]
    announce_words: AnnounceWords
    readers: Mapping[str, Translator]
    timekeeper: Timekeeper
    preflights: Preflights
    awake: Awake
    youtube: YouTubeDesk | None
    consent: ConsentWatch | None
    aftercare: Aftercare | None
    chat: ChatReader | None
    live_captions: LiveCaptions
    hub: Hub
    clock: Clock
    new_id: Callable[[], str]
    public_url: str
    publishing: Publishing
    screening: Screening
    reasons: Reasons = field(default_factory=Reasons)
    hub_url: str | None = None
    """Of WebSub, for the feeds."""
    embed_sites: tuple[str, ...] = ()
    """Sites in whose frames the pages for that may stand; none: any."""
    origins: tuple[str, ...] = ()
    """Other sites whose pages may open the live channel."""


SERVICE = aio.AppKey("service", Service)


async def meeting_of(request: aio.Request) -> Meeting:
    """The meeting in the request's address. Raises `Unknown`."""
    return await request.app[SERVICE].desk.meeting(request.match_info["meeting"])
