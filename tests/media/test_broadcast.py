"""The whole line, judged at the far end: encoder, segments, aired playlist, publisher, a real RTMP server."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.council.picture import Program, Slate, SlateKind
from streamer.media.binary import Ffmpeg
from streamer.media.publisher import Destination, Publisher, PublisherState
from tests.media.conftest import SETTINGS, Studio, running
from tests.support import probe
from tests.support.rtmp_server import RtmpServer
from tests.support.until import until

LONG = 10.0
"""Seconds without a picture after which platforms give a broadcast up. It is far less: `make bench-reliability`."""


async def test_one_publish_across_swaps_and_a_killed_encoder(
    tmp_path: Path, folder: Path, studio: Studio, air: Callable[[], None], any_ffmpeg: Ffmpeg
) -> None:
    encoder = studio.encoder("demo:", any_ffmpeg)
    async with RtmpServer(tmp_path / "server") as server:
        publisher = Publisher(Destination("stage", server.url, "a-key"), folder / "air.m3u8", folder, any_ffmpeg)
        await publisher.start()
        await encoder.show(Program())
        await studio.listed(2, "program")
        await encoder.show(Slate(SlateKind.CLOSED_SESSION))
        await studio.listed(1, "slate")
        await encoder.show(Program(1.0))
        await running(encoder)
        run = encoder.status().run
        await studio.listed(1, run=run)
        encoder._program.process.send(signal.SIGKILL)  # type: ignore[union-attr]
        await until(lambda: encoder.status().run not in (None, run) and encoder.status().state == "running")
        await studio.listed(1, run=encoder.status().run)
        await encoder.show(None)
        aired = studio.segments()
        await until(lambda: publisher.status().seconds_sent > aired[-1].offset - aired[0].offset - 3)
        air()
        await publisher.stop()
        assert publisher.status().last_error is None
        assert publisher.status().state is PublisherState.IDLE
    assert server.publishes() == ["a-key"]
    await judge(server.recordings[0])


async def judge(recording: Path) -> None:
    """What every platform asks for."""
    streams = await probe.streams(recording)
    picture, sound = streams["video"], streams["audio"]
    assert (picture["codec_name"], picture["pix_fmt"], picture["has_b_frames"]) == ("h264", "yuv420p", 2)
    assert (picture["width"], picture["height"], picture["sample_aspect_ratio"]) == (320, 180, "1:1")
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)
    packets = await probe.packets(recording)
    assert probe.steps_back(packets) == []
    assert probe.gaps(packets, LONG) == []
    every, distances = SETTINGS.segment_seconds, probe.key_frame_distances(packets)
    assert sum(distance == pytest.approx(every, abs=0.01) for distance in distances) >= 3
    assert max(distances) < every + LONG
    assert await probe.decode_errors(recording) == []
