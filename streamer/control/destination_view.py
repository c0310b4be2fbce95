"""Whether bytes move to a destination: what a publisher's counters say when looked at twice."""

from streamer.control.status import DestinationView
from streamer.media.publisher import Publisher

STILL_SECONDS = 5.0
"""Without a new byte for this long, nothing moves. A segment lasts 2 s."""


class DestinationWatch:
    """Remembers when a publisher's byte counter last grew."""

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher
        self._bytes = 0
        self._grew_at = 0.0

    def view(self, now: float) -> DestinationView:
        """The publisher's state as of `now`, unix seconds."""
        status = self._publisher.status()
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
        )
