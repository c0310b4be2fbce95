"""Small pictures, so that two cores carry several encoders, in short segments, for which nobody waits long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import imageio_ffmpeg
import pytest

from streamer.council.picture import SlateKind
from streamer.media import playlist
from streamer.media.binary import Ffmpeg, find_ffmpeg
from streamer.media.encoder import Encoder
from streamer.media.encoder_status import EncoderState
from streamer.media.room import Room
from streamer.media.segments import Segment, read_segments
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates
from streamer.media.source import parse_source
from tests.support.until import until

SETTINGS = EncoderSettings(320, 180, 25, video_bitrate=400_000, segment_seconds=1.0, preset="ultrafast")
BINARIES = ["/usr/bin/ffmpeg", imageio_ffmpeg.get_ffmpeg_exe()]


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return find_ffmpeg()


@pytest.fixture(scope="session", params=BINARIES, ids=["system", "wheel"])
def any_ffmpeg(request: pytest.FixtureRequest) -> Ffmpeg:
    """Each of the two ffmpegs a machine can have."""
    return find_ffmpeg(request.param)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "meeting"
    path.mkdir()
    return path


class Studio:
    """Encoders that are closed at the end, on one folder."""

    def __init__(self, folder: Path, ffmpeg: Ffmpeg) -> None:
        self.folder = folder
        self.ffmpeg = ffmpeg
        lines = {kind: ("Commune de Käerjeng", kind.value) for kind in SlateKind}
        self._slates = Slates(folder, SETTINGS.width, SETTINGS.height, None, lines)
        self._encoders: list[Encoder] = []

    def encoder(
        self, url: str, ffmpeg: Ffmpeg | None = None, *, stall_seconds: float = 2.0, room: Room | None = None
    ) -> Encoder:
        made = Encoder(
            self.folder,
            parse_source(url),
            SETTINGS,
            ffmpeg or self.ffmpeg,
            self._slates,
            stall_seconds=stall_seconds,
            room=room,
        )
        self._encoders.append(made)
        return made

    async def close(self) -> None:
        await asyncio.gather(*(encoder.close() for encoder in self._encoders))

    def segments(self, picture: str | None = None) -> list[Segment]:
        return [segment for segment in read_segments(self.folder) if picture in (None, segment.picture)]

    async def listed(self, number: int, picture: str | None = None, *, run: int | None = None) -> list[Segment]:
        """Wait for so many segments (of a run)."""

        def enough() -> list[Segment]:
            found = [segment for segment in self.segments(picture) if run in (None, segment.run)]
            return found if len(found) >= number else []

        return await until(enough, what=f"{number} segments of {picture or 'anything'}")


@pytest.fixture
async def studio(folder: Path, ffmpeg: Ffmpeg) -> AsyncIterator[Studio]:
    made = Studio(folder, ffmpeg)
    yield made
    await made.close()


@pytest.fixture
async def air(folder: Path) -> AsyncIterator[Callable[[], None]]:
    """Keeps `air.m3u8` in step with the segments, as the conductor does; call it to end the broadcast."""
    over = False

    def write() -> None:
        segments = read_segments(folder)
        last = playlist.window(segments, 30)
        playlist.write(
            folder / "air.m3u8",
            playlist.render(
                last.segments, target_duration=2, media_sequence=last.media_sequence,
                discontinuity_sequence=last.discontinuity_sequence, kind="LIVE", ended=over,
            ),
        )  # fmt: skip

    async def keep() -> None:
        while True:
            write()
            await asyncio.sleep(0.2)

    def end() -> None:
        nonlocal over
        over = True
        write()

    task = asyncio.create_task(keep())
    yield end
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def running(encoder: Encoder, *, program: bool = True) -> None:
    """Wait until what was ordered is on the air."""

    def so() -> bool:
        status = encoder.status()
        return (
            status.state is EncoderState.RUNNING and status.source_ok and (status.level_db is not None or not program)
        )

    await until(so, what="the encoder is running")
