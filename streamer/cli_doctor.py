"""`tribune doctor`: is everything there that a meeting needs? And `--live-check`: does YouTube do what is expected?

A line for each thing, with what to do; exit code 0 where nothing is red, 1 where something is. Works beside a running
service, too: then the camera and the computer's speed are left alone.
"""

import asyncio
import contextlib
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from streamer.app_studio import studio_of
from streamer.cli import Abort
from streamer.cli_youtube import TROUBLES, lasts, youtube_of
from streamer.config import Config
from streamer.control import preflight_camera as camera
from streamer.control.broadcast import Studio
from streamer.control.live_check import Done, LiveCheck
from streamer.control.machine import look_at_clock, look_at_power
from streamer.control.preflight_ways import bits_per_second, fitting, look_at_slates, speed_line, walked
from streamer.control.youtube_channel import Channel, KeyUnknown
from streamer.council.networks import Sending
from streamer.council.preflight import Line, Outcome, judge_disk
from streamer.council.speech import Readiness
from streamer.media.room import free_bytes
from streamer.media.speech import readiness
from streamer.platforms.youtube.endpoints import GOOGLE, Endpoints
from streamer.platforms.youtube.errors import YouTubeError
from streamer.store.database import Database, DatabaseUnavailable
from streamer.store.folder import FolderInUse, alone_in
from web.i18n import Translator
from web.preflight import told
from web.preflight_words import CHECKS
from web.speech_words import MISSING, READY

WELL, WRONG = 0, 1
"""Exit codes; a mistake in the configuration is 2."""
SIGNS = {Outcome.OK: "ok     ", Outcome.WARN: "look   ", Outcome.RED: "WRONG  ", Outcome.NOT_CHECKED: "-      "}

SPEECH = {Readiness.READY: Outcome.OK, Readiness.NOT_SET: Outcome.NOT_CHECKED}


@dataclass(frozen=True)
class Found:
    """One thing: what was looked at, how it is, and a sentence."""

    name: str
    outcome: Outcome
    said: str


Tell = Callable[[Found], None]


class Doctor:
    """One round of checks. `alone`: no service runs on these recordings."""

    def __init__(self, config: Config, studio: Studio, tell: Tell, google: Endpoints, *, alone: bool) -> None:
        self._config, self._studio, self._tell, self._google, self._alone = config, studio, tell, google, alone
        self._reader = Translator("en", config.council.zone)

    async def all(self) -> None:
        """What the preflight of a meeting looks at, and what it takes for granted."""
        ffmpeg, needed = self._studio.ffmpeg, bits_per_second(self._studio.settings)
        self._tell(Found("ffmpeg", Outcome.OK, f"{ffmpeg.path}, {'.'.join(map(str, ffmpeg.version))}."))
        await self._database()
        await asyncio.to_thread(self._port)
        free = await asyncio.to_thread(free_bytes, self._studio.recordings)
        self._line(judge_disk(free, needed, self._config.preflight.planned_hours))
        self._line(await asyncio.to_thread(look_at_clock))
        self._line(await look_at_power())
        self._line(await look_at_slates(self._studio))
        self._speech()
        await self._camera_and_encoder()
        for to in self._studio.destinations:
            for line in (*await walked(to, needed, beside=not self._alone), *fitting(to, self._studio.settings)):
                self._line(line)
        if self._config.youtube_destination:
            await self._youtube()

    def _line(self, line: Line) -> None:
        name = CHECKS[line.check] + (f": {line.subject}" if line.subject else "")
        self._tell(Found(name, line.outcome, told(self._reader, line)))

    async def _database(self) -> None:
        try:
            await (await Database.open(self._config.database)).close()
            self._tell(Found("Database", Outcome.OK, f"{self._config.database} opens."))
        except DatabaseUnavailable as error:
            self._tell(Found("Database", Outcome.RED, str(error)))

    def _port(self) -> None:
        """Free for the service, or the service answers there."""
        host, port = self._config.web.host, self._config.web.port
        if self._alone:
            try:
                family = socket.AF_INET6 if ":" in host else socket.AF_INET
                socket.create_server((host, port), family=family).close()
                self._tell(Found("Pages", Outcome.OK, f"port {port} is free. The service is not running."))
            except OSError as error:
                todo = "Another program has this port: end that one, or write another port into [web]."
                self._tell(Found("Pages", Outcome.RED, f"cannot listen on {host}:{port} ({error.strerror}). {todo}"))
            return
        near = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
        try:
            with urllib.request.urlopen(f"http://{near}:{port}/healthz", timeout=10):
                self._tell(Found("Pages", Outcome.OK, f"the service is running and answers on port {port}."))
        except (OSError, urllib.error.URLError):
            todo = "Look into its log; if it does not come back, start it anew when no meeting is on."
            self._tell(
                Found("Pages", Outcome.RED, f"the service is running but does not answer on port {port}. {todo}")
            )

    def _speech(self) -> None:
        """No meeting needs it: it is never red."""
        ready = readiness(self._config.speech.model)
        outcome = SPEECH.get(ready, Outcome.WARN)
        self._tell(Found("Speech to text", outcome, self._reader.gettext(MISSING.get(ready, READY))))

    async def _camera_and_encoder(self) -> None:
        if not self._alone:
            said = "not looked at beside the running service. Its pages have the button “Check everything”."
            self._tell(Found("Picture, voice, speed of this computer", Outcome.NOT_CHECKED, said))
            return
        async with camera.own_filming(self._studio) as filming:
            for line in await camera.look(filming, self._studio):
                self._line(line)
        usual = [to for to in self._studio.destinations if to.usual is Sending.SEND]
        self._line(await speed_line(self._studio, usual))

    async def _youtube(self) -> None:
        youtube, place = youtube_of(self._config, self._google), self._config.youtube_destination
        assert place
        try:
            grant = await youtube.grant(fresh=True)
            self._tell(Found("YouTube, consent", Outcome.OK, f"{lasts(grant, time.time())}."))
            await Channel(youtube, place.stream_key, self._config.youtube.privacy).stream()
            self._tell(Found("YouTube, stream key", Outcome.OK, "it belongs to a stream of the connected channel."))
        except KeyUnknown:
            said = "the key in use belongs to NO stream of the connected channel. Compare it with YouTube Studio."
            self._tell(Found("YouTube, stream key", Outcome.RED, said))
        except YouTubeError as error:
            self._tell(Found("YouTube", Outcome.RED, f"{TROUBLES.get(error.code, str(error))}."))


