"""The judge itself: an innocent evening has no complaint, and each thing that may not be is found."""

from collections.abc import Callable

import pytest

from tests.chaos.evening import DELAY, Cost, Happened, Timeline
from tests.chaos.judge import Evidence, Recording, complaints
from tests.support.marks import FPS, TONES
from tests.support.marks_reader import Frame, Tone

BEGAN = 1_000_000.0
PUBLIC = [*range(2 * FPS, 20 * FPS), *range(30 * FPS, 45 * FPS)]
CLOSED = 25 * FPS


def recording(name: str, numbers: list[int], began: float | None = None) -> Recording:
    """Pictures at their own times, and the sound that belongs to them."""
    tones = [Tone(number / FPS, number // FPS % TONES) for number in numbers]
    return Recording(name, [Frame(number / FPS, number) for number in numbers], tones, began)


def innocent() -> Evidence:
    """Public from 2 to 20 s, closed from 20 to 30, public until 45; a killed publisher at 40."""
    cost = Cost(publishes=1)
    timeline = Timeline(
        faults=[Happened("publisher killed", cost, BEGAN + 40, BEGAN + 40.5)],
        live=[(BEGAN + 2, BEGAN + 20), (BEGAN + 30, BEGAN + 45)],
        secret=[(BEGAN + 20, BEGAN + 30)],
        verbs=["go-live", "close-session", "resume", "end"],
    )
    cut = PUBLIC.index(32 * FPS)
    received = [
        recording("one", PUBLIC[:cut], BEGAN + 2 + DELAY + 1.0),
        recording("two", PUBLIC[cut:], BEGAN + 32 + DELAY + 1.0),
    ]
    watched, disk, replay = (recording(name, PUBLIC) for name in ("watched", "disk", "replay"))
    poster = Recording("poster", [Frame(0.0, PUBLIC[50])])
    return Evidence(
        BEGAN, timeline, set(PUBLIC), received, watched, disk, replay, poster, [*timeline.verbs], "INFO", []
    )


def _set(place: str, numbers: list[int]) -> Callable[[Evidence], None]:
    return lambda it: setattr(it, place, recording(place, numbers))


def _sound(it: Evidence) -> None:
    it.replay.tones = [Tone(tone.at + 0.35, tone.code) for tone in it.replay.tones]


def _stale(it: Evidence) -> None:
    it.received[1].began = BEGAN + 60


GUILT: dict[str, tuple[str, Callable[[Evidence], object]]] = {
    "a picture of the closed session on the disk": ("nothing_secret", _set("disk", sorted([*PUBLIC, CLOSED]))),
    "one in the poster": ("nothing_secret", lambda it: setattr(it, "poster", Recording("p", [Frame(0.0, CLOSED)]))),
    "one that was received": ("nothing_secret", lambda it: it.received.append(recording("three", [CLOSED], None))),
    "a search that finds nothing": ("nothing_secret", _set("watched", [])),
    "a picture that comes again": ("time_goes_on", _set("watched", [*PUBLIC[:60], *PUBLIC[40:]])),
    "a time stamp that goes back": ("time_goes_on", lambda it: setattr(it.received[0], "steps_back", 1)),
    "a picture that is held": ("nothing_twice", _set("replay", sorted([*PUBLIC, *[PUBLIC[70]] * 30]))),
    "one connection too many": ("same_broadcast", lambda it: it.received.append(recording("three", [PUBLIC[9]]))),
    "a burst of stale minutes": ("nothing_stale", _stale),
    "a second that was not kept": ("all_was_kept", _set("replay", PUBLIC[:100] + PUBLIC[125:])),
    "a second that citizens did not see": ("all_was_sent", _set("watched", PUBLIC[:100] + PUBLIC[125:])),
    "a second that was not received": (
        "all_was_sent", lambda it: setattr(it.received[0], "frames", it.received[0].frames[60:]),
    ),
    "sound that comes late": ("together", _sound),
    "an order that was forgotten": ("as_ordered", lambda it: it.logged.pop()),
    "an accident": ("as_ordered", lambda it: setattr(it, "words", "Traceback (most recent call last):")),
    "a process that is left": ("as_ordered", lambda it: it.left_running.append("ffmpeg")),
}  # fmt: skip


def test_an_innocent_evening() -> None:
    assert complaints(innocent()) == []


@pytest.mark.parametrize("what", GUILT)
def test_what_may_not_be_is_found(what: str) -> None:
    rule, break_it = GUILT[what]
    it = innocent()
    break_it(it)
    assert any(said.startswith(rule) for said in complaints(it)), complaints(it)
