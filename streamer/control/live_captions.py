"""Captions while a meeting goes on: a captioner's lines come in, go along with the picture, and stay with the replay.

YouTube gets a line when the picture it belongs to is sent there, as late as the public sees it: what an order takes
back before is never sent. Whatever goes wrong there, the line is kept; afterwards all are a track of the replay.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from streamer.control.desk import Clock, Desk
from streamer.control.rounds import again_and_again
from streamer.control.transcripts import Transcripts
from streamer.council.captions import Clock as FileClock
from streamer.council.captions import Origin, check_language, check_line
from streamer.council.errors import Refused, Unknown
from streamer.council.live_captions import Said, check_now, cues, is_secret, may_be_shown
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER, Phase
from streamer.platforms.youtube.caption_post import CaptionPost, CaptionsNotTaken
from streamer.store.live_captions import LiveCaptionBook, State

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
LATE_SECONDS = 20.0
"""A line that could not be sent for so long belongs to a picture that is gone."""
PAUSES = (1.0, 2.0, 4.0, 8.0)
"""After a failure; the last one again and again."""


@dataclass(frozen=True)
class Way:
    """To YouTube. `language`: whose lines are shown there: there is one track; `delay`: seconds by which the picture is
    sent later than it was filmed."""

    post: CaptionPost
    language: str
    delay: float


@dataclass(frozen=True)
class Standing:
    """How many lines of a meeting came, and what became of them at YouTube. `problem`: of HTTP, 0: it does not answer,
    None: nothing is in the way; `sent_there`: whether they are sent there at all."""

    waiting: int = 0
    shown: int = 0
    left: int = 0
    sent_there: bool = False
    problem: int | None = None

    @property
    def came(self) -> int:
        """All lines that are kept."""
        return self.waiting + self.shown + self.left


class LiveCaptions:
    """`way`: to YouTube, if there is one; `language`: of lines that do not name theirs; `busy(meeting)`: its machines
    still run."""

    def __init__(
        self, desk: Desk, book: LiveCaptionBook, transcripts: Transcripts, way: Way | None, language: str,
        busy: Callable[[str], bool], clock: Clock,
    ) -> None:  # fmt: skip
        self._desk, self._book, self._transcripts, self._way = desk, book, transcripts, way
        self._language, self._busy, self._clock = language, busy, clock
        self._failures, self._again = 0, 0.0
        self._problem: int | None = None
        self._taking = asyncio.Lock()
        self._seen: dict[str, int] = {}

    async def take(
        self, meeting_id: str, key: str, text: str, *, speaker: str, language: str, seconds_ago: float, by: str
    ) -> Said:
        """A line was written, said `seconds_ago`. The same one again where its key is known. Raises `Refused`,
        `Invalid`, `Unknown`."""
        who, said = check_line(speaker, text)
        language = check_language(language or self._language)
        now = self._clock()
        check_now(await self._desk.meeting(meeting_id), now - seconds_ago, now)
        async with self._taking:
            return await self._book.take(
                Said(0, meeting_id, key, language, who, said, now - seconds_ago, now, by)
            )  # fmt: skip

    async def standing(self, meeting: str) -> Standing:
        """How it stands now."""
        counts = await self._book.counted(meeting)
        waiting, shown, left = (counts.get(state, 0) for state in State)
        return Standing(waiting, shown, left, self._way is not None, self._problem)

    async def run(self) -> None:
        """Until cancelled."""
        await again_and_again(self.look, LOOK_SECONDS, log, "live captions could not be seen to")

    async def look(self) -> None:
        """At every meeting of which there are lines."""
        for id in await self._book.meetings():
            until = self._desk.told_until()
            meeting = await self._desk.meeting(id)
            await self._forget(meeting)
            if meeting.phase in OVER and not self._busy(id):
                await self._keep(meeting)
            elif self._way and meeting.phase is not Phase.CLOSED_SESSION and self._clock() >= self._again:
                await self._send(meeting, self._way, until)

    async def _forget(self, meeting: Meeting) -> None:
        """Destroy what was taken back, whenever an order was given."""
        if self._seen.get(meeting.id) == meeting.version:
            return
        self._seen[meeting.id] = meeting.version
        lines = await self._book.lines(meeting.id)
        await self._book.erase([said for said in lines if is_secret(meeting, said.start, said.came)])

    async def _send(self, meeting: Meeting, way: Way, until: float) -> None:
        """What is due by `until`, the moment to which the log is known."""
        for said in await self._book.lines(meeting.id, State.WAITING):
            due = said.start + way.delay
            if due > until:
                return
            if is_secret(meeting, said.start, said.came):  # it came while the order was given
                await self._book.erase([said])
            elif said.language != way.language or not may_be_shown(meeting, said) or until - due > LATE_SECONDS:
                await self._book.settle(said.id, State.LEFT)
            elif not await self._posted(said, way, due):
                return

    async def _posted(self, said: Said, way: Way, at: float) -> bool:
        try:
            text = f"{said.speaker}: {said.text}" if said.speaker else said.text
            await way.post.send(await self._book.number(said.id), at, way.language, text)
        except (CaptionsNotTaken, OSError, KeyError) as error:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures, self._again = self._failures + 1, self._clock() + pause
            self._problem = error.status if isinstance(error, CaptionsNotTaken) else 0
            if self._failures == 1:
                log.warning("meeting %s: YouTube takes no live captions: HTTP %d", said.meeting, self._problem)
            return False
        self._failures, self._problem = 0, None
        await self._book.settle(said.id, State.SHOWN)
        return True

    async def _keep(self, meeting: Meeting) -> None:
        """A track of the replay for each language. What somebody brought from a file meanwhile is better than this."""
        async with self._taking:
            lines = await self._book.lines(meeting.id)
            for language in dict.fromkeys(said.language for said in lines):
                await self._kept(meeting, language, [said for said in lines if said.language == language])
            await self._book.erase(lines)

    async def _kept(self, meeting: Meeting, language: str, came: list[Said]) -> None:
        before = []
        with contextlib.suppress(Unknown):
            track = await self._transcripts.track(meeting.id, language)
            if track.origin is not Origin.LIVE:
                return
            before = await self._transcripts.lines(track)
        found = cues(before, came, meeting.went_live_at or 0.0)
        with contextlib.suppress(Refused):  # nothing of it was said in public
            await self._transcripts.keep(
                meeting, language, found, origin=Origin.LIVE, name="", clock=FileClock.BROADCAST, by=came[-1].by
            )