def run_doctor(config: Config, google: Endpoints = GOOGLE) -> int:
    """Look at everything and print it. Raises FfmpegMissing, OSError."""
    found: list[Found] = []

    def tell(thing: Found) -> None:
        found.append(thing)
        print(f"{SIGNS[thing.outcome]}{thing.name}: {thing.said}", flush=True)

    tell(Found("Configuration", Outcome.OK, "it is fine."))
    with _folder(config) as alone:
        asyncio.run(Doctor(config, machines(config), tell, google, alone=alone).all())
    red = sum(thing.outcome is Outcome.RED for thing in found)
    print(f"\n{red} of {len(found)} wrong." if red else "\nNothing is wrong.")
    return WRONG if red else WELL


def run_live_check(config: Config, report: Path, google: Endpoints = GOOGLE) -> int:
    """A private broadcast at YouTube from its plan to its end; what happened is in `report`, without any secret.

    Raises Abort, FfmpegMissing, FolderInUse, OSError.
    """
    place = config.youtube_destination
    if place is None:
        raise Abort("there is no client_id in the section [youtube]: docs/youtube.md says how to get one")
    print("A private broadcast is planned at YouTube, sent to for a moment, ended and deleted. Nobody sees it.\n")
    with alone_in(config.recordings.folder):  # a meeting that is on the air has the stream
        studio, youtube = machines(config), youtube_of(config, google)
        to = next(to for to in studio.destinations if to.name == place.name)
        channel = Channel(youtube, place.stream_key, "private")
        check = LiveCheck(youtube, channel, studio, to, secrets.token_hex(6), lambda done: print(_step_said(done)))
        well = asyncio.run(check.run())
    text = _report(check.done, studio, channel.take_units(), well=well)
    report.write_text(text, encoding="utf-8")
    print(f"\n{text.splitlines()[-1]}\nThe report is in {report}: no key, no token and no name of yours is in it.")
    return WELL if well else WRONG


def _step_said(done: Done) -> str:
    sign = SIGNS[Outcome.RED if done.wrong else Outcome.OK]
    return f"{sign}{done.seconds:6.1f} s  {done.name}" + (
        f": {done.wrong or done.told}" if done.wrong or done.told else ""
    )


def _report(steps: list[Done], studio: Studio, units: int, *, well: bool) -> str:
    """What others may read: no address, no channel, no id."""
    settings = studio.settings
    head = [
        "Tribune, live check at YouTube",
        f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, Tribune {version('tribune')}, "
        f"ffmpeg {'.'.join(map(str, studio.ffmpeg.version))}, {settings.width}x{settings.height}, {settings.fps} fps, "
        f"{settings.video_bitrate // 1000} kbit/s",
        "",
    ]
    end = "Everything was as expected." if well else "Something was not as expected."
    return "\n".join(
        [*head, *map(_step_said, steps), "", f"{units} units of the day's quota, by Tribune's count.", end, ""]
    )


def machines(config: Config) -> Studio:
    """As the service would have them. Raises FfmpegMissing."""
    zone = config.council.zone
    return studio_of(config, {language: Translator(language, zone) for language in config.council.languages})


@contextlib.contextmanager
def _folder(config: Config) -> Iterator[bool]:
    """Whether the recordings are ours while the block lasts: else a service is running."""
    with contextlib.ExitStack() as held:
        try:
            held.enter_context(alone_in(config.recordings.folder))
            alone = True
        except FolderInUse:
            alone = False
        yield alone
