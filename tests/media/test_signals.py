"""What the encoder sees and hears of its own programme: real films through both ffmpegs, and a camera out of step."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.council.picture import Program, Slate, SlateKind
from streamer.media import gauges
from streamer.media.binary import find_ffmpeg
from streamer.media.encoder import Encoder
from streamer.media.gauges import GaugeFile
from streamer.media.signals import Signals
from tests.media.conftest import BINARIES, Studio, running
from tests.support import probe
from tests.support.camera import RtspCamera
from tests.support.until import until

PICTURES = "color=black:s=320x180:r=25:d=4[a];testsrc2=s=320x180:r=25:d=4[b];color=gray:s=320x180:r=25:d=5[c];"
SOUNDS = (
    "anullsrc=r=48000:cl=stereo:d=4[d];"
    "aevalsrc=0.3*sin(2*PI*440*t)|0:s=48000:d=5[e];"
    "aevalsrc=1.5*sin(2*PI*440*t)|1.5*sin(2*PI*440*t):s=48000:d=4[f];"
)


async def see(encoder: Encoder, what: str) -> Signals:
    """Wait until a gauge is right; `what` names it."""
    wanted: dict[str, Callable[[Signals], bool]] = {
        "black and silent": lambda s: s.black_seconds >= 2 and s.frozen_seconds >= 2 and s.silent_seconds >= 2,
        "one channel": lambda s: s.dead_channel == "right" and not (s.black_seconds or s.silent_seconds),
        "moving": lambda s: not s.frozen_seconds and not s.black_seconds,
        "too loud, and still": lambda s: s.clipping and not s.dead_channel and s.frozen_seconds >= 2,
    }

    def seen() -> Signals | None:
        found = encoder.status().signals
        return found if found and wanted[what](found) else None

    found = await until(seen, what=what)
    assert found
    return found


async def test_black_frozen_silent_too_loud_and_half_dead(tmp_path: Path) -> None:
    """One film has it all, one after the other; both ffmpegs tell the same."""
    film = tmp_path / "film.mkv"
    graph = f"{PICTURES}[a][b][c]concat=n=3[v];{SOUNDS}[d][e][f]concat=n=3:v=0:a=1[s]"
    await probe.run(
        probe.FFMPEG, "-v", "error", "-filter_complex", graph, "-map", "[v]", "-map", "[s]",
        "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "pcm_s16le", str(film),
    )  # fmt: skip

    async def watched(binary: str, folder: Path) -> None:
        folder.mkdir()
        studio = Studio(folder, find_ffmpeg(binary))
        encoder = studio.encoder(str(film))
        try:
            await encoder.show(Program())
            dark = await see(encoder, "black and silent")
            assert (dark.dead_channel, dark.clipping) == (None, False)
            await see(encoder, "moving")
            half = await see(encoder, "one channel")
            assert half.peak_db == pytest.approx(-10.5, abs=1)
            loud = await see(encoder, "too loud, and still")
            assert loud.loudness_lufs is not None
            assert loud.loudness_lufs > -25
            await encoder.show(Slate(SlateKind.RECESS))
            assert encoder.status().signals is None
        finally:
            await studio.close()

    await asyncio.gather(*(watched(binary, tmp_path / str(at)) for at, binary in enumerate(BINARIES)))


async def test_a_good_programme_is_well_and_its_gauges_stay_small(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A meeting of six hours does not fill the disk with what it was like: what is written is given back."""
    monkeypatch.setattr(gauges, "EMPTIED_BYTES", 5_000)
    encoder = studio.encoder("demo:")
    await encoder.show(Program())
    await running(encoder)

    (gauge,) = studio.folder.glob("*.level")
    await until(lambda: gauge.stat().st_size > 15_000, what="much was written")
    for path in (gauge, *studio.folder.glob("*.progress")):
        assert path.stat().st_blocks * 512 <= 12_000, path
    status = encoder.status()
    assert status.frames > 100
    assert status.level_db is not None
    assert status.signals
    well = status.signals
    assert (well.black_seconds, well.frozen_seconds, well.silent_seconds) == (0, 0, 0)
    assert (well.clipping, well.dead_channel) == (False, None)
    assert well.apart_seconds == pytest.approx(0, abs=0.5)
    assert well.loudness_lufs is not None
    frames = status.frames
    await until(lambda: encoder.status().frames > frames, what="its gauges go on")
    assert encoder.status().run == status.run


async def test_a_camera_whose_sound_gets_out_of_step(studio: Studio) -> None:
    async with RtspCamera(size="320x240") as camera:
        encoder = studio.encoder(camera.url)
        await encoder.show(Program())

        def apart() -> float | None:
            signals = encoder.status().signals
            return signals.apart_seconds if signals else None

        await until(lambda: (found := apart()) is not None and abs(found) < 0.5, what="they are known to be together")
        await camera.shift_sound(-1.5)
        await until(lambda: -2.0 < (apart() or 0) < -1.0, what="the sound is behind")
        await camera.shift_sound(0)
        await until(lambda: abs(apart() or 0) < 0.5, what="they are together again")


def test_a_gauge_that_is_emptied_or_begun_anew(tmp_path: Path) -> None:
    """ffmpeg goes on where it was after we have emptied its file; when its graph is made anew it starts at zero."""
    path = tmp_path / "x.level"
    gauge = GaugeFile(path)
    assert list(gauge.moments()) == []
    with path.open("wb", buffering=0) as ffmpeg:
        ffmpeg.write(b"frame:0 pts:0 pts_time:0.5\na=1\nb=2\nframe:1 pts:1 pts_time:0.7\na=")
        assert list(gauge.moments()) == [(0.5, {"a": "1", "b": "2"})]
        assert gauge.time == 0.7
        path.write_bytes(b"")  # as keep_small does
        assert list(gauge.moments()) == []
        ffmpeg.write(b"3\nframe:2 pts:2 pts_time:0.9\na=4\nframe:3 pts:3 pts_time:1.1\n")
        assert list(gauge.moments()) == [(0.7, {"a": "3"}), (0.9, {"a": "4"})]
    path.write_bytes(b"frame:0 pts:0 pts_time:9\na=5\nframe:1 pts:1 pts_time:9.2\n")
    assert list(gauge.moments()) == [(9.0, {"a": "5"})]
