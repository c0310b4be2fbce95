"""`[[destination]]`: where the broadcast is sent. Keys and passphrases are never held here, only where they are."""

from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import Field, ValidationInfo, field_validator

from streamer.config_errors import mistake
from streamer.config_parts import LOOPBACK, AbsolutePath, Section, kept_in_file, kept_in_variable, one_place, secret
from streamer.council.clip import Shape
from streamer.council.networks import Sending
from streamer.council.networks import Shape as Shows
from streamer.platforms.presets import PRESETS

SCHEMES = ("rtmp", "rtmps", "srt", "https")
BACKUP_OF_PRESET = "preset"
UPRIGHT = {"upright padded": Shape.TALL_PADDED, "upright cropped": Shape.TALL_CROPPED}
SECRET_PARTS = ("passphrase", "streamid", "cid")
"""Of an address: they belong into a file."""


class Destination(Section):
    """One place. `stream_key()` and `passphrase()` fetch the secrets when they are needed."""

    name: str = Field(min_length=1, max_length=60)
    url: str | None = None
    preset: str | None = None
    stream_key_file: AbsolutePath | None = None
    stream_key_env: str | None = None
    passphrase_file: AbsolutePath | None = None
    passphrase_env: str | None = None
    backup: str | None = None
    picture: Literal["wide", "upright padded", "upright cropped"] | None = None
    starts: Literal["with the meeting", "by clerk"] | None = None

    @field_validator("url")
    @classmethod
    def _understood(cls, value: str | None) -> str | None:
        return None if value is None else address(value)

    @field_validator("preset")
    @classmethod
    def _has_an_address(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and value not in PRESETS:
            raise mistake("unknown_preset", f'"{value}" is not a preset', f"use one of: {', '.join(sorted(PRESETS))}")
        if "url" not in info.data:
            return value
        url = info.data["url"]
        if value is None and url is None:
            raise mistake("one_of", "needs url or preset", "add one of the two", whole=True)
        if value is not None:
            _reaches(value, url)
        return value

    @field_validator("stream_key_file")
    @classmethod
    def _kept_secret(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "stream key", _one_word)

    @field_validator("stream_key_env")
    @classmethod
    def _one_key(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "stream_key_file" not in info.data:
            return value
        needed = bool(info.data.get("preset"))
        one_place(value, info.data["stream_key_file"], "stream_key", needed=needed, said="stream key")
        return kept_in_variable(value, _one_word)

    @field_validator("passphrase_file")
    @classmethod
    def _a_passphrase(cls, value: Path | None) -> Path | None:
        return kept_in_file(value, "passphrase", _long_enough)

    @field_validator("passphrase_env")
    @classmethod
    def _one_passphrase(cls, value: str | None, info: ValidationInfo) -> str | None:
        if "passphrase_file" not in info.data or "url" not in info.data:
            return value
        one_place(value, info.data["passphrase_file"], "passphrase", needed=False)
        named = value is not None or info.data["passphrase_file"] is not None
        if named and not (info.data["url"] or "").startswith("srt:"):
            raise mistake(
                "no_srt", "has a passphrase, which only SRT knows", "remove it, or use an srt:// address", True
            )
        return kept_in_variable(value, _long_enough)

    @field_validator("backup")
    @classmethod
    def _second_way(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None or value == BACKUP_OF_PRESET:
            preset = PRESETS.get(info.data.get("preset") or "")
            if value is not None and (preset is None or preset.backup is None):
                raise mistake("no_backup", "there is no backup address that Tribune knows", "write the address itself")
            return value
        return address(value)

    @field_validator("picture")
    @classmethod
    def _can_be_made(cls, value: str | None, info: ValidationInfo) -> str | None:
        ways = (info.data.get("url") or _known(info.data.get("preset")), info.data.get("backup") or "")
        if value in UPRIGHT and any(way.startswith("http") for way in ways):
            raise mistake("hls_wide", "cannot be upright over HLS", "remove it, or write an rtmps:// address into url")
        return value

    @property
    def shape(self) -> Shape:
        """What it is sent: what its network shows, unless said otherwise."""
        if self.picture:
            return UPRIGHT.get(self.picture, Shape.WIDE)
        shows = PRESETS[self.preset].limits.shape if self.preset else Shows.WIDE
        return Shape.TALL_PADDED if shows is Shows.UPRIGHT else Shape.WIDE

    @property
    def backup_address(self) -> str | None:
        """Of the second way, without the key."""
        return PRESETS[self.preset or ""].backup if self.backup == BACKUP_OF_PRESET else self.backup

    @property
    def backup_name(self) -> str:
        """What the second way is called."""
        return f"{self.name} (backup)"

    @property
    def address(self) -> str:
        """Where it is sent, without the key. An address that was pasted comes before the preset's own."""
        return self.url or PRESETS[self.preset or ""].address or ""

    @property
    def usual(self) -> Sending:
        """What holds while the clerk has said nothing: a picture of its own costs, and must be meant."""
        starts = self.starts or ("with the meeting" if self.shape is Shape.WIDE else "by clerk")
        return Sending.SEND if starts == "with the meeting" else Sending.REST

    def stream_key(self) -> str | None:
        """The key as it stands now, `None` where the destination has none. Raises OSError, KeyError if it went away."""
        return secret(self.stream_key_file, self.stream_key_env)

    def passphrase(self) -> str | None:
        """Of an SRT connection, likewise."""
        return secret(self.passphrase_file, self.passphrase_env)


def address(value: str) -> str:
    """The address of a server, checked. Raises a mistake."""
    parts = urlsplit(value)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK  # a receiver on this machine, for a trial
    a_page = parts.scheme in ("http", "https") and not parts.path.strip("/")  # of a site, which takes nothing
    if (parts.scheme not in SCHEMES and not here) or not parts.hostname or a_page:
        todo = 'write one like "rtmps://live.example.org/app" or "srt://live.example.org:8890"'
        raise mistake("bad_url", "is not the address of an RTMP, SRT or HLS server", todo)
    _without_secrets(parts)
    if parts.scheme == "srt" and not parts.port:
        raise mistake("bad_url", "names no port", 'write one like "srt://live.example.org:8890"')
    return value


def _without_secrets(parts: SplitResult) -> None:
    found = [name for name in SECRET_PARTS if name in parse_qs(parts.query, keep_blank_values=True)]
    if found:
        todo = "put the key or stream id into stream_key_file, a passphrase into passphrase_file (chmod 600)"
        raise mistake("secret_in_url", f"holds a {found[0]}, which is secret", todo)


def _known(preset: str | None) -> str:
    return (PRESETS[preset].address or "") if preset else ""


def _reaches(preset: str, url: str | None) -> None:
    """Whether there is an address, of a kind that the network takes."""
    network = PRESETS[preset]
    if url is None and network.address is None:
        raise mistake("no_address", f"{network.title} gives everybody another address", "copy it from there into url")
    if url is not None and urlsplit(url).scheme not in network.schemes:
        todo = f"copy the address that begins with {network.schemes[0]}:// into url"
        raise mistake("bad_url", f"{network.title} does not take {urlsplit(url).scheme}://", todo)


def _one_word(key: str, where: str) -> None:
    if not key:
        raise mistake("no_key", f"{where} is empty", "put the stream key there, as the platform shows it")
    if len(key.split()) > 1:
        raise mistake("no_key", f"{where} holds more than a stream key", "leave only the key, on one line")


def _long_enough(passphrase: str, where: str) -> None:
    """SRT takes 10 to 79 characters (libsrt, SRTO_PASSPHRASE)."""
    if not 10 <= len(passphrase) <= 79 or len(passphrase.splitlines()) > 1:
        raise mistake("no_key", f"{where} is no passphrase", "SRT takes one of 10 to 79 characters, on one line")
