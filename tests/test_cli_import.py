"""`tribune import`, beside a service that runs: a real film in, a replay to look at out; or nothing at all."""

import asyncio
import json
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from streamer.council.events import Kind
from streamer.media.binary import find_ffmpeg
from streamer.media.old_recording import NoFilm, look
from tests.council.test_old_recording import CAFE
from tests.support import probe
from tests.support.commune import Commune, commune
from tests.support.waiting import eventually

PROGRAM = (sys.executable, "-c", "import sys; from streamer.cli import main; sys.exit(main())", "import")
CAPTIONS = "WEBVTT\n\n00:01:00.000 --> 00:01:04.000\n<v Claire>Gutt Moien\n\n00:20:00.000 --> 00:20:02.000\nToo late\n"


async def film(path: Path, seconds: int, *codec: str, sound: bool = True) -> Path:
    """A small film, a key frame every 3 s."""
    tone = ("-f", "lavfi", "-i", "sine=r=48000", "-c:a", "aac", "-b:a", "32k") if sound else ()
    rate = ("-t", str(seconds), "-g", "3", "-pix_fmt", "yuv420p")
    await probe.run(
        find_ffmpeg().path, "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=96x54:r=1", *tone, *codec, *rate, str(path)
    )
    return path


async def started(folder: Path, video: Path, *more: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *PROGRAM, str(video), "--name", "Café Klatsch", "--start", "2023-05-02T18:00", *more,
        cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def ran(folder: Path, video: Path, *more: str) -> tuple[int, str]:
    process = await started(folder, video, *more)
    out, errors = await process.communicate()
    assert b"Traceback" not in errors
    return process.returncode or 0, (out + errors).decode()


async def pictures(path: Path | str) -> str:
    """A hash of every picture, in order."""
    return (await probe.run(probe.FFMPEG, "-v", "error", "-i", str(path), "-map", "0:v", "-f", "md5", "-"))[0].decode()


async def test_an_old_recording_becomes_a_replay_to_look_at(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[source]\nurl = "demo:"\n[council]\nname = "Musterbierg"\n')
    (tmp_path / "chapters.txt").write_text(CAFE)
    (tmp_path / "said.vtt").write_text(CAPTIONS)
    video = await film(tmp_path / "old.mp4", 641, "-c:v", "libx264", "-preset", "ultrafast")
    async with commune(tmp_path) as here:
        code, said = await ran(tmp_path, video, "--marks", "chapters.txt", "--captions", "said.vtt", "--language", "lb")
        assert code == 0, said
        assert "the picture stays as it is" in said
        assert "0:10:41 are taken in, with 5 marks" in said
        assert "1 lines; 1 lie after the end" in said
        assert "For YouTube's description its chapters are mended:" in said
        id = said.strip().rpartition("/")[2]
        replay = await eventually(lambda: made(here, id), "the running service makes its files")
        assert await pictures(replay) == await pictures(video), "not one picture was encoded again"
        found = (await probe.ask(replay, "-show_chapters"))["chapters"]
        assert [round(float(chapter["start_time"])) for chapter in found] == [0, 5, 10, 151, 213, 631]
        async with aiohttp.ClientSession() as citizen, citizen.get(f"{here.url}/meetings/{id}/replay.mp4") as answer:
            assert answer.status == 404, "nobody outside sees it before it is published"
        await here.ok("POST", f"/{id}/publish")
        assert "Gutt Moien" in await here.text(f"/meetings/{id}/captions.lb.vtt")
        chapters = json.loads(await here.text(f"/meetings/{id}/chapters.json"))["chapters"]
        assert chapters[2]["title"] == "Le rôle de Twitter pour les communes"
        history = await here.up.service.desk.history(id)
        assert history[1].kind is Kind.RECORDING_IMPORTED
        assert history[1].data["made"] == "copied"


async def made(here: Commune, id: str) -> Path | None:
    path = here.folder / id / "replay.mp4"
    return path if (here.folder / id / "replay.json").exists() else None


async def test_what_is_wrong_is_said_and_what_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[source]\nurl = "demo:"\n[encoder]\nwidth = 320\nheight = 180\n')
    (tmp_path / "bad.csv").write_text("start,title\n0:10,A\nlate,B\n")
    other = await film(tmp_path / "old.avi", 7200, "-c:v", "mpeg4", sound=False)
    with pytest.raises(NoFilm, match="no film that ffmpeg can read"):
        await look(tmp_path / "config.toml", find_ffmpeg())
    code, said = await ran(tmp_path, other, "--marks", "bad.csv")
    assert (code, "Line 3 of bad.csv cannot be understood" in said) == (1, True)
    process = await started(tmp_path, other)
    assert process.stdout
    assert b"encoded anew, for its picture is mpeg4" in await process.stdout.readline()
    await eventually(lambda: list(tmp_path.glob("recordings/.importing/*/recording/*.ts")), "it has begun")
    process.send_signal(signal.SIGINT)
    errors = (await process.communicate())[1]
    assert (process.returncode, "Nothing was imported" in errors.decode()) == (130, True)
    assert [path.name for path in (tmp_path / "recordings").glob("*/*")] == []
    short = await film(tmp_path / "short.avi", 4, "-c:v", "mpeg4", sound=False)
    code, said = await ran(tmp_path, short)
    assert (code, "0:00:04 are taken in" in said) == (0, True)
    (meeting,) = (tmp_path / "recordings").glob("2023-*")
    streams = await probe.streams(meeting / "0001-program-000000.ts")
    assert {kind: found["codec_name"] for kind, found in streams.items()} == {"video": "h264", "audio": "aac"}
