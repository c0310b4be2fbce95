"""A passage of a replay as a film of its own, for the networks: what may be asked for, and how long it lives."""

from dataclasses import dataclass
from enum import StrEnum

from streamer.council.air import public_from
from streamer.council.errors import Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import OVER

LEAST_SECONDS, MOST_SECONDS = 1.0, 3600.0
MAX_TITLE = 200


class Shape(StrEnum):
    """What the picture looks like."""

    WIDE = "wide"  # as it was filmed
    TALL_CROPPED = "tall-cropped"  # 9:16, the middle of it
    TALL_PADDED = "tall-padded"  # 9:16, all of it, the title above


@dataclass(frozen=True)
class Clip:
    """What was asked for. `start`, `end`: seconds of the replay; `language`: of the captions in the picture, or "";
    `pictures`: the signature of the replay it is cut from; `at` unix seconds."""

    id: str
    start: float
    end: float
    shape: Shape
    title: str
    language: str
    pictures: str
    by: str
    at: float

    @property
    def seconds(self) -> float:
        """How long it is, without its end card."""
        return self.end - self.start

    @property
    def passage(self) -> str:
        """The passage as it stands in a link: whole seconds, none of it left out."""
        return f"t={int(self.start)},{int(self.end) + (self.end > int(self.end))}"


def checked(meeting: Meeting, start: float, end: float, title: str, duration: float) -> tuple[float, str]:
    """The end, not after the replay's, and the title on one line. Raises `Refused`, `Invalid`."""
    if meeting.phase not in OVER:
        raise Refused("clip_too_early", phase=meeting.phase)
    end, title = min(end, duration), " ".join(title.split())
    if not 0 <= start <= end - LEAST_SECONDS:
        raise Invalid({"to": ("clip_empty", {})})
    if end - start > MOST_SECONDS:
        raise Invalid({"to": ("clip_too_long", {"limit": round(MOST_SECONDS / 60)})})
    if len(title) > MAX_TITLE:
        raise Invalid({"title": ("name_too_long", {"limit": MAX_TITLE})})
    return end, title or meeting.name


def lives(clip: Clip, meeting: Meeting, pictures: str) -> bool:
    """Whether it may still be there: not once its replay was withdrawn, taken up again, or is of other pictures."""
    return meeting.phase in OVER and clip.pictures == pictures and clip.at >= public_from(meeting)
