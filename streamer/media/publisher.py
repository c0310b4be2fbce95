"""One destination: sends what the aired playlist lists, and comes back by itself whenever it loses its server.

A publisher has no picture of its own and touches no other publisher: a dead network hurts only its own destination.
"""

import asyncio
import contextlib
import logging
import re
import signal
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from streamer.council.clip import Shape
from streamer.council.networks import Sending
from streamer.media import graph
from streamer.media.acknowledged import Acknowledged
from streamer.media.binary import Ffmpeg
from streamer.media.process import Process, end_task, tail
from streamer.media.redact import redact
from streamer.media.streamkey import KeyRefused, hand_over
from streamer.media.upright import Making

log = logging.getLogger(__name__)

BACKOFF_SECONDS = (0.5, 1.0)
"""Never longer: a server that is back is sent to within 2 s, however long it was away."""
_TICK_SECONDS = 0.25
_STUCK_SECONDS = 12.0
"""Nothing acknowledged for this long although there is something new to send: the connection is dead without a word.
What a peer's own kernel still took, and how often we look, stay below the 15 s that are promised."""
_FRESH_SECONDS = 8.0
"""A playlist older than this has nothing new: a segment lasts at most 6 s."""
_LOOK_SECONDS = 1.0
_LAST_SEGMENTS_SECONDS = 12.0
BEGINNING_SECONDS = 4.5
"""Whoever is sent so much at once stays later by it; more would not be the live edge any more."""
_LISTED = re.compile(r"^#EXTINF:([0-9.]+),$", re.MULTILINE)
_SIZE = re.compile(r"^total_size=(\d+)$", re.MULTILINE)
_TIME = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Destination:
    """Where to send. `url` without the key (rtmp://, rtmps:// or srt://); `key` is the secret part, for SRT the stream
    id, with which may go a `passphrase`. `network`: its preset, if any; `usual`: what holds until somebody orders;
    `backup_of`: the name of the destination that this is the second way to: it is ordered with it; `shape` of the
    picture it gets."""

    name: str
    url: str
    key: str | None = field(default=None, repr=False)
    network: str = ""
    usual: Sending = Sending.SEND
    passphrase: str | None = field(default=None, repr=False)
    backup_of: str = ""
    shape: Shape = Shape.WIDE

    @property
    def ordered_as(self) -> str:
        """The name under which it is switched on and off."""
        return self.backup_of or self.name


