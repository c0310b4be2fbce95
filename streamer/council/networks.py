"""What a network takes of a picture, how ours is judged against it, and whether a destination is to be sent to.

The figures are those the networks publish; where they differ between pages, the stricter one. Beyond what a network
takes is red, beyond what it advises only a warning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from streamer.council.preflight import Check, Line, Outcome


class Sending(StrEnum):
    """Whether a destination is sent to. The value is the word in the log and in requests."""

    SEND = "send"
    REST = "rest"


class Shape(StrEnum):
    """How a network shows its pictures."""

    WIDE = "wide"
    UPRIGHT = "upright"


@dataclass(frozen=True)
class Made:
    """What the encoder makes: pixels, frames/s, bit/s, seconds from one key frame to the next."""

    width: int
    height: int
    fps: int
    bitrate: int
    key_seconds: float


@dataclass(frozen=True)
class Advised:
    """Bit/s that a network advises for pictures of up to `height` lines; `most` None: it names no upper end."""

    height: int
    least: int
    most: int | None = None


@dataclass(frozen=True)
class Limits:
    """What a network takes (`most_…`), and what it advises. None: it says nothing."""

    most_bitrate: int | None = None
    most_key_seconds: float | None = None
    most_fps: int | None = None
    key_seconds: float | None = None
    advised: Sequence[Advised] = ()
    shape: Shape = Shape.WIDE


def judge_network(destination: str, network: str, limits: Limits, made: Made) -> list[Line]:
    """A line for each thing that does not fit, or one that says that all does. `network`: the preset's name."""
    found = [
        Line(Check.NETWORK, outcome, code, {"network": network, **values}, destination)
        for outcome, code, values in _misfits(limits, made)
    ]
    values: Mapping[str, object] = {
        "network": network, "width": made.width, "height": made.height, "fps": made.fps, "rate": _mega(made.bitrate)
    }  # fmt: skip
    return found or [Line(Check.NETWORK, Outcome.OK, "network_fits", values, destination)]


def _misfits(limits: Limits, made: Made) -> Iterator[tuple[Outcome, str, Mapping[str, object]]]:
    yield from _rate(limits, made)
    key = {"ours": made.key_seconds}
    if limits.most_key_seconds is not None and made.key_seconds > limits.most_key_seconds:
        yield Outcome.RED, "network_key_over", {**key, "most": limits.most_key_seconds}
    elif limits.key_seconds is not None and made.key_seconds > limits.key_seconds:
        yield Outcome.WARN, "network_key_long", {**key, "most": limits.key_seconds}
    if limits.most_fps is not None and made.fps > limits.most_fps:
        yield Outcome.WARN, "network_fps_high", {"ours": made.fps, "most": limits.most_fps}
    if limits.shape is Shape.UPRIGHT and made.width > made.height:
        yield Outcome.WARN, "network_upright", {}


def _rate(limits: Limits, made: Made) -> Iterator[tuple[Outcome, str, Mapping[str, object]]]:
    ours = {"ours": _mega(made.bitrate)}
    if limits.most_bitrate is not None and made.bitrate > limits.most_bitrate:
        yield Outcome.RED, "network_bitrate_over", {**ours, "most": _mega(limits.most_bitrate)}
        return
    lines = min(made.width, made.height)  # an upright picture has the lines of a wide one, turned
    fits = sorted((one for one in limits.advised if one.height >= lines), key=lambda one: one.height)
    if fits and made.bitrate < fits[0].least:
        yield Outcome.WARN, "network_bitrate_low", {**ours, "least": _mega(fits[0].least)}
    elif fits and fits[0].most is not None and made.bitrate > fits[0].most:
        yield Outcome.WARN, "network_bitrate_high", {**ours, "most": _mega(fits[0].most)}


def _mega(bits: int) -> float:
    return round(bits / 1e6, 1)
