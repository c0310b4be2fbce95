"""The upright picture of a meeting, for the networks that show such pictures: what was aired, encoded once more.

It reads the list that publishers read, so it can show nothing that they do not; and for the processor and the disk it
comes last, so it can hold up nobody. It runs for as long as somebody sends it.
"""

import asyncio
import contextlib
import logging
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from streamer.council.clip import Shape
from streamer.media import records
from streamer.media.binary import Ffmpeg
from streamer.media.encoder_status import EncoderState
from streamer.media.graph_upright import UprightFiles, upright
from streamer.media.process import Process, end_task, tail
from streamer.media.replay import GENTLY
from streamer.media.settings import EncoderSettings
from streamer.media.slate import frame

log = logging.getLogger(__name__)

STEM = "upright-"
AIRED = "air.m3u8"
BACKOFF_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Longer and longer: each attempt costs the machine what it may not have."""
_TICK_SECONDS = 0.25
_STUCK_SECONDS = 12.0
"""Nothing made for this long although something was aired: it hangs."""
_FRESH_SECONDS = 8.0
_LAST_SECONDS = 20.0
"""How long the end of a meeting is waited for."""
_COST_SECONDS = 15.0
"""Over how long its cost is averaged."""
_TIME = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Making:
    """A snapshot. `seconds`: made by this process; `percent`: of all processors of this machine, None where that is
    not known; `since`: unix seconds of the state."""

    shape: Shape
    state: EncoderState
    seconds: float
    percent: float | None
    since: float
    last_error: str | None


class Upright:
    """One shape of one meeting. `folder`: the meeting's; `council`, and `title` once it is known, stand around it."""

    def __init__(
        self, shape: Shape, folder: Path, settings: EncoderSettings, ffmpeg: Ffmpeg, council: str,
        clock: Callable[[], float] = time.time,
    ) -> None:  # fmt: skip
        self._shape, self._folder, self._settings, self._ffmpeg = shape, folder.absolute(), settings, ffmpeg
        self._council, self._clock = council, clock
        self.title = ""
        name = f"{STEM}{shape}"
        self._stem, self._made = self._folder / name, self._folder / name
        self._files = UprightFiles(
            AIRED, f"{name}/frame.png", f"{name}/air.m3u8", f"{name}/%06d.ts", f"{name}.progress"
        )
        self._users: set[str] = set()
        self._state, self._since = EncoderState.IDLE, clock()
        self._error: str | None = None
        self._seconds, self._moved = 0.0, 0.0
        self._cost = Cost()
        self._process: Process | None = None
        self._adopted: Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def playlist(self) -> Path:
        """What publishers send."""
        return self._folder / self._files.playlist

    @property
    def pids(self) -> list[int]:
        """Of the process that encodes."""
        return [process.pid for process in (self._process, self._adopted) if process]

    def adopt(self) -> bool:
        """Whether an earlier service left its process making just this: then the first `begin` goes on with it."""
        if not self.pids:
            self._adopted = Process.adopt(self._stem, self._doing)
        return bool(self.pids)

    async def begin(self, user: str) -> None:
        """`user` sends it from now on. Does not wait for a picture."""
        self._users.add(user)
        if self._task and not self._task.done():
            return
        if self._adopted is None:
            records.end(self._stem)
            self._clear()
        self._error = None
        self._become(EncoderState.STARTING)
        self._task = asyncio.create_task(self._keep_making(), name=self._stem.name)

    async def leave(self, user: str) -> None:
        """`user` sends it no more. With the last one it ends, and nothing of it is left."""
        self._users.discard(user)
        if self._task and not self._users:
            task, self._task = self._task, None
            await end_task(task)
            self._clear()
            self._become(EncoderState.IDLE)

    async def finish(self) -> None:
        """What is aired has ended: make the rest of it."""
        if self._task:
            await asyncio.wait({self._task}, timeout=_LAST_SECONDS)

    async def anew(self) -> None:
        """Something that was aired is not for the public any more: what was made of it goes, too."""
        if self._task and not self._task.done():
            await end_task(self._task)
            for piece in self._made.glob("*.ts"):
                piece.unlink(missing_ok=True)
            self._task = asyncio.create_task(self._keep_making(), name=self._stem.name)

    def status(self) -> Making:
        """What is going on, for the clerk."""
        percent = self._cost.percent if self._process else None
        return Making(self._shape, self._state, self._seconds, percent, self._since, self._error)

    async def _keep_making(self) -> None:
        failures = 0
        while True:
            try:
                while "#EXTINF" not in tail(self._folder / AIRED, 4000):  # noqa: ASYNC110 - nothing tells of it
                    await asyncio.sleep(_TICK_SECONDS)
                made = await self._make_once()
            except OSError as error:
                made, self._error = 0.0, str(error)
            if "#EXT-X-ENDLIST" in tail(self._folder / AIRED, 200):
                break
            failures = 0 if made > 30 else failures + 1
            self._become(EncoderState.BACKOFF)
            log.warning("%s: %s", self._stem.name, self._error)
            await asyncio.sleep(BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1 if failures else 0])
        self._tell_end()
        self._become(EncoderState.IDLE)

    async def _make_once(self) -> float:
        """One process, until it is gone, or hangs. Returns the seconds it made."""
        process, self._adopted = self._adopted, None
        if process is None:
            await asyncio.to_thread(self._paint)
            process = self._launch()
        self._process, self._seconds, self._cost = process, 0.0, Cost()
        try:
            await self._follow(process)
        finally:
            await process.stop(signal.SIGKILL)
            self._process = None
            words = process.words().strip().splitlines()
            process.forget()
            self._progress.unlink(missing_ok=True)
        self._error = words[-1][:500] if words else "The encoder ended."
        return self._seconds

    def _paint(self) -> None:
        self._made.mkdir(exist_ok=True)
        if self._shape is Shape.TALL_PADDED:
            frame(self._settings, self._council, self.title).save(self._folder / self._files.frame)

    def _launch(self) -> Process:
        self._progress.unlink(missing_ok=True)
        argv = upright(self._settings, self._shape, self._files, self._ffmpeg.dialect)
        program = [*GENTLY, self._ffmpeg.path, *argv]
        process = Process.start(program, self._stem, cwd=self._folder, doing=self._doing)
        # where each session is a group of its own for the scheduler, it does not look at `nice` beyond the group
        with contextlib.suppress(OSError):
            Path(f"/proc/{process.pid}/autogroup").write_text("10", encoding="ascii")
        return process

    async def _follow(self, process: Process) -> None:
        gone = asyncio.ensure_future(process.wait())
        self._moved = time.monotonic()
        try:
            while not gone.done():
                await asyncio.wait({gone}, timeout=_TICK_SECONDS)
                self._look(process.pid)
                if time.monotonic() - self._moved > _STUCK_SECONDS:
                    log.warning("%s hangs, it is begun anew", self._stem.name)
                    return
        finally:
            gone.cancel()

    def _look(self, pid: int) -> None:
        """Read how far it is, and what it costs."""
        now, times = time.monotonic(), _TIME.findall(tail(self._progress, 700))
        made = int(times[-1]) / 1_000_000 if times else 0.0
        if made > self._seconds or not self._fresh():
            self._moved = now
        self._seconds = max(made, self._seconds)
        self._cost.look(pid, now)
        if self._seconds and "#EXTINF" in tail(self.playlist, 4000):
            self._error = None
            self._become(EncoderState.RUNNING)

    def _fresh(self) -> bool:
        """Whether something was aired lately."""
        try:
            return time.time() - (self._folder / AIRED).stat().st_mtime < _FRESH_SECONDS
        except OSError:
            return False

    def _tell_end(self) -> None:
        with contextlib.suppress(OSError), self.playlist.open("a", encoding="ascii") as file:
            file.write("#EXT-X-ENDLIST\n")

    def _clear(self) -> None:
        shutil.rmtree(self._made, ignore_errors=True)

    @property
    def _progress(self) -> Path:
        return self._folder / self._files.progress

    @property
    def _doing(self) -> str:
        return f"{self._folder} {self._shape} {self._settings} {self._ffmpeg.path}"

    def _become(self, state: EncoderState) -> None:
        if state is not self._state:
            log.info("%s: %s -> %s", self._stem.name, self._state, state)
            self._state, self._since = state, self._clock()


def clear_upright(folder: Path) -> None:
    """Remove what a service that was killed had made of a meeting that is not on the air any more."""
    for made in folder.glob(f"{STEM}*/"):
        shutil.rmtree(made, ignore_errors=True)


class Cost:
    """How much of this machine a process uses, from what the kernel counts."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []

    def look(self, pid: int, now: float) -> None:
        """`now` in seconds on a clock that never jumps."""
        with contextlib.suppress(OSError, IndexError, ValueError):  # it is gone, or this is not Linux
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            used = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            self._seen = [*(seen for seen in self._seen if now - seen[0] < _COST_SECONDS), (now, used)]

    @property
    def percent(self) -> float | None:
        """Of all its processors, over the last seconds; None until that is known."""
        if not self._seen or self._seen[-1][0] - self._seen[0][0] < 3.0:
            return None
        (began, before), (now, used) = self._seen[0], self._seen[-1]
        return round(100 * (used - before) / (now - began) / (os.cpu_count() or 1), 1)
