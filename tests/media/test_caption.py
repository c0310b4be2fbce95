"""The text in the picture: laid out to fit, and there and gone without a new run."""

import asyncio
import signal
from pathlib import Path

from PIL import ImageFont

from streamer.council.picture import Program
from streamer.media.binary import find_ffmpeg
from streamer.media.caption import FONT, MAX_LINES, Style, laid_out
from streamer.media.settings import EncoderSettings
from tests.media.conftest import BINARIES, Studio
from tests.support import probe
from tests.support.waiting import eventually

ODD = "10.1 100% of 'it': {x}, [a];b\\n \"q\" =z %{pts} 😀 أهلا"
LONG = "Modification ponctuelle du plan d’aménagement général de la commune, partie graphique et partie écrite, " * 5


def test_a_long_title_is_wrapped_and_cut() -> None:
    """At any size of picture it stays within its box."""
    for settings in (EncoderSettings(), EncoderSettings(width=320, height=180), EncoderSettings(width=480, height=854)):
        style, lines = Style.of(settings), laid_out(LONG, settings).split("\n")
        font = ImageFont.truetype(FONT, style.size)
        assert len(lines) == MAX_LINES
        assert lines[-1].endswith("…")
        assert max(font.getlength(line) for line in lines) <= style.room
        assert style.left + style.room + style.padding <= settings.width


def test_what_is_written_is_what_was_said_but_for_letters_the_font_lacks() -> None:
    assert laid_out(ODD, EncoderSettings()) == "10.1 100% of 'it': {x}, [a];b\\n \"q\" =z %{pts}"
    assert laid_out("Ä, ß, Ωμέγα,\u00a0Привет\u202e\nŽůr", EncoderSettings()) == "Ä, ß, Ωμέγα, Привет\nŽůr"
    assert laid_out("x" * 500, EncoderSettings()).count("\n") == 0
    assert laid_out(" \n 😀 ", EncoderSettings()) == ""


async def darkness(path: Path) -> tuple[int, int]:
    """Darkest and brightest grey of a segment's pictures where the box has its left border."""
    grey, _ = await probe.run(
        probe.FFMPEG, "-v", "error", "-i", str(path), "-an",
        "-vf", "crop=4:30:23:124,scale=1:1:flags=area,format=gray", "-f", "rawvideo", "-",
    )  # fmt: skip
    return min(grey), max(grey)


async def test_it_comes_and_goes_in_one_run_and_outlives_its_encoder(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    await probe.run(
        probe.FFMPEG, "-v", "error", "-f", "lavfi", "-i", "color=0xa0a0a0:s=320x180:r=25:d=4", "-f", "lavfi", "-i",
        "sine=r=48000:d=4", "-c:v", "libx264", "-preset", "ultrafast", str(film),
    )  # fmt: skip

    async def watched(binary: str, folder: Path) -> None:
        folder.mkdir()
        studio = Studio(folder, find_ffmpeg(binary))
        encoder = studio.encoder(str(film))
        seen: dict[str, tuple[int, int]] = {}

        async def becomes(dark: bool, run: int) -> None:
            """A whole segment of this run is so; looks at each once."""

            async def look() -> bool:
                for segment in studio.segments("program"):
                    if segment.run == run and segment.name not in seen:
                        seen[segment.name] = least, most = await darkness(folder / segment.name)
                        if (most < 100) if dark else (least > 130):
                            return True
                return False

            await eventually(look, f"run {run} {'with' if dark else 'without'} text")

        try:
            await encoder.show(Program())
            await becomes(False, 1)
            encoder.caption(f"{ODD} {LONG}")
            await becomes(True, 1)
            encoder.caption("")
            await becomes(False, 1)
            encoder.caption(LONG)
            assert encoder._program
            assert encoder._program.process
            encoder._program.process.send(signal.SIGKILL)
            await eventually(lambda: encoder.status().run not in (None, 1) and encoder.status().source_ok, "it is back")
            again = encoder.status().run
            assert again is not None
            await becomes(True, again)
            assert {segment.run for segment in studio.segments("program")} == {1, again}
        finally:
            await studio.close()
        assert not list(folder.glob("*.caption*"))

    await asyncio.gather(*(watched(binary, tmp_path / str(at)) for at, binary in enumerate(BINARIES)))
