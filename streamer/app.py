"""Where everything is put together: the only file that knows every room. Its larger parts are in `app_*.py`."""

import asyncio
import contextlib
import gc
import logging
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web as aio

from streamer import open_files
from streamer.app_news import SITES, Sites, news_of
from streamer.app_studio import clip_words, studio_of
from streamer.app_youtube import live_captions_of, youtube_of
from streamer.config import Config
from streamer.control.alarms import Alarms
from streamer.control.archive import Archive
from streamer.control.awake import Awake
from streamer.control.claims import ClaimBook
from streamer.control.clips import Clips
from streamer.control.conductor import Conductor
from streamer.control.cutter import Cutter
from streamer.control.desk import Desk
from streamer.control.eraser import Eraser
from streamer.control.librarian import Librarian
from streamer.control.lower_thirds import LowerThirds
from streamer.control.neighbours import Neighbours
from streamer.control.notary import Notary
from streamer.control.preflight import PreflightRules, Preflights
from streamer.control.question_desk import QuestionDesk, QuestionRules
from streamer.control.scribe import Scribe
from streamer.control.steady import SteadyClock
from streamer.control.supporters import Supporters
from streamer.control.timekeeper import Timekeeper
from streamer.control.transcripts import Transcripts
from streamer.control.truth_watch import TruthWatch
from streamer.council.retention import Retention
from streamer.council.screening import Screening
from streamer.platforms.channel import Channel
from streamer.platforms.mail import Email
from streamer.platforms.webhook import Webhook
from streamer.platforms.youtube.endpoints import GOOGLE, Endpoints
from streamer.store.accounts import Accounts
from streamer.store.captions import Captions
from streamer.store.catalogue import Catalogue
from streamer.store.database import Database
from streamer.store.erasing import Erasing
from streamer.store.folder import alone_in
from streamer.store.log import Log
from streamer.store.questions import Questions
from streamer.store.receipts import Receipts
from streamer.store.search import Search
from streamer.store.support import Support
from web import live_news
from web.alarm_words import AlarmWords
from web.auth import Auth, Identity, server_secret
from web.context import Council, Service
from web.gate import Gates
from web.i18n import Languages, Translator
from web.live_hub import Hub, Limits
from web.reasons import Reasons
from web.site import make_site

log = logging.getLogger(__name__)

