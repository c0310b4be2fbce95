"""What can be looked at without a meeting: the way to a destination, what its network takes, the still pictures."""

import asyncio
from collections.abc import Iterable

from streamer.control.broadcast import Studio
from streamer.council.clip import Shape
from streamer.council.networks import Made, judge_network
from streamer.council.preflight import Check, Line, Outcome, judge_speed, judge_upload
from streamer.media.examine import encoding_speed
from streamer.media.graph_shapes import sized
from streamer.media.publisher import Destination
from streamer.media.settings import EncoderSettings
from streamer.platforms.presets import PRESETS
from streamer.platforms.reach import Unreachable, Way


def bits_per_second(settings: EncoderSettings) -> float:
    """Of picture and sound together."""
    return settings.video_bitrate + settings.audio_bitrate


async def walked(to: Destination, needed: float, *, beside: bool) -> list[Line]:
    """A destination's two lines. `needed`: bit/s; `beside` a meeting that is on the air nothing is measured: that would
    take from it."""
    way = Way(to.url, 0.0 if beside else needed)
    try:
        measured = await asyncio.to_thread(way.walk)
    except Unreachable as error:
        how = Outcome.WARN if to.backup_of else Outcome.RED  # the first way is enough
        return [
            Line(Check.DESTINATION, how, f"destination_{error.code}", subject=to.name),
            Line(Check.UPLOAD, Outcome.NOT_CHECKED, "upload_unreached", subject=to.name),
        ]
    finally:
        way.cancel()
    reached = Line(Check.DESTINATION, Outcome.OK, "destination_reached", subject=to.name)
    if beside:
        return [reached, Line(Check.UPLOAD, Outcome.NOT_CHECKED, "upload_elsewhere", subject=to.name)]
    return [reached, judge_upload(to.name, measured, needed)]


def fitting(to: Destination, settings: EncoderSettings) -> list[Line]:
    """Whether its network, where it is known, takes what the encoder makes."""
    size = sized(settings, to.shape)
    made = Made(size.width, size.height, settings.fps, settings.video_bitrate, float(settings.segment_seconds))
    return judge_network(to.name, to.network, PRESETS[to.network].limits, made) if to.network else []


async def speed_line(studio: Studio, wanted: Iterable[Destination], beside: float = 0.0) -> Line:
    """Whether this machine is fast enough, also for the upright pictures of those that are `wanted`; `beside`: how much
    it makes already, as a part of one picture."""
    speed = await encoding_speed(studio.settings, studio.ffmpeg) + beside
    shapes = sorted({to.shape for to in wanted} - {Shape.WIDE})
    both = await encoding_speed(studio.settings, studio.ffmpeg, shapes) + beside if shapes else None
    return judge_speed(speed, both)


async def look_at_slates(studio: Studio) -> Line:
    """Whether the still pictures can be made."""
    try:
        unreadable = await asyncio.to_thread(studio.slates.unreadable)
    except OSError:
        return Line(Check.SLATE, Outcome.RED, "slate_missing")
    if unreadable:
        return Line(Check.SLATE, Outcome.WARN, "slate_unreadable")
    return Line(Check.SLATE, Outcome.OK, "slate_ready")
