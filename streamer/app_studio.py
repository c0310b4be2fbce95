"""What the picture is made with, put together: the encoder, the slates and their words, the ways to the networks."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from streamer.config import Config
from streamer.config_destination import Destination as Place
from streamer.control.broadcast import Studio
from streamer.council.meeting import Meeting
from streamer.council.picture import SlateKind
from streamer.media.binary import find_ffmpeg
from streamer.media.clip import Words
from streamer.media.publisher import Destination
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates, Timed
from web.i18n import N_, Languages, Translator

SLATE_LINES = {
    SlateKind.WAITING: N_("The meeting begins in a moment."),
    SlateKind.RECESS: N_("Short break. The council will be back soon."),
    SlateKind.CLOSED_SESSION: N_("This part of the meeting is not public."),
    SlateKind.CUT: N_("This part of the picture is not shown."),
    SlateKind.FAULT: N_("Picture and sound are interrupted. We are working on it."),
}
SLATE_TIMES = {
    SlateKind.WAITING: N_("The meeting begins at {time}."),
    SlateKind.RECESS: N_("Short break. Back at {time}."),
}
SLATE_OVER = N_("in a moment")
CLIP_CARD = N_("The whole passage:")


def studio_of(config: Config, languages: Mapping[str, Translator]) -> Studio:
    """The encoder's and the publishers' settings. Raises FfmpegMissing, and what `stream_key()` raises."""
    settings = encoder_settings(config)
    said = {kind: [w.gettext(text) for w in languages.values()] for kind, text in SLATE_LINES.items()}
    lines = {kind: [config.council.name, *texts] for kind, texts in said.items()}
    over = " · ".join(dict.fromkeys(w.gettext(SLATE_OVER) for w in languages.values()))
    timed = {kind: Timed([w.gettext(text) for w in languages.values()], over) for kind, text in SLATE_TIMES.items()}
    zone = config.council.zone
    images = dict.fromkeys(SlateKind, config.broadcast.slate) if config.broadcast.slate else {}
    folder = config.recordings.folder / "slates"
    return Studio(
        recordings=config.recordings.folder,
        source=config.source.parsed,
        settings=settings,
        ffmpeg=find_ffmpeg(),
        slates=Slates(
            folder, settings.width, settings.height, images, lines, timed=timed, zone=zone, crest=config.council.crest
        ),
        destinations=[way for place in config.destinations for way in ways_to(place)],
        delay=config.broadcast.delay_seconds,
        zone=zone,
        council=config.council.name,
    )


def clip_words(config: Config, languages: Languages) -> Callable[[Meeting], Words]:
    """What is written on a clip, in the council's first language."""
    card = next(iter(languages.translators.values())).gettext(CLIP_CARD)
    url = config.web.public_url
    return lambda meeting: Words(config.council.name, meeting.name, card, f"{url}/meetings/{meeting.id}")


def encoder_settings(config: Config) -> EncoderSettings:
    """What every picture of ours is encoded as."""
    return EncoderSettings(
        width=config.encoder.width,
        height=config.encoder.height,
        fps=config.encoder.fps,
        video_bitrate=config.encoder.video_bitrate,
        segment_seconds=float(config.encoder.segment_seconds),
    )


def ways_to(place: Place) -> list[Destination]:
    """As publishers take it: one, or two where it has a backup. Raises what `stream_key()` raises."""
    first = Destination(
        place.name, place.address, place.stream_key(), place.preset or "", place.usual, place.passphrase(),
        shape=place.shape,
    )  # fmt: skip
    if (second := place.backup_address) is None:
        return [first]
    return [first, replace(first, name=place.backup_name, url=second, network="", backup_of=place.name)]
