"""What runs right now, beside what was ordered: the shape in which the control room tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from streamer.council.aftercare import Kind
from streamer.council.ingest_issues import Issue
from streamer.council.screening import Screening
from streamer.council.truth import Truth
from streamer.council.twin import Health, Life
from streamer.media.signals import Signals


@dataclass(frozen=True)
class SourceStatus:
    """What arrives. `url` without passwords; `level_db` the sound's level in dBFS, `None` while unknown."""

    url: str
    ok: bool
    level_db: float | None = None
    problem: str | None = None
    problem_code: str | None = None


@dataclass(frozen=True)
class EncoderView:
    """`ordered`: program, slate or nothing; `showing` what is really encoded; `seconds` since the state began."""

    ordered: str
    showing: str
    state: str
    seconds: float = 0.0
    fps: float = 0.0


@dataclass(frozen=True)
class RecordingView:
    """`seconds` and `bytes` kept for the replay; `free_bytes` on the disk."""

    seconds: float = 0.0
    bytes: int = 0
    free_bytes: int = 0


@dataclass(frozen=True)
class PictureView:
    """A picture that is made for one destination. `shape`: as in a clip; `state`: as an encoder's; `percent`: of this
    machine's processors, None while unknown; `behind_seconds`: how far it has fallen behind what is aired."""

    shape: str
    state: str
    percent: float | None = None
    behind_seconds: float = 0.0
    problem: str | None = None


@dataclass(frozen=True)
class DestinationView:
    """`moving`: bytes went out within the last few seconds. `unacknowledged_bytes`: on the way to it, None where that
    cannot be known. `still_seconds`: since it last acknowledged any; `behind_seconds`: how far it fell behind.
    `backup_of`: the destination that it is the second way to. `backlog_seconds`: aired, and still to be sent there.
    `picture`: None where it gets the picture that all get.
    """

    name: str
    ordered: bool
    state: str
    bytes: int = 0
    seconds: float = 0.0
    moving: bool = False
    problem: str | None = None
    unacknowledged_bytes: int | None = None
    still_seconds: float = 0.0
    behind_seconds: float = 0.0
    backup_of: str = ""
    backlog_seconds: float = 0.0
    picture: PictureView | None = None


@dataclass(frozen=True)
class TwinView:
    """The meeting's broadcast at YouTube, where it is followed there. `receiving`: YouTube says that data arrive;
    `problem`: what keeps Tribune from asking, and Google's word for it; `read_at`: unix seconds of the last answer;
    `units`: of the day's 10,000, used so far."""

    id: str | None = None
    life: Life | None = None
    receiving: bool = False
    health: Health | None = None
    issues: Sequence[Issue] = field(default_factory=tuple)
    problem: tuple[str, str] | None = None
    read_at: float = 0.0
    units: int = 0

    @property
    def link(self) -> str | None:
        """The page on which it is watched."""
        return f"https://www.youtube.com/watch?v={self.id}" if self.id else None


@dataclass(frozen=True)
class ThingView:
    """Something that belongs to the video at YouTube. `again`: when it is tried once more, None: it is there; `problem`
    as in `TwinView`."""

    kind: Kind
    about: str
    again: float | None = None
    problem: tuple[str, str] = ("", "")


class ChatState(StrEnum):
    """How it stands with the live chat at YouTube."""

    WAITS = "waits"
    """The broadcast there is not live yet."""
    NONE = "none"
    """The broadcast has no chat."""
    READS = "reads"
    CLOSED = "closed"
    """Not read: the session is closed."""
    SPENT = "spent"
    """Not read any more: the units that are left are kept for the broadcast."""
    FAILED = "failed"


@dataclass(frozen=True)
class ChatView:
    """The chat, as of the last look. `seconds`: between two looks; `again`: when it is tried once more, unix seconds;
    `problem` as in `TwinView`."""

    state: ChatState
    seconds: float = 0.0
    again: float = 0.0
    problem: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Status:
    """A meeting's machines. `aired_seconds`: how much the public has been sent; `delay_seconds` how late it runs.
    `signals`: what the program looks and sounds like, None while it is not encoded; `truth`: the light, None while
    nobody has looked; `youtube`: what YouTube says, None where it is not asked; `screening`: `delayed` where it is
    recorded and nothing of it sent."""

    meeting: str
    phase: str
    source: SourceStatus
    encoder: EncoderView
    recording: RecordingView
    destinations: Sequence[DestinationView] = field(default_factory=tuple)
    aired_seconds: float = 0.0
    delay_seconds: float = 0.0
    elapsed_seconds: float = 0.0
    viewers: int = 0
    truth: Truth | None = None
    signals: Signals | None = None
    youtube: TwinView | None = None
    screening: Screening = Screening.LIVE
