"""`tribune doctor`, and its live check: a real publisher, a real RTMP server, a stand-in for YouTube."""

import asyncio
import re
from pathlib import Path

import pytest

from streamer import cli_doctor as doctor
from streamer.cli_doctor import run_doctor, run_live_check
from streamer.cli_youtube import youtube_of
from streamer.config import Config
from streamer.control import live_check, preflight_camera
from streamer.control.live_check import LiveCheck
from streamer.control.youtube_channel import Channel
from streamer.platforms.youtube.tokens import Grant, TokenFile
from streamer.store.folder import alone_in
from tests.support.commune import SMALL
from tests.support.fake_youtube import FakeYouTube
from tests.support.ports import free_port
from tests.support.rtmp_server import RtmpServer
from tests.support.waiting import eventually

KEY = "canary-key"


def config_of(folder: Path, url: str) -> Config:
    for name, text in (("key", KEY), ("secret", "canary-secret")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o600)
    TokenFile(folder / "recordings" / "youtube.token").save(Grant("canary-refresh", "scope", 0.0, "UC1", "Gemeng"))
    return Config.of({
        "source": {"url": "demo:"}, "encoder": SMALL, "web": {"port": free_port()},
        "recordings": {"folder": str(folder / "recordings")},
        "destination": [{"name": "YouTube", "url": url, "stream_key_file": str(folder / "key")}],
        "youtube": {"client_id": "id", "client_secret_file": str(folder / "secret")},
    }, folder)  # fmt: skip


async def test_the_live_check_and_the_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A private broadcast from its plan to its end, and nothing left of it; what fails is said, and put away, too."""
    monkeypatch.setattr(live_check, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(preflight_camera, "VOICE_SECONDS", 0.0)
    report = tmp_path / "report.txt"
    async with RtmpServer(tmp_path / "received") as server, FakeYouTube(server.takes) as fake:
        config, stream = config_of(tmp_path, server.url), fake.add_stream(KEY)
        assert await asyncio.to_thread(run_live_check, config, report, fake.endpoints) == 0, report.read_text()
        said = report.read_text()
        assert len(re.findall(r"^ok ", said, re.MULTILINE)) == 11
        assert "Everything was as expected." in said
        assert (fake.broadcasts, fake.privacies, fake.mistakes) == ({}, ["private"], [])

        fake.faults.lost["liveBroadcasts.insert"] = 1
        assert await asyncio.to_thread(run_live_check, config, report, fake.endpoints) == 1
        assert re.search(r"^WRONG .* planned: no clear answer", report.read_text(), re.MULTILINE)
        assert fake.broadcasts == {}, "made although the answer was lost: found, and deleted"

        fake.starting, before = 1.0, fake.calls.count("liveBroadcasts.transition")
        studio, youtube = doctor.machines(config), youtube_of(config, fake.endpoints)
        channel = Channel(youtube, lambda: KEY, "private")
        check = LiveCheck(youtube, channel, studio, studio.destinations[0], "marker", lambda done: None)
        running = asyncio.create_task(check.run())
        await eventually(lambda: fake.calls.count("liveBroadcasts.transition") > before, "it is being started")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert fake.broadcasts == {}, "Ctrl-C: deleted all the same"

        capsys.readouterr()
        await asyncio.to_thread(run_doctor, config, fake.endpoints)
        well = capsys.readouterr().out
        assert set(re.findall(r"^WRONG +(.*?):", well, re.MULTILINE)) <= {"Speed of this computer"}, well
        assert re.search(r"^\S+ +Picture: ", well, re.MULTILINE), "looked at, however busy the machine is"
        for line in ("Configuration", "ffmpeg", "Database", "Pages", "The way out: YouTube",
                     "YouTube, consent", "YouTube, stream key"):  # fmt: skip
            assert re.search(rf"^ok +{line}: ", well, re.MULTILINE), line
        fake.streams[stream]["cdn"]["ingestionInfo"]["streamName"] = "another"
        with alone_in(config.recordings.folder):  # as a service does, which then hangs
            assert await asyncio.to_thread(run_doctor, config, fake.endpoints) == 1
        wrong = capsys.readouterr().out
        assert re.search(r"^WRONG +Pages: the service is running but does not answer", wrong, re.MULTILINE)
        assert re.search(r"^WRONG +YouTube, stream key: .* NO stream", wrong, re.MULTILINE)
        assert not re.search("canary|access-|UC1|Gemeng", said + report.read_text() + well + wrong)
