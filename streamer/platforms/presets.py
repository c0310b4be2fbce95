"""Where the well-known platforms take a broadcast, so that only the stream key has to be asked for."""

from types import MappingProxyType
from typing import Final

PRESETS: Final = MappingProxyType(
    {
        "youtube": "rtmps://a.rtmps.youtube.com:443/live2",
        "youtube-backup": "rtmps://b.rtmps.youtube.com:443/live2?backup=1",
        "twitch": "rtmps://ingest.global-contribute.live-video.net:443/app",
        "facebook": "rtmps://rtmp-api.facebook.com:443/rtmp",
    }
)
"""Name -> RTMPS address without the key."""
