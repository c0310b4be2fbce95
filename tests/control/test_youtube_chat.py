"""The live chat at a stand-in for YouTube becomes questions that wait: each once, frozen with the session, gone when it
is deleted there."""

from itertools import count
from pathlib import Path

import pytest

from streamer.app_youtube import asker_of
from streamer.control.desk import Desk
from streamer.control.eraser import Eraser
from streamer.control.question_desk import QuestionDesk, QuestionRules
from streamer.control.status import ChatState
from streamer.control.youtube_channel import Channel
from streamer.control.youtube_chat import SPENT_SECONDS, ChatReader
from streamer.council.chat import CHAT_UNTIL_UNITS, Rule, Taking
from streamer.council.errors import Refused
from streamer.council.phase import Verb
from streamer.council.question import QuestionOrder
from streamer.council.questions import QuestionVerb, Status
from streamer.council.retention import Retention
from streamer.council.roles import Role
from streamer.council.twin import Twin
from streamer.platforms.youtube import client
from streamer.platforms.youtube.answers import twin_of
from streamer.platforms.youtube.client import YouTube
from streamer.platforms.youtube.oauth import ClientId
from streamer.platforms.youtube.tokens import Grant, TokenFile
from streamer.store.database import Database
from streamer.store.erasing import Erasing
from streamer.store.log import Log
from streamer.store.questions import Questions
from tests.support.fake_youtube import FakeYouTube
from web.views import question_view

VIDEO, CHAT, BEGAN = "broadcast-1", "chat-1", 1_800_000_000.0
CHANNEL = "UCcanarychannel"


class House:
    """A meeting, its broadcast with a chat, and a clock of its own."""

    def __init__(self, folder: Path, database: Database, fake: FakeYouTube) -> None:
        self.now, self.fake, self.used, ids = BEGAN, fake, 0, count()
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        rules = QuestionRules(undo_seconds=0, per_person=3, open_before=False)
        self.questions = QuestionDesk(self.desk, Questions(database), rules, lambda: self.now, lambda: f"q{next(ids)}")
        self.eraser = Eraser(Erasing(database), self.questions, Retention(30, 365), lambda: self.now)
        self.tokens = TokenFile(folder / "youtube.token")
        self.tokens.save(Grant("canary-refresh", "scope", self.now))
        fake.chats[CHAT] = []
        fake.broadcasts[VIDEO] = {
            "id": VIDEO, "snippet": {"title": "", "description": "", "scheduledStartTime": "2027-01-15T08:00:00Z",
                                     "liveChatId": CHAT},
            "status": {"lifeCycleStatus": "live"}, "contentDetails": {},
        }  # fmt: skip
        self.reader = self.service()

    def service(self) -> ChatReader:
        """One that knows nothing but what is on the disk."""
        youtube = YouTube(lambda: ClientId("id", "canary-secret"), self.tokens, lambda: self.now, self.fake.endpoints)
        return ChatReader(
            self.desk, self.questions, self.eraser, Channel(youtube, lambda: None, "public").chat,
            Rule(Taking.QUESTIONS), self.twin, lambda: self.used, asker_of(b"secret"), 3 * 3600.0, lambda: self.now,
        )  # fmt: skip

    def twin(self, meeting: str) -> Twin:
        return twin_of(self.fake.broadcasts[VIDEO])

    def write(self, text: str, by: str = CHANNEL, **more: bool) -> str:
        return self.fake.write(CHAT, text, at=self.now, by=by, name="Anne Canary", **more)

    async def order(self, *verbs: Verb) -> None:
        for verb in verbs:
            self.now += 1
            await self.desk.order("m", verb, by="claire")

    async def later(self, seconds: float = 60.0) -> int:
        """How often YouTube was asked after so long."""
        self.now, before = self.now + seconds, len(self.fake.calls)
        await self.reader.look()
        return len(self.fake.calls) - before

    async def texts(self) -> list[tuple[str, str]]:
        return [(question.text, question.status) for question in await self.questions.listed("m")]

    async def state(self) -> ChatState | None:
        view = self.reader.view(await self.desk.meeting("m"))
        return view.state if view else None


