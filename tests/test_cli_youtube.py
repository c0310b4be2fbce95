"""`tribune youtube`, as a person would use it: a real process, and a browser that comes back or an address pasted."""

import asyncio
import re
import stat
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from streamer.config import load
from streamer.platforms.presets import PRESETS
from streamer.platforms.youtube.tokens import TokenFile
from tests.support.fake_youtube import FakeYouTube
from tests.support.waiting import PATIENCE

PROGRAM = """
import sys
from pathlib import Path
from streamer import cli, cli_youtube
from streamer.config import load
from streamer.platforms.youtube.answers import Ingestion
from streamer.platforms.youtube.endpoints import Endpoints
what, *at = sys.argv[1:]
config, google = load(Path("config.toml")), Endpoints(*at)
try:
    match what:
        case "connect": cli_youtube.run_connect(config, device=False, other_channel=False, endpoints=google)
        case "status": cli_youtube.run_status(config, google)
        case "stream": cli_youtube.run_stream(config, Path("youtube.key"), google)
        case "hls":
            cli_youtube.run_stream(config, Path("youtube.key"), google, ingestion=Ingestion.HLS)
            for title in ("Hall", "None"):
                cli_youtube.run_stream(config, Path("hall.key"), google, ingestion=Ingestion.HLS, take=title)
                Path("hall.key").rename("first.key")
except cli.Abort as why:
    sys.exit(str(why))
"""
CONFIG = (
    '[source]\nurl = "demo:"\n[youtube]\nclient_id = "id"\nclient_secret_file = "secret"\n'
    '[[destination]]\nname = "YouTube"\nurl = "rtmp://127.0.0.1/live2"\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("canary-secret")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "config.toml").write_text(CONFIG)
    return tmp_path


async def started(folder: Path, what: str, fake: FakeYouTube) -> asyncio.subprocess.Process:
    at = fake.endpoints
    return await asyncio.create_subprocess_exec(
        sys.executable, "-u", "-c", PROGRAM, what, at.consent, at.token, at.device, at.api, cwd=folder,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


async def asked(process: asyncio.subprocess.Process) -> tuple[str, str]:
    """Where the browser is to be sent back, and the state."""
    assert process.stdout
    async with asyncio.timeout(PATIENCE):
        while "code_challenge" not in (line := (await process.stdout.readline()).decode()):
            assert line, "it ended without asking"
    assert "canary" not in line
    query = parse_qs(urlsplit(line.strip()).query)
    return query["redirect_uri"][0], query["state"][0]


@pytest.mark.parametrize("way", ["browser", "pasted"])
async def test_connects_and_makes_a_stream(folder: Path, way: str) -> None:
    async with FakeYouTube() as fake:
        process = await started(folder, "connect", fake)
        redirect, state = await asked(process)
        address = f"{redirect}/?state={state}&code=4/abc"
        if way == "browser":
            async with aiohttp.ClientSession() as http, http.get(address) as answer:
                assert "close this page" in await answer.text()
            said, _ = await process.communicate()
        else:
            said, _ = await process.communicate(f"{address}\n".encode())
        assert process.returncode == 0, said
        assert b"Gemeng Musterbierg" in said
        token = folder / "recordings" / "youtube.token"
        assert stat.S_IMODE(token.stat().st_mode) == 0o600
        assert TokenFile(token).load().channel == "UC1"

        await (it_makes_a_stream if way == "browser" else it_makes_or_takes_one_for_hls)(folder, fake)
        process = await started(folder, "status", fake)
        said, _ = await process.communicate()
        assert (b"NO stream" if way == "browser" else b"which takes HLS, and RTMP is sent") in said
        assert re.search(rb"in \xe2\x80\x9cTesting\xe2\x80\x9d, it ends on \d{4}-", said), said
        assert not re.search(b"canary|access-", said)
        assert fake.mistakes == []


async def it_makes_a_stream(folder: Path, fake: FakeYouTube) -> None:
    process = await started(folder, "stream", fake)
    said, _ = await process.communicate()
    key = folder / "youtube.key"
    assert (process.returncode, stat.S_IMODE(key.stat().st_mode)) == (0, 0o600), said
    assert key.read_text().strip() not in said.decode()
    assert b'preset = "youtube"' in said


async def it_makes_or_takes_one_for_hls(folder: Path, fake: FakeYouTube) -> None:
    """What is printed is what the configuration takes; a key of HLS at an address of RTMP is noticed."""
    fake.add_stream("hall-key", "Hall")
    fake.add_stream("hall-hls-key", "Hall", "hls")
    process = await started(folder, "hls", fake)
    said = (await process.communicate())[0].decode()
    assert 'no stream "None" that takes HLS; it has: "Hall", "Gemeng (HLS)"' in said
    assert "url" not in said, "YouTube's own address is that of the preset"
    assert "-key" not in said
    assert (folder / "first.key").read_text().strip() == "hall-hls-key"
    made = [line.strip() for line in said.splitlines() if "preset" in line or "youtube.key" in line.partition("=")[2]]
    config = folder / "config.toml"
    config.write_text('[source]\nurl = "demo:"\n[[destination]]\nname = "Y"\n' + "\n".join(dict.fromkeys(made)))
    (place,) = load(config).destinations
    (cdn,) = [stream["cdn"] for stream in fake.streams.values() if stream["snippet"]["title"] == "Gemeng (HLS)"]
    assert cdn["ingestionType"] == "hls"
    assert (place.address, place.stream_key()) == (PRESETS["youtube-hls"].address, cdn["ingestionInfo"]["streamName"])
    config.write_text(CONFIG + 'stream_key_file = "youtube.key"\n')


async def test_an_address_of_another_attempt_changes_nothing(folder: Path) -> None:
    async with FakeYouTube() as fake:
        process = await started(folder, "connect", fake)
        redirect, _ = await asked(process)
        said, _ = await process.communicate(f"{redirect}/?state=other&code=1\n".encode())
        assert process.returncode == 1
        assert b"another attempt" in said
        assert not (folder / "recordings" / "youtube.token").exists()
