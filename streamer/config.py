"""The configuration file, checked: every mistake at once, each with its key and what to do.

Its manual is `config.toml`: a key that is not explained there does not exist.
"""

import re
import tomllib
from dataclasses import replace
from datetime import date, time, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic import ValidationError as PydanticError

from streamer.config_alarms import Alarms
from streamer.config_destination import Destination
from streamer.config_errors import ConfigErrors, Mistake, explain, mistake
from streamer.config_live import Live
from streamer.config_news import News
from streamer.config_parts import LOOPBACK, AbsolutePath, Section, folder_of
from streamer.config_questions import Language, Questions
from streamer.config_youtube import YouTube
from streamer.control.hours import Publishing
from streamer.council.schedule import GoLive, Rules
from streamer.media.slate import is_png
from streamer.media.source import Source as MediaSource
from streamer.media.source import SourceError, parse_source

SITE = re.compile(r"https?://(\*\.)?[a-zA-Z0-9.-]+(:\d{1,5})?")
"""As a Content-Security-Policy takes it."""


def _absolute_file(url: str, folder: Path) -> str:
    """`film.mp4` and `file:film.mp4` lie beside the configuration file too."""
    named = url.lower().startswith("file:")
    if not url or (":" in url and not named):
        return url
    return f"file:{folder / Path(url[len('file:') :] if named else url).expanduser()}"


def _even(value: int) -> int:
    if value % 2:
        raise mistake("odd", "must be an even number", f"write {value + 1}")
    return value


Pixels = Annotated[int, Field(ge=160, le=3840), AfterValidator(_even)]


class Council(Section):
    """Whose gallery it is."""

    name: str = Field("Gemeng", min_length=1, max_length=200)
    languages: list[Language] = Field(["fr", "de", "lb", "en"], min_length=1)
    timezone: str = "Europe/Luxembourg"
    crest: AbsolutePath | None = None

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: list[str]) -> list[str]:
        if len(set(value)) < len(value):
            raise mistake("repeated", "names a language twice", "name each language once; the first is the default")
        return value

    @field_validator("crest")
    @classmethod
    def _a_picture(cls, value: Path | None) -> Path | None:
        if value is not None and not is_png(value):
            raise mistake("no_picture", f"{value} is not a PNG picture", "correct the path, or save the crest as PNG")
        return value

    @field_validator("timezone")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in available_timezones():
            raise mistake("unknown_timezone", f'"{value}" is not a time zone', 'write one like "Europe/Luxembourg"')
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The council's clock."""
        return ZoneInfo(self.timezone)


class Source(Section):
    """Where the picture and the sound come from."""

    url: str = Field(repr=False)  # it may hold the camera's password
    patience_seconds: float = Field(0.8, ge=0.5, le=10)

    @field_validator("url")
    @classmethod
    def _understood(cls, value: str, info: ValidationInfo) -> str:
        value = _absolute_file(value.strip(), folder_of(info))
        try:
            parse_source(value)
        except SourceError as error:
            message, _, todo = str(error).partition(". ")
            raise mistake(f"source_{error.code}", message, todo) from None
        return value

    @property
    def parsed(self) -> MediaSource:
        """As the encoder takes it. Raises SourceError when, say, the file went away since the check."""
        return replace(parse_source(self.url), patience=self.patience_seconds)


class Encoder(Section):
    """What is made of them."""

    width: Pixels = 1280
    height: Pixels = 720
    fps: int = Field(30, ge=5, le=60)
    video_bitrate: int = Field(4_000_000, ge=100_000, le=50_000_000)
    """Bits per second; the file also takes "4M" and "2500k"."""
    segment_seconds: int = Field(2, ge=1, le=6)

    @field_validator("video_bitrate", mode="before")
    @classmethod
    def _bits(cls, value: Any) -> Any:
        if isinstance(value, str) and value[-1:] in ("k", "M"):
            factor = 1000 if value.endswith("k") else 1_000_000
            try:
                return round(float(value[:-1]) * factor)
            except ValueError:
                pass
        if isinstance(value, str):
            raise mistake("bitrate", f'"{value}" is not a bit rate', 'write one like "4M" or "2500k"')
        return value


