"""ffmpeg's command lines for clips: edges encoded anew, the middle as it is; or all of it in another shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ffmpeg

from streamer.council.clip import Shape
from streamer.media.caption import FONT
from streamer.media.graph import audio_codec, compiled, video_codec
from streamer.media.graph_inputs import sampled
from streamer.media.graph_shapes import shaped
from streamer.media.settings import EncoderSettings

TICK = 0.002
"""Seconds. Time stamps are rounded: a picture belongs to the moment it is this near to."""


@dataclass(frozen=True)
class Passage:
    """From `skip` seconds after the first picture of what is read, `seconds` long; then a card for `card` seconds."""

    skip: float
    seconds: float
    card: float

    @property
    def total(self) -> float:
        """Seconds, the card included."""
        return self.seconds + self.card


def edge(segment: str, skip: float, seconds: float, settings: EncoderSettings, out: str) -> list[str]:
    """Some pictures of a segment, without sound, encoded as all others are."""
    film = ffmpeg.input(segment, f="mpegts").video.filter("setpts", "PTS-STARTPTS")
    return compiled(_silent(_part(film, skip, seconds), settings, out))


def card(image: str, seconds: float, settings: EncoderSettings, out: str) -> list[str]:
    """A still for some seconds, without sound, encoded as all others are."""
    return compiled(_silent(_still(image, seconds, settings), settings, out))


def parameter_sets(segment: str, out: str) -> list[str]:
    """What tells a decoder how a segment's pictures are made (SPS and PPS, ITU-T H.264 7.4.1), and nothing else."""
    film = ffmpeg.input(segment, f="mpegts").video
    return compiled(film.output(out, c="copy", f="h264", **{"bsf:v": "filter_units=pass_types=7-8"}))


def joined(
    pictures: str, sound: str, about: Mapping[str, str], passage: Passage, settings: EncoderSettings, out: str
) -> list[str]:
    """An MP4 of pictures as they are, from one concat list, and the sound of another, cut to the sample. `about`: what
    the file says of itself."""
    film, heard = ffmpeg.input(pictures, f="concat", safe=0), ffmpeg.input(sound, f="concat", safe=0)
    made = ffmpeg.output(
        film.video, _sound(heard.audio, passage), out,
        **{"c:v": "copy"}, **audio_codec(settings), **_mp4(about),
    )  # fmt: skip
    return compiled(made, "-progress", "file:progress")


def whole(
    spans: str, about: Mapping[str, str], passage: Passage, settings: EncoderSettings, shape: Shape, out: str, *,
    image: str, frame: str, subtitles: str,
) -> list[str]:  # fmt: skip
    """An MP4 in which every picture is made anew. `image`: the card; `frame`: what is around the picture, if it is
    padded; `subtitles`: a file of them, or ""."""
    film = ffmpeg.input(spans, f="concat", safe=0)
    part = _part(film.video, passage.skip, passage.seconds).filter("fps", fps=settings.fps)
    picture = shaped(part, settings, shape)
    if shape is Shape.TALL_PADDED:
        picture = picture.overlay(ffmpeg.input(frame))
    if subtitles:
        picture = picture.filter("subtitles", filename=subtitles, fontsdir=str(Path(FONT).parent))
    picture = picture.filter("format", pix_fmts="yuv420p").filter("setsar", "1")
    # the last picture is held and the card laid over it: joined by `concat`, one picture got lost at the joint
    both = picture.filter("tpad", stop_mode="clone", stop_duration=passage.card).overlay(
        ffmpeg.input(image), enable=f"gte(t,{passage.seconds - TICK:.3f})"
    )
    made = ffmpeg.output(
        both, _sound(film.audio, passage), out,
        **video_codec(replace(settings, preset="medium")), **audio_codec(settings), **_mp4(about),
    )  # fmt: skip
    return compiled(made, "-progress", "file:progress")


def _part(picture: Any, skip: float, seconds: float) -> Any:
    start = max(0.0, skip - TICK)
    return picture.filter("trim", start=start, end=skip + seconds - TICK).filter("setpts", "PTS-STARTPTS")


def _still(image: str, seconds: float, settings: EncoderSettings) -> Any:
    still = ffmpeg.input(image, f="image2", pattern_type="none", loop=1, framerate=settings.fps, t=f"{seconds:.3f}")
    return still.video.filter("format", pix_fmts="yuv420p").filter("setsar", "1")


def _silent(picture: Any, settings: EncoderSettings, out: str) -> Any:
    return ffmpeg.output(picture, out, **video_codec(settings), f="mpegts", muxdelay=0, muxpreload=0)


def _sound(sound: Any, passage: Passage) -> Any:
    part = sampled(sound).filter("atrim", start=passage.skip, end=passage.skip + passage.seconds)
    return part.filter("asetpts", "PTS-STARTPTS").filter("apad", whole_dur=f"{passage.total:.3f}")


def _mp4(about: Mapping[str, str]) -> dict[str, Any]:
    """`about`: what the file says of itself."""
    told = {f"metadata:g:{place}": f"{key}={text}" for place, (key, text) in enumerate(about.items())}
    return {"f": "mp4", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1, **told}
