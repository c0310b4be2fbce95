"""A network that is slower than the broadcast: how far a destination fell behind, compared with its best moment."""

import pytest

from streamer.control.destination_view import Behind, Moved
from streamer.media.publisher import PublisherState, PublisherStatus

RATE = 50_000
"""Bytes a second: 400 kbit/s."""


def status(seconds: float, waiting: int | None = 0, state: PublisherState = PublisherState.RUNNING) -> PublisherStatus:
    """So many seconds were written to the connection; so many bytes of them wait in the kernel."""
    return PublisherStatus("YouTube", True, state, round(seconds * RATE), seconds, 0.0, None, waiting)


def after(seconds: int, speed: float, start: float = 0.0, kernel: bool = False) -> float:
    """How far behind after so many seconds of a network that takes `speed` of what is aired; `kernel`: everything is
    written at once, and waits there."""
    behind, found = Behind(), 0.0
    for at in range(1, seconds + 1):
        aired = at // 2 * 2.0  # a segment each two seconds
        written = at if kernel else at * speed
        waiting = round((at - at * speed) * RATE) if kernel else 0
        found = behind.seconds(status(start + written, waiting), start + aired, float(at))
    return found


@pytest.mark.parametrize("speed", [1.0, 0.97])
@pytest.mark.parametrize("start", [0.0, 5000.0])
def test_a_network_that_keeps_up_is_never_behind(speed: float, start: float) -> None:
    """Not after an hour, and not where a service took over a publisher that had sent for hours; 3 % are clocks."""
    assert after(3600, speed, start) < 6


@pytest.mark.parametrize("kernel", [False, True])
def test_a_network_at_half_the_bit_rate_falls_behind(kernel: bool) -> None:
    """Also where nothing shows it but what waits in the kernel."""
    assert after(20, 0.5, kernel=kernel) > 6


def test_a_new_connection_begins_anew() -> None:
    """It starts at the live edge: what was not sent is past."""
    behind = Behind()
    behind.seconds(status(10), 10.0, 10.0)
    assert behind.seconds(status(10), 30.0, 30.0) > 15
    assert behind.seconds(status(10, None, PublisherState.BACKOFF), 32.0, 32.0) == 0
    assert behind.seconds(status(11, None), 34.0, 34.0) == 0


def test_a_number_that_shrinks_has_moved_too() -> None:
    moved = Moved()
    assert [moved.when(value, at) for value, at in ((5.0, 1.0), (5.0, 2.0), (3.0, 3.0))] == [1.0, 1.0, 3.0]