class Broadcast(Section):
    """How it goes on the air."""

    delay_seconds: float = Field(10.0, ge=0, le=60)
    slate: AbsolutePath | None = None

    @field_validator("slate")
    @classmethod
    def _exists(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise mistake("no_file", f"there is no file {value}", "correct the path, or leave it out for Tribune's own")
        return value


class Preflight(Section):
    """What is checked before a meeting goes on the air, and when by itself."""

    planned_hours: float = Field(3.0, gt=0, le=24)
    minutes_before: list[Annotated[int, Field(ge=1, le=24 * 60)]] = Field([60, 15, 2], max_length=10)


class Schedule(Section):
    """What happens by the clock alone."""

    automatic: bool = False
    rehearse_minutes: int = Field(15, ge=0, le=180)
    waiting_minutes: int = Field(10, ge=0, le=180)
    live: Literal["by clerk", "at start"] = "by clerk"
    forgotten_hours: float = Field(3.0, ge=0.5, le=12)
    screening: Literal["live", "delayed"] = "live"
    publish_at: str = "12:00"
    holidays: list[str] = Field([], max_length=200)

    @field_validator("publish_at")
    @classmethod
    def _hour(cls, value: str) -> str:
        try:
            time.fromisoformat(value)
        except ValueError:
            raise mistake("bad_hour", f'"{value}" is not an hour', 'write one like "12:00"') from None
        return value

    @field_validator("holidays")
    @classmethod
    def _days(cls, values: list[str]) -> list[str]:
        for value in values:
            try:
                date.fromisoformat(value)
            except ValueError:
                raise mistake("bad_day", f'"{value}" is not a day', 'write one like "2026-06-23"') from None
        return values

    def publishing(self, zone: tzinfo) -> Publishing:
        """When a replay publishes itself, on the clock of `zone`."""
        days = frozenset(date.fromisoformat(day) for day in self.holidays)
        return Publishing(time.fromisoformat(self.publish_at), days, zone)

    @property
    def rules(self) -> Rules:
        """As the timekeeper reads them."""
        return Rules(
            self.automatic, self.rehearse_minutes, self.waiting_minutes, GoLive(self.live), self.forgotten_hours
        )


class Web(Section):
    """Where the pages are served."""

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    insecure_http: bool = False
    public_url: str = ""
    embed_sites: list[str] = Field([], max_length=20)

    @field_validator("embed_sites")
    @classmethod
    def _sites(cls, values: list[str]) -> list[str]:
        for value in values:
            if not SITE.fullmatch(value):
                raise mistake(
                    "bad_url", f'"{value}" is not the address of a site', 'write one like "https://www.example.lu"'
                )
        return values

    @field_validator("public_url")
    @classmethod
    def _reachable(cls, value: str, info: ValidationInfo) -> str:
        value = (value or f"http://127.0.0.1:{info.data.get('port', 8080)}").rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise mistake(
                "bad_url", f'"{value}" is not the address of a site', 'write one like "https://live.example.lu"'
            )
        if parts.scheme == "http" and parts.hostname not in LOOPBACK and not info.data.get("insecure_http"):
            raise mistake(
                "insecure_http",
                "is not encrypted, so passwords would travel in the clear",
                "use https:// (a proxy does that), or set insecure_http = true for a test on your own network",
            )
        return value


class Speech(Section):
    """Nothing here: what was said is written down by people."""

    model: AbsolutePath | None = None


class Recordings(Section):
    """The one folder to back up."""

    folder: AbsolutePath = Field("recordings")  # type: ignore[assignment]  # made absolute by its validator

    @field_validator("folder")
    @classmethod
    def _a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise mistake("no_folder", f"{value} is not a folder", "name a folder; it is made when it is missing")
        return value


class Config(Section):
    """The whole file."""

    council: Council = Council()
    source: Source
    encoder: Encoder = Encoder()
    broadcast: Broadcast = Broadcast()
    destinations: list[Destination] = Field(default_factory=list, alias="destination")
    youtube: YouTube = YouTube()
    preflight: Preflight = Preflight()
    questions: Questions = Questions()
    schedule: Schedule = Schedule()
    alarms: Alarms = Alarms()
    news: News = News()
    speech: Speech = Speech()
    live: Live = Live()
    web: Web = Web()
    recordings: Recordings = Field(default_factory=dict, validate_default=True)

    @property
    def database(self) -> Path:
        """The SQLite file, among the recordings: one folder to back up."""
        return self.recordings.folder / "tribune.db"

    @property
    def youtube_token(self) -> Path:
        """The consent to act on the channel."""
        return self.recordings.folder / "youtube.token"

    @property
    def youtube_destination(self) -> Destination | None:
        """The destination whose broadcasts are planned at YouTube, `None` where there is none."""
        named = [place for place in self.destinations if place.name == self.youtube.destination]
        return named[0] if named and self.youtube.client_id else None

    @classmethod
    def of(cls, data: dict[str, Any], folder: Path) -> Self:
        """Check `data` as if read from a file in `folder`. Raises ConfigErrors."""
        mistakes = _same_name_twice(data) + _no_such_destination(data) + _no_carrier(data)
        try:
            config = cls.model_validate(data, context={"folder": folder})
        except PydanticError as error:
            mistakes = explain(error, cls) + mistakes
        if mistakes:
            raise ConfigErrors(mistakes)
        return config


def load(path: Path) -> Config:
    """Read and check the file. Raises ConfigErrors with all its mistakes."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        todo = "name another file with --config, or start from the config.toml that comes with Tribune"
        raise ConfigErrors([Mistake("", "no_file", f"cannot read {path}: {error.strerror}", todo)]) from None
    except UnicodeDecodeError:
        raise ConfigErrors([Mistake("", "not_utf8", "the file is not UTF-8 text", "save it as UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        todo = 'text needs quotation marks, and a section is [name]: see "https://toml.io"'
        raise ConfigErrors([Mistake("", "not_toml", f"cannot be understood: {error}", todo)]) from None
    return Config.of(data, path.resolve().parent)


def _same_name_twice(data: dict[str, Any]) -> list[Mistake]:
    """Checked beside the models, which would fall silent about it while an entry has another mistake."""
    entries = data.get("destination")
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    backups = [f"{e.get('name')} (backup)" for e in entries or [] if isinstance(e, dict) and e.get("backup")]
    return [
        Mistake(
            f"destination[{index}].name", "repeated", f'"{name}" is used twice', "give each destination its own name"
        )
        for index, name in enumerate(names)
        if name is not None and name in [*names[:index], *backups]
    ]


def _no_carrier(data: dict[str, Any]) -> list[Mistake]:
    """[news] writes by the mail server of [alarms]."""
    news, alarms = data.get("news"), data.get("alarms", {})
    if not isinstance(news, dict) or not isinstance(alarms, dict) or news.get("email") is not True:
        return []
    if alarms.get("smtp_host") and alarms.get("smtp_from"):
        return []
    todo = "add smtp_host and smtp_from to [alarms]"
    return [Mistake("news.email", "missing", "needs a mail server that carries the letters", todo)]


def _no_such_destination(data: dict[str, Any]) -> list[Mistake]:
    """[youtube] is about one of the destinations."""
    section, entries = data.get("youtube"), data.get("destination", [])
    if not isinstance(section, dict) or not isinstance(entries, list) or not section.get("client_id"):
        return []
    names = [entry.get("name") for entry in entries if isinstance(entry, dict)]
    wanted = section.get("destination", "YouTube")
    if wanted in names:
        return []
    todo = f"give one the name {wanted!r}, or write destination = the name of yours"
    return [Mistake("youtube.destination", "no_destination", f"there is no [[destination]] {wanted!r}", todo)]
