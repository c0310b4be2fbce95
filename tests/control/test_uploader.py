"""Sending by HLS: each segment once and in order, whatever the other side does meanwhile. The stand-in holds us to the
rules of the guide."""

import asyncio
import json
import logging
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.control.air_list import AirList
from streamer.control.uploader import Uploader
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.media.publisher import Destination, PublisherState
from streamer.media.segments import Segment
from tests.support.hls_ingest import HlsReceiver, known_as
from tests.support.waiting import eventually

CANARY = "canary-7f3a-91bc"
LIVE = Meeting("m", phase=Phase.LIVE, changes=((0.0, Phase.LIVE),))
COUNT = 20


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty real segments of a second, in two runs."""
    folder = tmp_path_factory.mktemp("film")
    for name in ("0001-program-%06d.ts", "0002-program-%06d.ts"):
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=10", "-f", "lavfi", "-i", "anullsrc",
             "-t", str(COUNT // 2), "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-c:a", "aac",
             "-f", "segment", "-segment_time", "0.9", "-segment_format", "mpegts", str(folder / name)],
            check=True, timeout=90,
        )  # fmt: skip
    return folder


class Meanwhile:
    """A meeting whose segments are aired when the test says so."""

    def __init__(self, film: Path, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.air = folder, AirList(folder / "aired")
        names = [path.name for path in sorted(film.glob("*.ts"))][:COUNT]
        for name in names:
            (folder / name).write_bytes((film / name).read_bytes())
        self._all = [
            Segment(int(name[:4]), "program", name, 100.0 + at, 1.0, 100.0 + at) for at, name in enumerate(names)
        ]

    def aired(self, count: int) -> list[str]:
        """Have so many aired in all; their names at the other end."""
        self.air.extend(LIVE, self._all, now=100.0 + count, delay=0.0)
        return [known_as(self.folder, segment.name) for segment in self._all[:count]]

    def uploader(self, there: HlsReceiver, key: str = CANARY) -> Uploader:
        return Uploader(Destination("Tube", there.url, key), self.folder, self.air, 1.0, lambda: 0.0)


@pytest.fixture
async def there() -> AsyncIterator[HlsReceiver]:
    async with HlsReceiver(CANARY) as receiver:
        yield receiver
        assert receiver.wrong == []


async def test_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path, film: Path, there: HlsReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    """The server is killed and revived, says 500 and 202; the service is killed and starts again; all arrives, over one
    connection where none was broken, and a new encoder is a discontinuity."""
    caplog.set_level(logging.DEBUG)
    meeting = Meanwhile(film, tmp_path / "2026-11-24-abcd")
    uploader = meeting.uploader(there)
    await uploader.start()
    first = meeting.aired(3)
    await eventually(lambda: there.taken == first, "the first arrive")
    assert len(there.connections) == 1
    await there.die()
    meeting.aired(8)
    await eventually(lambda: uploader.status().state is PublisherState.BACKOFF, "it is noticed")
    assert uploader.status().backlog_seconds == 5.0
    there.refuse += [500, 200]  # then the playlist is lost, and its segment comes early
    await there.revive()
    backlog = meeting.aired(9)
    await eventually(lambda: there.taken == backlog, "the backlog arrives")
    assert (uploader.status().state, uploader.status().last_error) == (PublisherState.RUNNING, None)
    assert uploader._task
    uploader._task.cancel()  # a kill: nothing is put in order
    meeting.aired(12)
    again = Meanwhile(film, meeting.folder).uploader(there)
    await again.start()
    await eventually(lambda: len(there.taken) == 12, "the next service goes on where it was")
    await again.stop()
    assert there.breaks == [known_as(meeting.folder, "0002-program-000000.ts")]
    kept = "".join(path.read_text() for path in meeting.folder.glob("*.json"))
    assert json.loads(kept)["next"] == 12
    assert CANARY not in kept + caplog.text + str(uploader.status())


async def test_a_key_that_is_refused_and_a_segment_that_is_not_understood(
    tmp_path: Path, film: Path, there: HlsReceiver
) -> None:
    """The one is said, and tried again; the other is left out after some attempts, or nothing would ever go on."""
    meeting = Meanwhile(film, tmp_path / "m")
    there.key = "another"
    uploader = meeting.uploader(there)
    await uploader.start()
    first = meeting.aired(1)
    await eventually(lambda: uploader.status().state is PublisherState.REFUSED, "the key is refused")
    there.key = CANARY
    await eventually(lambda: there.taken == first, "the key is right again")
    there.reject.add(known_as(meeting.folder, "0001-program-000001.ts"))
    names = meeting.aired(3)
    await eventually(lambda: there.taken[-1] == names[2], "the next one arrives")
    assert there.taken == [names[0], names[2]]
    assert there.breaks == [names[2]]
    await uploader.finish()


async def test_what_comes_while_it_rests_and_what_is_taken_back_is_not_sent(
    tmp_path: Path, film: Path, there: HlsReceiver
) -> None:
    meeting = Meanwhile(film, tmp_path / "m")
    uploader = meeting.uploader(there)
    await uploader.start()
    meeting.aired(2)
    await eventually(lambda: len(there.taken) == 2, "two arrive")
    await uploader.rest()
    meeting.aired(5)
    await uploader.start()
    await there.die()
    names = meeting.aired(9)
    await eventually(lambda: uploader.status().last_error, "it is away")
    meeting.air.forget({"0001-program-000006.ts"})
    await there.revive()
    async with asyncio.timeout(90):
        await uploader.finish()
    assert there.taken == [*names[:2], names[5], *names[7:9]]
    assert there.breaks == [names[5], names[7]]
