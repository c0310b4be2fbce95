"""One evening, end to end: a pasted agenda, a real camera, a real RTMP server, citizens, and the replay's index.

The camera films one colour and one tone per item, so that the replay itself says what was filmed when; during the
closed part it films a colour and a tone that exist nowhere else.
"""

import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from streamer.council.roles import Role
from tests.support.camera import RtspCamera
from tests.support.commune import Commune, commune
from tests.support.probe import decode_errors, find_colour, find_tone, key_frame_distances, packets, steps_back, streams
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import PATIENCE, eventually

KEY = "canary-7f3a-evening-key"
AGENDA = """En séance publique
1. Approbation du procès-verbal
2. Devis de travaux – approbation
3. Questions des citoyens
En séance non publique
4. Affaires de personnel – décision
"""
COLOURS = {"1": 0xC03030, "2": 0x30A040, "3": 0x3050C0}
TONES = {"1": 400, "2": 600, "3": 800}
SECRET_COLOUR, SECRET_TONE = 0xC030C0, 2600
AFTER_COLOUR, AFTER_TONE = 0xC0C030, 1000
ITEM_SECONDS = 5.0


class Citizen:
    """A page that is connected to the live channel."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def hear(self, kind: str, **like: Any) -> dict[str, Any]:
        """The next message of this kind whose question, or itself, has these values."""
        async with asyncio.timeout(PATIENCE):
            while True:
                said: dict[str, Any] = json.loads(await self._socket.recv())
                about = said.get("question", said)
                if said["type"] == kind and all(about.get(key) == value for key, value in like.items()):
                    return said

    async def ask(self, id: str, text: str) -> str:
        """Ask; the question's id, once it is committed."""
        await self._socket.send(json.dumps({"type": "ask", "id": id, "text": text}))
        acknowledged = await self.hear("ack")
        assert acknowledged["question"]["status"] == "pending"
        return str(acknowledged["question"]["id"])


async def aired(here: Commune, id: str, seconds: float) -> None:
    """Until that much more of the meeting has been sent out, camera or slate."""
    until = float((await here.status(id))["aired_seconds"]) + seconds

    async def so() -> bool:
        return float((await here.status(id))["aired_seconds"]) >= until

    await eventually(so, f"{seconds:g} s more are aired")


async def film_items(here: Commune, camera: RtspCamera, meeting: dict[str, Any]) -> dict[str, float]:
    """Open each public item the moment the camera shows its colour; how many seconds that moment lasted."""
    lasted = {}
    for item in [item for item in meeting["agendaItem"] if item["public"]]:
        begun = time.monotonic()
        await camera.film(COLOURS[item["number"]], TONES[item["number"]])
        await here.ok("POST", f"/{meeting['id']}/agenda/{item['id']}/open")
        lasted[item["number"]] = time.monotonic() - begun
        if item["number"] == "2":
            await questions(here, meeting["id"])
        await aired(here, meeting["id"], ITEM_SECONDS)
    return lasted


async def questions(here: Commune, id: str) -> None:
    """Two are asked: one is published, put on air and answered, the other rejected with a reason."""
    live = f"{here.url.replace('http', 'ws')}/meetings/{id}/live"
    async with connect(live) as asking, connect(live) as watching:
        asker, other = Citizen(asking), Citizen(watching)
        good, bad = await asker.ask("one", "Wéini gëtt de Schoulhaff fäerdeg?"), await asker.ask("two", "Du Idiot!")
        assert good == await asker.ask("one", "Wéini gëtt de Schoulhaff fäerdeg?"), "a repeat is not stored twice"
        await here.ok("POST", f"/{id}/questions/{good}/publish", Role.MODERATOR)
        await here.ok("POST", f"/{id}/questions/{bad}/reject", Role.MODERATOR, reason="insulting")
        assert (await other.hear("question", id=good))["question"]["text"].startswith("Wéini")
        assert (await asker.hear("mine", status="rejected"))["question"]["reason"] == "insulting"
        await here.ok("POST", f"/{id}/questions/{good}/put-on-air", Role.CHAIR)
        await here.ok("POST", f"/{id}/questions/{good}/answered", Role.CHAIR)
        await asker.hear("mine", status="answered_live")


async def close_and_resume(here: Commune, camera: RtspCamera, id: str, server: RtmpServer) -> None:
    """The doors are closed, the secret is filmed, the doors are opened again."""
    await here.ok("POST", f"/{id}/close-session")

    async def closed() -> bool:
        encoder = (await here.status(id))["encoder"]
        return bool(encoder["showing"] == "slate:closed_session" and encoder["state"] == "running")

    await eventually(closed, "the slate is shown")
    await camera.clients_are(0)  # no process has it open
    await camera.film(SECRET_COLOUR, SECRET_TONE)
    before = server.received
    await aired(here, id, 4.0)
    await eventually(lambda: server.received > before, "the broadcast goes on during the closed session")
    assert camera.clients == 0
    await camera.film(AFTER_COLOUR, AFTER_TONE)
    recorded = (await here.status(id))["recording"]["seconds"]
    await here.ok("POST", f"/{id}/resume")

    async def filming() -> bool:
        return float((await here.status(id))["recording"]["seconds"]) > float(recorded) + 3.0

    await eventually(filming, "the camera is back")


