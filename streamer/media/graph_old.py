"""ffmpeg's command line for a recording that was made elsewhere: its pieces, copied where they can be."""

import ffmpeg

from streamer.media.graph import audio_codec, compiled, video_codec
from streamer.media.graph_inputs import SILENCE, normalised, sampled
from streamer.media.settings import EncoderSettings

BEGINS_AT = 1000.0
"""Media seconds of the first picture: later than any distance between two key frames, as `segments.py` wants it."""


def pieces(
    file: str, picture: int, sound: int | None, settings: EncoderSettings, stem: str, progress: str, *,
    copy_picture: bool, copy_sound: bool,
) -> list[str]:  # fmt: skip
    """Segments and their list, cut at key frames. `picture`, `sound`: numbers of the file's streams; without sound
    there is silence."""
    film = ffmpeg.input(f"file:{file}")
    video = film[str(picture)] if copy_picture else normalised(film[str(picture)], settings)
    if sound is None:
        audio = ffmpeg.input(SILENCE, f="lavfi").audio
    else:
        audio = film[str(sound)] if copy_sound else sampled(film[str(sound)])
    made = ffmpeg.output(
        video, audio, f"{stem}.m3u8",
        **({"c:v": "copy"} if copy_picture else video_codec(settings)),
        **({"c:a": "copy"} if copy_sound and sound is not None else audio_codec(settings)),
        f="hls", hls_time=settings.segment_seconds, hls_list_size=0, hls_playlist_type="vod",
        hls_segment_filename=f"{stem}-%06d.ts", hls_segment_options="mpegts_flags=+initial_discontinuity",
        output_ts_offset=BEGINS_AT, muxdelay=0, muxpreload=0, max_muxing_queue_size=4096,
        **({"shortest": None} if sound is None else {}),
    )  # fmt: skip
    return compiled(made, "-stats_period", "0.5", "-progress", f"file:{progress}")


def about(file: str) -> list[str]:
    """What ffmpeg says of a file, in its own words; it ends with an error, as it is told nothing to make."""
    return ["-hide_banner", "-nostdin", "-i", f"file:{file}"]
