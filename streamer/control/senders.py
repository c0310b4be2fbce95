"""What sends to one destination: a publisher's process, or an uploader inside the service."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from streamer.control.air_list import AirList
from streamer.control.uploader import Uploader
from streamer.media.binary import Ffmpeg
from streamer.media.publisher import Destination, Publisher, PublisherStatus


class Sender(Protocol):
    """One of them."""

    @property
    def pids(self) -> list[int]:
        """Its processes."""

    def adopt(self) -> bool:
        """Whether a process of an earlier service goes on."""

    async def start(self) -> None:
        """Send from now on."""

    async def stop(self) -> None:
        """Send no more. `start` goes on."""

    async def rest(self) -> None:
        """The same, by order: what comes until the next `start` is not for this destination."""

    async def finish(self) -> None:
        """No more comes: send the rest, then end."""

    def status(self) -> PublisherStatus:
        """How it is doing."""


def sender_to(
    to: Destination, folder: Path, air: AirList, ffmpeg: Ffmpeg, segment_seconds: float, clock: Callable[[], float]
) -> Sender:
    """For this kind of address. `folder`: the meeting's."""
    if to.url.startswith(("https:", "http:")):
        return Uploader(to, folder, air, segment_seconds, clock)
    return Publisher(to, folder / "air.m3u8", folder, ffmpeg, clock=clock)
