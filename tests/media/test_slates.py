"""What a slate tells the public by itself: the time, a clock that runs down, the crest."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from streamer.council.picture import Slate, SlateKind
from streamer.media.binary import Ffmpeg, find_ffmpeg
from streamer.media.encoder import Encoder
from streamer.media.slate import Slates, Timed
from streamer.media.source import parse_source
from tests.media.conftest import BINARIES, SETTINGS, Studio, running
from tests.support import probe
from tests.support.until import until

TIMED = {
    SlateKind.WAITING: Timed(["It begins at {time}", "D'Sëtzung fänkt um {time} un"], "in a moment: d'ici là"),
    SlateKind.RECESS: Timed(["Back at {time}"], "in a moment"),
}
BEGINS = Slate(SlateKind.WAITING, datetime(2026, 11, 27, 18, 0, tzinfo=UTC).timestamp())


def slates(folder: Path, crest: Path | None = None) -> Slates:
    """They know a time for two kinds."""
    lines = dict.fromkeys(SlateKind, ("Musterbierg", "One moment"))
    return Slates(folder, SETTINGS.width, SETTINGS.height, None, lines, timed=TIMED, crest=crest)


def differ(one: Image.Image, other: Image.Image) -> float:
    """How different two pictures are, 0 to 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


async def frames(segments: list[Path], into: Path) -> list[Image.Image]:
    """A picture each second."""
    joined = into / "joined.ts"
    joined.write_bytes(b"".join(path.read_bytes() for path in segments))
    await probe.run("ffmpeg", "-v", "error", "-i", str(joined), "-vf", "fps=1", str(into / "frame%03d.png"))
    return [Image.open(path).convert("RGB") for path in sorted(into.glob("frame*.png"))]


async def test_the_clock_runs_down_by_itself_and_ends_with_words(tmp_path: Path) -> None:
    """Nobody is asked again: it is in the encoder's own graph, with either ffmpeg."""
    await asyncio.gather(*(runs_down(tmp_path / str(at), find_ffmpeg(path)) for at, path in enumerate(BINARIES)))


async def runs_down(folder: Path, ffmpeg: Ffmpeg) -> None:
    """Neither the clock nor the words move when the time has come."""
    folder.mkdir()
    encoder = Encoder(folder, parse_source("demo:"), SETTINGS, ffmpeg, slates(folder))
    try:
        ends = time.time() + 6
        await encoder.show(Slate(SlateKind.WAITING, ends))
        studio = Studio(folder, ffmpeg)
        await until(lambda: (seen := studio.segments("slate")) and seen[-1].end > ends + 2, what="its time has passed")
        found = studio.segments("slate")
    finally:
        await encoder.close()
    seen = await frames([folder / segment.name for segment in found], folder)
    below = [picture.crop((0, 110, 320, 180)) for picture in seen]
    assert differ(below[0], below[2]) > 0.5, "the seconds run"
    assert differ(below[-1], below[-2]) < 0.3, "it stands still"
    assert differ(below[0], below[-1]) > 0.5
    above = [picture.crop((0, 0, 320, 80)) for picture in seen]
    assert differ(above[0], above[-1]) < 0.5, "what is above stands still"


async def test_a_restarted_service_adopts_the_clock_that_runs(studio: Studio, folder: Path, ffmpeg: Ffmpeg) -> None:
    """The same slate with the same time goes on; another time is another slate."""
    told = slates(folder)
    first, second = (Encoder(folder, parse_source("demo:"), SETTINGS, ffmpeg, told) for _ in range(2))
    at = time.time() + 600
    try:
        await first.show(Slate(SlateKind.RECESS, at))
        await running(first, program=False)
        pids = first.pids
        await second.adopt(Slate(SlateKind.RECESS, at))
        assert second.pids == pids
        await second.show(Slate(SlateKind.RECESS, at + 300))
        await running(second, program=False)
        assert second.status().showing == Slate(SlateKind.RECESS, at + 300)
        assert second.pids != pids
    finally:
        await asyncio.gather(first.close(), second.close())


@pytest.mark.parametrize("kind", SlateKind)
def test_the_crest_is_in_the_corner_of_every_slate(tmp_path: Path, kind: SlateKind) -> None:
    """One that went away since is left out: something must be on the air."""
    crest = tmp_path / "crest.png"
    Image.new("RGBA", (30, 40), (220, 0, 0, 255)).save(crest)
    with_it = Image.open(slates(tmp_path / "a", crest).path(Slate(kind)))
    crest.write_bytes(b"gone bad")
    without = Image.open(slates(tmp_path / "b", crest).path(Slate(kind)))
    corner = (240, 0, 320, 60)
    assert differ(with_it.crop(corner), without.crop(corner)) > 5
    assert differ(with_it.crop((0, 0, 200, 180)), without.crop((0, 0, 200, 180))) == 0


def test_each_time_is_a_picture_of_its_own(tmp_path: Path) -> None:
    """On the council's clock; without a time nothing ticks."""
    made = slates(tmp_path)
    later = Slate(SlateKind.WAITING, (BEGINS.until or 0) + 3600)
    assert len({made.path(slate) for slate in (BEGINS, later, Slate(SlateKind.WAITING))}) == 3
    ticking = made.ticking(BEGINS)
    assert ticking
    assert (ticking.until, ticking.counts) == (BEGINS.until, True)
    assert made.ticking(Slate(SlateKind.WAITING)) is None
    assert made.ticking(Slate(SlateKind.CLOSED_SESSION, 1.0)) is None
