"""Every ffmpeg command line Tribune runs is made here: arguments only, without the program itself. How they begin is in
`graph_inputs.py`.

ffmpeg-python only compiles. Two of its habits matter: options come out sorted, and two equal inputs become one.
File names are relative; the process runs in the meeting's folder, so no name needs escaping.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ffmpeg

from streamer.council.clip import Shape
from streamer.media.caption import BOX, FONT, TEXT, Style
from streamer.media.graph_inputs import SILENCE, Dialect, demo, normalised, opened, paced, sampled
from streamer.media.graph_shapes import shaped, sized
from streamer.media.settings import SAMPLE_RATE, EncoderSettings
from streamer.media.source import Source, SourceKind

NO_SOUND = "matches no streams"
"""What ffmpeg says when the graph asks for a track that the source does not have."""


@dataclass(frozen=True)
class RunFiles:
    """The names one encoder run writes under: its playlist, its segments, its gauges."""

    stem: str

    @property
    def playlist(self) -> str:
        return f"{self.stem}.m3u8"

    @property
    def segments(self) -> str:
        return f"{self.stem}-%06d.ts"

    @property
    def progress(self) -> str:
        return f"{self.stem}.progress"

    @property
    def level(self) -> str:
        """What the sound is like."""
        return f"{self.stem}.level"

    @property
    def caption(self) -> str:
        """What the lower third says."""
        return f"{self.stem}.caption"

    @property
    def picture(self) -> str:
        """What the picture is like."""
        return f"{self.stem}.picture"


@dataclass(frozen=True)
class ExaminedFiles:
    """Where an examination writes what it saw, and the loudness of each band."""

    picture: str
    bands: tuple[str, ...]


def program(
    source: Source, settings: EncoderSettings, files: RunFiles, dialect: Dialect,
    *, epoch: float, guard: float = 0.0, silent: bool = False,
) -> list[str]:  # fmt: skip
    """The encoder with the source open. `epoch`: unix seconds of media time 0. `guard`: seconds thrown away first."""
    if source.kind is SourceKind.DEMO:
        picture, sound = demo(settings, dialect)
    else:
        picture, sound = opened(source, dialect)
    video = normalised(picture, settings)
    silent = silent or not source.has_sound
    audio = ffmpeg.input(SILENCE, f="lavfi").audio if silent else sound
    audio = sampled(audio)
    if guard > 0:
        video, audio = video.filter("trim", start=guard), audio.filter("atrim", start=guard)
    video, audio = _dated(video, audio, epoch)
    video = _captioned(_watched(video, settings, files), settings, files)
    return _segments(video, _metered(audio, files), settings, files, dialect)


@dataclass(frozen=True)
class Ticking:
    """What moves on a still. Until the unix second `until` a clock runs down to it, if it `counts`; then `over` stands
    there. Pixels; `font` is a file."""

    until: float
    counts: bool
    over: str
    font: str
    left: int
    top: int
    size: int
    over_size: int


def slate(
    image: str, settings: EncoderSettings, files: RunFiles, dialect: Dialect, *, epoch: float,
    ticking: Ticking | None = None,
) -> list[str]:  # fmt: skip
    """The encoder of a still and silence. Nothing here can open a source; what moves on it needs no service."""
    # a few frames a second are read and repeated: decoding a PNG thirty times a second costs more than encoding it
    picture = ffmpeg.input(image, f="image2", pattern_type="none", loop=1, framerate=5, **paced(dialect)).video
    if ticking:
        picture = _ticked(picture, ticking, epoch)
    audio = ffmpeg.input(SILENCE, f="lavfi", **paced(dialect)).audio
    return _segments(*_dated(normalised(picture, settings), audio, epoch), settings, files, dialect)


def stand_in(
    image: str, settings: EncoderSettings, files: RunFiles, dialect: Dialect, *, start: float, seconds: float
) -> list[str]:
    """A still and silence for `seconds` from the media time `start` on, as quickly as can be."""
    picture = ffmpeg.input(image, f="image2", pattern_type="none", loop=1, framerate=5, t=f"{seconds:.3f}").video
    audio = ffmpeg.input(SILENCE, f="lavfi", t=f"{seconds:.3f}").audio
    return _segments(*_shifted(normalised(picture, settings), audio, f"{start:.6f}"), settings, files, dialect)


def _ticked(picture: Any, ticking: Ticking, epoch: float) -> Any:
    """The still in media time for as long as it is drawn upon: what is left is a sum, whoever looks and whenever."""
    ends = round(ticking.until - epoch, 1)
    left = f"max(0,ceil({ends}-t))"
    minutes = f"%{{eif:floor(mod({left}/60,60)):d:2}}:%{{eif:mod({left},60):d:2}}"
    drawn = [(f"%{{eif:floor({left}/3600):d}}:{minutes}", f"lte(t,{ends - 3600})"),
             (minutes, f"gt(t,{ends - 3600})*lt(t,{ends})")] if ticking.counts else []  # fmt: skip
    place = {"fontfile": ticking.font, "fontcolor": "white", "x": ticking.left}
    picture = picture.filter("setpts", f"PTS+(RTCSTART-{round(epoch * 1_000_000)})/1000000/TB")
    for text, enable in drawn:
        picture = picture.filter("drawtext", text=text, enable=enable, fontsize=ticking.size, y=ticking.top, **place)
    picture = picture.filter(
        "drawtext", text=ticking.over, expansion="none", enable=f"gte(t,{ends})", fontsize=ticking.over_size,
        y=ticking.top, **place,
    )  # fmt: skip
    return picture.filter("setpts", "PTS-STARTPTS")


def _metered(sound: Any, files: RunFiles) -> Any:
    """Five times a second the levels of both channels and the loudness go to a file, with their media time."""
    return (
        sound.filter("ametadata", mode="delete")
        .filter("ebur128", metadata=1, framelog="verbose")
        .filter("asetnsamples", n=SAMPLE_RATE // 5, p=0)
        .filter("astats", metadata=1, reset=1, measure_perchannel="RMS_level+Peak_level", measure_overall="none")
        .filter("ametadata", mode="print", file=files.level, direct=1)
    )


def _watched(picture: Any, settings: EncoderSettings, files: RunFiles) -> Any:
    """Where the picture becomes black or still and where it is no longer goes to a file, and twice a second its media
    time. It stays in one line with what is encoded: a branch of its own could hold it up."""
    twice_a_second = f"not(mod(n,{max(1, round(settings.fps / 2))}))"
    return (
        # a camera's own words about its pictures are none of ours
        picture.filter("metadata", mode="delete")
        .filter("blackdetect", d=1)
        # the mean difference of a pixel: a quarter of one of 255 steps
        .filter("freezedetect", n="-60dB", d=2)
        .filter("metadata", mode="add", key="at", value=1, enable=twice_a_second)
        .filter("metadata", mode="print", file=files.picture, direct=1)
    )


def _captioned(picture: Any, settings: EncoderSettings, files: RunFiles) -> Any:
    """The lower third: whatever a file says at the moment, in a box. An empty file draws nothing."""
    style = Style.of(settings)
    return picture.filter(
        "drawtext", textfile=files.caption, reload=1, expansion="none",
        fontfile=FONT, fontsize=style.size, fontcolor=TEXT, line_spacing=round(style.size * 0.15),
        box=1, boxcolor=BOX, boxborderw=style.padding, x=style.left,
        # the box of an empty text would still have its border: out of sight
        y=f"if(gt(text_w,0),h-{style.bottom}-text_h,-2*h)",
    )  # fmt: skip


def _dated(video: Any, audio: Any, epoch: float) -> tuple[Any, Any]:
    """In media time: seconds since `epoch`, unix seconds."""
    # RTCSTART is read when the graph is configured, that is when the first picture and the first sound are there:
    # media time is honest however long the source took to open, and picture and sound get the same shift.
    return _shifted(video, audio, f"(RTCSTART-{round(epoch * 1_000_000)})/1000000")


def _shifted(video: Any, audio: Any, seconds: str) -> tuple[Any, Any]:
    shift = f"PTS+{seconds}/TB"
    return video.filter("setpts", shift), audio.filter("asetpts", shift)


def _segments(video: Any, audio: Any, settings: EncoderSettings, files: RunFiles, dialect: Dialect) -> list[str]:
    made = ffmpeg.output(
        video, audio, files.segments,
        **video_codec(settings), **audio_codec(settings),
        **({"fps_mode": "passthrough"} if dialect.fps_mode else {"vsync": "passthrough"}),
        f="segment", muxdelay=0, muxpreload=0,
        # every key frame begins a segment: what is asked for here is only the least they may last
        segment_time=settings.segment_seconds / 2,
        segment_list=files.playlist, segment_list_type="m3u8", segment_list_size=0,
        # each packet is on the disk at once, so that a kill costs what is still in the encoder; the `hls` muxer keeps
        # a whole segment in memory
        segment_format="mpegts", segment_format_options="mpegts_flags=+initial_discontinuity:flush_packets=1",
    )  # fmt: skip
    return compiled(made, "-stats_period", "0.25", "-progress", f"file:{files.progress}")


def video_codec(settings: EncoderSettings) -> dict[str, Any]:
    """How every picture of ours is encoded."""
    return {
        "c:v": "libx264", "preset": settings.preset, "profile:v": "main", "pix_fmt": "yuv420p", "bf": 2,
        "g": settings.gop, "keyint_min": settings.gop, "sc_threshold": 0, "flags:v": "+cgop",
        # what is in the encoder is lost when it is killed: 0.2 s less for 0.1 dB
        "rc-lookahead": 5,
        "b:v": settings.video_bitrate, "maxrate": settings.video_bitrate, "bufsize": settings.video_bitrate * 2,
        "color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709",
    }  # fmt: skip


def audio_codec(settings: EncoderSettings) -> dict[str, Any]:
    """How every sound of ours is encoded."""
    return {"c:a": "aac", "b:a": settings.audio_bitrate, "ar": SAMPLE_RATE, "ac": 2}


def publisher(playlist: str, address: str, progress: str, options: dict[str, Any], *, whole: bool = False) -> list[str]:
    """Send what the playlist lists, untouched, to an RTMP(S) or SRT address. `options` hand over secrets and TLS.

    From one segment behind the live edge: never a burst of stale minutes after a reconnection. `whole`: from the first
    segment that is listed.
    """
    listed = ffmpeg.input(playlist, f="hls", live_start_index=0 if whole else -1, re=None)
    # SRT carries MPEG-TS, seven packets of 188 bytes each time
    srt = {"f": "mpegts", "pkt_size": 1316}
    kind = srt if address.startswith("srt:") else {"f": "flv", "flvflags": "no_duration_filesize"}
    made = listed.output(address, c="copy", **kind, **options)
    return compiled(made, "-stats_period", "0.5", "-progress", f"file:{progress}")


def join(concat_list: str, metadata: str, out: str, progress: str) -> list[str]:
    """An MP4 of the spans named in a concat list, untouched, with the chapters of an ffmetadata file."""
    # "t?" maps no stream of the second input, but ffmpeg-python leaves out an input that nothing is mapped from
    runs = ffmpeg.input(concat_list, f="concat", safe=0)
    words = ffmpeg.input(metadata, f="ffmetadata")
    made = ffmpeg.output(
        runs.video, runs.audio, words["t?"], out,
        c="copy", f="mp4", movflags="+faststart", map_metadata=1, map_chapters=1,
        **{"bsf:a": "aac_adtstoasc"},
    )  # fmt: skip
    return compiled(made, "-progress", f"file:{progress}")


def sound(video: str, out: str) -> list[str]:
    """The sound of an MP4 alone, untouched, with its chapters."""
    whole = ffmpeg.input(video).audio
    return compiled(
        ffmpeg.output(whole, out, c="copy", f="ipod", movflags="+faststart", map_metadata=0, map_chapters=0)
    )


def heard(concat_list: str, skip: float, rate: int) -> list[str]:
    """The sound of the spans in a concat list, from second `skip` on: bare samples of 16 bits, one channel, to standard
    output. Where there is none there is silence, so that every sample is at its second."""
    whole = ffmpeg.input(concat_list, f="concat", safe=0).audio
    even = whole.filter("aresample", rate, **{"async": 1000, "first_pts": 0})
    part = even.filter("atrim", start=f"{skip:.3f}")
    return compiled(ffmpeg.output(part, "pipe:1", f="s16le", acodec="pcm_s16le", ac=1, ar=rate))


def without_early_sound(segment: str, picture: float, out: str) -> list[str]:
    """A segment without its sound before `picture`, its first picture's time stamp in seconds; nothing else moves."""
    whole = ffmpeg.input(segment, f="mpegts")
    made = ffmpeg.output(
        whole.video, whole.audio, out,
        c="copy", f="mpegts", muxdelay=0, muxpreload=0, mpegts_flags="+initial_discontinuity",
        **{"bsf:a": f"noise=drop='lt(pts*tb,{picture:.6f})'"},
    )  # fmt: skip
    return compiled(made, "-copyts")


