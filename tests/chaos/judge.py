"""Whether what was received, watched and kept is what the camera filmed. Pure: the evidence is gathered elsewhere.

A frame's number is the moment of its filming, so everything is compared in frame numbers. Each rule is a function from
the evidence to complaints; an innocent meeting has none.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.chaos.evening import DELAY, SEGMENT, Timeline
from tests.support.marks import FPS, TONES
from tests.support.marks_reader import Frame, Tone

PIPELINE_SECONDS = 1.0
"""What is still on its way from the camera to the encoder when an order comes."""
STALE_SECONDS = DELAY + 2 * SEGMENT + 5.0
"""A viewer sees nothing older: the delay, the segment in which it was filmed and the one before, and a margin."""
RECONNECTED_SECONDS = 2.0 + 5.0
"""Promised: 2 s until it is sent again. Margin: a slow machine's 5 s."""
TOGETHER_SECONDS = 0.25
"""At a joint sound goes on by up to a packet of it: 8 AAC frames (0.17 s), and the picture that was not finished."""
_NEAR = 1 + round(TOGETHER_SECONDS * FPS)
EARLY_SOUND_SECONDS = 1.0
"""A camera's sound may begin so long before its first key frame."""


@dataclass
class Recording:
    """Something with pictures in an order. `began`: unix seconds of its first picture's arrival, where that is known;
    `steps_back`: how often a decoding time was before the one before."""

    name: str
    frames: Sequence[Frame]
    tones: Sequence[Tone] = ()
    began: float | None = None
    steps_back: int = 0

    @property
    def numbers(self) -> list[int]:
        """Of the pictures that are the camera's."""
        return [frame.number for frame in self.frames if frame.number is not None]


