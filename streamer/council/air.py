"""Which stretches of the recording may be seen, by whom, when. The only place where "closed" meets "segment"."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from streamer.council.cut import Stage, What
from streamer.council.index import withheld_spans
from streamer.council.meeting import Meeting, Span
from streamer.council.phase import ON_AIR, Phase
from streamer.council.screening import Screening


class Stretch(Protocol):
    """A piece of recording: unix seconds of its first and last frame, and whether a camera or a slate filmed it."""

    @property
    def start(self) -> float: ...
    @property
    def end(self) -> float: ...
    @property
    def picture(self) -> str: ...


S = TypeVar("S", bound=Stretch)

SLACK = 0.05
"""Seconds. Time stamps of segments are rounded; a frame lasts 0.033."""

TAIL = 7.0
"""Seconds. A segment that was open when a recess or the end was called is kept whole: it holds the last words."""


def leaks(meeting: Meeting, segments: Iterable[S]) -> list[S]:
    """Pictures of the camera that touch a closed session, or seconds that were taken back: they must not exist."""
    secret = _secret(meeting)
    return [s for s in segments if _filmed(s) and any(_touches(s, span) for span in secret)]


def aired(meeting: Meeting, segments: Iterable[S], *, now: float, delay: float) -> list[S]:
    """What the public may have been sent by now: the camera of live spans, slates of any, each `delay` seconds late;
    nothing of a meeting that is only recorded."""
    if meeting.screening is Screening.DELAYED:
        return []
    segments, on_air = list(segments), meeting.spans(*ON_AIR)
    shown = {id(s) for s in kept(meeting, segments)}
    due = (s for s in segments if s.end + delay <= now)
    return [s for s in due if id(s) in shown or (not _filmed(s) and _begins_in(s, on_air))]


def kept(meeting: Meeting, segments: Iterable[S]) -> list[S]:
    """What the replay shows: the camera, in live spans only, nothing closed, taken back, cut out or withheld."""
    live, secret = meeting.spans(Phase.LIVE), [*_secret(meeting), *withheld_spans(meeting)]
    filmed = (s for s in segments if _filmed(s) and _begins_in(s, live) and _ends_by(s, live))
    return [s for s in filmed if not any(_touches(s, span) for span in secret) and not _is_cut(meeting, s)]


def _is_cut(meeting: Meeting, stretch: Stretch) -> bool:
    """Until a cut is done, whatever touches it; then what is listed in the place of it, and has no file."""
    for cut in meeting.cuts:
        if cut.stage is Stage.ORDERED and stretch.start < cut.end and stretch.end > cut.start:
            return True
        if cut.what is What.BOTH and stretch.start < cut.end - SLACK and stretch.end > cut.start + SLACK:
            return True
    return False


def public_from(meeting: Meeting) -> float:
    """Unix seconds: what was aired before is not public any more, since the replay was withdrawn, or something was cut
    out of it; 0.0 where nothing was.

    Whoever reopens such a meeting broadcasts what comes, and not again what was taken back from the public.
    """
    pairs = zip(meeting.changes, meeting.changes[1:], strict=False)
    withdrawn = [at for (_, before), (at, _after) in pairs if before is Phase.PUBLISHED]
    return max([*withdrawn, *(cut.at for cut in meeting.cuts)], default=0.0)


def playable_from(meeting: Meeting) -> float:
    """Unix seconds: of what was aired, the public may play what is later; infinite where the meeting is only recorded,
    though it was once planned otherwise."""
    return float("inf") if meeting.screening is Screening.DELAYED else public_from(meeting)


def taken_back(meeting: Meeting, stretch: Stretch) -> bool:
    """Whether it leaks for this alone: a session was not closed then, but an order took those seconds back."""
    return not any(_touches(stretch, span) for span in meeting.spans(Phase.CLOSED_SESSION))


def _secret(meeting: Meeting) -> list[Span]:
    return [*meeting.spans(Phase.CLOSED_SESSION), *meeting.withheld]


def _filmed(stretch: Stretch) -> bool:
    return stretch.picture == "program"


def _touches(stretch: Stretch, span: Span) -> bool:
    """Where it begins a closed session has no slack: one frame too many is one too many."""
    return stretch.start < span.end - SLACK and stretch.end > span.start


def _begins_in(stretch: Stretch, spans: Iterable[Span]) -> bool:
    return any(span.start - SLACK <= stretch.start <= span.end for span in spans)


def _ends_by(stretch: Stretch, spans: Iterable[Span]) -> bool:
    return any(stretch.start <= span.end and stretch.end <= span.end + TAIL for span in spans)
