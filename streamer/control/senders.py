"""What sends to one destination: a publisher's process, an uploader inside the service, or a publisher of a picture
that is made for it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from streamer.control.air_list import AirList
from streamer.control.uploader import Uploader
from streamer.media.binary import Ffmpeg
from streamer.media.publisher import Destination, Publisher, PublisherStatus
from streamer.media.upright import Upright


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


class UprightSender:
    """A network that shows upright pictures: its own is made while it is sent to, and by a process that others share
    who want the same."""

    def __init__(self, name: str, publisher: Publisher, picture: Upright) -> None:
        self._name, self._publisher, self._picture = name, publisher, picture

    @property
    def pids(self) -> list[int]:
        """Of what sends, and of what encodes."""
        return [*self._publisher.pids, *self._picture.pids]

    def adopt(self) -> bool:
        """A process that sends is nothing without one that encodes: its list would begin anew under it."""
        if not self._picture.adopt():
            return False
        self._publisher.adopt()
        return True

    async def start(self) -> None:
        """Encode, and send."""
        await self._picture.begin(self._name)
        await self._publisher.start()

    async def stop(self) -> None:
        """Now, both."""
        await self._publisher.stop()
        await self._picture.leave(self._name)

    async def rest(self) -> None:
        """The same."""
        await self.stop()

    async def finish(self) -> None:
        """First the rest is made, then it is sent."""
        await self._picture.finish()
        await self._publisher.finish()
        await self._picture.leave(self._name)

    def status(self) -> PublisherStatus:
        """How both are doing."""
        return replace(self._publisher.status(), picture=self._picture.status())


def sender_to(
    to: Destination, folder: Path, air: AirList, ffmpeg: Ffmpeg, segment_seconds: float, clock: Callable[[], float],
    picture: Upright | None = None,
) -> Sender:  # fmt: skip
    """For this kind of address. `folder`: the meeting's; `picture`: in the shape that this destination gets, unless it
    gets what was aired."""
    if to.url.startswith(("https:", "http:")):
        return Uploader(to, folder, air, segment_seconds, clock)
    if picture:
        return UprightSender(to.name, Publisher(to, picture.playlist, folder, ffmpeg, clock=clock), picture)
    return Publisher(to, folder / "air.m3u8", folder, ffmpeg, clock=clock)