async def test_a_chat_beside_a_meeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PAUSE_SECONDS", 0.01)
    database = await Database.open(tmp_path / "tribune.db")
    try:
        async with FakeYouTube() as fake:
            here = House(tmp_path, database, fake)
            await here.desk.plan("m", "Council", "2027-01-15T09:00:00+01:00", [], by="claire")
            here.write("Is anybody there?")
            assert (await here.later(), await here.state()) == (0, ChatState.WAITS)

            await here.order(Verb.GO_LIVE)
            first = here.write("When is the school\u202e ready?")
            here.write("Hello")
            here.write("Who has a question?", "UCcommune", isChatOwner=True)
            deleted = here.write("Is this gone at once?")
            fake.happen(CHAT, "messageDeletedEvent", here.now, messageDeletedDetails={"deletedMessageId": deleted})
            assert await here.later() == 1
            assert await here.texts() == [("When is the school ready?", "held")]
            assert await here.later(1) == 0, "not before YouTube wants it"
            view = here.reader.view(await here.desk.meeting("m"))
            assert view
            assert (view.state, view.seconds >= 7.0) == (ChatState.READS, True)

            [question] = await here.questions.listed("m")
            staff, public = (question_view(question, role) for role in (Role.MODERATOR, Role.CITIZEN))
            assert (staff["origin"], staff["name"], public["name"]) == ("youtube", "Anne Canary", None)
            assert "return" not in staff["can"]
            order = QuestionOrder(QuestionVerb.RETURN, "moderator", "max", reason="insulting")
            with pytest.raises(Refused) as refused:
                await here.questions.move("m", question.id, order)
            assert refused.value.code == "nobody_to_return_to"
            assert [(line.what, line.origin) for line in await here.questions.log("m")] == [
                ("question_asked", "youtube")
            ]  # fmt: skip

            here.reader = here.service()
            assert await here.later() == 1
            assert len(await here.texts()) == 1, "the service was killed: it reads everything again, and takes it once"
            for number in range(3):
                here.write(f"Question {number}?")
            await here.later()
            assert len(await here.texts()) == 3, "no more of one person than on our own page"

            await here.order(Verb.CLOSE_SESSION)
            here.write("What do they say in there?", "UCother")
            assert (await here.later(), await here.state()) == (0, ChatState.CLOSED)
            await here.order(Verb.RESUME)
            here.write("And now?", "UCother")
            fake.faults.down = True
            await here.later()
            assert await here.state() is ChatState.FAILED
            fake.faults.down = False
            await here.later()
            assert [text for text, _ in await here.texts()][3:] == ["And now?"], "nothing of the closed session"

            await here.questions.move("m", question.id, QuestionOrder(QuestionVerb.PUBLISH, "moderator", "max"))
            fake.happen(CHAT, "messageRetractedEvent", here.now, messageRetractedDetails={"retractedMessageId": first})
            banned = {"banType": "permanent", "bannedUserDetails": {"channelId": "UCother"}}
            fake.happen(CHAT, "userBannedEvent", here.now, userBannedDetails=banned)
            await here.later()
            texts = await here.texts()
            assert (texts[0], texts[3]) == (("", "withdrawn"), ("", "withdrawn")), "gone there, gone here"

            here.used = CHAT_UNTIL_UNITS
            await here.later()
            assert (await here.later(), await here.state()) == (0, ChatState.SPENT), "it stops first, and says so"
            here.used = 0
            assert await here.later(SPENT_SECONDS) == 1, "a new day"
            await here.order(Verb.END)
            assert (await here.later(), await here.state()) == (0, None)
            assert {question.status for question in await here.questions.listed("m", Status.HELD)} == set()
            assert fake.mistakes == []
        assert CHANNEL.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("tribune.db*"))
    finally:
        await database.close()
