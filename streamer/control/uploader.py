"""One destination that takes HLS: what was aired is sent as it is, segment by segment, and each is acknowledged.

Unlike a publisher it knows what has arrived. So nothing is skipped after an outage: the backlog is sent, as fast as the
line allows. How far it is is kept in the meeting's folder: a service that was killed goes on where it was.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from streamer.control.air_list import AirList
from streamer.media.playlist import breaks, render
from streamer.media.process import end_task
from streamer.media.publisher import Destination, PublisherState, PublisherStatus
from streamer.media.segments import Segment, tables_first
from streamer.platforms.hls_ingest import Answer, Given, HlsIngest

log = logging.getLogger(__name__)

TICK_SECONDS = 0.25
PAUSES_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""After each failure in a row, as the guide wants it: longer and longer."""
ATTEMPTS = 3
"""How often a segment that is not understood is sent before it is left out."""
LISTED_BEFORE = 2
"""Segments that stay in the playlist once they are acknowledged. The guide allows about as many, and five that are not
acknowledged: one at a time is sent here, so that there is never more than one."""
FINISH_SECONDS = 300.0
"""How long what is left is sent after the end of a meeting."""


@dataclass(frozen=True)
class Place:
    """How far it is. `next`: index in the air list of what is sent next, None for what is aired next; `sequence`: media
    sequence number of the first segment that is listed, `gone`: discontinuities before it; `names`: of those listed;
    `torn`: what comes first in the list follows upon nothing that is listed."""

    next: int | None = None
    sequence: int = 0
    gone: int = 0
    names: tuple[str, ...] = ()
    torn: bool = False


