"""A meeting's twin on YouTube: what it should be, what it is, and the one next step between the two.

Nothing remembers how far it got. What YouTube shows is looked at, compared with the meeting, and one thing is done; so
a lost answer, a killed service or a hand in YouTube Studio need no case of their own. Life of a broadcast:
https://developers.google.com/youtube/v3/live/life-of-a-broadcast
"""

from dataclasses import dataclass
from enum import StrEnum

from streamer.council.meeting import Meeting
from streamer.council.phase import ON_AIR, OVER, Phase
from streamer.council.screening import Screening
from streamer.council.youtube import unbracketed

TITLE_LENGTH = 100
"""YouTube's limit, in characters."""
KEPT_BACK_SECONDS = 60.0
"""A broadcast is completed so long after the end: it can never be opened again, a meeting can."""
CONCERNED_SECONDS = 60 * 24 * 3600.0
"""Meetings that ended longer ago are left as they are."""


class Life(StrEnum):
    """`lifeCycleStatus`, in Google's words."""

    CREATED = "created"
    READY = "ready"
    TEST_STARTING = "testStarting"
    TESTING = "testing"
    LIVE_STARTING = "liveStarting"
    LIVE = "live"
    COMPLETE = "complete"
    REVOKED = "revoked"

    @property
    def upcoming(self) -> bool:
        """Not yet begun: its plan may still be changed."""
        return self in (Life.CREATED, Life.READY)


class Health(StrEnum):
    """`healthStatus.status`, in Google's words."""

    GOOD = "good"
    OK = "ok"
    BAD = "bad"
    NO_DATA = "noData"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Words:
    """What is written on YouTube. `start`: unix seconds."""

    title: str
    description: str
    start: float


@dataclass(frozen=True)
class Twin:
    """What YouTube shows. `stream`: the id of the bound stream; `active`: data arrive there; `began`: the video's
    second 0, unix seconds; `chat`: the id of its live chat."""

    id: str
    life: Life
    words: Words
    stream: str | None = None
    active: bool = False
    began: float | None = None
    chat: str | None = None


class Step(StrEnum):
    """What is to be done next. WAIT: look again soon."""

    NOTHING = "nothing"
    WAIT = "wait"
    INSERT = "insert"
    BIND = "bind"
    UPDATE = "update"
    GO_LIVE = "go_live"
    COMPLETE = "complete"
    DELETE = "delete"


def next_step(meeting: Meeting, wanted: Words, stream: str, twin: Twin | None, *, sending: bool, now: float) -> Step:
    """`stream`: the id of the room's stream; `sending`: our publisher still has something to send."""
    if meeting.phase is Phase.CANCELLED:
        return Step.DELETE if twin and twin.life.upcoming else Step.NOTHING
    if meeting.phase in OVER:
        return _after(meeting, wanted, twin, sending=sending, now=now)
    if meeting.screening is Screening.DELAYED:
        return _not_there(twin)
    if twin is None or twin.life in (Life.COMPLETE, Life.REVOKED):
        # a meeting that goes on after its end has a second broadcast; one that YouTube took away is not made again
        return Step.NOTHING if twin and twin.life is Life.REVOKED else Step.INSERT
    if twin.stream != stream:
        return Step.BIND if twin.life.upcoming else Step.NOTHING
    if meeting.phase in ON_AIR and twin.life is not Life.LIVE:
        return _start(twin)
    return Step.UPDATE if _differs(twin, wanted, now) else Step.NOTHING


def _not_there(twin: Twin | None) -> Step:
    """Of a meeting that is only recorded there is nothing at YouTube: what was planned there before goes."""
    if twin is None or twin.life in (Life.COMPLETE, Life.REVOKED):
        return Step.NOTHING
    if twin.life in (Life.TEST_STARTING, Life.LIVE_STARTING):
        return Step.WAIT
    return Step.COMPLETE if twin.life is Life.LIVE else Step.DELETE


def _start(twin: Twin) -> Step:
    """Only what receives data may go live (else errorStreamInactive); what is starting is waited for."""
    if twin.life in (Life.TEST_STARTING, Life.LIVE_STARTING) or not twin.active:
        return Step.WAIT
    return Step.GO_LIVE


def _after(meeting: Meeting, wanted: Words, twin: Twin | None, *, sending: bool, now: float) -> Step:
    if twin is None:
        return Step.NOTHING
    if twin.life in (Life.CREATED, Life.READY, Life.TESTING):  # nobody has seen anything of it
        return Step.DELETE
    if twin.life in (Life.TEST_STARTING, Life.LIVE_STARTING):
        return Step.WAIT
    if twin.life is Life.LIVE:
        ended = now if meeting.ended_at is None else meeting.ended_at
        over = not sending and now - ended >= KEPT_BACK_SECONDS
        return Step.COMPLETE if over else Step.WAIT
    if twin.life is Life.REVOKED:
        return Step.NOTHING
    return Step.UPDATE if _differs(twin, wanted, now) else Step.NOTHING


def _differs(twin: Twin, wanted: Words, now: float) -> bool:
    """A start that is past cannot be told to YouTube any more, and is not compared."""
    same = (twin.words.title, twin.words.description) == (wanted.title, wanted.description)
    moved = abs(twin.words.start - wanted.start) >= 1
    return not same or (twin.life.upcoming and wanted.start > now and moved)


def plain(text: str, limit: int) -> str:
    """As YouTube takes it: without < and >, cut at a word with an ellipsis."""
    text = unbracketed(text).strip()
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(None, 1)[0].rstrip() + "…"
