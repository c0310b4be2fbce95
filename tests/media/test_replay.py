"""The MP4 citizens download: complete, in step, with its chapters, and without what was not kept."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image

from streamer.council.picture import Program, Slate, SlateKind
from streamer.media.binary import Ffmpeg, find_ffmpeg
from streamer.media.replay import ReplayFailed, clear_unfinished, make_mp4, make_thumbnail, metadata
from streamer.media.segments import Segment
from streamer.media.timeline import Timeline
from tests.media.conftest import BINARIES, Studio
from tests.support import probe

TITLE = "Séance du 3 mars = public; #1 \\ fin"


async def test_an_mp4_of_what_was_kept(studio: Studio, tmp_path: Path) -> None:
    encoder = studio.encoder("demo:")
    await encoder.show(Program())
    await studio.listed(3, "program")
    await encoder.show(Slate(SlateKind.RECESS))
    await studio.listed(1, "slate")
    await encoder.show(Program())
    await studio.listed(3 + 2, "program")
    await encoder.show(None)
    kept = studio.segments("program")
    del kept[1]  # a hole in the middle of a run
    for binary in BINARIES:
        await made_with(find_ffmpeg(binary), studio.folder, kept, tmp_path)


async def made_with(ffmpeg: Ffmpeg, folder: Path, kept: list[Segment], tmp_path: Path) -> None:
    timeline = Timeline(kept)
    middle = timeline.duration / 2
    heard: list[float] = []
    out = tmp_path / "out" / "replay.mp4"
    chapters = [
        (0.0, middle, "1. Budget; 2026 = #1"),
        (middle, middle, "empty"),
        (middle, timeline.duration, "2. a\nb"),
    ]
    await make_mp4(folder, kept, chapters, TITLE, out, ffmpeg, progress=heard.append)
    assert list(out.parent.iterdir()) == [out]
    assert heard
    assert max(heard) <= 1
    await judge(out, timeline)
    found = await probe.ask(out, "-show_chapters", "-show_format")
    assert found["format"]["tags"]["title"] == TITLE
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == ["1. Budget; 2026 = #1", "2. a\nb"]
    assert float(found["chapters"][1]["start_time"]) == pytest.approx(middle, abs=0.01)
    still = tmp_path / "still.jpg"
    await make_thumbnail(folder, kept, middle, still, ffmpeg)
    await make_thumbnail(folder, kept, 1e6, still, ffmpeg)
    with Image.open(still) as picture:
        assert picture.size == (640, 360)


async def judge(out: Path, timeline: Timeline) -> None:
    packets = await probe.packets(out)
    assert probe.steps_back(packets) == []
    assert probe.gaps(packets, 0.061) == [], "pictures follow one another as if there had been no gap"
    pictures = sorted(packet.pts for packet in packets if packet.kind == "video")
    sounds = [packet.pts for packet in packets if packet.kind == "audio"]
    assert len(pictures) == round(timeline.duration * 25)
    assert pictures[-1] - pictures[0] == pytest.approx(timeline.duration - 0.04, abs=0.05)
    assert sounds[-1] == pytest.approx(pictures[-1], abs=0.25), "sound and picture end together"
    assert await probe.decode_errors(out) == []
    assert b"moov" in out.read_bytes()[:4096], "plays before it is loaded"


async def test_cancelled_it_leaves_nothing(studio: Studio, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    await studio.encoder("demo:").show(Program())
    segments = await studio.listed(1)
    out = tmp_path / "replays" / "replay.mp4"
    task = asyncio.create_task(make_mp4(studio.folder, segments * 400, [], "x", out, ffmpeg))
    while not (out.parent.exists() and list(out.parent.glob(".*/ffmpeg.pid"))):  # noqa: ASYNC110
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(out.parent.iterdir()) == []


async def test_nothing_and_nonsense(studio: Studio, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    with pytest.raises(ReplayFailed):
        await make_mp4(studio.folder, [], [], "x", tmp_path / "a.mp4", ffmpeg)
    with pytest.raises(ReplayFailed):
        await make_thumbnail(studio.folder, [], 0, tmp_path / "a.jpg", ffmpeg)
    await studio.encoder("demo:").show(Program())
    segments = await studio.listed(1)
    (studio.folder / segments[0].name).unlink()
    with pytest.raises(ReplayFailed):
        await make_mp4(studio.folder, segments[:1], [], "x", tmp_path / "a.mp4", ffmpeg)
    with pytest.raises(ReplayFailed):
        await make_thumbnail(studio.folder, segments[:1], 0, tmp_path / "a.jpg", ffmpeg)


def test_words_are_escaped() -> None:
    assert metadata("a=b", [(0, 1.5, "c;d#e\\f\ng")]).splitlines()[1:] == [
        "title=a\\=b", "[CHAPTER]", "TIMEBASE=1/1000", "START=0", "END=1500", "title=c\\;d\\#e\\\\f\\", "g"
    ]  # fmt: skip


def test_what_a_killed_service_left_half_made_is_cleared_away(tmp_path: Path) -> None:
    """Finished files stay."""
    (tmp_path / ".replay.mp4-x1").mkdir()
    (tmp_path / ".replay.mp4-x1" / "out.mp4").write_bytes(b"half")
    (tmp_path / "replay.mp4").write_bytes(b"whole")
    clear_unfinished(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["replay.mp4"]