class Uploader:
    """Sends what the air list gets to one destination, in order. `folder`: the meeting's, whose name makes the
    segments' names unique."""

    def __init__(
        self, to: Destination, folder: Path, air: AirList, segment_seconds: float, clock: Callable[[], float]
    ) -> None:
        self._to, self._folder, self._air, self._clock = to, folder, air, clock
        self._seconds = segment_seconds
        self._file = folder / f"uploaded-{to.name.encode().hex()}.json"
        self._place = _read(self._file)
        self._listed: list[Segment] = []
        self._offered: Segment | None = None
        self._state, self._since = PublisherState.IDLE, clock()
        self._bytes, self._sent_seconds, self._moved = 0, 0.0, time.monotonic()
        self._error: str | None = None
        self._task: asyncio.Task[None] | None = None

    pids: list[int] = []  # noqa: RUF012 - it has none, ever

    def adopt(self) -> bool:
        """There is no process that could go on."""
        return False

    async def start(self) -> None:
        """Go on where it was; where it never was, or rested, with what is aired from now on."""
        if self._task and not self._task.done():
            return
        self._resume()
        self._bytes, self._sent_seconds, self._moved, self._error = 0, 0.0, time.monotonic(), None
        self._become(PublisherState.STARTING)
        self._task = asyncio.create_task(self._keep_sending(), name=f"uploader {self._to.name}")

    async def stop(self) -> None:
        """Now."""
        if self._task:
            await end_task(self._task)
            self._task = None
        self._become(PublisherState.IDLE)

    async def rest(self) -> None:
        """Stop, and forget the place: what is aired meanwhile is left out."""
        await self.stop()
        self._leave_out()
        self._keep(replace(self._place, next=None))

    async def finish(self) -> None:
        """Send what is left, for some minutes."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FINISH_SECONDS):
                while self._task and self._pending():  # noqa: ASYNC110 - others write the list
                    await asyncio.sleep(TICK_SECONDS)
        await self.stop()

    def status(self) -> PublisherStatus:
        """What is going on, for the clerk."""
        left = sum(segment.duration for segment in self._pending()) if self._task else 0.0
        still = time.monotonic() - self._moved if left else 0.0
        return PublisherStatus(
            self._to.name, self._task is not None, self._state, self._bytes, self._sent_seconds, self._since,
            self._error, 0 if self._task else None, still, left,
        )  # fmt: skip

    def _resume(self) -> None:
        aired = {segment.name: segment for segment in self._air.segments}
        self._listed = [aired[name] for name in self._place.names if name in aired]
        if self._place.next is None:
            self._keep(replace(self._place, next=len(aired)))

    def _pending(self) -> list[Segment]:
        """What may be sent and has not been. What was taken back meanwhile is not among it."""
        return self._air.segments[self._index :]

    @property
    def _index(self) -> int:
        return max(self._place.next or 0, self._air.first)

    async def _keep_sending(self) -> None:
        while True:
            try:
                async with HlsIngest(self._to.url, self._to.key) as there:
                    while True:
                        await self._send_next(there)
            except Exception:
                log.exception("%s: it is begun anew", self._to.name)
                self._blame(Given(Answer.UNREACHABLE, "Sending there failed."))
                await asyncio.sleep(PAUSES_SECONDS[-1])

    async def _send_next(self, there: HlsIngest) -> None:
        if pending := self._pending():
            index = self._index
            if not await self._sent(there, pending[0], index):
                self._leave_out()
                self._keep(replace(self._place, next=index + 1))
        else:
            self._moved = time.monotonic()
            await asyncio.sleep(TICK_SECONDS)

    async def _sent(self, there: HlsIngest, segment: Segment, index: int) -> bool:
        """Send one segment until it is taken, or has to be left out: False."""
        misunderstood, failures = 0, 0
        while segment.name in self._air.names:  # else it was taken back meanwhile
            try:
                body = tables_first(await asyncio.to_thread((self._folder / segment.name).read_bytes))
            except OSError:  # it was destroyed a moment ago
                return False
            given = await self._offer(there, segment, body)
            if given.answer in (Answer.TAKEN, Answer.EARLY):
                self._acknowledged(segment, len(body), index)
                return True
            misunderstood += given.answer is Answer.NOT_UNDERSTOOD
            self._blame(given)
            if misunderstood == ATTEMPTS:
                log.error("%s: %s is left out: %s", self._to.name, segment.name, given.word)
                return False
            await asyncio.sleep(PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS) - 1)])
            failures += 1
        return False

    async def _offer(self, there: HlsIngest, segment: Segment, body: bytes) -> Given:
        """Its playlist, then itself; the playlist once more where it is said to be missing."""
        playlist = f"{self._folder.name}.m3u8", self._playlist(segment).encode()
        self._offered = segment
        given = await there.put(*playlist)
        if given.answer is not Answer.TAKEN:
            return given
        given = await there.put(self._name(segment), body)
        return await there.put(*playlist) if given.answer is Answer.EARLY else given

    def _playlist(self, segment: Segment) -> str:
        text = render(
            [*self._listed, segment], target_duration=self._seconds, media_sequence=self._place.sequence,
            discontinuity_sequence=self._place.gone, kind="LIVE", prefix=f"{self._folder.name}-",
        )  # fmt: skip
        first = "#EXT-X-PROGRAM-DATE-TIME"
        return text.replace(first, f"#EXT-X-DISCONTINUITY\n{first}", 1) if self._place.torn else text

    def _name(self, segment: Segment) -> str:
        return f"{self._folder.name}-{segment.name}"

    def _acknowledged(self, segment: Segment, size: int, index: int) -> None:
        listed = [*self._listed, segment][-LISTED_BEFORE:]
        self._keep(replace(self._moved_on(listed, segment), next=index + 1))
        self._listed, self._offered = listed, None
        self._bytes, self._sent_seconds = self._bytes + size, self._sent_seconds + segment.duration
        self._moved, self._error = time.monotonic(), None
        self._become(PublisherState.RUNNING)

    def _moved_on(self, listed: list[Segment], last: Segment) -> Place:
        """The place once `last` is in the list too, and the list begins with `listed`."""
        all = [*self._listed, last]
        dropped = len(all) - len(listed)
        gone = sum(breaks(all[i - 1], all[i]) for i in range(1, min(dropped + 1, len(all))))
        torn = self._place.torn and dropped > 0
        place = replace(self._place, sequence=self._place.sequence + dropped, gone=self._place.gone + gone + torn)
        return replace(place, names=tuple(one.name for one in listed), torn=self._place.torn and not torn)

    def _leave_out(self) -> None:
        """What was listed and will never come has used up its number: the list begins anew after it."""
        if self._offered:
            self._keep(replace(self._moved_on([], self._offered), torn=True))
            self._listed, self._offered = [], None

    def _keep(self, place: Place) -> None:
        self._place = place
        try:
            beside = self._file.with_suffix(".new")
            beside.write_text(json.dumps(asdict(place)), encoding="ascii")
            beside.replace(self._file)
        except OSError as error:  # what is sent matters more than where it would go on
            log.warning("how far %s is could not be kept: %s", self._to.name, error)

    def _blame(self, given: Given) -> None:
        self._error = given.word
        refused = given.answer is Answer.KEY_REFUSED
        self._become(PublisherState.REFUSED if refused else PublisherState.BACKOFF)
        log.warning("%s: %s", self._to.name, given.word)

    def _become(self, state: PublisherState) -> None:
        if state is not self._state:
            log.info("uploader %s: %s -> %s", self._to.name, self._state, state)
            self._state, self._since = state, self._clock()


def _read(file: Path) -> Place:
    try:
        place = Place(**json.loads(file.read_text(encoding="ascii")))
        return replace(place, names=tuple(place.names))
    except (OSError, ValueError, TypeError):
        return Place()
