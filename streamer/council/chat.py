"""The live chat beside a broadcast elsewhere: which messages are questions, and how often it may be asked for. Pure.

Every look costs units of the day's allowance, and everything else that is asked of the network comes first.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from streamer.council.meeting import Meeting
from streamer.council.phase import Phase

LOOK_UNITS = 5
"""What one look costs (liveChatMessages.list, Google's discovery document)."""
CHAT_UNTIL_UNITS = 5_000
"""Of the day's 10,000: once so many are used the chat is not read any more. What follows needs them more: the broadcast
itself 3,000, captions and playlists what is between."""
WATCH_UNITS_AN_HOUR = 420
"""What it costs to watch over the broadcast itself, kept back before the chat gets anything."""
LEAST_SECONDS = 5.0
SLOWEST_SECONDS = 120.0
"""A chat that is read more seldom than this is not really read: it is left alone, and that is said."""
LEAST_LEFT_SECONDS = 3600.0
"""A meeting is thought to last so much longer at any time: nobody knows when it ends."""
QUESTION_MARKS = "?？"


class Taking(StrEnum):
    """Which messages become questions."""

    OFF = "off"
    QUESTIONS = "questions"
    ALL = "all"


class Sort(StrEnum):
    """What a message is to us."""

    TEXT = "text"
    GONE = "gone"
    """Another message was deleted, or taken back by its author."""
    BANNED = "banned"
    """Somebody may not write there any more; what they wrote has disappeared there."""
    OTHER = "other"


@dataclass(frozen=True)
class Message:
    """One message. `id`: of the message that it is about; `at`: unix seconds; `channel`, `name`: of its author, or of
    who was banned; `own`: by the channel that broadcasts."""

    id: str
    sort: Sort
    at: float = 0.0
    channel: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    own: bool = False


@dataclass(frozen=True)
class Page:
    """What one look brought. `next`: where the next one begins; `wait`: seconds until then, at least."""

    messages: tuple[Message, ...]
    next: str | None
    wait: float


@dataclass(frozen=True)
class Rule:
    """What the commune wants. `word`: with which a question begins; empty: whatever has a question mark is one."""

    taking: Taking = Taking.OFF
    word: str = ""

    def question(self, text: str) -> str | None:
        """The question that a message asks, `None` where it asks none."""
        text = text.strip()
        if self.taking is Taking.OFF or not text:
            return None
        if self.taking is Taking.ALL:
            return text
        if not self.word:
            return text if any(mark in text for mark in QUESTION_MARKS) else None
        if not text.casefold().startswith(self.word.casefold()):
            return None
        return text[len(self.word) :].lstrip(" :,\u00a0\u202f") or None


def may_be_taken(meeting: Meeting, at: float, *, before: bool) -> bool:
    """Whether what was written at `at` may become a question: never what was written during a closed session; `before`:
    what was written before the meeting went live, too."""
    if any(span.start <= at < span.end for span in meeting.spans(Phase.CLOSED_SESSION)):
        return False
    return before or at >= (meeting.went_live_at or 0.0)


def pace(wait: float, *, used: int, seconds_left: float) -> float | None:
    """Seconds until the next look: as the network wants it, and as slow as it takes for the units to last. `None`:
    there are too few for the chat. `used`: of the day's; `seconds_left`: of the meeting, as planned."""
    left = max(seconds_left, LEAST_LEFT_SECONDS)
    units = CHAT_UNTIL_UNITS - used - WATCH_UNITS_AN_HOUR * left / 3600
    if units * SLOWEST_SECONDS < left * LOOK_UNITS:
        return None
    return max(wait, LEAST_SECONDS, left * LOOK_UNITS / units)
