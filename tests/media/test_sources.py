"""Real sources of odd sizes and rates, through a real encoder, into one and the same picture."""

import time
from pathlib import Path

from streamer.council.picture import Program, Slate, SlateKind
from streamer.media.binary import Ffmpeg
from streamer.media.encoder_status import EncoderState
from tests.media.conftest import Studio, running
from tests.support import probe
from tests.support.camera import RtspCamera
from tests.support.footage import footage
from tests.support.ports import free_port
from tests.support.pusher import Pusher
from tests.support.until import until


async def judge(path: Path) -> None:
    """One picture, whatever came in."""
    streams = await probe.streams(path)
    picture, sound = streams["video"], streams["audio"]
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", 320, 180)
    assert picture["sample_aspect_ratio"] == "1:1"
    assert picture["r_frame_rate"] == "25/1"
    assert (sound["codec_name"], sound["sample_rate"], sound["channels"]) == ("aac", "48000", 2)
    assert await probe.decode_errors(path) == []


async def test_a_file_with_sound(studio: Studio) -> None:
    encoder = studio.encoder(str(footage("bigbuckbunny.mp4")))
    await encoder.show(Program())
    segment = (await studio.listed(1, "program"))[0]
    await judge(studio.folder / segment.name)
    assert encoder.status().level_db is not None


async def test_a_file_without_sound_is_looped_and_gets_silence(studio: Studio, any_ffmpeg: Ffmpeg) -> None:
    encoder = studio.encoder(f"file:{footage('bikes.mp4')}", any_ffmpeg)
    await encoder.show(Program())
    segment = (await studio.listed(1, "program"))[0]
    await judge(studio.folder / segment.name)
    assert encoder.status().level_db == -120
    assert encoder.status().last_error is None
    assert studio.segments("slate") == []


async def test_a_file_played_once_ends_in_a_slate(studio: Studio, tmp_path: Path) -> None:
    short = tmp_path / "short.mp4"
    await probe.run(
        probe.FFMPEG, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-t", "2.5", str(short)
    )
    encoder = studio.encoder(f"{short}?once")
    await encoder.show(Program())
    await until(lambda: encoder.status().error_code == "source_ended")
    await studio.listed(1, "slate")
    assert encoder.status().showing == Slate(SlateKind.FAULT)
    assert not encoder.status().source_ok


async def test_an_ip_camera_is_dated_by_what_it_filmed(studio: Studio, any_ffmpeg: Ffmpeg) -> None:
    async with RtspCamera(size="704x576", fps="17/1", rate=44_100) as camera:
        await camera.film(0x208040, 500)
        encoder = studio.encoder(camera.url, any_ffmpeg)
        await encoder.show(Program())
        await studio.listed(1, "program")
        asked, moved = time.time(), await camera.film(0xC02090, 900)
        segments = await studio.listed(3, "program")
        await judge(studio.folder / segments[0].name)
        seen = heard = None
        for segment in segments:
            colours = await probe.find_colour(studio.folder / segment.name, 0xC02090)
            tones = await probe.find_tone(studio.folder / segment.name, 900)
            seen = seen or (segment.start + colours[0] if colours else None)
            heard = heard or (segment.start + tones[0] if tones else None)
        assert seen
        assert heard
        assert asked - 0.6 < seen < moved + 0.6
        assert asked - 0.6 < heard < moved + 0.6
        # 4:3 stands between two black bars
        picture = studio.folder / segments[0].name
        assert await probe.find_colour(picture, 0x208040)
        assert await probe.find_colour(picture, 0x000000)


async def test_a_camera_with_a_password_and_no_microphone(studio: Studio) -> None:
    async with RtspCamera(sound=False, user="clerk", password="s3cret/w@rd:x") as camera:
        encoder = studio.encoder(camera.url)
        await encoder.show(Program())
        segment = (await studio.listed(1, "program"))[0]
        await judge(studio.folder / segment.name)
        await encoder.show(None)
        await camera.stop()
        await encoder.show(Program())
        await until(lambda: encoder.status().last_error)
        assert "s3cret" not in repr(encoder.status())
        assert encoder.status().error_code == "source_open"


async def test_an_srt_encoder_pushes_leaves_and_comes_back(studio: Studio) -> None:
    url = f"srt://127.0.0.1:{free_port()}"
    encoder = studio.encoder(url)
    await encoder.show(Program())
    await studio.listed(1, "slate")
    async with Pusher(url + "?mode=caller"):
        await running(encoder)
        segment = (await studio.listed(1, "program"))[0]
        await judge(studio.folder / segment.name)
        assert await probe.find_colour(studio.folder / segment.name, 0x2060C0)
        assert await probe.find_tone(studio.folder / segment.name, 700)
    await until(lambda: encoder.status().showing == Slate(SlateKind.FAULT))
    async with Pusher(url + "?mode=caller"):
        await running(encoder)
    await encoder.show(Slate(SlateKind.RECESS))
    await running(encoder, program=False)
    assert encoder.status().state is EncoderState.RUNNING


async def test_an_rtmp_encoder_pushes(studio: Studio) -> None:
    url = f"rtmp://127.0.0.1:{free_port()}/live/chamber"
    encoder = studio.encoder(url)
    await encoder.show(Program())
    async with Pusher(url):
        await running(encoder)
        segment = (await studio.listed(1, "program"))[0]
        await judge(studio.folder / segment.name)
