"""Reads the live chat at YouTube while a meeting is on the air: what is a question there waits here for the moderators.

It costs units and comes last: where they run low it stops before anything else does. Whatever goes wrong here touches
neither the picture nor the broadcast there. What is deleted there is destroyed here, as if its asker had wanted it.
"""

import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256

from streamer.control.desk import Clock, Desk
from streamer.control.eraser import Eraser
from streamer.control.question_desk import Asking, QuestionDesk
from streamer.control.rounds import again_and_again
from streamer.control.status import ChatState, ChatView
from streamer.council.asking import MAX_NAME
from streamer.council.chat import Message, Page, Rule, Sort, may_be_taken, pace
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, ON_AIR, Phase
from streamer.council.question import Origin
from streamer.council.questions import WAITING
from streamer.council.twin import Life, Twin
from streamer.platforms.youtube.errors import Refused as TurnedDown
from streamer.platforms.youtube.errors import YouTubeError
from streamer.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
PAUSES = (10.0, 30.0, 60.0, 300.0)
"""After a failure; the last one again and again."""
SPENT_SECONDS = 300.0
"""Where no units are left: until it is looked whether a new day has begun."""
NO_CHAT = frozenset({"liveChatDisabled", "liveChatNotFound", "liveChatEnded"})
WAITING_FOR_IT = ChatView(ChatState.WAITS)


@dataclass
class Room:
    """What is known of one meeting's chat. `page`: where the next look begins."""

    chat: str | None = None
    page: str | None = None
    due: float = 0.0
    failures: int = 0
    view: ChatView = WAITING_FOR_IT


class ChatReader:
    """`run` reads. `fetch(chat, page)` asks YouTube; `twin(meeting)`: the broadcast as it was shown last; `units()`: of
    the day's, used so far; `asker_of(channel)`: a keyed hash; `planned`: seconds a meeting lasts."""

    def __init__(
        self, desk: Desk, questions: QuestionDesk, eraser: Eraser, fetch: Callable[[str, str | None], Awaitable[Page]],
        rule: Rule, twin: Callable[[str], Twin | None], units: Callable[[], int], asker_of: Callable[[str], str],
        planned: float, clock: Clock,
    ) -> None:  # fmt: skip
        self._desk, self._questions, self._eraser, self._fetch = desk, questions, eraser, fetch
        self._rule, self._twin, self._units, self._asker_of = rule, twin, units, asker_of
        self._planned, self._clock = planned, clock
        self._rooms: dict[str, Room] = {}

    def view(self, meeting: Meeting) -> ChatView | None:
        """How it stands; `None` once the meeting is over."""
        if meeting.phase is Phase.CLOSED_SESSION:
            return ChatView(ChatState.CLOSED)
        if meeting.phase not in (*BEFORE, *ON_AIR):
            return None
        return self._rooms.get(meeting.id, Room()).view

    async def run(self) -> None:
        """Until cancelled."""
        await again_and_again(self.look, LOOK_SECONDS, log, "the live chat at YouTube could not be read")

    async def look(self) -> None:
        """At the chat of the meeting that is on the air, if it is due; never while its session is closed."""
        here = await self._desk.in_phases(Phase.LIVE, Phase.RECESS)
        self._rooms = {id: self._rooms.get(id, Room()) for id in [*here, *await self._closed()]}
        for id in here:
            room = self._rooms[id]
            if self._clock() >= room.due:
                await self._read(await self._desk.meeting(id), room)

    async def _closed(self) -> list[str]:
        return await self._desk.in_phases(Phase.CLOSED_SESSION)

    async def _read(self, meeting: Meeting, room: Room) -> None:
        twin = self._twin(meeting.id)
        if twin is None or twin.life is not Life.LIVE:
            room.view = WAITING_FOR_IT
            return
        if twin.chat is None:
            room.view = ChatView(ChatState.NONE)
            return
        if twin.chat != room.chat:  # of a second broadcast
            room.chat, room.page = twin.chat, None
        if self._pace(meeting, 0.0) is None:
            room.view, room.due = ChatView(ChatState.SPENT), self._clock() + SPENT_SECONDS
            return
        await self._asked(meeting, room, twin.chat)

    async def _asked(self, meeting: Meeting, room: Room, chat: str) -> None:
        try:
            page = await self._fetch(chat, room.page)
            await self._take(meeting.id, page)
        except (YouTubeError, OSError, DatabaseUnavailable) as error:
            self._failed(meeting.id, room, error)
            return
        room.failures, room.page = 0, page.next
        seconds = self._pace(meeting, page.wait)
        room.due = self._clock() + (page.wait if seconds is None else seconds)
        room.view = ChatView(ChatState.READS, seconds=seconds or page.wait)

    def _pace(self, meeting: Meeting, wait: float) -> float | None:
        gone = self._clock() - (meeting.went_live_at or self._clock())
        return pace(wait, used=self._units(), seconds_left=self._planned - gone)

    def _failed(self, meeting: str, room: Room, error: Exception) -> None:
        pause = PAUSES[min(room.failures, len(PAUSES) - 1)]
        reason = error.reason if isinstance(error, TurnedDown) else ""
        if isinstance(error, TurnedDown):
            room.page = None  # it may be the page's mark that is not taken any more
            pause = PAUSES[-1] if error.quota_gone else pause
        room.failures, room.due = room.failures + 1, self._clock() + pause
        code = error.code if isinstance(error, YouTubeError) else "youtube_failed"
        state = ChatState.NONE if reason in NO_CHAT else ChatState.FAILED
        room.view = ChatView(state, again=room.due, problem=(code, reason))
        log.warning("meeting %s: the live chat: %s; again in %.0f s", meeting, error, pause)

    async def _take(self, id: str, page: Page) -> None:
        """All of a page, in order. What is deleted on the same page is not taken at all. Raises DatabaseUnavailable."""
        gone = {message.id for message in page.messages if message.sort is Sort.GONE}
        for message in page.messages:
            if message.sort is Sort.GONE:
                await self._destroy(id, message.id)
            elif message.sort is Sort.BANNED:
                await self._banned(id, self._asker_of(message.channel))
            elif message.sort is Sort.TEXT and message.id not in gone:
                await self._ask(await self._desk.meeting(id), message)

    async def _ask(self, meeting: Meeting, message: Message) -> None:
        """What the desk does not take (too long, too many of one person, not open) is left."""
        text = None if message.own else self._rule.question(message.text)
        if text is None or not may_be_taken(meeting, message.at, before=self._questions.rules.open_before):
            return
        asking = Asking(
            self._asker_of(message.channel), key_of(message.id), text, message.name[:MAX_NAME], origin=Origin.YOUTUBE
        )
        with contextlib.suppress(Refused, Invalid):
            await self._questions.ask(meeting.id, asking)

    async def _destroy(self, meeting: str, message: str) -> None:
        """What the council has answered stays on record, without the name; what is on air is left to the chair."""
        for question in await self._questions.of_client(meeting, key_of(message)):
            if question.origin is Origin.YOUTUBE:
                with contextlib.suppress(Refused, Conflict, Unknown):
                    await self._eraser.by_asker(question)

    async def _banned(self, meeting: str, asker: str) -> None:
        """What waits of theirs; about what was published the moderators decide."""
        for question in await self._questions.of_asker(meeting, asker):
            if question.status in WAITING:
                with contextlib.suppress(Refused, Conflict, Unknown):
                    await self._eraser.by_asker(question)


def key_of(message: str) -> str:
    """By which a message is known again, whatever was restarted meanwhile."""
    return sha256(message.encode()).hexdigest()[:48]