BACKLOG = 4096
"""Connections waiting to be accepted: after an outage everybody comes back at once."""
ID_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters and digits that are taken for one another when read aloud."""


@dataclass(frozen=True)
class Running:
    """A service that runs: its rooms, and the port it listens on."""

    service: Service
    accounts: Accounts
    port: int


def new_id() -> str:
    """Short, random, readable aloud: 10 of 31 letters are 49 bits."""
    number = secrets.randbelow(31**10)
    return "".join(ID_ALPHABET[number // 31**place % 31] for place in range(10))


@contextlib.asynccontextmanager
async def running(
    config: Config, demo_links: Mapping[str, Identity] | None = None, google: Endpoints = GOOGLE, sites: Sites = SITES
) -> AsyncIterator[Running]:
    """The whole service, from start to a clean end: no process of ours is left when the block is over."""
    with alone_in(config.recordings.folder):
        async with _running(config, demo_links or {}, google, sites) as up:
            yield up


@contextlib.asynccontextmanager
async def _running(
    config: Config, demo_links: Mapping[str, Identity], google: Endpoints, sites: Sites
) -> AsyncIterator[Running]:  # fmt: skip
    database = await Database.open(config.database)
    try:
        languages = Languages(config.council.languages, config.council.zone)
        secret = server_secret(config.recordings.folder / "secret.key")
        service = make_service(config, database, languages, secret, google, sites)
        try:
            await service.conductor.prepare()
            auth = Auth(Accounts(database), secret, time.time, config.web.public_url, demo_links=demo_links)
            async with _listening(config, service, auth, languages) as up:
                yield up
        finally:
            await service.conductor.close()
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def _listening(config: Config, service: Service, auth: Auth, languages: Languages) -> AsyncIterator[Running]:
    tasks: list[asyncio.Task[None]] = []
    runner = aio.AppRunner(make_site(service, auth, languages), access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await aio.TCPSite(runner, config.web.host, config.web.port, backlog=BACKLOG).start()
        tasks += [asyncio.create_task(work, name=name) for name, work in works(service).items()]
        yield Running(service, auth.accounts, runner.addresses[0][1])
    finally:
        await service.hub.close()
        await runner.cleanup()
        await _end(tasks)


def make_service(
    config: Config, database: Database, languages: Languages, secret: bytes, google: Endpoints = GOOGLE,
    sites: Sites = SITES,
) -> Service:  # fmt: skip
    """The rooms behind the pages. `secret`: the server's key, `recordings/secret.key`."""
    studio = studio_of(config, languages.translators)
    clock = SteadyClock(kept=studio.recordings / "clock")
    rules = question_rules(config)
    desk = Desk(Log(database), clock, lambda meeting: archive.leaks(meeting))
    notary = Notary(desk, studio.recordings, clock, lambda meeting: conductor.broadcast(meeting) is not None)
    archive = Archive(desk, studio.recordings, studio.ffmpeg, studio.settings.segment_seconds, notary)
    live = config.live
    limits = Limits(live.per_person, live.per_address, viewers=open_files.viewers(open_files.raise_limit()))
    hub = Hub(limits, settled=desk.settled)
    transcripts = Transcripts(desk, Captions(database), archive.timeline, clock)
    conductor = Conductor(desk, studio, archive, clock)
    conductor.viewers = hub.viewers
    conductor.caption = LowerThirds(Questions(database)).text
    truth_watch = TruthWatch(conductor, database.probe)
    conductor.truth = truth_watch.truth
    zone = config.council.zone
    timekeeper = Timekeeper(desk, conductor, config.schedule.rules, zone, clock)
    truth_watch.hours, truth_watch.late = timekeeper.hours, timekeeper.late
    channels = channels_of(config)
    before = PreflightRules(config.preflight.planned_hours, tuple(config.preflight.minutes_before), zone)
    questions = QuestionDesk(desk, Questions(database), rules, clock, new_id, conductor.as_seen)
    eraser = Eraser(Erasing(database), questions, retention_of(config), clock)
    youtube = youtube_of(
        config, database, desk, conductor, timekeeper, transcripts, languages.translators, channels, new_id, google,
        questions, eraser, secret,
    )  # fmt: skip
    preflights = Preflights(desk, conductor, before, clock)
    search, catalogue = Search(database), Catalogue(database)
    news = news_of(
        config, database, desk, conductor, timekeeper, search, catalogue, languages.translators, secret, clock, sites
    )  # fmt: skip
    if youtube:
        conductor.twin, preflights.platform = youtube.desk.view, youtube.desk.preflight
    return Service(
        council=Council(config.council.name, tuple(config.council.languages), zone),
        desk=desk,
        claims=ClaimBook(clock),
        questions=questions,
        receipts=Receipts(database, secret),
        supporters=Supporters(Support(database)),
        eraser=eraser,
        gates=Gates.of(config.questions.pause_seconds, config.questions.network_per_minute),
        conductor=conductor,
        truth_watch=truth_watch,
        timekeeper=timekeeper,
        alarms=alarms_of(config, desk, truth_watch, next(iter(languages.translators.values())), channels, clock),
        archive=archive,
        clips=Clips(
            desk, archive, transcripts, studio.settings, studio.ffmpeg, clock, new_id, clip_words(config, languages)
        ),
        transcripts=transcripts,
        scribe=Scribe(desk, archive, transcripts, studio.ffmpeg, clock, config.speech.model),
        cutter=Cutter(desk, archive, transcripts, studio.settings, studio.ffmpeg, studio.slates),
        librarian=Librarian(desk, transcripts, catalogue),
        preflights=preflights,
        search=search,
        followers=news.followers,
        herald=news.herald,
        postman=news.postman,
        news=news.book,
        posts=news.posts,
        announcers=news.announcers,
        announce_words=news.words,
        readers=languages.translators,
        awake=Awake(desk),
        youtube=youtube.desk if youtube else None,
        consent=youtube.consent if youtube else None,
        aftercare=youtube.care if youtube else None,
        chat=youtube.chat if youtube else None,
        live_captions=live_captions_of(config, database, desk, conductor, transcripts, clock),
        hub=hub,
        clock=clock,
        new_id=new_id,
        public_url=config.web.public_url,
        publishing=config.schedule.publishing(zone),
        screening=Screening(config.schedule.screening),
        reasons=Reasons(config.questions.said, config.council.languages[0]),
        hub_url=config.news.websub_hub,
        embed_sites=tuple(config.web.embed_sites),
        origins=tuple(config.live.origins),
    )