def thumbnail(segment: str, at: float, out: str, width: int) -> list[str]:
    """One JPEG of the picture `at` seconds into a segment."""
    picture = ffmpeg.input(segment, f="mpegts").video.filter("trim", start=max(0.0, at)).filter("scale", w=width, h=-2)
    return compiled(picture.output(out, f="image2", **{"frames:v": 1, "q:v": 3, "update": 1}))


def examination(
    segments: Sequence[str], files: "ExaminedFiles", bands: Sequence[tuple[int, int]], rate: int
) -> list[str]:
    """Look at recorded segments: when their picture is black or stands still, how loud `bands` (Hz) of the sound are
    `rate` times a second."""
    film = ffmpeg.input(f"concat:{'|'.join(segments)}", f="mpegts")
    picture = (
        film.video.filter("fps", fps=5)
        .filter("blackdetect", d=0.1, pix_th=0.1)
        .filter("freezedetect", n=0.001, d=1)
        .filter("metadata", mode="print", file=files.picture)
    )
    sound = film.audio.filter("aresample", 16_000).filter("aformat", channel_layouts="mono").asplit()
    loudness = [_band(sound[index], band, files.bands[index], rate) for index, band in enumerate(bands)]
    return compiled(ffmpeg.output(picture, *loudness, "-", f="null"))


