"""`tribune youtube`, as a person would use it: a real process, and a browser that comes back or an address pasted."""

import asyncio
import re
import stat
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from streamer.platforms.youtube.tokens import TokenFile
from tests.support.fake_youtube import FakeYouTube
from tests.support.waiting import PATIENCE

PROGRAM = """
import sys
from pathlib import Path
from streamer import cli, cli_youtube
from streamer.config import load
from streamer.platforms.youtube.endpoints import Endpoints
what, *at = sys.argv[1:]
config, google = load(Path("config.toml")), Endpoints(*at)
try:
    match what:
        case "connect": cli_youtube.run_connect(config, device=False, other_channel=False, endpoints=google)
        case "status": cli_youtube.run_status(config, google)
        case "stream": cli_youtube.run_stream(config, Path("youtube.key"), google)
except cli.Abort as why:
    sys.exit(str(why))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_text("canary-secret")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "config.toml").write_text(
        '[source]\nurl = "demo:"\n[youtube]\nclient_id = "id"\nclient_secret_file = "secret"\n'
        '[[destination]]\nname = "YouTube"\nurl = "rtmp://127.0.0.1/live2"\n'
    )
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

        process = await started(folder, "stream", fake)
        said, _ = await process.communicate()
        key = folder / "youtube.key"
        assert (process.returncode, stat.S_IMODE(key.stat().st_mode)) == (0, 0o600), said
        assert key.read_text().strip() not in said.decode()
        process = await started(folder, "status", fake)
        said, _ = await process.communicate()
        assert b"NO stream" in said
        assert re.search(rb"in \xe2\x80\x9cTesting\xe2\x80\x9d, it ends on \d{4}-", said), said
        assert not re.search(b"canary|access-", said)
        assert fake.mistakes == []


async def test_an_address_of_another_attempt_changes_nothing(folder: Path) -> None:
    async with FakeYouTube() as fake:
        process = await started(folder, "connect", fake)
        redirect, _ = await asked(process)
        said, _ = await process.communicate(f"{redirect}/?state=other&code=1\n".encode())
        assert process.returncode == 1
        assert b"another attempt" in said
        assert not (folder / "recordings" / "youtube.token").exists()