def retention_of(config: Config) -> Retention:
    """How long the commune keeps citizens' words."""
    return Retention(config.questions.erase_unpublished_days, config.questions.erase_published_days)


def question_rules(config: Config) -> QuestionRules:
    """What the commune wants of questions."""
    asked = config.questions
    return QuestionRules(
        max_length=asked.max_length, undo_seconds=asked.undo_seconds, reasons=tuple(asked.reasons),
        languages=tuple(config.council.languages),
        per_person=asked.per_person, open_before=asked.open_before,
        after_days=asked.after_days, zone=config.council.zone, words=asked.word_list,
    )  # fmt: skip


def alarms_of(
    config: Config, desk: Desk, truth_watch: TruthWatch, reader: Translator, channels: Sequence[Channel],
    clock: Callable[[], float],
) -> Alarms:  # fmt: skip
    """Who is told, in the council's first language."""
    words = AlarmWords(config.council.name, config.web.public_url, reader, new_id, clock)
    return Alarms(desk, truth_watch.watched, truth_watch.truth, channels, words.compose, words.trial, clock)


def channels_of(config: Config) -> list[Channel]:
    """The ways out that are configured."""
    alarms, found = config.alarms, list[Channel]()
    if alarms.mail_server and alarms.smtp_from:
        found.append(Email(alarms.mail_server, alarms.smtp_from, alarms.email_to))
    if alarms.webhook_url:
        found.append(Webhook(alarms.webhook_url, alarms.webhook_secret))
    return found


def works(service: Service) -> dict[str, Coroutine[Any, Any, None]]:
    """What runs as long as the service does. One that dies must not take the picture off the air: each stands alone."""
    following = {"youtube": service.youtube.run()} if service.youtube else {}
    following |= {"consent": service.consent.run()} if service.consent else {}
    following |= {"aftercare": service.aftercare.run()} if service.aftercare else {}
    following |= {"live chat": service.chat.run()} if service.chat else {}
    if service.postman:
        following["postman"] = service.postman.run()
    following |= {f"announcer {announcer.name}": announcer.run() for announcer in service.announcers}
    return following | {
        "conductor": service.conductor.run(),
        "timekeeper": service.timekeeper.run(),
        "truth": service.truth_watch.run(),
        "alarms": service.alarms.run(),
        "archive": service.archive.run(),
        "cutter": service.cutter.run(),
        "clips": service.clips.run(),
        "scribe": service.scribe.run(),
        "librarian": service.librarian.run(),
        "live captions": service.live_captions.run(),
        "neighbours": Neighbours(service.desk, service.archive).run(),
        "notary": service.archive.notary.run(),
        "preflights": service.preflights.run(),
        "awake": service.awake.run(),
        "herald": service.herald.run(),
        "verdicts": service.questions.run(),
        "eraser": service.eraser.run(),
        "live news": live_news.follow(service),
        "pulse": live_news.pulse(service),
        "sweeper": service.hub.sweep(),
    }


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(result, Exception):
            log.error("ended badly", exc_info=result)


def serve(config: Config) -> int:
    """Run until SIGTERM or Ctrl-C. Exit code 0; 1 where it cannot start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    asyncio.run(_serve(config))
    return 0


def ready_for_thousands() -> None:
    """Ten thousand connections are a million objects that all live: looking through them again and again would make
    everybody wait. And the writer's thread must not wait for 5 ms, Python's default, for each of its statements."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    sys.setswitchinterval(0.0005)


async def _serve(config: Config) -> None:
    ready_for_thousands()
    stop = stopped_by_signal()
    async with running(config) as up:
        print(f"Tribune is on {config.web.public_url} (port {up.port}). Ctrl-C ends it.", flush=True)
        await stop.wait()


def stopped_by_signal() -> asyncio.Event:
    """Set at SIGTERM or SIGINT, which from now on end nothing by themselves."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
