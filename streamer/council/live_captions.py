"""What a captioner writes while a meeting is on the air: when it may be taken, and when it must be forgotten. Pure.

Words are written down some seconds after they were said. So a line belongs to all the seconds before it came, and is
nobody's business if any of them belongs to a closed session or was taken back.
"""

from dataclasses import dataclass, field

from streamer.council.captions import Cue, Line
from streamer.council.errors import Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.screening import Screening

LAG_SECONDS = 10.0
"""A captioner may be so far behind: what comes so soon after a closed session may have been said in it."""
MAX_SECONDS_AGO = 60.0
USUAL_SECONDS_AGO = 2.0
"""How far behind a captioner is who does not say so."""
JOINED_SECONDS = 6.0
"""A line stays until the next one if that follows so soon."""


@dataclass(frozen=True)
class Said:
    """One line. `key`: made by the captioner's program, so that a repeat is no second line; `start`: when it was said,
    `came`: when it was written down, unix seconds; `by`: whose token."""

    id: int
    meeting: str
    key: str
    language: str
    speaker: str | None
    text: str = field(repr=False)
    start: float
    came: float
    by: str


def check_now(meeting: Meeting, start: float, came: float) -> None:
    """Whether a line may come now. Raises `Refused`."""
    if meeting.phase is not Phase.LIVE or is_secret(meeting, start, came):
        raise Refused("live_captions_not_now", phase=meeting.phase)


def is_secret(meeting: Meeting, start: float, came: float) -> bool:
    """Whether any of its seconds belongs to a closed session, or was taken back."""
    begins = min(start, came - LAG_SECONDS)
    spans = [*meeting.spans(Phase.CLOSED_SESSION), *meeting.withheld]
    return any(begins < span.end and came > span.start for span in spans)


def may_be_shown(meeting: Meeting, said: Said) -> bool:
    """Whether it goes along with the picture: said in public, of a meeting that is seen while it goes on."""
    in_public = any(span.start <= said.start < span.end for span in meeting.spans(Phase.LIVE))
    return meeting.screening is Screening.LIVE and in_public


def cues(before: list[Line], came: list[Said], began: float) -> list[Cue]:
    """For a track of the replay: the lines it has already, as they may have been corrected, and the new ones. Seconds
    since the meeting went live at `began`."""
    new = sorted(came, key=lambda said: said.start)
    found = [Cue(line.start - began, line.end - began, line.text, line.speaker) for line in before]
    for said, after in zip(new, [*new[1:], None], strict=True):
        joined = after is not None and said.came < after.start <= said.came + JOINED_SECONDS
        end = after.start if after is not None and joined else max(said.came, said.start + 0.5)
        found.append(Cue(said.start - began, end - began, said.text, said.speaker))
    return found