@dataclass
class Evidence:
    """All there is. `began`: unix seconds of frame 0; `disk`: every file of the meeting's folder, `replay` its MP4."""

    began: float
    timeline: Timeline
    emitted: set[int]
    received: list[Recording]
    watched: Recording
    disk: Recording
    replay: Recording
    poster: Recording
    logged: list[str]
    words: str
    left_running: list[str]
    exit_code: int = 0

    @property
    def everywhere(self) -> list[Recording]:
        """Where nothing may be found that was not public."""
        return [*self.received, self.watched, self.disk, self.replay, self.poster]

    def number(self, moment: float) -> int:
        """The first frame filmed at unix seconds `moment` or later."""
        return int(-((self.began - moment) * FPS // 1))

    @property
    def starved(self) -> set[int]:
        """What a camera that was connected did not film, as the machine gave it no time: less than a second each. To
        open a camera takes longer, so this hides nothing that the service does."""
        sent = sorted(self.emitted)
        return {n for a, b in pairwise(sent) if 1 < b - a < FPS for n in range(a + 1, b)}

    def frames(self, spans: Iterable[tuple[float, float]]) -> set[int]:
        """Those filmed within spans of unix seconds."""
        return {n for start, end in spans for n in range(self.number(start), self.number(end))}


def nothing_secret(it: Evidence) -> Iterator[str]:
    """No picture of a closed session or of what was taken back, anywhere; the search finds the public ones."""
    secret = it.frames(it.timeline.secret)
    public = it.frames(it.timeline.live)
    for place in it.everywhere:
        seen = set(place.numbers)
        if found := seen & secret:
            yield f"{place.name}: not public, and seen: {_ranges(found)}"
    for place in (it.watched, it.disk, it.replay, it.poster):
        if not set(place.numbers) & public:
            yield f"{place.name}: not one public picture was found, so the search proves nothing"
    if not public & {n for recording in it.received for n in recording.numbers}:
        yield "received: not one public picture was found, so the search proves nothing"


def time_goes_on(it: Evidence) -> Iterator[str]:
    """Neither time stamps nor what was filmed ever go back."""
    for recording in [*it.received, it.watched, it.replay]:
        if recording.steps_back:
            yield f"{recording.name}: {recording.steps_back} decoding times go back"
        for one, other in pairwise(recording.numbers):
            if other < one:
                yield f"{recording.name}: {_moment(one)} is followed by {_moment(other)}"


def nothing_twice(it: Evidence) -> Iterator[str]:
    """A picture is shown once, or held while the camera says nothing."""
    held = it.frames((f.start - 1.0, f.end + 2.0) for f in it.timeline.faults if f.cost.before is not None)
    held |= {number - 1 for number in it.starved}
    for recording in [*it.received, it.watched, it.replay]:
        for number, times in Counter(recording.numbers).items():
            if times > 2 and number not in held:
                yield f"{recording.name}: {_moment(number)} is shown {times} times"


def same_broadcast(it: Evidence) -> Iterator[str]:
    """The server sees no more connections than the faults explain."""
    allowed = 1 + sum(fault.cost.publishes for fault in it.timeline.faults)
    if len(it.received) > allowed:
        yield f"published {len(it.received)} times, {allowed} are explained by what was done"


def nothing_stale(it: Evidence) -> Iterator[str]:
    """From the first picture of a connection to its last, what is sent is as old as the delay makes it; where the whole
    machine was away, older by that."""
    for recording in it.received:
        filmed = [frame for frame in recording.frames if frame.number is not None]
        if recording.began is None or not filmed:
            continue
        for frame in (filmed[0], filmed[-1]):
            sent = recording.began + frame.at - recording.frames[0].at
            age = sent - it.began - (frame.number or 0) / FPS
            if not DELAY - 2.0 < age < STALE_SECONDS + _away(it, sent - age, sent):
                yield f"{recording.name}: {_moment(frame.number or 0)} was sent {age:.1f} s after it was filmed"


def _away(it: Evidence, filmed: float, sent: float) -> float:
    """Seconds of the longest fault between two moments (unix seconds) that took camera and sender away."""
    both = (f for f in it.timeline.faults if f.cost.publishes and f.cost.before is not None)
    hurt = [f for f in both if f.start < sent and f.end > filmed]
    return max((f.end - f.start for f in hurt), default=0.0)


def all_was_kept(it: Evidence) -> Iterator[str]:
    """Every public moment is in the replay, but for what the faults of that moment may cost."""
    expected = it.frames((start, end - PIPELINE_SECONDS) for start, end in it.timeline.live)
    costly = [f for f in it.timeline.faults if f.cost.before is not None]
    excused = it.frames((f.start - (f.cost.before or 0.0), f.end + f.cost.after) for f in costly)
    if missing := expected - excused - it.starved - set(it.replay.numbers):
        gone = len(missing - it.emitted)
        yield f"replay: missing {_ranges(missing)}; {gone} of these the camera did not send to anybody"


def all_was_sent(it: Evidence) -> Iterator[str]:
    """What is in the replay was received, but around what happened to the server; and citizens saw it."""
    hurt = (f for f in it.timeline.faults if f.cost.publishes)
    excused = it.frames((f.start - STALE_SECONDS, f.end - DELAY + RECONNECTED_SECONDS) for f in hurt)
    kept = set(it.replay.numbers)
    if missing := kept - excused - {n for recording in it.received for n in recording.numbers}:
        yield f"received: missing {_ranges(missing)}"
    if missing := kept - set(it.watched.numbers):
        yield f"watched: missing {_ranges(missing)}"


def together(it: Evidence) -> Iterator[str]:
    """Sound and picture of one moment are at one moment, over all joints; a slate is silent."""
    for recording in [*it.received, it.replay]:
        filmed = [frame for frame in recording.frames if frame.number is not None]
        apart = [tone for tone in recording.tones if not _fits(tone, filmed)]
        if apart:
            at = ", ".join(f"{tone.at:.2f}" for tone in apart[:8])
            yield f"{recording.name}: sound is not of its picture's moment, {len(apart)} times: at {at} s"


def _fits(tone: Tone, filmed: Sequence[Frame]) -> bool:
    """Whether it is of the moment of a picture that is near, 0.25 s more or less; at a joint of either side."""
    at = bisect_left(filmed, tone.at, key=lambda frame: frame.at)
    near = [frame for frame in filmed[max(0, at - _NEAR) : at + _NEAR] if abs(frame.at - tone.at) <= TOGETHER_SECONDS]
    near += [frame for frame in filmed[at : at + 1] if frame.at - tone.at <= EARLY_SOUND_SECONDS]
    moments = [(frame.number or 0) / FPS + tone.at - frame.at for frame in near]
    slack = (-TOGETHER_SECONDS, 0.0, TOGETHER_SECONDS)
    return tone.code in {int(moment + apart) % TONES for moment in moments for apart in slack}


def as_ordered(it: Evidence) -> Iterator[str]:
    """The log has the orders, in order; the service had no accident it did not know; it left nothing running."""
    if it.logged != it.timeline.verbs:
        yield f"ordered {it.timeline.verbs}, logged {it.logged}"
    if "Traceback" in it.words:
        yield "the service met an accident: " + it.words[it.words.index("Traceback") :][:1500]
    if it.left_running:
        yield f"left running: {it.left_running}"
    if it.exit_code:
        yield f"told to end, the service said {it.exit_code}"


RULES: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    nothing_secret, time_goes_on, nothing_twice, same_broadcast, nothing_stale,
    all_was_kept, all_was_sent, together, as_ordered,
)  # fmt: skip


def complaints(it: Evidence) -> list[str]:
    """Everything that is not as promised."""
    return [f"{rule.__name__}: {said}" for rule in RULES for said in rule(it)]


def missing_seconds(it: Evidence) -> float:
    """Public seconds that are not in the replay."""
    return len(it.frames(it.timeline.live) - set(it.replay.numbers)) / FPS


def story(it: Evidence) -> str:
    """What was done, in seconds since frame 0."""
    lines = [(f.start, f"{f.start - it.began:7.2f} to {f.end - it.began:7.2f}  {f.name}") for f in it.timeline.faults]
    lines += [(a, f"{a - it.began:7.2f} to {b - it.began:7.2f}  (public)") for a, b in it.timeline.live]
    lines += [(a, f"{a - it.began:7.2f} to {b - it.began:7.2f}  (not public)") for a, b in it.timeline.secret]
    return "\n".join(line for _, line in sorted(lines))


def _moment(number: int) -> str:
    return f"{number / FPS:.2f}"


def _ranges(numbers: Iterable[int]) -> str:
    """Seconds since frame 0, as spans."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number <= spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    told = [f"{a / FPS:.2f} to {(b + 1) / FPS:.2f} s" for a, b in spans]
    return ", ".join(told[:12]) + (f" and {len(told) - 12} more" if len(told) > 12 else "")
