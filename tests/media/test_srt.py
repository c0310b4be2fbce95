"""Sending over SRT, to a real listener that asks for a passphrase."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.council.picture import Program
from streamer.media.binary import Ffmpeg
from streamer.media.publisher import Destination, Publisher
from streamer.platforms.reach import Unreachable, Way
from tests.media.conftest import Studio
from tests.support import probe
from tests.support.srt_listener import SrtListener
from tests.support.until import until

CANARY, SECRET = "publish:canary-7f3a", "canary passphrase"


async def test_over_srt_the_picture_arrives_and_no_secret_is_seen(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None], ffmpeg: Ffmpeg
) -> None:
    await studio.encoder("demo:").show(Program())
    async with SrtListener(tmp_path / "server", SECRET) as server:
        assert await asyncio.to_thread(Way(server.url, 1_000_000).walk) is None, "it answers, and nothing is measured"
        to = Destination("stage", server.url, CANARY, passphrase=SECRET)
        publisher = Publisher(to, folder / "air.m3u8", folder, ffmpeg)
        await publisher.start()
        await until(lambda: server.received > 20_000)
        [pid] = publisher.pids
        arguments = Path(f"/proc/{pid}/cmdline").read_text() + Path(f"/proc/{pid}/environ").read_text()
        assert CANARY not in arguments + repr(to)
        assert SECRET not in arguments + repr(to)
        assert SECRET not in str(publisher.status())
        await publisher.stop()
    with pytest.raises(Unreachable, match="no_answer"):
        await asyncio.to_thread(Way(server.url).walk)
    streams = await probe.streams(server.files[0])
    assert (streams["video"]["codec_name"], streams["audio"]["codec_name"]) == ("h264", "aac")
