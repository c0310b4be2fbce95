"""Whether bytes move to a destination, and in time: what a publisher's counters say when looked at twice."""

import time
from dataclasses import dataclass

from streamer.control.senders import Sender
from streamer.control.status import DestinationView, PictureView
from streamer.media.encoder_status import EncoderState
from streamer.media.publisher import PublisherState, PublisherStatus

STILL_SECONDS = 5.0
"""Without a new byte for this long, nothing moves. A segment lasts 2 s."""
FORGIVEN = 0.05
"""How much slower than real time a destination may take what it is sent: clocks differ, and gaps are counted."""


class DestinationWatch:
    """Remembers when a publisher's byte counter last grew, and how far behind it is."""

    def __init__(self, publisher: Sender, backup_of: str = "") -> None:
        self._publisher, self._backup_of = publisher, backup_of
        self._bytes = 0
        self._grew_at = 0.0
        self._behind, self._making = Behind(), Behind()
        self._wrote, self._aired = Moved(), Moved()

    def view(self, now: float, aired: float) -> DestinationView:
        """The publisher's state as of `now`, unix seconds; `aired`: seconds the public has been sent."""
        status, at = self._publisher.status(), time.monotonic()
        if status.bytes_sent != self._bytes:
            self._bytes, self._grew_at = status.bytes_sent, now
        return DestinationView(
            name=status.name,
            ordered=status.ordered,
            state=status.state,
            bytes=status.bytes_sent,
            seconds=status.seconds_sent,
            moving=status.ordered and now - self._grew_at < STILL_SECONDS,
            problem=status.last_error,
            unacknowledged_bytes=status.unacknowledged_bytes,
            still_seconds=round(max(status.still_seconds, self._unwritten(status, aired, at)), 1),
            behind_seconds=round(self._behind.seconds(status, aired, at), 1),
            backup_of=self._backup_of,
            backlog_seconds=round(status.backlog_seconds, 1),
            picture=self._picture(status, aired, at),
        )

    def _picture(self, status: PublisherStatus, aired: float, at: float) -> PictureView | None:
        if (made := status.picture) is None:
            return None
        runs = made.state is EncoderState.RUNNING
        behind = self._making.of(aired - made.seconds if runs else None, at)
        return PictureView(made.shape, made.state, made.percent, round(behind, 1), made.last_error)

    def _unwritten(self, status: PublisherStatus, aired: float, at: float) -> float:
        """For how long nothing was written although something was aired: seen from outside, whatever it says itself."""
        wrote, aired_at = self._wrote.when(status.bytes_sent, at), self._aired.when(aired, at)
        return at - wrote if aired_at > wrote else 0.0


@dataclass
class Moved:
    """When a number last changed."""

    value: float = 0.0
    at: float = 0.0

    def when(self, value: float, at: float) -> float:
        """As of `at`, seconds on a clock that never jumps."""
        if value != self.value or not self.at:
            self.value, self.at = value, at
        return self.at


class Behind:
    """How far a connection has fallen behind what was aired, compared with its best moment: a network that is slower
    than the broadcast. What the kernel still holds has not been delivered."""

    def __init__(self) -> None:
        self._least: float | None = None
        self._at = 0.0

    def seconds(self, status: PublisherStatus, aired: float, at: float) -> float:
        """As of `at`, seconds on a clock that never jumps. 0 while there is no connection."""
        if status.state is not PublisherState.RUNNING or not status.seconds_sent:
            return self.of(None, at)
        rate = status.bytes_sent / status.seconds_sent
        return self.of(aired - status.seconds_sent + (status.unacknowledged_bytes or 0) / rate, at)

    def of(self, behind: float | None, at: float) -> float:
        """The same of any distance that grows when something is too slow, None while there is none."""
        if behind is None:
            self._least = None
            return 0.0
        forgiven = (at - self._at) * FORGIVEN if self._least is not None else 0.0
        self._least, self._at = min(behind, self._least + forgiven if self._least is not None else behind), at
        return behind - self._least
