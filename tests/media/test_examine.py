"""Picture and sound as a preflight sees and hears them: speech against everything that only makes noise."""

from pathlib import Path

import pytest

from streamer.media.binary import Ffmpeg
from streamer.media.examine import ExaminationFailed, Picture, encoding_speed, examine
from streamer.media.segments import Segment
from streamer.media.settings import EncoderSettings
from streamer.media.voice import Heard
from tests.support.speaker import SPEECH, film

MOVING, STILL, BLACK = "testsrc2=s=160x90:r=10", "smptebars=s=160x90:r=10", "color=black:s=160x90:r=10"
HUM = "aevalsrc=0.1*sin(2*PI*50*t)+0.05*sin(2*PI*150*t)+0.02*sin(2*PI*350*t)+0.02*sin(2*PI*750*t):s=48000"
BEEP = "aevalsrc=0.2*sin(2*PI*880*t)*lt(mod(t\\,1)\\,0.15):s=48000"
NOTE = "440*pow(2\\,floor(mod(floor(t*4)*7\\,12))/12)"
MELODY = f"aevalsrc=0.3*(0.4+0.6*abs(sin(7.3*floor(t*4))))*sin(2*PI*({NOTE})*t)*exp(-6*mod(t\\,0.25)):s=48000"
MUFFLED = f"{SPEECH},aresample=48000,volume=-14dB[a];anoisesrc=a=0.01:c=pink:r=48000[b];[a][b]amix=duration=first"


async def filmed(folder: Path, picture: str, sound: str) -> list[Segment]:
    """Six seconds of a picture and a sound, as a segment."""
    await film(folder / "a.ts", picture, sound)
    return [Segment(1, "program", "a.ts", 0.0, 6.0, 0.0)]


@pytest.mark.parametrize(
    ("picture", "sound", "seen", "heard"),
    [
        (MOVING, SPEECH, Picture.MOVES, Heard.VOICE),
        (STILL, MUFFLED, Picture.STANDS_STILL, Heard.VOICE),
        (BLACK, HUM, Picture.BLACK, Heard.SOMETHING),
        (MOVING, "anullsrc=r=48000:cl=stereo", Picture.MOVES, Heard.NOTHING),
        (MOVING, "sine=f=440:b=4:r=48000,volume=-12dB", Picture.MOVES, Heard.SOMETHING),
        (MOVING, BEEP, Picture.MOVES, Heard.SOMETHING),
        (MOVING, MELODY, Picture.MOVES, Heard.SOMETHING),
        (MOVING, "anoisesrc=a=0.05:c=pink:r=48000", Picture.MOVES, Heard.SOMETHING),
    ],
    ids=["speech", "speech in noise, still", "hum, black", "silence", "the demo", "beeps", "melody", "noise"],
)
async def test_what_is_seen_and_heard(
    tmp_path: Path, ffmpeg: Ffmpeg, picture: str, sound: str, seen: Picture, heard: Heard
) -> None:
    found = await examine(tmp_path, await filmed(tmp_path, picture, sound), ffmpeg)
    assert (found.picture, found.sound) == (seen, heard)


async def test_the_wheels_ffmpeg_sees_and_hears_the_same(tmp_path: Path, any_ffmpeg: Ffmpeg) -> None:
    found = await examine(tmp_path, await filmed(tmp_path, BLACK, SPEECH), any_ffmpeg)
    assert (found.picture, found.sound) == (Picture.BLACK, Heard.VOICE)


async def test_a_piece_that_is_gone_is_an_error_and_no_judgement(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    with pytest.raises(ExaminationFailed):
        await examine(tmp_path, [Segment(1, "program", "gone.ts", 0.0, 6.0, 0.0)], ffmpeg)


async def test_the_speed_of_the_encoder_depends_on_the_picture(ffmpeg: Ffmpeg) -> None:
    """A small picture is made faster than life on any machine that runs these tests, and faster than a large one."""
    small = await encoding_speed(EncoderSettings(width=160, height=90, fps=10), ffmpeg)
    large = await encoding_speed(EncoderSettings(width=1280, height=720, fps=30), ffmpeg)
    assert small > 1.2
    assert small > 2 * large
