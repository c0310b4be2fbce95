"""Sources as written by people, understood or refused with a reason."""

from pathlib import Path

import pytest

from streamer.media.source import SourceError, SourceKind, parse_source


def test_the_demo() -> None:
    source = parse_source(" demo: ")
    assert (source.kind, source.redacted, source.listens, source.has_sound) == (SourceKind.DEMO, "demo:", False, True)


@pytest.mark.parametrize("spelling", ["{}", "file:{}", "file://{}", "{}?once", "file:{}?once"])
def test_a_file(tmp_path: Path, spelling: str) -> None:
    film = tmp_path / "film 1: début.mp4"
    film.touch()
    source = parse_source(spelling.format(film))
    assert (source.kind, source.address) == (SourceKind.FILE, str(film))
    assert source.once is spelling.endswith("?once")


def test_a_name_with_a_question_mark_is_a_name(tmp_path: Path) -> None:
    film = tmp_path / "why?once"
    film.touch()
    assert parse_source(str(film)).once is False


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://10.0.0.7/stream1", "rtsp://10.0.0.7/stream1"),
        ("rtsp://clerk:p@ss:w/rd@10.0.0.7/stream1", "rtsp://clerk:***@10.0.0.7/stream1"),
        ("rtsp://10.0.0.7:554/a@b", "rtsp://10.0.0.7:***@b"),
        ("rtsp://10.0.0.7/s?user=clerk&password=hidden&x=1", "rtsp://10.0.0.7/s?user=clerk&password=***&x=1"),
        ("srt://0.0.0.0:9000", "srt://0.0.0.0:9000"),
        ("srt://:9000?passphrase=twelve-letters", "srt://0.0.0.0:9000?passphrase=***"),
        ("srt://[::1]:9000?latency=200", "srt://[::1]:9000"),
        ("rtmp://0.0.0.0/live/chamber", "rtmp://0.0.0.0:1935/live/***"),
        ("v4l2:/dev/video0", "v4l2:/dev/video0"),
        ("v4l2:/dev/video0+alsa:hw:1", "v4l2:/dev/video0+alsa:hw:1"),
    ],
)
def test_shown_without_passwords(url: str, shown: str) -> None:
    source = parse_source(url)
    assert source.redacted == shown
    for secret in ("p@ss", "hidden", "twelve"):
        assert secret not in source.redacted + repr(source)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("rtsp://clerk:p@ss:w/rd@10.0.0.7/a", "rtsp://clerk:p%40ss%3Aw%2Frd@10.0.0.7/a"),
        ("rtsp://clerk:p/q@10.0.0.7:554/a", "rtsp://clerk:p%2Fq@10.0.0.7:554/a"),
        ("rtsp://clerk:p%40q@[fe80::1]:554/a", "rtsp://clerk:p%40q@[fe80::1]:554/a"),
        ("RTSP://clerk@10.0.0.7/a", "rtsp://clerk@10.0.0.7/a"),
        ("rtsp://10.0.0.7:554/a@b", "rtsp://10.0.0.7:554/a@b"),
        ("rtsp://[fe80::1]:554/a", "rtsp://[fe80::1]:554/a"),
    ],
)
def test_passwords_of_any_letters_arrive_whole(url: str, address: str) -> None:
    assert parse_source(url).address == address


def test_srt_and_rtmp_listen_whatever_is_written() -> None:
    source = parse_source("srt://10.0.0.1:9000?mode=caller&latency=200")
    assert source.address == "srt://10.0.0.1:9000?mode=listener&latency=200"
    assert source.listens
    assert parse_source("rtmp://:1940/live/x").address == "rtmp://0.0.0.0:1940/live/x"


def test_a_capture_card() -> None:
    both = parse_source("v4l2:/dev/video2+alsa:plughw:CARD=USB,DEV=0")
    assert (both.address, both.sound_device, both.has_sound) == ("/dev/video2", "plughw:CARD=USB,DEV=0", True)
    assert not parse_source("v4l2:/dev/video0").has_sound


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("gopher://x", "unknown"),
        ("http://user:secret@x/film", "unknown"),
        ("rtsp:///stream", "host"),
        ("rtsp://x:port/stream", "port"),
        ("rtsp://clerk:secret@x:99999/stream", "port"),
        ("srt://0.0.0.0", "port"),
        ("srt://0.0.0.0:9000?passphrase=secret", "passphrase"),
        ("rtmp://0.0.0.0:1935/live", "path"),
        ("/no/such/film.mp4", "file"),
        ("file:film.mp4?twice", "file"),
        ("v4l2:video0", "device"),
        ("v4l2:/dev/video0+pulse:x", "device"),
    ],
)
def test_refused_with_a_code_and_what_to_do(url: str, code: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_source(url)
    assert refused.value.code == code
    assert str(refused.value).endswith(".") or "Write" in str(refused.value)
    assert "secret" not in str(refused.value)
