"""The calls Tribune makes, as Google's discovery document has them (a test compares), and what each costs.

Quota: https://developers.google.com/youtube/v3/determine_quota_cost: a read 1, a write 50, captions more. The live
methods are not in that table; the general rule is taken for them.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True)
class Call:
    """`units`: of the day's quota; `uploads`: it takes a file, at an address of its own."""

    verb: str
    path: str
    units: int
    uploads: bool = False

    @property
    def address(self) -> str:
        """Below Google's own."""
        return f"/upload{self.path}" if self.uploads else self.path

    @property
    def writes(self) -> bool:
        """Whether it changes something: then an unclear answer must not simply be asked for again."""
        return self.verb != "GET"


class Method(StrEnum):
    """Google's names."""

    LIST_CHANNELS = "channels.list"
    INSERT_BROADCAST = "liveBroadcasts.insert"
    LIST_BROADCASTS = "liveBroadcasts.list"
    UPDATE_BROADCAST = "liveBroadcasts.update"
    DELETE_BROADCAST = "liveBroadcasts.delete"
    BIND = "liveBroadcasts.bind"
    TRANSITION = "liveBroadcasts.transition"
    INSERT_STREAM = "liveStreams.insert"
    LIST_STREAMS = "liveStreams.list"
    LIST_VIDEOS = "videos.list"
    UPDATE_VIDEO = "videos.update"
    SET_THUMBNAIL = "thumbnails.set"
    LIST_CAPTIONS = "captions.list"
    INSERT_CAPTIONS = "captions.insert"
    UPDATE_CAPTIONS = "captions.update"
    DELETE_CAPTIONS = "captions.delete"
    LIST_PLAYLIST = "playlistItems.list"
    INSERT_IN_PLAYLIST = "playlistItems.insert"
    LIST_CHAT = "liveChatMessages.list"


_V3 = "/youtube/v3"
CALLS = {
    Method.LIST_CHAT: Call("GET", f"{_V3}/liveChat/messages", 5),
    Method.LIST_CHANNELS: Call("GET", f"{_V3}/channels", 1),
    Method.INSERT_BROADCAST: Call("POST", f"{_V3}/liveBroadcasts", 50),
    Method.LIST_BROADCASTS: Call("GET", f"{_V3}/liveBroadcasts", 1),
    Method.UPDATE_BROADCAST: Call("PUT", f"{_V3}/liveBroadcasts", 50),
    Method.DELETE_BROADCAST: Call("DELETE", f"{_V3}/liveBroadcasts", 50),
    Method.BIND: Call("POST", f"{_V3}/liveBroadcasts/bind", 50),
    Method.TRANSITION: Call("POST", f"{_V3}/liveBroadcasts/transition", 50),
    Method.INSERT_STREAM: Call("POST", f"{_V3}/liveStreams", 50),
    Method.LIST_STREAMS: Call("GET", f"{_V3}/liveStreams", 1),
    Method.LIST_VIDEOS: Call("GET", f"{_V3}/videos", 1),
    Method.UPDATE_VIDEO: Call("PUT", f"{_V3}/videos", 50),
    Method.SET_THUMBNAIL: Call("POST", f"{_V3}/thumbnails/set", 50, uploads=True),
    Method.LIST_CAPTIONS: Call("GET", f"{_V3}/captions", 50),
    Method.INSERT_CAPTIONS: Call("POST", f"{_V3}/captions", 400, uploads=True),
    Method.UPDATE_CAPTIONS: Call("PUT", f"{_V3}/captions", 450, uploads=True),
    Method.DELETE_CAPTIONS: Call("DELETE", f"{_V3}/captions", 50),
    Method.LIST_PLAYLIST: Call("GET", f"{_V3}/playlistItems", 1),
    Method.INSERT_IN_PLAYLIST: Call("POST", f"{_V3}/playlistItems", 50),
}
