"""The way to a destination: each thing that can be wrong has its own name, and a slow line is never called fast."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from streamer.platforms import reach
from streamer.platforms.presets import PRESETS
from streamer.platforms.reach import Address, Unreachable, Way
from tests.support.narrow import narrow_line
from tests.support.ports import free_port
from tests.support.rtmp_server import RtmpServer
from tests.support.tls import tls_in_front
from tests.support.until import until
from tests.support.waiting import PATIENCE

NEEDED = 1_000_000
"""bit/s."""


async def walked(url: str, context: ssl.SSLContext | None = None) -> float | None:
    """What is measured on the way to `url`."""
    return await asyncio.to_thread(Way(url, NEEDED, context).walk)


async def why_not(url: str, context: ssl.SSLContext | None = None) -> str:
    """The code of what is wrong with it."""
    with pytest.raises(Unreachable) as refused:
        await walked(url, context)
    return refused.value.code


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[RtmpServer]:
    async with RtmpServer(tmp_path / "server") as running:
        yield running


async def test_a_server_that_is_right_is_reached_and_nothing_is_published_there(server: RtmpServer) -> None:
    """Nothing of the trial is left on the platform's side: no broadcast, no recording."""
    measured = await walked(server.url)
    assert measured is not None
    assert measured > 10 * NEEDED
    assert server.publishes() == []
    assert server.recordings == []


async def test_a_wrong_address_is_told_from_a_server_that_is_not_there(server: RtmpServer) -> None:
    assert await why_not(server.url.replace("live2", "elsewhere")) == "application_refused"
    assert await why_not(f"rtmp://127.0.0.1:{free_port()}/live2") == "no_answer"
    assert await why_not("rtmp://nowhere.invalid/live2") == "name_unknown"


async def test_a_server_that_speaks_another_language_is_no_rtmp_server() -> None:
    """Such as a web server; and one that hangs up."""

    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" + b" " * 4000)
        writer.close()

    listening = await asyncio.start_server(web, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        assert await why_not(f"rtmp://127.0.0.1:{port}/live2") == "no_rtmp"
        assert await why_not(f"rtmps://127.0.0.1:{port}/live2") == "no_tls"


@pytest.mark.parametrize(
    ("name", "days", "trusted", "code"),
    [
        ("localhost", 30, True, None),
        ("elsewhere.example", 30, True, "certificate_other"),
        ("localhost", -1, True, "certificate_expired"),
        ("localhost", 30, False, "certificate_untrusted"),
    ],
)
async def test_certificates(server: RtmpServer, name: str, days: int, trusted: bool, code: str | None) -> None:
    """The server's name is asked for, and its certificate is looked at."""
    ours, theirs = trustme.CA(), trustme.CA()
    context = ssl.create_default_context()
    ours.configure_trust(context)
    end = datetime.now(UTC) + timedelta(days=days)
    async with tls_in_front(server.port, ours if trusted else theirs, name, until=end) as port:
        url = f"rtmps://localhost:{port}/live2"
        if code is None:
            assert (await walked(url, context) or 0) > 10 * NEEDED
        else:
            assert await why_not(url, context) == code


@pytest.mark.parametrize("part", [0.5, 2.5])
async def test_a_narrow_line_is_measured(monkeypatch: pytest.MonkeyPatch, server: RtmpServer, part: float) -> None:
    """Neither what the buffers on the way swallow nor the server's own speed makes it look wider than it is."""
    monkeypatch.setattr(reach, "MEASURE_SECONDS", 4.0)
    async with narrow_line(server.port, part * NEEDED / 8) as port:
        measured = await walked(f"rtmp://127.0.0.1:{port}/live2")
    assert measured == pytest.approx(part * NEEDED, rel=0.35)


async def test_a_line_that_is_cut_is_not_called_fast(server: RtmpServer) -> None:
    """However much went through until then: nobody knows."""
    async with narrow_line(server.port, 100 * NEEDED, cut_after=500_000) as port:
        assert await walked(f"rtmp://127.0.0.1:{port}/live2") is None


async def test_it_can_be_stopped(monkeypatch: pytest.MonkeyPatch, server: RtmpServer) -> None:
    """However slow the line is, and however long it would be looked at."""
    monkeypatch.setattr(reach, "MEASURE_SECONDS", 2 * PATIENCE)
    monkeypatch.setattr(reach, "CONNECT_SECONDS", 2 * PATIENCE)
    async with narrow_line(server.port, 2_000) as port:
        way = Way(f"rtmp://127.0.0.1:{port}/live2", NEEDED)
        walking = asyncio.create_task(asyncio.to_thread(way.walk))
        await until(lambda: way._socket)
        way.cancel()
        with contextlib.suppress(Unreachable):
            async with asyncio.timeout(PATIENCE):
                assert await walking is None


def test_the_presets_are_understood() -> None:
    """Host, port and application, with YouTube's question mark."""
    backup = Address.of(PRESETS["youtube"].backup or "")
    assert (backup.host, backup.port, backup.app) == ("b.rtmps.youtube.com", 443, "live2?backup=1")
    assert all(Address.of(network.address).secure for network in PRESETS.values() if network.address)