class PublisherState(StrEnum):
    """How the sending is doing."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    BACKOFF = "backoff"
    STOPPING = "stopping"
    REFUSED = "refused"
    """The other side does not accept the key. Only one that answers can say so."""


@dataclass(frozen=True)
class PublisherStatus:
    """A snapshot, without secrets. Bytes and seconds count since `start`; `since`: unix seconds of the state.

    `unacknowledged_bytes`: on the way to the server now, None where that cannot be known; `still_seconds`: since the
    server last acknowledged something, 0 while there is nothing to send; `backlog_seconds`: aired and not yet sent, if
    all of it will be. `picture`: of a destination that has one of its own, how that is doing.
    """

    name: str
    ordered: bool
    state: PublisherState
    bytes_sent: int
    seconds_sent: float
    since: float
    last_error: str | None
    unacknowledged_bytes: int | None = None
    still_seconds: float = 0.0
    backlog_seconds: float = 0.0
    picture: Making | None = None


class Publisher:
    """Sends one playlist to one destination. `ca_file`: whom to trust for RTMPS, else the system's list."""

    def __init__(
        self, destination: Destination, playlist: Path, folder: Path, ffmpeg: Ffmpeg,
        *, ca_file: Path | None = None, clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._destination = destination
        self._playlist = playlist.absolute()
        self._stem = folder.absolute() / f"publisher-{re.sub(r'[^A-Za-z0-9_-]', '_', destination.name)}"
        self._ffmpeg = ffmpeg
        self._ca_file = ca_file
        self._clock = clock
        self._state = PublisherState.IDLE
        self._since = clock()
        self._ordered = False
        self._sent = Sent()
        self._before = Sent()
        self._error: str | None = None
        self._process: Process | None = None
        self._adopted: Process | None = None
        self._arrived = Acknowledged()
        self._moved = 0.0
        self._task: asyncio.Task[None] | None = None

    def adopt(self) -> bool:
        """Whether an earlier service left its process sending just this, just there: then `start` goes on with it."""
        self._adopted = Process.adopt(self._stem, self._doing)
        return self._adopted is not None

    @property
    def pids(self) -> list[int]:
        """Of the process that sends."""
        return [process.pid for process in (self._process, self._adopted) if process]

    async def start(self) -> None:
        """Send from now on, until `stop` or the end of the playlist. Does not wait for the server."""
        if self._ordered:
            return
        await self._join()
        self._ordered = True
        self._error = None
        self._sent = self._before = Sent()
        self._become(PublisherState.STARTING)
        self._task = asyncio.create_task(self._keep_sending(), name=f"publisher {self._destination.name}")

    async def stop(self) -> None:
        """Send no more; returns when the process is gone. A playlist that has ended is sent to its end first."""
        if self._task is None:
            return
        self._ordered = False
        self._become(PublisherState.STOPPING)
        if self._process and self._ended():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_SEGMENTS_SECONDS):
                    await self._process.wait()
        await self._join()
        self._become(PublisherState.IDLE)

    async def rest(self) -> None:
        """The same, by order: the next `start` is at the live edge anyway."""
        await self.stop()

    async def finish(self) -> None:
        """The same, when no more comes."""
        await self.stop()

    def status(self) -> PublisherStatus:
        """What is going on, for the clerk."""
        total = self._before + self._sent
        return PublisherStatus(
            self._destination.name, self._ordered, self._state, total.size, total.seconds, self._since, self._error,
            self._arrived.waiting if self._process else None, time.monotonic() - self._moved if self._process else 0.0,
        )  # fmt: skip

    async def _join(self) -> None:
        if self._task:
            await end_task(self._task)
            self._task = None

    async def _keep_sending(self) -> None:
        failures = 0
        while self._ordered:
            try:
                await self._await_playlist()
                sent = await self._send_once()
            except (OSError, KeyRefused) as error:
                sent, self._error = 0.0, redact(str(error), self._secrets)
            if self._ended() and self._error is None:
                break
            failures = 0 if sent > 30 else failures + 1
            self._become(PublisherState.BACKOFF)
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1 if failures else 0])
        self._ordered = False
        self._become(PublisherState.IDLE)

    async def _await_playlist(self) -> None:
        """There is nothing to send before the first segment is listed."""
        while "#EXTINF" not in tail(self._playlist, 4000):  # noqa: ASYNC110 - written by another process
            await asyncio.sleep(_TICK_SECONDS)

    async def _send_once(self) -> float:
        """One connection, from the live edge until it breaks. Returns the seconds it sent."""
        self._become(PublisherState.STARTING)
        self._error = None
        progress = self._stem.with_name(self._stem.name + ".progress")
        process, self._adopted = self._adopted, None
        if process is None:
            progress.unlink(missing_ok=True)
            process = self._launch(progress)
        self._process = process
        try:
            await self._follow(process, progress)
        finally:
            await process.stop(signal.SIGKILL)
            self._process = None
            self._look(progress)
            words = process.words()
            process.forget()
            progress.unlink(missing_ok=True)
            sent, self._before, self._sent = self._sent.seconds, self._before + self._sent, Sent()
        if process.failed or not self._ended():
            self._blame(words)
        return sent

    def _launch(self, progress: Path) -> Process:
        to = self._destination
        key = hand_over(to.key, to.url, self._ffmpeg, to.passphrase)
        try:
            options = key.options | self._tls()
            argv = graph.publisher(
                str(self._playlist), to.url, str(progress), options, whole=is_beginning(self._playlist)
            )
            return Process.start([self._ffmpeg.path, *argv], self._stem, pass_fds=key.pass_fds, doing=self._doing)
        finally:
            key.close()

    async def _follow(self, process: Process, progress: Path) -> None:
        """Watch it until it is gone, or hangs."""
        gone = asyncio.ensure_future(process.wait())
        looked = self._moved = time.monotonic()
        self._arrived = Acknowledged()
        try:
            while not gone.done():
                await asyncio.wait({gone}, timeout=_TICK_SECONDS)
                self._look(progress)
                if (now := time.monotonic()) - looked >= _LOOK_SECONDS:
                    looked = now
                    arrives = await asyncio.to_thread(self._arrived.look, process.pid, self._sent.size)
                    self._moved = now if arrives or not self._fresh() else self._moved
                if self._sent.size > 0 and not gone.done() and self._ordered:
                    self._become(PublisherState.RUNNING)
                if time.monotonic() - self._moved > _STUCK_SECONDS:
                    log.warning("%s takes nothing any more, connecting anew", self._destination.name)
                    return
        finally:
            gone.cancel()

    def _look(self, progress: Path) -> None:
        """Read how far it is."""
        text = tail(progress, 700)
        size, seconds = _SIZE.findall(text), _TIME.findall(text)
        now = Sent(int(size[-1]) if size else 0, int(seconds[-1]) / 1_000_000 if seconds else 0.0)
        if now.size > self._sent.size:
            self._sent = now

    def _fresh(self) -> bool:
        """Whether the playlist was written lately: else there is nothing to send, and silence is right."""
        try:
            return time.time() - self._playlist.stat().st_mtime < _FRESH_SECONDS
        except OSError:
            return False

    def _ended(self) -> bool:
        return "#EXT-X-ENDLIST" in tail(self._playlist, 200)

    def _tls(self) -> dict[str, str | int]:
        """Certificates are checked: ffmpeg by itself would accept anybody's."""
        if not self._destination.url.startswith("rtmps:"):
            return {}
        authorities = self._ca_file or ssl.get_default_verify_paths().cafile or "/etc/ssl/certs/ca-certificates.crt"
        return {"tls_verify": 1, "ca_file": str(authorities)}

    @property
    def _doing(self) -> str:
        to = self._destination
        return f"{self._playlist} {to.url} {to.key} {to.passphrase} {self._ca_file} {self._ffmpeg.path}"

    @property
    def _secrets(self) -> tuple[str, ...]:
        to = self._destination
        return tuple(secret for secret in (to.key, to.passphrase) if secret)

    def _blame(self, words: str) -> None:
        lines = [line.strip() for line in redact(words, self._secrets).splitlines() if line.strip()]
        self._error = lines[-1][:500] if lines else "The connection ended."
        log.warning("%s: %s", self._destination.name, self._error)

    def _become(self, state: PublisherState) -> None:
        if state is not self._state:
            log.info("publisher %s: %s -> %s", self._destination.name, self._state, state)
            self._state = state
            self._since = self._clock()


def is_beginning(playlist: Path) -> bool:
    """Whether all of a broadcast so far is listed and is but a moment: it is sent from its first second, although a
    machine that is busy may list the second segment before the first is asked for."""
    text = tail(playlist, 4000)
    total = sum(float(seconds) for seconds in _LISTED.findall(text))
    return "#EXT-X-MEDIA-SEQUENCE:0\n" in text and total <= BEGINNING_SECONDS


@dataclass(frozen=True)
class Sent:
    """Bytes and seconds of media."""

    size: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Sent") -> "Sent":
        return Sent(self.size + other.size, self.seconds + other.seconds)
