"""What the clerk cuts out of a replay for good: the rule, the fact, and where a moment of the uncut replay is then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from streamer.council.errors import Invalid, Refused
from streamer.council.events import Event, Fact, Kind

MAX_WHY = 300
"""Characters."""
SHORTEST_CUT = 1.0
"""Seconds: less is no word."""
FRAME = 0.001
"""Seconds: a moment this much before the end of a stretch still belongs to it."""
SHORTEST_REST = 2.0
"""Seconds of a replay that must be left."""


class What(StrEnum):
    """What of a stretch is cut."""

    BOTH = "both"
    """The stretch is taken out of time: what follows moves forward."""
    SOUND = "sound"
    """There is silence in its place. Nothing moves."""
    PICTURE = "picture"
    """There is a still in its place. Nothing moves."""


class Stage(StrEnum):
    """How far a cut is. From its order on nobody sees the stretch; when it is done it does not exist any more."""

    ORDERED = "ordered"
    DONE = "done"


@dataclass(frozen=True)
class Cut:
    """Ordered `at` (unix seconds) `by` whom and `why`; `version`: of its event. `start`, `end`: unix seconds;
    `position`, `seconds`: the same in the replay as it was then."""

    version: int
    at: float
    by: str
    what: What
    start: float
    end: float
    position: float
    seconds: float
    why: str
    stage: Stage = Stage.ORDERED

    @property
    def silences(self) -> bool:
        """Whether words go with it."""
        return self.what is not What.PICTURE


@dataclass(frozen=True)
class Stretch:
    """Of a replay that lasts `whole` seconds, from second `position` on, `seconds` long; `start`, `end`: unix
    seconds."""

    position: float
    seconds: float
    start: float
    end: float
    whole: float


def fold_cuts(known: tuple[Cut, ...], event: Event) -> tuple[Cut, ...]:
    """The cuts after one more event."""
    data = event.data
    if event.kind is Kind.REPLAY_CUT:
        numbers = (data["start"], data["end"], data["position"], data["seconds"])
        return (*known, Cut(event.version, event.at, event.by, What(data["what"]), *numbers, data["why"]))
    if event.kind is Kind.REPLAY_CUT_DONE:
        return tuple(replace(cut, stage=Stage.DONE) if cut.version == data["cut"] else cut for cut in known)
    return known


def pending(cuts: Sequence[Cut]) -> Cut | None:
    """The cut that is ordered and not done."""
    return next((cut for cut in cuts if cut.stage is Stage.ORDERED), None)


def order(cuts: Sequence[Cut], what: What, stretch: Stretch, why: str) -> Fact:
    """Cut a stretch out for good. Raises `Refused`, `Invalid`."""
    if pending(cuts):
        raise Refused("cut_under_way", can=[])
    check(what, stretch)
    why = " ".join(why.split())
    if not why:
        raise Invalid({"why": ("why_missing", {})})
    if len(why) > MAX_WHY:
        raise Invalid({"why": ("why_too_long", {"limit": MAX_WHY})})
    data = {
        "what": what, "start": stretch.start, "end": stretch.end, "position": stretch.position,
        "seconds": stretch.seconds, "why": why,
    }  # fmt: skip
    return Fact(Kind.REPLAY_CUT, data)


def check(what: What, stretch: Stretch) -> None:
    """Raises `Invalid` where a stretch cannot be cut."""
    if stretch.seconds < SHORTEST_CUT:
        raise Invalid({"to": ("cut_too_short", {"limit": SHORTEST_CUT})})
    if what is What.BOTH and stretch.whole - stretch.seconds < SHORTEST_REST:
        raise Invalid({"to": ("cut_leaves_nothing", {})})


def done(cut: Cut) -> Fact:
    """It does not exist any more, in no file."""
    return Fact(Kind.REPLAY_CUT_DONE, {"cut": cut.version})


def moves(cuts: Sequence[Cut]) -> list[Cut]:
    """Those after which what follows is earlier than before, in the order they were made."""
    return [cut for cut in cuts if cut.what is What.BOTH]


def moved(cuts: Sequence[Cut], seconds: float, seen: int) -> float:
    """Where a second of the replay is now, of a link that was made when `seen` cuts had moved something. What was
    within a cut is where the cut was."""
    for cut in moves(cuts)[seen:]:
        if seconds > cut.position:
            seconds = max(cut.position, seconds - cut.seconds)
    return seconds


def link_mark(cuts: Sequence[Cut]) -> str:
    """What a link to a second carries besides it, so that it finds the same words after later cuts."""
    count = len(moves(cuts))
    return f"&cuts={count}" if count else ""


def silenced(cuts: Iterable[Cut], start: float, end: float) -> bool:
    """Whether words from `start` to `end` (unix seconds) were cut, or some of them."""
    return any(cut.silences and start < cut.end and end > cut.start for cut in cuts)
