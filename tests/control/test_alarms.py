"""Who is told, how often, in which words: with a real mail server, a program that checks signatures, and a real log."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from streamer.control.alarms import Alarms
from streamer.control.desk import Desk
from streamer.control.postbox import Postbox
from streamer.council.alarm import AlarmState, News, Note
from streamer.council.phase import Verb
from streamer.council.trouble import Code, Severity, Trouble
from streamer.council.truth import Light, Truth
from streamer.platforms.channel import Channel, Delivery, Outcome
from streamer.platforms.mail import Email, MailServer, Security
from streamer.platforms.webhook import Webhook
from streamer.store.database import Database
from streamer.store.log import Log
from tests.support.mail_server import MailServer as RealServer
from tests.support.ports import free_port
from tests.support.waiting import eventually
from tests.support.webhook_receiver import SECRET, WebhookReceiver
from web.alarm_words import AlarmWords
from web.i18n import Translator

LOST = Trouble(Code.DESTINATION_LOST, Severity.ALARM, "YouTube", 12.0, {"name": "YouTube"})
SILENT = Trouble(Code.NO_SOUND, Severity.WARN, seconds=31.0)
SILENT_FOR_LONG = Trouble(Code.NO_SOUND, Severity.ALARM, seconds=60.0)
NUMBERS = count()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's patience: what goes wrong together is gathered for a moment only."""
    monkeypatch.setattr("streamer.control.postbox.GATHER_SECONDS", 0.3)
    monkeypatch.setattr("streamer.control.alarms.LOOK_SECONDS", 0.2)


def words() -> AlarmWords:
    """Of a council that speaks French first."""
    reader = Translator("fr", ZoneInfo("Europe/Luxembourg"))
    return AlarmWords("Musterbierg", "https://live.example.lu", reader, lambda: f"{next(NUMBERS)}", time.time)


class Chamber:
    """A meeting on the air, its log, and a light that is whatever is said here."""

    def __init__(self, database: Database, path: Path, channels: Sequence[Channel]) -> None:
        self.desk = Desk(Log(database), time.time, lambda meeting: 0)
        self.path, self.light, self._channels = path, Truth(Light.GREEN), channels
        self.alarms = self.service()

    def service(self) -> Alarms:
        """A service that knows nothing but what is in the log."""
        said = words()
        return Alarms(
            self.desk, lambda: ["m"], lambda id: self.light, self._channels, said.compose, said.trial, time.time
        )

    def wrong(self, *troubles: Trouble) -> None:
        self.light = Truth(Light.RED if troubles else Light.GREEN, troubles)

    async def kinds(self) -> list[str]:
        """The facts about alarms in the log."""
        events = await self.desk.news(0)
        return [event.kind.removeprefix("alarm_") for event in events if event.kind.startswith("alarm_")]


@asynccontextmanager
async def chamber(folder: Path, *channels: Channel) -> AsyncIterator[Chamber]:
    """`async with chamber(tmp_path, email) as c`: live, and followed."""
    database = await Database.open(folder / "tribune.db", busy_seconds=0.2)
    try:
        c = Chamber(database, folder / "tribune.db", channels)
        await c.desk.plan("m", "Conseil", "2026-11-27T19:00:00+01:00", [], by="claire")
        await c.desk.order("m", Verb.GO_LIVE, by="claire")
        async with running(c.alarms):
            yield c
    finally:
        await database.close()


