"""The command lines that make the pieces left of segments out of which something is cut. Media seconds throughout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ffmpeg

from streamer.media import graph
from streamer.media.graph_inputs import Dialect
from streamer.media.settings import EncoderSettings

SOUND_SECONDS = 1024 / 32_000
"""At most how long the sound of one packet is: a recording that was brought in has a rate of its own."""
ROUNDING = 0.0005
"""Seconds. Time stamps are rounded to 1/90000 s; pictures and packets of sound last far longer."""
_FINE = 32
"""Samples that are silent or not together: `volume` judges a whole frame of sound by its first sample."""


@dataclass(frozen=True)
class Window:
    """What of a film is kept: pictures from `start` to `end`, packets of sound from `sound_start` to `sound_end`."""

    start: float
    end: float
    sound_start: float
    sound_end: float


@dataclass(frozen=True)
class Hidden:
    """From `start` to `end` there is silence in place of the sound, and the still `cover` in place of the picture, if
    one is given."""

    start: float
    end: float
    silent: bool
    cover: str | None = None


def hidden(
    segments: Sequence[str], what: Hidden, pictures: tuple[float, float] | None, settings: EncoderSettings, out: str,
    dialect: Dialect,
) -> list[str]:  # fmt: skip
    """A film of whole segments in which something is hidden. `pictures`: from when until when they are wanted, if not
    all are. Where nothing of the picture is hidden or left out it is copied, and the sound where none is hidden."""
    film = ffmpeg.input(f"concat:{'|'.join(segments)}", f="mpegts")
    picture, sound = film.video, film.audio
    codecs: dict[str, Any] = {"c:v": "copy", "c:a": "copy"}
    if what.cover:
        picture = _covered(picture, what)
    if pictures:
        picture = picture.filter("trim", start=pictures[0] - ROUNDING, end=pictures[1] - ROUNDING)
    if what.cover or pictures:
        codecs |= graph.video_codec(settings)
    if what.silent:
        quiet = sound.filter("asetnsamples", n=_FINE, p=0)
        sound = quiet.filter("volume", volume=0, enable=_when(what))
        codecs |= {"c:a": "aac", "b:a": settings.audio_bitrate}  # at the rate and with the channels that are around it
    made = ffmpeg.output(
        picture, sound, out, **codecs, f="mpegts", muxdelay=0, muxpreload=0, mpegts_flags="+initial_discontinuity",
        **({"fps_mode": "passthrough"} if dialect.fps_mode else {"vsync": "passthrough"}),
    )  # fmt: skip
    return graph.compiled(made, "-copyts")


def only(film: str, window: Window, out: str) -> list[str]:
    """What lies in a window of a film, its dates as they were. As MPEG-TS: for other muxers ffmpeg 5.1 gives its
    filters of packets another clock than the packets have."""
    whole = ffmpeg.input(film, f="mpegts")
    made = ffmpeg.output(
        whole.video, whole.audio, out,
        c="copy", f="mpegts", muxdelay=0, muxpreload=0, mpegts_flags="+initial_discontinuity",
        **{"bsf:v": _only(window.start, window.end), "bsf:a": _only(window.sound_start, window.sound_end)},
    )  # fmt: skip
    return graph.compiled(made, "-copyts")


def split(film: str, seconds: float, out: str) -> list[str]:
    """A film as segments of about `seconds`, each from a key frame on. `out`: "name-%06d.ts"."""
    whole = ffmpeg.input(film, f="mpegts")
    made = ffmpeg.output(
        whole.video, whole.audio, out,
        c="copy", f="segment", muxdelay=0, muxpreload=0, segment_time=seconds / 2,
        segment_format="mpegts", segment_format_options="mpegts_flags=+initial_discontinuity",
    )  # fmt: skip
    return graph.compiled(made, "-copyts")


def _only(start: float, end: float) -> str:
    return f"noise=drop='not(between(pts*tb,{start - ROUNDING:.6f},{end - ROUNDING:.6f}))'"


def _when(what: Hidden) -> str:
    return f"gte(t,{what.start:.6f})*lt(t,{what.end:.6f})"


def _covered(picture: Any, what: Hidden) -> Any:
    """Black, and the still in its middle: it need not be as large as the picture."""
    still = ffmpeg.input(str(what.cover), f="image2", pattern_type="none").video
    black = picture.filter("drawbox", color="black", t="fill", enable=_when(what))
    return ffmpeg.overlay(black, still, x="(W-w)/2", y="(H-h)/2", enable=_when(what)).filter("format", "yuv420p")
