"""Follows the truth light of every meeting on the air: writes what was seen into the log, and tells who is not looking.

People are told even when the log cannot be written: a database that is locked is one of the things to tell.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from streamer.control.desk import Clock, Desk
from streamer.control.postbox import Compose, Postbox
from streamer.council.alarm import (
    Alarm,
    AlarmState,
    Key,
    News,
    Note,
    cleared,
    fold_alarms,
    key_of,
    news,
    note_from_log,
    note_of,
    over,
    told,
    worth_telling,
)
from streamer.council.events import Fact, Kind
from streamer.council.meeting import Meeting
from streamer.council.trouble import Code
from streamer.council.truth import Truth
from streamer.platforms.channel import Channel, Delivery, Message

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0
GRACE_SECONDS = 30.0
"""After a start what was wrong before needs a while to be seen again: until then it does not count as over."""
BY = "tribune"
"""Who wrote the fact: nobody pressed anything."""


@dataclass
class Book:
    """What is known of one meeting's alarms: `standing` as the log tells them, or will when it can be written."""

    standing: tuple[Alarm, ...]
    since: float
    inherited: frozenset[Key]
    """Of an earlier service: seen again, or over when nothing was seen for a while."""
    unwritten: list[Fact] = field(default_factory=list)
    notes: dict[Key, Note] = field(default_factory=dict)
    """What people were told of, by what it is about."""
    writing: asyncio.Task[None] | None = None


def truth_before(truth: Truth | None) -> Truth | None:
    """Of a meeting that has not begun only that it should have is worth waking somebody for; None: not even that."""
    late = tuple(t for t in truth.troubles if t.code is Code.NOT_LIVE_AT_START) if truth else ()
    return replace(truth, troubles=late) if truth and late else None


class Alarms:
    """`truth(meeting)` is the light as of the last look. `compose` puts notes into words, `trial()` makes a message
    that says it is only a test."""

    def __init__(
        self, desk: Desk, running: Callable[[], Sequence[str]], truth: Callable[[str], Truth | None],
        channels: Sequence[Channel], compose: Compose, trial: Callable[[], Message], clock: Clock,
    ) -> None:  # fmt: skip
        self.channels = tuple(channels)
        self._desk, self._running, self._truth, self._trial, self._clock = desk, running, truth, trial, clock
        self._boxes = [Postbox(channel, compose, self._told) for channel in channels]
        self._books: dict[str, Book] = {}

    async def run(self) -> None:
        """Until cancelled."""
        posting = [asyncio.create_task(box.run(), name="alarms' post") for box in self._boxes]
        try:
            while True:
                await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            for task in posting:
                task.cancel()
            await asyncio.gather(*posting, return_exceptions=True)

    async def test(self) -> list[Delivery]:
        """Try every channel now, once; what became of it."""
        message = self._trial()
        found = await asyncio.gather(*(channel.tell(message, patient=False) for channel in self.channels))
        for delivery in found:
            log.info("test alarm, %s: %s %s", delivery.channel, delivery.outcome, delivery.answer)
        return found

    async def look(self) -> None:
        """At every meeting that runs, and at those that ran until now."""
        for id in {*self._running(), *self._books}:
            try:
                await self._look(id)
            except Exception:
                log.exception("meeting %s: its alarms could not be followed", id)

    async def _look(self, id: str) -> None:
        meeting, truth, now = await self._desk.meeting(id), self._truth(id), asyncio.get_running_loop().time()
        book = self._books.get(id) or self._open(id, meeting, now)
        late = truth_before(truth) if not meeting.phase.on_air else None
        if not meeting.phase.on_air and late is None:
            self._forget(meeting, book)
        elif (truth := late or truth) is not None:
            for fact in news(book.standing, truth):
                if fact.kind is not Kind.ALARM_CLEARED:
                    self._take(book, fact)
                elif key_of(fact) not in book.inherited or now - book.since > GRACE_SECONDS:
                    self._say_it_is_over(book, fact, meeting)
            self._tell(book, meeting, truth)
        self._write(id, book)

    def _open(self, id: str, meeting: Meeting, now: float) -> Book:
        inherited = frozenset(alarm.key for alarm in meeting.alarms)
        book = self._books[id] = Book(meeting.alarms, now, inherited)
        return book

    def _forget(self, meeting: Meeting, book: Book) -> None:
        """The meeting is over, and with it whatever was wrong: nobody needs to be told."""
        for alarm in book.standing:
            self._take(book, cleared(alarm))
        if not book.unwritten:
            del self._books[meeting.id]

    def _take(self, book: Book, fact: Fact) -> Note | None:
        """A fact counts at once, whether or not it can be written yet. What people were told of it before."""
        book.standing = fold_alarms(book.standing, fact)
        book.unwritten.append(fact)
        return book.notes.pop(key_of(fact), None)

    def _say_it_is_over(self, book: Book, fact: Fact, meeting: Meeting) -> None:
        """To whoever was told, be it by an earlier service."""
        alarm = next(alarm for alarm in book.standing if alarm.key == key_of(fact))
        note = self._take(book, fact)
        if note is None and alarm.state is AlarmState.TOLD:
            note = note_from_log(alarm, meeting.id, meeting.name)
        if note:
            self._put(over(note, self._clock()))

    def _tell(self, book: Book, meeting: Meeting, truth: Truth) -> None:
        """Hand what is raised and not yet told to every channel, once."""
        raised = {alarm.key for alarm in book.standing if alarm.state is AlarmState.RAISED}
        for trouble in worth_telling(truth.troubles):
            key = (str(trouble.code), trouble.about)
            if key in raised and key not in book.notes:
                note = note_of(News.RAISED, meeting.id, meeting.name, trouble, self._clock(), meeting.screening)
                book.notes[key] = note
                self._put(note)

    def _put(self, note: Note) -> None:
        for box in self._boxes:
            box.put(note)

    def _told(self, notes: Sequence[Note], delivery: Delivery) -> None:
        """A channel took these: the first that does counts."""
        for note in notes:
            book = self._books.get(note.meeting)
            fact = told(note.code, note.about, delivery.channel)
            if book and note.news is News.RAISED and fold_alarms(book.standing, fact) != book.standing:
                book.standing = fold_alarms(book.standing, fact)
                book.unwritten.append(fact)

    def _write(self, id: str, book: Book) -> None:
        if book.unwritten and (book.writing is None or book.writing.done()):
            book.writing = asyncio.create_task(self._keep_writing(id, book), name=f"alarms of {id}")

    async def _keep_writing(self, id: str, book: Book) -> None:
        """In order; what cannot be written now is tried again at the next look."""
        while book.unwritten:
            try:
                await self._desk.note(id, book.unwritten[0], by=BY)
            except Exception as error:
                log.warning("meeting %s: an alarm is not in the log yet: %s", id, error)
                return
            del book.unwritten[0]
