"""Sending: reconnection, certificates, and the stream key that must be seen nowhere."""

import contextlib
import logging
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from streamer.council.picture import Program
from streamer.media import playlist
from streamer.media.binary import Ffmpeg
from streamer.media.publisher import Destination, Publisher, PublisherState, is_beginning
from streamer.media.segments import Segment
from tests.media.conftest import Studio
from tests.support.ports import free_port
from tests.support.probe import packets
from tests.support.rtmp_server import RtmpServer
from tests.support.tls import tls_in_front
from tests.support.until import until

CANARY = "canary-7f3a=91&x"


async def test_it_reconnects_from_the_live_edge(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None]
) -> None:
    async with RtmpServer(tmp_path / "server") as server:
        publisher = Publisher(Destination("stage", server.url, "k"), folder / "air.m3u8", folder, studio.ffmpeg)
        await publisher.start()
        assert publisher.status().state is PublisherState.STARTING
        await studio.encoder("demo:").show(Program())
        await until(lambda: publisher.status().seconds_sent > 2)
        await server.stop()
        await until(lambda: publisher.status().last_error)
        assert publisher.status().ordered
        offline = await studio.listed(len(studio.segments()) + 2)
        await server.start()
        before = publisher.status().seconds_sent
        await until(lambda: publisher.status().seconds_sent > before + 2 and server.began() == 2)
        assert publisher.status().state is PublisherState.RUNNING
        assert publisher.status().last_error is None
        sent_again = publisher.status().seconds_sent - before
        passed = studio.segments()[-1].end - offline[-1].end
        assert sent_again < passed + 5, "minutes that are past are not sent"
        await publisher.stop()
        assert publisher.status().state is PublisherState.IDLE
        assert not publisher.status().ordered
    assert len(server.recordings) == 2


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file of a folder in which others are writing: what is replaced meanwhile is read under its last name."""
    found: dict[Path, bytes] = {}
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            found[path] = path.read_bytes()
    return found


async def test_the_key_is_seen_nowhere(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None], any_ffmpeg: Ffmpeg,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    destination = Destination("stage", f"rtmp://127.0.0.1:{free_port()}/live2", CANARY)
    seen = [repr(destination)]
    refused = Publisher(destination, folder / "air.m3u8", folder, any_ffmpeg)
    await studio.encoder("demo:").show(Program())
    await refused.start()
    await until(lambda: refused.status().last_error)
    seen.append(repr(refused.status()))
    await refused.stop()
    async with RtmpServer(tmp_path / "server") as server:
        publisher = Publisher(Destination("stage", server.url, CANARY), folder / "air.m3u8", folder, any_ffmpeg)
        await publisher.start()
        await until(lambda: publisher._process is not None)
        arguments = Path(f"/proc/{publisher._process.pid}/cmdline").read_text()  # type: ignore[union-attr]
        await until(lambda: publisher.status().seconds_sent > 1)
        arguments += Path(f"/proc/{publisher._process.pid}/cmdline").read_text()  # type: ignore[union-attr]
        environment = Path(f"/proc/{publisher._process.pid}/environ").read_text()  # type: ignore[union-attr]
        kept = contents(folder)
        readable = [path for path, data in kept.items() if CANARY.encode() in data]
        logs = {path: path.stat().st_mode for path in kept if path.suffix == ".log"}
        seen.append(repr(publisher.status()) + environment)
        await publisher.stop()
    assert server.publishes() == [CANARY], "the server got the whole key"
    assert (CANARY in arguments) is not any_ffmpeg.hides_key
    assert readable == []
    assert logs
    assert all(stat.S_IMODE(mode) == 0o600 for mode in logs.values())
    assert CANARY not in "".join(seen) + caplog.text
    assert any(CANARY.encode() in path.read_bytes() for path in server.folder.glob("*.log")), "the search finds it"


def test_the_systems_ffmpeg_hides_the_key(ffmpeg: Ffmpeg) -> None:
    assert ffmpeg.hides_key is (ffmpeg.version < (9,))


@pytest.mark.parametrize("trusted", [True, False])
async def test_rtmps_checks_the_certificate(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None], any_ffmpeg: Ffmpeg, trusted: bool
) -> None:
    ours, theirs = trustme.CA(), trustme.CA()
    authorities = tmp_path / "ca.pem"
    ours.cert_pem.write_to_path(authorities)
    await studio.encoder("demo:").show(Program())
    async with (
        RtmpServer(tmp_path / "server") as server,
        tls_in_front(server.port, ours if trusted else theirs, "localhost") as port,
    ):
        publisher = Publisher(
            Destination("stage", f"rtmps://localhost:{port}/live2", "k"), folder / "air.m3u8", folder, any_ffmpeg,
            ca_file=authorities,
        )  # fmt: skip
        await publisher.start()
        if trusted:
            await until(lambda: publisher.status().seconds_sent > 2)
        else:
            await until(lambda: publisher.status().last_error)
        await publisher.stop()
    assert server.publishes() == (["k"] if trusted else [])


async def test_rtmps_refuses_a_certificate_of_another_host(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None], any_ffmpeg: Ffmpeg
) -> None:
    authority = trustme.CA()
    authorities = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(authorities)
    await studio.encoder("demo:").show(Program())
    async with (
        RtmpServer(tmp_path / "server") as server,
        tls_in_front(server.port, authority, "elsewhere.example") as port,
    ):
        publisher = Publisher(
            Destination("stage", f"rtmps://localhost:{port}/live2", "k"), folder / "air.m3u8", folder, any_ffmpeg,
            ca_file=authorities,
        )  # fmt: skip
        await publisher.start()
        await until(lambda: publisher.status().last_error)
        await publisher.stop()
    assert server.publishes() == []


async def test_an_end_without_a_start(folder: Path, ffmpeg: Ffmpeg) -> None:
    publisher = Publisher(Destination("stage", "rtmp://127.0.0.1:9/live2", "k"), folder / "air.m3u8", folder, ffmpeg)
    await publisher.stop()
    await publisher.start()
    await publisher.start()
    await publisher.stop()
    assert publisher.status().state is PublisherState.IDLE


@pytest.mark.parametrize(
    ("count", "sequence", "from_the_first"), [(1, 0, True), (4, 0, True), (5, 0, False), (2, 1, False)]
)
def test_a_broadcast_is_sent_from_its_first_second(
    tmp_path: Path, count: int, sequence: int, *, from_the_first: bool
) -> None:
    """As long as that is but a moment ago; later from the live edge, whoever was away for however long."""
    listed = [Segment(1, "program", f"{n}.ts", 100.0 + n, 1.0, 10.0 + n) for n in range(count)]
    path = tmp_path / "air.m3u8"
    playlist.write(path, playlist.render(listed, target_duration=1, media_sequence=sequence, kind="LIVE"))
    assert is_beginning(path) is from_the_first


async def test_what_was_listed_before_the_connection_is_received(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None]
) -> None:
    """Two segments are listed before the publisher looks, as on a machine that is busy: both arrive."""
    async with RtmpServer(tmp_path / "server") as server:
        encoder = studio.encoder("demo:")
        await encoder.show(Program())
        await studio.listed(2)
        publisher = Publisher(Destination("stage", server.url, "k"), folder / "air.m3u8", folder, studio.ffmpeg)
        await publisher.start()
        await until(lambda: publisher.status().seconds_sent > 1)
        await encoder.show(None)
        air()
        await publisher.stop()
    received = [one for one in await packets(server.recordings[0]) if one.kind == "video"]
    recorded = [one for s in studio.segments() for one in await packets(folder / s.name) if one.kind == "video"]
    assert len(received) == len(recorded)
