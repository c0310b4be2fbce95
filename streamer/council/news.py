"""What of a meeting is news outside the house, and whether it still is when its time has come: each is told once."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.events import Event, Kind
from streamer.council.meeting import Meeting
from streamer.council.phase import BEFORE, IN_SESSION, Phase, Verb
from streamer.council.screening import Screening

RECENT_SECONDS = 31 * 24 * 3600.0
"""A replay of an older meeting is no news: it may be one of hundreds that were just brought in."""


class Occasion(StrEnum):
    """AGENDA and SAID are for those who follow a word: it stands on an agenda, or in a replay."""

    PLANNED = "planned"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LIVE = "live"
    PUBLISHED = "published"
    AGENDA = "agenda"
    SAID = "said"


class NewsState(StrEnum):
    """WAITING for its time; then TOLD, or DROPPED because it was no longer true."""

    WAITING = "waiting"
    TOLD = "told"
    DROPPED = "dropped"


PLANS = frozenset({Occasion.PLANNED, Occasion.CHANGED})
BY_VERB = {Verb.GO_LIVE: Occasion.LIVE, Verb.PUBLISH: Occasion.PUBLISHED, Verb.CANCEL: Occasion.CANCELLED}
FOR_WORDS = {
    Occasion.PLANNED: Occasion.AGENDA, Occasion.CHANGED: Occasion.AGENDA, Occasion.PUBLISHED: Occasion.SAID,
    Occasion.SAID: Occasion.SAID,
}  # fmt: skip
"""What an occasion is for those who follow a word; the others are none of theirs."""


@dataclass(frozen=True)
class News:
    """One. `at` and `due` in unix seconds: when it happened, when it may be told. `plan`: see `plan_of`."""

    id: int
    meeting: str
    occasion: Occasion
    at: float
    due: float
    state: NewsState = NewsState.WAITING
    plan: str = ""


def occasion_of(event: Event) -> Occasion | None:
    """What an event is to the outside."""
    match event.kind:
        case Kind.MEETING_PLANNED:
            return Occasion.PLANNED
        case Kind.MEETING_CHANGED:
            return Occasion.CHANGED
        case Kind.PHASE_CHANGED:
            return BY_VERB.get(Verb(event.data["verb"]))
    return None


def plan_of(meeting: Meeting) -> str:
    """The same as long as the plan, as far as it is public, is the same."""
    public = [item.title for item in meeting.items if item.public]
    how = [] if meeting.screening is Screening.LIVE else [meeting.screening]
    text = json.dumps([meeting.name, meeting.start, public, *how], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def verdict(
    news: News, meeting: Meeting, seen: Meeting, before: Collection[News], *, start: float, now: float
) -> NewsState:
    """Whether `news` is told now. `seen`: the meeting as citizens see it; `before`: its other news, oldest first;
    `start` of the meeting and `now` in unix seconds."""
    told = [one for one in before if one.state is NewsState.TOLD]
    if news.occasion in PLANS:
        last = next((one.plan for one in reversed(told) if one.plan), "")
        true = meeting.phase in BEFORE and start > now and last != plan_of(meeting)
    elif news.occasion is Occasion.CANCELLED:
        unheard = not told and any(one.occasion is Occasion.PLANNED for one in before)
        true = meeting.phase is Phase.CANCELLED and start > now and not unheard
    elif any(one.occasion is news.occasion for one in told):
        true = False
    elif news.occasion is Occasion.LIVE:
        unseen = seen.phase not in IN_SESSION and meeting.screening is Screening.LIVE
        if unseen and meeting.phase in IN_SESSION:
            return NewsState.WAITING  # citizens see it some seconds later than the room
        true = seen.phase in IN_SESSION
    else:
        true = meeting.phase is Phase.PUBLISHED and start > now - RECENT_SECONDS
    return NewsState.TOLD if true else NewsState.DROPPED


def state_now(news: News, meeting: Meeting) -> NewsState:
    """As a person reads it: a plan that waits has nothing to wait for once the meeting has begun or will not be."""
    overtaken = news.state is NewsState.WAITING and news.occasion in PLANS and meeting.phase not in BEFORE
    return NewsState.DROPPED if overtaken else news.state


def still_true(occasion: Occasion, seen: Meeting) -> bool:
    """Whether a letter or a post about it that could not be sent at once is still worth sending."""
    match occasion:
        case Occasion.PLANNED | Occasion.CHANGED | Occasion.AGENDA:
            return seen.phase in BEFORE
        case Occasion.LIVE:
            return seen.phase in IN_SESSION
        case Occasion.CANCELLED:
            return seen.phase is Phase.CANCELLED
        case Occasion.PUBLISHED | Occasion.SAID:
            return seen.phase is Phase.PUBLISHED
