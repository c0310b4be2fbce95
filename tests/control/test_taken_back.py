"""Closing the session as of some seconds ago, with a real camera: what was filmed in those seconds is nowhere.

The camera films one colour and one tone for each part. The same search that finds what was filmed before and after
finds nothing of what was taken back: not in the received stream, the replay, the MP4, the still, nor on the disk.
"""

import time
from pathlib import Path

from streamer.media.segments import Segment
from tests.support.camera import RtspCamera
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.probe import decode_errors, find_colour, find_tone, gaps, steps_back
from tests.support.probe import packets as packets_of
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

DELAY = 7.0
BEFORE, SECRET, AFTER, LATE = (0xC03030, 400), (0xC030C0, 2600), (0xC0C030, 1000), (0x30A040, 1700)
Filmed = tuple[int, float]


class Evening:
    """One meeting of a commune, with its camera."""

    def __init__(self, here: Commune, camera: RtspCamera, id: str) -> None:
        self.here, self.camera, self.id = here, camera, id
        self.home = here.folder / id

    async def on_disk(self, what: Filmed) -> bool:
        """Whether a finished segment holds that colour."""
        return any([await find_colour(file, what[0]) for file in self.files()[-3:] if file.exists()])

    def files(self) -> list[Path]:
        """What is left of the camera's picture."""
        return sorted(self.home.glob("*-program-*.ts"))

    async def recorded(self, what: Filmed, since: float, seconds: float) -> float:
        """Until so many seconds that the camera filmed since then are in finished segments, and it is `what`.

        Counted by the segments: on a slow machine the encoder begins late. Unix seconds of the end of the last.
        """
        broadcast = self.here.up.service.conductor.broadcast

        def filmed() -> list[Segment]:
            found = broadcast(self.id)
            return [s for s in found.segments if s.picture == "program" and s.start >= since] if found else []

        await eventually(lambda: sum(s.duration for s in filmed()) > seconds, "that has been recorded")
        assert await self.on_disk(what), "this search finds it where it is"
        return filmed()[-1].end

    async def aired(self, until: float) -> None:
        """Until the public has been sent what was filmed up to then."""
        airing = self.here.up.service.conductor.airing
        await eventually(lambda: (it := airing(self.id)) and it.air.filmed_until >= until, "that has been aired")

    async def order(self, verb: str, ago: float = 0.0) -> Json:
        """Press a button."""
        if not ago:
            return await self.here.ok("POST", f"/{self.id}/{verb}")
        return await self.here.ok("POST", f"/{self.id}/{verb}", secondsAgo=ago)

    async def whole(self) -> bool:
        """Whether whatever the public's playlist lists is there to be fetched."""
        async with self.here.http.get(f"{self.here.url}/meetings/{self.id}/live.m3u8") as answer:
            text = await answer.text() if answer.status == 200 else ""
        names = [line for line in text.splitlines() if line and not line.startswith("#")]
        for name in names:
            async with self.here.http.get(f"{self.here.url}/meetings/{self.id}/{name}") as answer:
                if answer.status != 200:
                    return False
        return bool(names)

    async def gone(self, what: Filmed) -> None:
        """Until nothing of it is left on the disk, nor listed for the public."""

        async def so() -> bool:
            return not await self.on_disk(what) and await self.whole()

        await eventually(so, "it is destroyed, and players have a playlist without it")


async def within_the_delay(evening: Evening) -> None:
    """The chair says "close the doors", something secret is said, and only then the clerk presses."""
    since = await evening.camera.film(*SECRET)
    await evening.recorded(SECRET, since, 1.0)
    ago = time.time() - since + 1.0
    assert ago < DELAY, "the machine is too slow for this test's delay"
    answer = await evening.order("close-session", ago)
    assert answer["takenBack"]["sentSeconds"] == 0
    await evening.camera.clients_are(0)
    await evening.gone(SECRET)


async def beyond_the_delay(evening: Evening, received: Path) -> None:
    """Pressed when the public had seen some of it: the clerk is told how much; players go on; the replay has none."""
    since = await evening.camera.film(*LATE)
    await evening.aired(await evening.recorded(LATE, since, 2.0))
    await eventually(lambda: find_colour(received, LATE[0]), "the public has been sent it")
    answer = await evening.order("close-session", time.time() - since + 1.0)
    assert answer["takenBack"]["sentSeconds"] >= 2.0
    await evening.gone(LATE)


async def to_the_end(evening: Evening) -> None:
    """End, publish, wait for the MP4."""
    service = evening.here.up.service
    await evening.order("end")
    await eventually(lambda: service.conductor.broadcast(evening.id) is None, "the machines stop")
    await evening.order("publish")

    async def made() -> bool:
        return (await service.archive.replay(await service.desk.meeting(evening.id))).mp4_ready

    await eventually(made, "the MP4 is made")


async def test_what_is_taken_back_is_nowhere(tmp_path: Path) -> None:
    """With a delay; once within it, once beyond it."""
    async with RtmpServer(tmp_path / "received") as server, RtspCamera() as camera:
        destination = [{"name": "YouTube", "url": server.url}]
        delayed = {"delay_seconds": DELAY}
        async with commune(tmp_path, camera.url, destination=destination, encoder=QUICK, broadcast=delayed) as here:
            evening = Evening(here, camera, (await here.planned())["id"])
            await camera.film(*BEFORE)
            begun = time.time()
            await evening.order("go-live")
            await evening.aired(await evening.recorded(BEFORE, begun, 1.0))
            await within_the_delay(evening)
            await camera.film(*AFTER)
            resumed = time.time()
            await evening.order("resume")
            await evening.recorded(AFTER, resumed, 4.0)  # more than will be taken back
            await beyond_the_delay(evening, server.recordings[0])
            await to_the_end(evening)
        assert server.began() == 1
    await nowhere(server.recordings[0], evening.home)


async def nowhere(received: Path, home: Path) -> None:
    """Looked for with eyes and ears, in everything there is."""
    mp4, disk = home / "replay.mp4", received.with_name("disk.ts")
    disk.write_bytes(b"".join(path.read_bytes() for path in sorted(home.glob("*-program-*.ts"))))
    for shown in (BEFORE, AFTER):
        for file in (received, mp4, disk):
            assert await find_colour(file, shown[0]), f"{shown} is in {file.name}"
            assert await find_tone(file, shown[1]), f"{shown} is in {file.name}"
    assert await find_colour(received, LATE[0]), "what was sent was sent"
    for file in (received, mp4, disk, home / "poster.jpg"):
        for secret in (SECRET,) if file == received else (SECRET, LATE):
            assert not await find_colour(file, secret[0]), f"to be seen in {file.name}"
            assert file.suffix == ".jpg" or not await find_tone(file, secret[1]), f"to be heard in {file.name}"
    found = await packets_of(received)
    assert steps_back(found) == []
    assert gaps(found, 3.0) == [], "a still stands in the place of what was taken back"
    assert await decode_errors(received) == []
    assert await decode_errors(mp4) == []
