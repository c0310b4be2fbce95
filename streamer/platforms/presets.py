"""The networks that are known by name: where they take a broadcast, and what they take of it.

Where each figure comes from: YouTube's encoder settings (support.google.com/youtube/answer/2853702) and its HLS guide
(developers.google.com/youtube/v3/live/guides/hls-ingestion); Facebook's Live Video API reference; for Twitch, X and all
host names OBS Studio's `rtmp-services`; for TikTok and LinkedIn guides for sellers and encoders. What a network does
not publish is not limited here.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from streamer.council.networks import Advised, Limits, Shape

NONE: Final = Limits()


@dataclass(frozen=True)
class Preset:
    """A network. `address`, `backup`: where it takes broadcasts, without the key; None where it tells each user another
    one, to be pasted. `schemes`: how it can be reached."""

    title: str
    address: str | None = None
    backup: str | None = None
    limits: Limits = NONE
    schemes: tuple[str, ...] = ("rtmps", "rtmp")


_YOUTUBE = Limits(
    most_bitrate=51_000_000, most_key_seconds=4, most_fps=60, key_seconds=2,
    advised=(Advised(480, 400_000), Advised(720, 3_000_000), Advised(1080, 5_000_000)),
)  # fmt: skip

PRESETS: Final = MappingProxyType(
    {
        "youtube": Preset(
            "YouTube",
            "rtmps://a.rtmps.youtube.com:443/live2",
            "rtmps://b.rtmps.youtube.com:443/live2?backup=1",
            _YOUTUBE,
        ),
        "youtube-backup": Preset("YouTube", "rtmps://b.rtmps.youtube.com:443/live2?backup=1", None, _YOUTUBE),
        "youtube-hls": Preset(
            "YouTube",
            "https://a.upload.youtube.com/http_upload_hls?copy=0",
            "https://b.upload.youtube.com/http_upload_hls?copy=1",
            _YOUTUBE,
            ("https",),
        ),
        "twitch": Preset(
            "Twitch",
            "rtmps://ingest.global-contribute.live-video.net:443/app",
            limits=Limits(most_bitrate=6_000_000, most_fps=60, key_seconds=2),
        ),
        "facebook": Preset(
            "Facebook",
            "rtmps://rtmp-api.facebook.com:443/rtmp",
            limits=Limits(
                most_key_seconds=4, key_seconds=2,
                advised=(Advised(720, 1_500_000, 4_000_000), Advised(1080, 3_000_000, 6_000_000)),
            ),
            schemes=("rtmps",),
        ),
        "linkedin": Preset("LinkedIn", limits=Limits(most_fps=30, key_seconds=2)),
        "x": Preset("X", limits=Limits(most_bitrate=12_000_000, most_fps=60, key_seconds=3)),
        "instagram": Preset("Instagram", limits=Limits(key_seconds=2, shape=Shape.UPRIGHT), schemes=("rtmps",)),
        "tiktok": Preset(
            "TikTok",
            limits=Limits(
                most_fps=30, key_seconds=2, shape=Shape.UPRIGHT, advised=(Advised(1080, 2_500_000, 5_400_000),)
            ),
        ),
        "peertube": Preset("PeerTube"),
        "owncast": Preset("Owncast"),
    }
)  # fmt: skip
"""Name in the configuration -> network."""
