"""Clips, judged by what is in them: which pictures, which sound, what shape, and what they say of themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from streamer.council.clip import Clip, Shape
from streamer.council.picture import Program
from streamer.media.binary import Ffmpeg
from streamer.media.clip import CARD_SECONDS, Words, clear_begun, make_clip
from streamer.media.settings import SAMPLE_RATE
from streamer.media.timeline import Timeline
from tests.media.conftest import SETTINGS, Studio
from tests.support import marks, marks_reader, probe
from tests.support.past_meeting import marked_film

LINK = "https://live.example.lu/meetings/2026-03-11-past?t=3,8"
WORDS = Words("Commune de Käerjeng", "Séance du 3 mars", "The whole passage:", LINK)
CLIP = Clip("c", 1.52, 4.32, Shape.WIDE, "2. Budget = {2026}; 100 %", "", "", "claire", 0.0)


async def shots(path: Path | str, *more: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    """Every picture as 32 x 18 grey pixels."""
    out, _ = await probe.run(
        probe.FFMPEG, "-v", "error", *more, "-i", str(path), "-vf", "scale=32:18:flags=area,format=gray",
        "-vsync", "passthrough", "-f", "rawvideo", "-",
    )  # fmt: skip
    return np.frombuffer(out, np.uint8).reshape(-1, 18, 32).astype(np.int16)


async def test_a_clip_is_cut_to_the_picture(studio: Studio, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    await marked_film(tmp_path / "film", 10)
    film = tmp_path / "film.ts"
    film.write_bytes(b"".join(path.read_bytes() for path in sorted((tmp_path / "film").glob("*.ts"))))
    encoder = studio.encoder(f"file:{film}")
    await encoder.show(Program())
    await studio.listed(6)
    await encoder.show(None)
    segments = studio.segments("program")
    files = [studio.folder / segment.name for segment in segments]
    filmed = [frame.number for frame in await marks_reader.frames(files)]
    assert len(filmed) == round(Timeline(segments).duration * 25)
    out, heard = studio.folder / "clips" / "c.mp4", list[float]()
    copied = await make_clip(
        studio.folder, segments, CLIP, WORDS, [], out, SETTINGS, ffmpeg, progress=heard.append
    )  # fmt: skip
    assert copied, "what the camera's encoder made stays as it is"
    assert list(out.parent.iterdir()) == [out]
    wanted = filmed[38:108]  # from 1.52 s to 4.32 s, 25 a second
    shown = [frame.number for frame in await marks_reader.frames(out)]
    assert shown[:70] == wanted, "neither a picture earlier nor later"
    assert shown[70:] == [None] * round(CARD_SECONDS * 25), "the card stands at the end"
    found, whole = await shots(out), await shots("concat:" + "|".join(map(str, files)))
    assert np.array_equal(found[12:62], whole[50:100]), "between the edges not one picture is encoded again"
    tones, began = await marks_reader.tones(out), (wanted[0] or 0) / marks.FPS
    apart = [tone.at + began - (tone.code + 0.5) for tone in tones]
    assert max(map(abs, apart)) < 0.5 + 1024 / SAMPLE_RATE, "each second has its own sound"
    assert 2.7 < tones[-1].at < 2.8, "to the end, and not over the card"
    assert probe.steps_back(await probe.packets(out)) == []
    assert await probe.decode_errors(out) == []
    about = await probe.ask(out, "-show_format")
    assert LINK in about["format"]["tags"]["description"]
    assert about["format"]["tags"]["title"] == CLIP.title
    assert abs(float(about["format"]["duration"]) - 2.8 - CARD_SECONDS) < 0.1
    said = [(1.0, 4.0, "Wir fangen an: {\\b1}nicht fett\nzweite Zeile")]
    padded = tmp_path / "padded.mp4"
    for shape, lines in ((Shape.TALL_CROPPED, []), (Shape.TALL_PADDED, said)):
        tall = replace(CLIP, shape=shape, start=3.0, end=5.0)
        assert not await make_clip(
            studio.folder, segments, tall, WORDS, lines, padded, SETTINGS, ffmpeg, progress=heard.append
        )
        stream = (await probe.streams(padded))["video"]
        assert (stream["width"], stream["height"]) == (180, 320)
        assert len(await shots(padded)) == 50 + CARD_SECONDS * 25
    below = (await shots(padded))[:, 13:17]
    assert np.abs(below[20] - below[10]).max() < 6 < np.abs(below[35] - below[10]).max(), "said from its second 1 on"
    assert max(heard) <= 1
    (out.parent / ".d.mp4-x").mkdir()
    clear_begun(studio.folder)
    assert list(out.parent.iterdir()) == [out]