@asynccontextmanager
async def running(alarms: Alarms) -> AsyncIterator[None]:
    task = asyncio.create_task(alarms.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def email(server: RealServer) -> Email:
    return Email(MailServer("127.0.0.1", server.port, Security.NONE), "tribune@example.lu", ["it@example.lu"])


async def test_told_once_told_when_it_gets_worse_told_when_it_is_over(tmp_path: Path) -> None:
    """By e-mail in French and to a program; two things that fail together are one message; a restart tells nothing."""
    async with RealServer() as server, WebhookReceiver() as receiver:
        hook = Webhook(receiver.url, lambda: SECRET)
        async with chamber(tmp_path, email(server), hook) as c:
            c.wrong(LOST, SILENT)
            await eventually(lambda: server.mails and receiver.took, "both are told")
            [mail] = server.mails
            assert mail["Subject"] == "Musterbierg: YouTube n’est pas connecté. L’enregistrement n’est pas touché."
            assert "Il n’y a pas de son." in mail.get_content()
            assert "https://live.example.lu/clerk/meetings/m" in mail.get_content()
            told = receiver.took[0]["data"]["alarms"]
            assert [(a["news"], a["code"], a["severity"]) for a in told] == [
                ("raised", "destination_lost", "alarm"),
                ("raised", "no_sound", "warn"),
            ]
            await eventually(lambda: all_told(c, 2), "the log says so")
        async with chamber_again(tmp_path, email(server), hook) as c:
            c.wrong(LOST, SILENT_FOR_LONG)
            await eventually(lambda: len(receiver.took) == 2, "what got worse is told")
            assert [a["code"] for a in receiver.took[1]["data"]["alarms"]] == ["no_sound"], "and nothing else"
        assert len(server.mails) == 2
    kinds = ["raised", "raised", "told", "told", "raised", "told"]
    database = await Database.open(tmp_path / "tribune.db")
    try:
        assert await Chamber(database, tmp_path, ()).kinds() == kinds
    finally:
        await database.close()


async def all_told(c: Chamber, number: int) -> bool:
    standing = (await c.desk.meeting("m")).alarms
    return [alarm.state for alarm in standing] == [AlarmState.TOLD] * number


@asynccontextmanager
async def chamber_again(folder: Path, *channels: Channel) -> AsyncIterator[Chamber]:
    """The next service, over the same log."""
    database = await Database.open(folder / "tribune.db")
    try:
        c = Chamber(database, folder / "tribune.db", channels)
        c.wrong(LOST, SILENT)
        async with running(c.alarms):
            await asyncio.sleep(1.0)  # longer than notes are gathered: nothing may be told
            yield c
            await eventually(lambda: all_told(c, 2), "the log says so")
    finally:
        await database.close()


async def test_a_locked_database_is_told_and_logged_when_it_is_free(tmp_path: Path) -> None:
    """It is over, too, and that is told: nobody is left worrying."""
    locked = Trouble(Code.DATABASE_LOCKED, Severity.ALARM, seconds=10.0)
    async with WebhookReceiver() as receiver, chamber(tmp_path, Webhook(receiver.url, lambda: SECRET)) as c:
        with closing(sqlite3.connect(c.path, isolation_level=None)) as backup:
            backup.execute("BEGIN IMMEDIATE")
            c.wrong(locked)
            await eventually(lambda: receiver.took, "it is told")
            assert await c.kinds() == []
        c.wrong()
        await eventually(lambda: len(receiver.took) == 2, "that it is over is told")
        assert receiver.took[1]["data"]["alarms"][0]["news"] == "over"

        async def logged() -> bool:
            return await c.kinds() == ["raised", "told", "cleared"]

        await eventually(logged, "the log has all of it, in order")
        await c.desk.order("m", Verb.END, by="claire")


async def test_a_storm_is_a_few_messages(tmp_path: Path) -> None:
    """A hundred alarms in two seconds: one message, then one a second with all that came; nothing is lost."""
    told: list[int] = []

    def count_notes(notes: Sequence[Note], delivery: Delivery) -> None:
        told.append(len(notes))

    async with WebhookReceiver() as receiver:
        box = Postbox(Webhook(receiver.url, lambda: SECRET), words().compose, count_notes, refill=1.0, at_once=1)
        begun, task = time.monotonic(), asyncio.create_task(box.run())
        for _ in range(100):
            box.put(Note(News.RAISED, "m", "Conseil", Code.CAMERA_LOST, "", Severity.ALARM, time.time()))
            await asyncio.sleep(0.02)
        await eventually(lambda: sum(told) == 100, "all of them are told")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert len(told) <= 1 + time.monotonic() - begun


async def test_what_is_not_taken_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server is away, and what happens meanwhile goes into the same message."""
    monkeypatch.setattr("streamer.control.postbox.AGAIN_SECONDS", (0.2,))
    server, told = RealServer(), list[Outcome]()
    server.port = free_port()
    box = Postbox(email(server), words().compose, lambda notes, delivery: told.append(delivery.outcome))
    task = asyncio.create_task(box.run())
    box.put(Note(News.RAISED, "m", "Conseil", Code.CAMERA_LOST, "", Severity.ALARM, time.time()))
    await asyncio.sleep(0.6)  # it has failed at least once
    box.put(Note(News.OVER, "m", "Conseil", Code.CAMERA_LOST, "", Severity.ALARM, time.time()))
    async with server:
        await eventually(lambda: told, "it arrives")
        assert len(server.mails) == 1
        assert "Fini à" in server.mails[0].get_content()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
