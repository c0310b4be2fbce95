"""The configuration: its manual is complete, and every mistake is told at once, by key, with what to do."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from streamer.config import Config, load
from streamer.config_destination import Destination
from streamer.config_errors import ConfigErrors
from streamer.council.clip import Shape
from streamer.council.networks import Sending
from streamer.platforms.presets import PRESETS

MANUAL = Path(__file__).parents[1] / "config.toml"


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> dict[str, tuple[str, str]]:
    """key -> (code, what the person reads)"""
    with pytest.raises(ConfigErrors) as errors:
        load(path)
    return {mistake.key: (mistake.code, str(mistake)) for mistake in errors.value.mistakes}


def keyfile(folder: Path, text: str = "abcd-efgh\n", mode: int = 0o600) -> Path:
    path = folder / "youtube.key"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_the_manual_explains_every_key_with_a_sentence() -> None:
    text = MANUAL.read_text(encoding="utf-8")
    for section, field in Config.model_fields.items():
        name = field.alias or section
        block = re.split(r"^(?:# )?\[", text.split(f"[{name}]", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
        model: Any = field.annotation if name != "destination" else Destination
        keys = re.findall(r"^(?:# )?([a-z_]+) = ", block, flags=re.MULTILINE)
        keys += re.findall(rf"^# \[{name}\.([a-z_]+)\]$", text, flags=re.MULTILINE)  # a table of its own
        assert sorted(keys) == sorted(model.model_fields), name


def test_the_manual_names_every_preset() -> None:
    told = MANUAL.read_text(encoding="utf-8").split("knows its own address")[1].split("# preset =")[0]
    with_address, pasted = told.split("you copy into url")
    assert {name for name, network in PRESETS.items() if network.address} == set(
        re.findall(r"[a-z-]{2,}", with_address)
    ) & set(PRESETS)
    assert [
        name for name, network in PRESETS.items() if not network.address and not re.search(rf"\b{name}\b", pasted)
    ] == []


def test_the_manual_shows_the_defaults(tmp_path: Path) -> None:
    text = MANUAL.read_text(encoding="utf-8")
    least = load(write(tmp_path, '[source]\nurl = "demo:"\n'))
    shown = re.sub(r"^# (?=[a-z_]+ = )(?!slate|crest)", "", text.split("# One such section")[0], flags=re.MULTILINE)
    rest = "[questions]" + text.split("[questions]")[1]
    shown += re.sub(r"^# (?=[a-z_]+ = )", "", rest, flags=re.MULTILINE)
    assert len(tomllib.loads(shown)["encoder"]) == 5
    assert load(write(tmp_path, shown)) == least
    assert load(MANUAL).model_dump(exclude={"recordings"}) == least.model_dump(exclude={"recordings"})


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    keyfile(tmp_path)
    (tmp_path / "film.mp4").touch()
    config = load(
        write(
            tmp_path,
            '[source]\nurl = "film.mp4?once"\n[[destination]]\nname = "YouTube"\npreset = "youtube"\n'
            'stream_key_file = "youtube.key"\n',
        )
    )
    assert config.recordings.folder == tmp_path / "recordings"
    assert config.database == tmp_path / "recordings" / "tribune.db"
    assert config.source.parsed.address == str(tmp_path / "film.mp4")
    assert config.source.parsed.once
    assert config.destinations[0].stream_key() == "abcd-efgh"
    assert config.destinations[0].address.startswith("rtmps://")
    assert "abcd-efgh" not in repr(config)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    found = mistakes(
        write(
            tmp_path,
            """
            colour = "red"
            [council]
            languages = ["fr", "nl"]
            timezone = "Europe/Luxemburg"
            [source]
            urk = "demo:"
            [encoder]
            width = 1281
            fps = "30"
            video_bitrate = "fast"
            segment_seconds = 7
            [broadcast]
            delay_seconds = 61
            slate = "missing.png"
            [questions]
            open_before = "yes"
            [web]
            port = 80808
            public_url = "http://live.example.lu"
            [recordings]
            folder = "config.toml"
            """,
        )
    )
    assert {key: code for key, (code, _) in found.items()} == {
        "colour": "unknown_key",
        "council.languages[1]": "literal_error",
        "council.timezone": "unknown_timezone",
        "source.url": "missing",
        "source.urk": "unknown_key",
        "encoder.width": "odd",
        "encoder.fps": "int_type",
        "encoder.video_bitrate": "bitrate",
        "encoder.segment_seconds": "less_than_equal",
        "broadcast.delay_seconds": "less_than_equal",
        "broadcast.slate": "no_file",
        "questions.open_before": "bool_type",
        "web.port": "less_than_equal",
        "web.public_url": "insecure_http",
        "recordings.folder": "no_folder",
    }
    assert "did you mean url?" in found["source.urk"][1]
    assert "use 60.0 or less" in found["broadcast.delay_seconds"][1]
    assert "known here: council" in found["colour"][1]


@pytest.mark.parametrize(
    ("lines", "code", "says"),
    [
        ("Insulting = {}", "bad_name", "small letters"),
        ("syndicate = {}", "no_text", "syndicate = {"),
        ('syndicate = { fr = " " }', "bad_text", "1 to 200"),
        ("\n".join(f'r{n} = {{ fr = "?" }}' for n in range(10)), "too_many", "at most 9"),
    ],
)
def test_reasons_of_the_communes_own(tmp_path: Path, lines: str, code: str, says: str) -> None:
    text = '[source]\nurl = "demo:"\n[questions.reasons]\n'
    assert list(load(write(tmp_path, text + "asked_already = {}")).questions.said) == ["asked_already"]
    assert len(load(write(tmp_path, text)).questions.said) == 7, "none named: Tribune's own"
    found = mistakes(write(tmp_path, text + lines))
    assert found["questions.reasons"][0] == code
    assert says in found["questions.reasons"][1]


@pytest.mark.parametrize(
    ("lines", "key", "code", "says"),
    [
        ('preset = "youtube"', "destination[0]", "missing", "stream_key_file or stream_key_env"),
        ("", "destination[0]", "one_of", "needs url or preset"),
        ('preset = "linkedin"\nstream_key_env="KEY"', "destination[0].preset", "no_address", "copy it from there"),
        (
            'url = "rtmp://a/b"\npreset = "facebook"\nstream_key_env="KEY"',
            "destination[0].preset",
            "bad_url",
            "rtmps://",
        ),
        ('url = "rtmp://a/b"\nbackup = "preset"', "destination[0].backup", "no_backup", "the address itself"),
        ('url = "rtmp://a/b"\nbackup = "b"', "destination[0].backup", "bad_url", "rtmps://"),
        ('url = "https://a/b?cid=canary"', "destination[0].url", "secret_in_url", "stream_key_file"),
        ('url = "https://a/b"\npicture = "upright padded"', "destination[0].picture", "hls_wide", "rtmps://"),
        ('url = "srt://a"', "destination[0].url", "bad_url", "names no port"),
        ('url = "srt://a:1?passphrase=canary"', "destination[0].url", "secret_in_url", "passphrase_file"),
        ('url = "rtmp://a/b"\npassphrase_env = "LONG"', "destination[0]", "no_srt", "srt:// address"),
        ('url = "srt://a:1"\npassphrase_env = "KEY"', "destination[0].passphrase_env", "no_key", "10 to 79"),
        ('url = "http://a/b"', "destination[0].url", "bad_url", "rtmps://"),
        ('preset = "yutube"\nstream_key_env="KEY"', "destination[0].preset", "unknown_preset", "youtube"),
        ('url = "rtmp://a/b"\nstream_key = "canary"', "destination[0].stream_key", "literal_secret", "chmod 600"),
        ('url = "rtmp://a/b"\nstream_key_env = "EMPTY"', "destination[0].stream_key_env", "no_key", "EMPTY is empty"),
        ('url = "rtmp://a/b"\nstream_key_file = "none"', "destination[0].stream_key_file", "no_file", "cannot read"),
        (
            'url = "rtmp://a/b"\nstream_key_file = "youtube.key"\nstream_key_env = "KEY"',
            "destination[0]",
            "one_of",
            "from one place",
        ),
    ],
)
def test_a_destination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, key: str, code: str, says: str
) -> None:
    monkeypatch.setenv("KEY", "abcd")
    monkeypatch.setenv("LONG", "0123456789")
    keyfile(tmp_path)
    text = f'[source]\nurl = "demo:"\n[[destination]]\nname = "A"\n{lines}\n'
    found = mistakes(write(tmp_path, text))
    assert {key: value[0] for key, value in found.items()} == {key: code}
    assert says in found[key][1]
    assert "canary" not in found[key][1]


@pytest.mark.parametrize(
    ("text", "mode", "code", "says"),
    [
        ("key", 0o644, "file_open", "chmod 600"),
        (" \n", 0o600, "no_key", "is empty"),
        ("two keys", 0o600, "no_key", "more than a stream key"),
    ],
)
def test_a_stream_key_file(tmp_path: Path, text: str, mode: int, code: str, says: str) -> None:
    keyfile(tmp_path, text, mode)
    entry = (
        '[source]\nurl = "demo:"\n[[destination]]\nname = "A"\npreset = "youtube"\nstream_key_file = "youtube.key"\n'
    )
    found = mistakes(write(tmp_path, entry))
    assert found["destination[0].stream_key_file"][0] == code
    assert says in found["destination[0].stream_key_file"][1]


@pytest.mark.parametrize(
    ("lines", "shape", "usual"),
    [
        ('preset = "instagram"', Shape.TALL_PADDED, Sending.REST),
        ('preset = "instagram"\nstarts = "with the meeting"', Shape.TALL_PADDED, Sending.SEND),
        ('preset = "instagram"\npicture = "wide"', Shape.WIDE, Sending.SEND),
        ('picture = "upright cropped"', Shape.TALL_CROPPED, Sending.REST),
        ("", Shape.WIDE, Sending.SEND),
    ],
)
def test_a_picture_of_its_own_must_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, shape: Shape, usual: Sending
) -> None:
    monkeypatch.setenv("KEY", "k")
    text = (
        f'[source]\nurl = "demo:"\n[[destination]]\nname = "A"\nurl = "rtmps://a/b"\nstream_key_env = "KEY"\n{lines}\n'
    )
    (place,) = load(write(tmp_path, text)).destinations
    assert (place.shape, place.usual) == (shape, usual)


def test_destinations_need_names_of_their_own_and_double_brackets(tmp_path: Path) -> None:
    twice = '[source]\nurl = "demo:"\n' + '[[destination]]\nname = "A"\nurl = "rtmp://a/b"\n' * 2
    assert mistakes(write(tmp_path, twice))["destination[1].name"][0] == "repeated"
    single = '[source]\nurl = "demo:"\n[destination]\nname = "A"\n'
    assert "[[destination]]" in mistakes(write(tmp_path, single))["destination"][1]
    assert "[web]" in mistakes(write(tmp_path, 'web = 8080\n[source]\nurl = "demo:"\n'))["web"][1]


@pytest.mark.parametrize(
    ("text", "code"),
    [('[source]\nurl = "gopher://x"\n', "source_unknown"), ('[source]\nurl = "lost.mp4"\n', "source_file")],
)
def test_a_source_that_is_not_understood(tmp_path: Path, text: str, code: str) -> None:
    assert mistakes(write(tmp_path, text))["source.url"][0] == code


def test_a_cameras_password_is_not_shown(tmp_path: Path) -> None:
    config = load(write(tmp_path, '[source]\nurl = "rtsp://clerk:canary@camera/live"\n'))
    assert "canary" in config.source.url
    assert "canary" not in repr(config)


def test_what_is_no_toml_says_where(tmp_path: Path) -> None:
    assert "line 2, column 7" in mistakes(write(tmp_path, "[source]\nurl = demo:\n"))[""][1]
    assert "cannot read" in mistakes(tmp_path / "none.toml")[""][1]
    (tmp_path / "config.toml").write_bytes(b'[source]\nurl = "\xff"\n')
    assert "UTF-8" in mistakes(tmp_path / "config.toml")[""][1]


@pytest.mark.parametrize(
    ("web", "url"),
    [
        ("port = 9000", "http://127.0.0.1:9000"),
        ('public_url = "https://live.example.lu/"', "https://live.example.lu"),
        ('public_url = "http://10.0.0.5"\ninsecure_http = true', "http://10.0.0.5"),
    ],
)
def test_the_public_address(tmp_path: Path, web: str, url: str) -> None:
    assert load(write(tmp_path, f'[source]\nurl = "demo:"\n[web]\n{web}\n')).web.public_url == url


def alarm_mistakes(tmp_path: Path, *lines: str) -> dict[str, str]:
    """Key -> code, of a section [alarms]."""
    text = "\n".join(['[source]\nurl = "demo:"\n[alarms]', *lines])
    return {key: code for key, (code, _) in mistakes(write(tmp_path, text)).items()}


def test_the_address_for_captions_is_checked_and_never_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the stream's key."""
    monkeypatch.setenv("CAPTIONS", "ftp://canary.example/closedcaption?cid=canary")
    path = write(tmp_path, '[source]\nurl = "demo:"\n[youtube]\ncaptions_url_env = "CAPTIONS"\n')
    code, said = mistakes(path)["youtube.captions_url_env"]
    assert (code, "canary" in said) == ("bad_url", False)
    monkeypatch.setenv("CAPTIONS", "http://upload.example/closedcaption?cid=canary")
    config = load(path)
    assert config.youtube.captions_url().endswith("cid=canary")
    assert "canary" not in repr(config)


