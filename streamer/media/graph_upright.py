"""ffmpeg's command line for the upright picture: what was aired is encoded once more, in its own time."""

from dataclasses import dataclass

import ffmpeg

from streamer.council.clip import Shape
from streamer.media.graph import audio_codec, compiled, video_codec
from streamer.media.graph_inputs import Dialect, sampled
from streamer.media.graph_shapes import shaped, sized
from streamer.media.settings import EncoderSettings

LISTED_SECONDS = 30.0
"""How much of it is listed, and kept: enough for a publisher that connects anew."""


@dataclass(frozen=True)
class UprightFiles:
    """What is read and written, from the meeting's folder: the list of what was aired, what is around the picture, the
    list of what is made, its pieces, the progress."""

    aired: str
    frame: str
    playlist: str
    segments: str
    progress: str


def upright(settings: EncoderSettings, shape: Shape, files: UprightFiles, dialect: Dialect) -> list[str]:
    """From one segment behind the live edge, at the speed of life: what is late is caught up with.

    Time stamps stay what they are in the segments that are read. So they never go back, whichever process made a piece.
    """
    aired = ffmpeg.input(files.aired, f="hls", live_start_index=-1, re=None)
    picture = shaped(aired.video.filter("fps", fps=settings.fps), settings, shape)
    if shape is Shape.TALL_PADDED:
        picture = picture.overlay(ffmpeg.input(files.frame))
    picture = picture.filter("format", pix_fmts="yuv420p").filter("setsar", "1")
    made = ffmpeg.output(
        picture, sampled(aired.audio), files.playlist,
        **video_codec(sized(settings, shape)), **audio_codec(settings),
        **({"fps_mode": "passthrough"} if dialect.fps_mode else {"vsync": "passthrough"}),
        f="hls", muxdelay=0,
        # every key frame begins a piece: what is asked for here is only the least they may last
        hls_time=settings.segment_seconds / 2,
        hls_list_size=max(3, round(LISTED_SECONDS / settings.segment_seconds)), hls_delete_threshold=1,
        # the numbers go on where an earlier process stopped. That it ends is said by us: it may end for other reasons
        hls_flags="append_list+discont_start+delete_segments+omit_endlist+temp_file",
        hls_segment_options="mpegts_flags=+initial_discontinuity", hls_segment_filename=files.segments,
    )  # fmt: skip
    return compiled(made, "-copyts", "-stats_period", "0.5", "-progress", f"file:{files.progress}")