async def page_of(here: Commune, id: str) -> str:
    """A citizen's page, but for the number its form gives to the next question."""
    return re.sub(r'name="client_id" value="\w+"', "", await here.text(f"/meetings/{id}"))


async def evening(here: Commune, camera: RtspCamera, server: RtmpServer) -> tuple[str, dict[str, float]]:
    """From planning to publishing: the meeting's id; how long it took to open each item."""
    meeting = await here.planned(AGENDA)
    id = meeting["id"]
    scheduled = await page_of(here, id)
    await here.ok("POST", f"/{id}/rehearse")

    async def rehearsing() -> bool:
        encoder = (await here.status(id))["encoder"]
        return bool(encoder and encoder["showing"] == "program")

    await eventually(rehearsing, "the rehearsal has a picture")
    assert await page_of(here, id) == scheduled, "citizens see of a rehearsal what they saw before"
    await here.ok("POST", f"/{id}/go-live")

    async def sending() -> bool:
        status = await here.status(id)
        return bool(status["destinations"] and status["recording"]["seconds"] and status["destinations"][0]["moving"])

    await eventually(sending, "recorded and sent")
    lasted = await film_items(here, camera, meeting)
    await close_and_resume(here, camera, id, server)
    await here.ok("POST", f"/{id}/end")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")
    await here.ok("POST", f"/{id}/publish")

    async def ready() -> bool:
        return bool((await here.replay(id)).mp4_ready)

    await eventually(ready, "the MP4 is made")
    return id, lasted


def starts(vtt: str) -> dict[str, float]:
    """Number of each item -> where its chapter begins, seconds."""
    cue = re.compile(r"(\d+):(\d+):([\d.]+) --> .*\n(\d+) ")
    return {n: int(h) * 3600 + int(m) * 60 + float(s) for h, m, s, n in cue.findall(vtt)}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """The stream key, as the clerk keeps it."""
    path = tmp_path / "stream.key"
    path.touch(mode=0o600)
    path.write_text(KEY)
    return path


async def test_an_evening(tmp_path: Path, key_file: Path) -> None:
    """Plan, rehearse, live, three items, two questions, closed session, resume, end, publish, replay."""
    async with RtmpServer(tmp_path / "received") as server, RtspCamera() as camera:
        destination = {"name": "YouTube", "url": server.url, "stream_key_file": str(key_file)}
        async with commune(tmp_path, camera.url, destination=[destination]) as here:
            id, lasted = await evening(here, camera, server)
            page = await here.text(f"/meetings/{id}")
            vtt = await here.text(f"/meetings/{id}/chapters.vtt")
            home = here.folder / id
        assert server.began() == 1, "one broadcast, from the first frame to the last"
    await replay_is_right(home / "replay.mp4", starts(vtt), lasted)
    await nothing_of_the_closed_part(tmp_path, home, server.recordings[0])
    assert "Schoulhaff" in page
    assert "Idiot" not in page
    assert "Affaires de personnel" not in page + vtt
    await broadcast_is_right(server.recordings[0])


async def broadcast_is_right(received: Path) -> None:
    """What the RTMP server recorded: H.264 and AAC, a key frame every 2 s, no time goes back, no decoder complains."""
    assert {kind: stream["codec_name"] for kind, stream in (await streams(received)).items()} == {
        "video": "h264",
        "audio": "aac",
    }
    found = await packets(received)
    assert steps_back(found) == []
    whole = [distance for distance in key_frame_distances(found) if distance > 1.9]
    assert whole
    assert sorted(whole)[len(whole) // 2] == pytest.approx(2.0, abs=0.05)
    assert await decode_errors(received) == []


async def replay_is_right(mp4: Path, chapters: dict[str, float], lasted: dict[str, float]) -> None:
    """Each chapter begins within a second of the moment its colour was filmed and its button pressed."""
    assert list(chapters) == ["1", "2", "3"]
    assert await decode_errors(mp4) == []
    assert min(packet.pts for packet in await packets(mp4) if packet.kind == "video") == pytest.approx(0.0, abs=0.05)
    for number, start in chapters.items():
        filmed = await find_colour(mp4, COLOURS[number])
        assert filmed, f"item {number} was filmed"
        assert start == pytest.approx(filmed[0], abs=1.0 + lasted[number]), f"item {number}"


async def nothing_of_the_closed_part(tmp_path: Path, home: Path, received: Path) -> None:
    """The same search that finds what was filmed in public finds nothing of what was filmed behind closed doors."""
    files = [received, home / "replay.mp4", *home.glob("*.ts"), home / "poster.jpg"]
    assert await find_colour(received, COLOURS["2"])
    assert await find_tone(received, TONES["2"])
    assert await find_colour(home / "replay.mp4", AFTER_COLOUR)
    for file in files:
        assert not await find_colour(file, SECRET_COLOUR), f"the closed part is to be seen in {file.name}"
        if file.suffix != ".jpg":
            assert not await find_tone(file, SECRET_TONE), f"the closed part is to be heard in {file.name}"