def test_who_is_told_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses, what belongs together, and secrets that would travel in the clear or lie open."""
    keyfile(tmp_path, mode=0o644)
    monkeypatch.setenv("HOOK", "not a secret of a webhook")
    assert alarm_mistakes(tmp_path, 'email_to = ["it@example.lu", "it"]') == {"alarms.email_to": "bad_address"}
    assert alarm_mistakes(tmp_path, 'email_to = ["it@example.lu"]') == {
        "alarms.smtp_host": "missing", "alarms.smtp_from": "missing",
    }  # fmt: skip
    assert alarm_mistakes(tmp_path, 'smtp_host = "mail"', 'smtp_security = "none"', 'smtp_user = "t"') == {
        "alarms.smtp_user": "insecure"
    }
    assert alarm_mistakes(tmp_path, 'smtp_user = "t"') == {"alarms": "missing"}
    assert alarm_mistakes(tmp_path, 'smtp_password_file = "youtube.key"') == {"alarms.smtp_password_file": "file_open"}
    assert alarm_mistakes(tmp_path, 'smtp_password = "canary"') == {"alarms.smtp_password": "literal_secret"}
    assert alarm_mistakes(tmp_path, 'webhook_url = "http://example.lu/"', 'webhook_secret_env = "HOOK"') == {
        "alarms.webhook_url": "insecure", "alarms.webhook_secret_env": "no_key",
    }  # fmt: skip
    assert alarm_mistakes(tmp_path, 'webhook_url = "https://example.lu/"') == {"alarms": "missing"}


def test_where_is_posted_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page's number, a token or four keys from one place; off by default, and never a key in the file itself."""

    def wrong(*lines: str) -> dict[str, str]:
        text = "\n".join(['[source]\nurl = "demo:"\n[news]', *lines])
        return {key: code for key, (code, _) in mistakes(write(tmp_path, text)).items()}

    monkeypatch.setenv("FOUR", "a b c d")
    monkeypatch.setenv("THREE", "a b c")
    keyfile(tmp_path, mode=0o600)
    assert wrong('facebook_page = "gemeng"', 'facebook_token_env = "FOUR"') == {"news.facebook_page": "bad_page"}
    assert wrong('facebook_page = "4711"') == {"news": "missing"}
    assert wrong('facebook_token = "canary"') == {"news.facebook_token": "literal_secret"}
    assert wrong('x = "with-link"') == {"news": "missing"}
    assert wrong('x = "with-link"', 'x_keys_env = "THREE"') == {"news.x_keys_env": "no_key"}
    assert wrong('x = "with-link"', 'x_keys_file = "youtube.key"') == {"news.x_keys_file": "no_key"}
    assert wrong('x = "with-link"', 'x_keys_file = "youtube.key"', 'x_keys_env = "FOUR"') == {
        "news.x_keys_file": "no_key"
    }
    text = '[source]\nurl = "demo:"\n[news]\nx = "without-link"\nx_keys_env = "FOUR"\n'
    assert load(write(tmp_path, text)).news.x_keys() == "a b c d"
    assert load(write(tmp_path, '[source]\nurl = "demo:"\n')).news.x == "off"


def test_the_crest_is_looked_at_before_the_meeting(tmp_path: Path) -> None:
    """A file that is no PNG is told by `tribune check`, not found out on the air."""
    file = write(tmp_path, '[council]\ncrest = "crest.png"\n[source]\nurl = "demo:"\n')
    crest = tmp_path / "crest.png"
    for content in (None, b"no picture", b"\x89PNG\r\n\x1a\n and no more"):
        if content:
            crest.write_bytes(content)
        with pytest.raises(ConfigErrors) as wrong:
            load(file)
        assert [(m.key, m.code) for m in wrong.value.mistakes] == [("council.crest", "no_picture")]
    Image.new("RGBA", (30, 40), (200, 0, 0, 255)).save(crest)
    assert load(file).council.crest == crest