def _band(sound: Any, band: tuple[int, int], file: str, rate: int) -> Any:
    return (
        sound.filter("highpass", f=band[0])
        .filter("lowpass", f=band[1])
        .filter("asetnsamples", n=16_000 // rate, p=0)
        .filter("astats", metadata=1, reset=1, measure_perchannel="none", measure_overall="RMS_level")
        .filter("ametadata", mode="print", key="lavfi.astats.Overall.RMS_level", file=file)
    )


def speed_trial(settings: EncoderSettings, seconds: float, shapes: Sequence[Shape] = ()) -> list[str]:
    """Make the configured picture as fast as it goes, and beside it each of `shapes`, for nobody: what matters is how
    long it takes."""
    source = f"testsrc2=s={settings.width}x{settings.height}:r={settings.fps},noise=alls=12:allf=t[out0]"
    both = ffmpeg.input(f"{source};{SILENCE}[out1]", f="lavfi", t=seconds)
    pictures = normalised(both.video, settings).filter_multi_output("split", 1 + len(shapes))
    made = [ffmpeg.output(pictures[0], both.audio, "-", f="null", **video_codec(settings), **audio_codec(settings))]
    for place, shape in enumerate(shapes, 1):
        codec = video_codec(sized(settings, shape))
        made.append(ffmpeg.output(shaped(pictures[place], settings, shape), "-", f="null", **codec))
    return compiled(ffmpeg.merge_outputs(*made))


def preset_probe(preset: str) -> list[str]:
    """A tenth of a second of silence under a preset file, to see whether the preset is obeyed."""
    return compiled(ffmpeg.input(SILENCE, f="lavfi", t=0.1).output("/dev/null", f="flv", fpre=preset, ar=44_100))


def compiled(stream: Any, *more: str) -> list[str]:
    """The arguments of a graph, after `more` for the whole program."""
    args = stream.global_args("-hide_banner", "-nostdin", "-loglevel", "error", "-y", *more).get_args()
    return [str(word) for word in args]
