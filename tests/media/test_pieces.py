"""The small pieces: redaction, the binary, slates, presets, what ffmpeg is asked."""

from pathlib import Path

import pytest
from PIL import Image

from streamer.council.picture import Slate, SlateKind
from streamer.media import graph
from streamer.media.binary import Ffmpeg, FfmpegMissing, find_ffmpeg
from streamer.media.graph_inputs import Dialect
from streamer.media.redact import redact
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates, draw
from streamer.media.source import parse_source
from streamer.media.streamkey import KeyRefused, hand_over
from streamer.platforms.presets import PRESETS


def test_secrets_are_taken_out_in_every_spelling() -> None:
    text = "rtmp://host/app/a b&c=d failed, a%20b%26c%3Dd too; short"
    assert redact(text, ["a b&c=d", ""]) == "rtmp://host/app/*** failed, *** too; short"
    assert redact("abc abcdef", ["abc", "abcdef"]) == "*** ***"


def test_the_ffmpeg_that_is_found(any_ffmpeg: Ffmpeg) -> None:
    assert any_ffmpeg.version >= (5, 1)
    assert find_ffmpeg(any_ffmpeg.path) == any_ffmpeg


def test_without_one_on_the_path_the_wheels_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "imageio_ffmpeg" in find_ffmpeg().path


@pytest.mark.parametrize("wrong", ["/no/such/ffmpeg", "/etc/passwd", "/bin/false"])
def test_a_binary_that_is_none(wrong: str) -> None:
    with pytest.raises(FfmpegMissing):
        find_ffmpeg(wrong)


def test_a_key_frame_a_segment() -> None:
    assert EncoderSettings().gop == 60
    assert EncoderSettings(fps=25, segment_seconds=2.0).gop == 50


def test_a_slate_can_open_no_source() -> None:
    files = graph.RunFiles("0001-slate")
    words = " ".join(graph.slate("/tmp/100%d.png", EncoderSettings(), files, Dialect(), epoch=0))
    assert "-pattern_type none" in words
    assert "://" not in words


def test_the_program_and_the_slate_are_encoded_alike() -> None:
    files = graph.RunFiles("x")
    camera = graph.program(parse_source("demo:"), EncoderSettings(), files, Dialect(), epoch=0)
    still = graph.slate("x.png", EncoderSettings(), files, Dialect(), epoch=0)
    assert camera[camera.index("-f", camera.index("-filter_complex")) :] == still[
        still.index("-f", still.index("-filter_complex")) :
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["", "two\nlines", "x" * 2000])
def test_a_key_that_cannot_be_one(ffmpeg: Ffmpeg, key: str) -> None:
    with pytest.raises(KeyRefused) as refused:
        hand_over(key, "rtmp://host/live2", ffmpeg)
    assert not key or key not in str(refused.value)


def test_the_application_of_a_backup_address() -> None:
    nine = Ffmpeg("/usr/bin/true", (9, 0))
    options = hand_over("k", PRESETS["youtube"].backup or "", nine).options
    assert options["rtmp_app"] == "live2?backup=1"


def test_every_preset_is_encrypted() -> None:
    addresses = [url for network in PRESETS.values() for url in (network.address, network.backup) if url]
    assert len(addresses) == 7
    assert all(url.startswith(("rtmps://", "https://")) for url in addresses)


LINES = (
    "Gemeng Käerjeng",
    "Séance non publique",
    "Net ëffentlech",
    "Nichtöffentliche Sitzung, große Pause",
    "Not public",
)


@pytest.mark.parametrize("kind", SlateKind)
def test_a_slate_has_its_size_and_its_accents(tmp_path: Path, kind: SlateKind) -> None:
    slates = Slates(tmp_path, 640, 360, None, {kind: LINES})
    with Image.open(slates.path(Slate(kind))) as still:
        assert still.size == (640, 360)
    plain = draw((640, 360), kind, [line.replace("ë", "e") for line in LINES])
    assert draw((640, 360), kind, LINES).tobytes() != plain.tobytes(), "an accent can be seen"
    missing = draw((640, 360), kind, ["", "\uffff\uffff"])
    assert draw((640, 360), kind, ["", "ëß"]).tobytes() != missing.tobytes(), "and is not a box"


@pytest.mark.parametrize("lines", [(), ("x",), ("a" * 300, "b" * 500), tuple("line" for _ in range(12))])
def test_too_much_and_too_little_to_say(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert Slates(tmp_path, 320, 180, None, {SlateKind.RECESS: lines}).path(Slate(SlateKind.RECESS)).exists()


def test_the_councils_own_image_is_fitted(tmp_path: Path) -> None:
    own = tmp_path / "own.jpg"
    Image.new("RGB", (100, 100), (200, 0, 0)).save(own)
    with Image.open(
        Slates(tmp_path / "x", 320, 180, {SlateKind.RECESS: own}, {}).path(Slate(SlateKind.RECESS))
    ) as still:
        assert still.size == (320, 180)
        assert still.getpixel((160, 90))[0] > 180  # type: ignore[index]
    own.write_text("no image")
    assert Slates(tmp_path / "y", 320, 180, {SlateKind.RECESS: own}, {}).path(Slate(SlateKind.RECESS)).exists()
