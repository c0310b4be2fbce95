"""The marked camera and the reader of its marks: what is burnt in is read back, and nothing else is."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.support import marks
from tests.support.camera import MarkedCamera
from tests.support.marks_reader import frames, tones
from tests.support.probe import FFMPEG, run

ENCODED = ("-c:v", "libx264", "-preset", "veryfast", "-b:v", "400k", "-maxrate", "400k", "-bufsize", "800k", "-bf", "2")


def test_a_picture_is_read_only_where_its_check_sum_is_right() -> None:
    """Every number comes back; a wrong cell, a grey one, or a plain picture is no number."""
    for number in (0, 1, 25, 4711, 2**24 - 1):
        levels = [255 if cell else 0 for cell in marks.cells(number)]
        assert marks.number(bytes(levels)) == number
        for at in range(marks.CELLS):
            wrong = [*levels[:at], 255 - levels[at], *levels[at + 1 :]]
            assert marks.number(bytes(wrong)) is None
        assert marks.number(bytes([128, *levels[1:]])) is None
    for plain in (0, 80, 255):
        assert marks.number(bytes([plain]) * marks.CELLS) is None


@pytest.mark.parametrize("kind", ["flv", "mp4"])
async def test_what_was_filmed_is_read_back(tmp_path: Path, kind: str) -> None:
    """After an encode as the service's: every frame number in order, sound and picture of one moment."""
    file = tmp_path / f"film.{kind}"
    async with MarkedCamera(tmp_path / "emitted") as camera:
        await run(
            FFMPEG, "-v", "error", "-rtsp_transport", "tcp", "-i", camera.url, "-t", "4",
            *ENCODED, "-c:a", "aac", "-ar", "48000", str(file),
        )  # fmt: skip
        emitted = camera.emitted()
    seen, heard = await frames(file), await tones(file)
    numbers = [frame.number for frame in seen]
    assert None not in numbers
    assert len(numbers) >= 75
    found = [number for number in numbers if number is not None]
    assert {b - a for a, b in pairwise(found)} <= {0, 1}, "one may be held while the encoder finds its pace"
    assert len(set(found)) >= 75
    assert set(found) <= emitted
    assert len({tone.code for tone in heard}) >= 3
    for tone in heard:
        near = min(seen, key=lambda frame: abs(frame.at - tone.at))
        assert near.number is not None
        filmed = near.number / marks.FPS
        assert tone.code in {int(filmed + apart) % marks.TONES for apart in (-0.15, 0.0, 0.15)}
