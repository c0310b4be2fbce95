"""What the picture comes from: one line of configuration, understood or refused with a reason.

demo:                                a moving test picture with a running clock, and a tone
/path/film.mp4, file:film.mp4        a file, over and over; `?once` plays it one time
rtsp://user:password@camera/stream   an IP camera
srt://0.0.0.0:9000, rtmp://0.0.0.0:1935/live/chamber    we listen, a hardware encoder pushes to us
v4l2:/dev/video0+alsa:hw:1           a capture card and (optionally) a sound card
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit


class SourceKind(StrEnum):
    """How a source is opened."""

    DEMO = "demo"
    FILE = "file"
    RTSP = "rtsp"
    SRT = "srt"
    RTMP = "rtmp"
    V4L2 = "v4l2"


class SourceError(ValueError):
    """A source that cannot be understood. `code` is stable and translatable, `value` is what it is about."""

    MESSAGES = {  # noqa: RUF012
        "empty": "No source is given. Write one, for example rtsp://camera/stream or demo:",
        "unknown": "{value} is no source Tribune knows. Write demo:, a file, rtsp://, srt://, rtmp:// or v4l2:",
        "host": "{value} names no host. Write it as rtsp://HOST/PATH",
        "port": "{value} has no port from 1 to 65535. Write it as srt://0.0.0.0:9000 or rtsp://HOST:554/PATH",
        "path": "{value} names no stream. Write it as rtmp://0.0.0.0:1935/live/NAME",
        "file": "There is no file {value}. Correct the path.",
        "device": "{value} is no device. Write it as v4l2:/dev/video0 or v4l2:/dev/video0+alsa:hw:1",
        "passphrase": "The SRT passphrase has {value} characters. It needs 10 to 79.",
    }

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(self.MESSAGES[code].format(value=value))
        self.code = code
        self.value = value


@dataclass(frozen=True)
class Source:
    """Where the program comes from. `address` is what ffmpeg opens (with passwords: not for show); `patience`: seconds
    for which it may say nothing before the slate takes its place."""

    kind: SourceKind
    address: str = field(repr=False)
    redacted: str
    once: bool = False
    sound_device: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    patience: float = 0.8

    @property
    def listens(self) -> bool:
        """We wait for somebody to push, for as long as it takes."""
        return self.kind in (SourceKind.SRT, SourceKind.RTMP)

    @property
    def has_sound(self) -> bool:
        """False where it is known beforehand that there is none."""
        return self.kind is not SourceKind.V4L2 or self.sound_device is not None


def parse_source(url: str) -> Source:
    """Understand a source as written in the configuration. Raises SourceError."""
    url = url.strip()
    if not url:
        raise SourceError("empty")
    scheme = url.partition(":")[0].lower() if ":" in url else ""
    match scheme:
        case "demo":
            return Source(SourceKind.DEMO, "", "demo:")
        case "rtsp" | "rtsps":
            return _rtsp(url)
        case "srt":
            return _srt(url)
        case "rtmp":
            return _rtmp(url)
        case "v4l2":
            return _capture(url)
        case "file" | "":
            return _file(url)
        case _:
            if Path(url.removesuffix("?once")).is_file():
                return _file(url)  # a file's name may have a colon in it
            raise SourceError("unknown", _shown(url))


def _file(url: str) -> Source:
    path = re.sub(r"^file:(//(?=/))?", "", url, flags=re.IGNORECASE)
    once = False
    if not Path(path).is_file():
        path, mark, option = path.rpartition("?")
        once = bool(mark) and option == "once"
        path = path if once else url
    if not Path(path).is_file():
        raise SourceError("file", path)
    return Source(SourceKind.FILE, str(Path(path).absolute()), Path(path).name, once)


def _rtsp(url: str) -> Source:
    userinfo, rest = _userinfo(url)
    scheme = url.partition("://")[0].lower()
    parts = _split(f"{scheme}://{rest}")
    if not parts.hostname:
        raise SourceError("host", _shown(url))
    if not userinfo:
        return Source(SourceKind.RTSP, url, _shown(url))
    user, mark, password = userinfo.partition(":")
    # ffmpeg decodes both, so whatever a password is made of arrives whole
    spelt = quote(unquote(user), safe="") + (":" + quote(unquote(password), safe="") if mark else "")
    secrets = (unquote(password), password) if password else ()
    return Source(SourceKind.RTSP, f"{scheme}://{spelt}@{rest}", _shown(url), secrets=secrets)


def _userinfo(url: str) -> tuple[str, str]:
    """Name and password, and what follows. People paste passwords with a slash in them: then it is up to the last @."""
    rest = url.partition("://")[2]
    authority = rest.partition("/")[0]
    before, mark, host = authority.rpartition("@")
    if not mark:
        name, mark, host = rest.rpartition("@")
        plain = re.fullmatch(r"[^:@/]+(:\d+)?|\[[0-9a-fA-F:.]+\](:\d+)?", authority)
        return ("", rest) if plain or not mark else (name, host)
    if ":" in host and not re.fullmatch(r"[^:]*:\d+|\[.*\](:\d+)?", host):
        before, _, host = rest.rpartition("@")
        return before, host
    return before, rest[len(before) + 1 :]


def _srt(url: str) -> Source:
    parts = _split(url)
    options = dict(parse_qsl(parts.query))
    passphrase = options.get("passphrase", "")
    if parts.port is None:
        raise SourceError("port", _shown(url))
    if passphrase and not 10 <= len(passphrase) <= 79:
        raise SourceError("passphrase", str(len(passphrase)))
    options["mode"] = "listener"
    host = _host(parts.hostname)
    shown = f"srt://{host}:{parts.port}"
    return Source(
        SourceKind.SRT, f"{shown}?{urlencode(options)}", shown + ("?passphrase=***" if passphrase else ""),
        secrets=(passphrase,) if passphrase else (),
    )  # fmt: skip


def _rtmp(url: str) -> Source:
    parts = _split(url)
    names = parts.path.strip("/").split("/")
    if len(names) < 2 or not all(names):
        raise SourceError("path", _shown(url))
    where = f"rtmp://{_host(parts.hostname)}:{parts.port or 1935}"
    # the last name is what the pushing encoder calls its stream key
    return Source(SourceKind.RTMP, f"{where}/{'/'.join(names)}", f"{where}/{'/'.join(names[:-1])}/***",
                  secrets=(names[-1],))  # fmt: skip


def _capture(url: str) -> Source:
    found = re.fullmatch(r"v4l2:(/dev/[^+\s]+)(?:\+alsa:(\S+))?", url, flags=re.IGNORECASE)
    if not found:
        raise SourceError("device", url)
    return Source(SourceKind.V4L2, found[1], url, sound_device=found[2])


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number, or out of range
    except ValueError as error:
        raise SourceError("port", _shown(url)) from error
    return parts


def _host(name: str | None) -> str:
    """The address to listen on, every one where none is said. IPv6 needs its brackets."""
    return f"[{name}]" if name and ":" in name else name or "0.0.0.0"


def _shown(url: str) -> str:
    """The URL with whatever could be a password taken out."""
    url = re.sub(r"(?<=//)([^/@\s:]*):\S*@", r"\1:***@", url)
    return re.sub(r"((?:passphrase|password|pass|pwd|key|token)=)[^&\s]*", r"\1***", url, flags=re.IGNORECASE)
