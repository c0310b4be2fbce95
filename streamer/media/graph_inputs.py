"""The beginning of ffmpeg's command lines: whatever comes in becomes one kind of picture and one kind of sound."""

from dataclasses import dataclass
from typing import Any

import ffmpeg

from streamer.media.settings import SAMPLE_RATE, EncoderSettings
from streamer.media.source import Source, SourceKind

SILENCE = f"anullsrc=r={SAMPLE_RATE}:cl=stereo"
OPEN_TIMEOUT_SECONDS = 8
"""A network source that says nothing for this long makes ffmpeg give up by itself."""


@dataclass(frozen=True)
class Dialect:
    """Options that were renamed or added between ffmpeg versions: `-fps_mode` 5.1, `-readrate_initial_burst` 6.1.

    `rtsp_timeout`: since 5.0 `-timeout` is what it says; before, it made the RTSP client listen.
    """

    fps_mode: bool = True
    initial_burst: bool = False
    rtsp_timeout: bool = True


def demo(settings: EncoderSettings, dialect: Dialect) -> tuple[Any, Any]:
    """A moving test picture and a tone: (picture, sound)."""
    # one input for both: 7.0 and later hold back an input that is not the one waited for, for as long as a guard lasts
    picture = f"testsrc2=s={settings.width}x{settings.height}:r={settings.fps}[out0]"
    tone = f"sine=f=440:b=4:r={SAMPLE_RATE},volume=-12dB[out1]"  # it beeps as a second begins
    both = ffmpeg.input(f"{picture};{tone}", f="lavfi", **paced(dialect))
    return both.video, both.audio


def opened(source: Source, dialect: Dialect) -> tuple[Any, Any]:
    """What a source delivers: (picture, sound); no sound where a camera has none of its own."""
    quick = {"fflags": "nobuffer", "fpsprobesize": 0}
    match source.kind:
        case SourceKind.FILE:
            loop = {} if source.once else {"stream_loop": -1}
            both = ffmpeg.input(f"file:{source.address}", **loop, **paced(dialect))
        case SourceKind.RTSP:
            patience = {"timeout" if dialect.rtsp_timeout else "stimeout": OPEN_TIMEOUT_SECONDS * 1_000_000}
            both = ffmpeg.input(
                source.address, rtsp_transport="tcp", analyzeduration=1_000_000, probesize=1_000_000,
                **patience, **quick,
            )  # fmt: skip
        case SourceKind.SRT:
            # its timeouts are microseconds; the wait for a caller has none
            both = ffmpeg.input(source.address, f="mpegts", analyzeduration=1_500_000, timeout=-1, **quick)
        case SourceKind.RTMP:
            both = ffmpeg.input(source.address, f="flv", listen=1, analyzeduration=1_500_000, **quick)
        case _:
            return _capture(source)
    return both.video, both.audio


def _capture(source: Source) -> tuple[Any, Any]:
    picture = ffmpeg.input(source.address, f="v4l2", thread_queue_size=512, fpsprobesize=0)
    if source.sound_device is None:
        return picture.video, None
    sound = ffmpeg.input(source.sound_device, f="alsa", thread_queue_size=1024)
    return picture.video, sound.audio


def paced(dialect: Dialect) -> dict[str, Any]:
    """Read at native speed; newer versions start with a burst of half a second, which would make the clock lie."""
    return {"re": None} | ({"readrate_initial_burst": 0.001} if dialect.initial_burst else {})


def normalised(picture: Any, settings: EncoderSettings) -> Any:
    """Any size, shape and rate becomes the configured picture; what does not fit is padded, never stretched."""
    width, height = settings.width, settings.height
    return (
        # pixels that are not square first become square, or a 4:3 camera in anamorphic PAL looks wrong
        picture.filter("scale", w="trunc(iw*sar/2)*2", h="trunc(ih/2)*2")
        .filter("setsar", "1")
        .filter("scale", w=width, h=height, force_original_aspect_ratio="decrease", force_divisible_by=2)
        .filter("pad", w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2")
        .filter("setsar", "1")
        # a camera of our rate keeps every picture: its dates, which tremble by some milliseconds, are put (by less than
        # half a picture) where rounding them changes nothing
        .filter("setpts", f"PTS-STARTPTS+round(STARTPTS*TB*{settings.fps})/(TB*{settings.fps})")
        .filter("fps", fps=settings.fps)
        .filter("format", pix_fmts="yuv420p")
    )


def sampled(sound: Any) -> Any:
    """Any rate and any number of channels become stereo at ours; what is missing is filled with silence.

    A sound card's clock is not the camera's: samples are squeezed or stretched by at most 1000 a second, little by
    little. With `async=1` sound drifted off by 0.1 s and jumped back (`make bench-drift`).
    """
    return sound.filter("aresample", SAMPLE_RATE, **{"async": 1000}).filter(
        "aformat", sample_fmts="fltp", channel_layouts="stereo"
    )
