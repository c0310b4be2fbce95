"""One encoder run: a mortal ffmpeg, its number, and the gauges it writes."""

import contextlib
import re
import signal
import time
from collections.abc import Collection
from pathlib import Path

from streamer.media import records, segments
from streamer.media.gauges import keep_small
from streamer.media.graph import RunFiles
from streamer.media.idleness import Idleness
from streamer.media.process import Process, tail
from streamer.media.repair import repair
from streamer.media.signals import Signals, Watch

_FRAME = re.compile(r"^frame=\s*(\d+)$", re.MULTILINE)
_LAG_WATCH_SECONDS = 1.0
"""Shorter than a segment: what is measured is written before the first segment is listed."""


class Run:
    """An ffmpeg that writes segments. `number`: unique in the folder; `epoch`: unix seconds of its media time 0."""

    def __init__(self, folder: Path, number: int, picture: segments.PictureName, epoch: float) -> None:
        self.folder = folder
        self.number = number
        self.picture = picture
        self.epoch = epoch
        self.files = RunFiles(f"{number:04d}-{picture}")
        self.frames = 0
        self.moved = self.born = time.monotonic()
        self.process: Process | None = None
        self._idleness: Idleness | None = None
        self.lag: float | None = None
        self._ahead = 0.0
        self._first_heard: float | None = None
        self._watch = Watch(folder, self.files)
        self._drawn: str | None = None

    def start(self, argv: list[str], doing: str) -> None:
        """`doing`: what another service must want to adopt it. Raises OSError when it cannot be started."""
        segments.write_clock(self.folder, self.files.stem, segments.RunClock(self.epoch))
        (self.folder / self.files.caption).touch()
        self.moved = self.born = time.monotonic()
        self.process = Process.start(argv, self.folder / self.files.stem, cwd=self.folder, doing=doing)
        self._idleness = Idleness(self.process.pid)

    @classmethod
    def adopt(cls, folder: Path, stem: str, doing: str) -> "Run | None":
        """The run an earlier service left under `stem`, if it goes on and does just this."""
        clock = segments.read_clock(folder, stem)
        process = Process.adopt(folder / stem, doing) if clock else None
        if clock is None or process is None:
            return None
        number, _, picture = stem.partition("-")
        run = cls(folder, int(number), "program" if picture == "program" else "slate", clock.epoch)
        run.process, run.lag, run._idleness = process, clock.lag, Idleness(process.pid)
        run.look(0.0)
        return run

    @property
    def alive(self) -> bool:
        return self.process is not None and not self.process.ended

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.born

    @property
    def still_for(self) -> float:
        """Seconds since it last made a picture (or was started)."""
        return time.monotonic() - self.moved

    @property
    def waits(self) -> bool:
        """It has made no picture because it got none: it is not the machine that is too slow. False where unknown."""
        return self._idleness is not None and self._idleness.waits()

    @property
    def words(self) -> str:
        """What ffmpeg said, not redacted."""
        return self.process.words() if self.process else ""

    def look(self, now: float) -> int:
        """Read the gauges at unix time `now`; returns how many pictures it has made so far."""
        looked = time.monotonic()
        found = _FRAME.findall(tail(self.folder / self.files.progress, 700))
        frames = int(found[-1]) if found else 0
        if frames > self.frames:
            self.frames = frames
            self.moved = time.monotonic()
        if self._idleness is not None:
            self._idleness.look()
        self._watch.read(time.monotonic())
        for gauge in (self.files.progress, self.files.level):
            keep_small(self.folder / gauge)
        # a machine that is busy may take its time to read: dated too late is safe, too early would be aired too early
        self._measure_lag(now + time.monotonic() - looked)
        return frames

    def delivers(self) -> bool:
        """Picture and sound arrive, and what had to be thrown away first is past.

        The gauge of the sound says so up to a second before the first encoded picture is counted: the graph it
        belongs to starts when both are there.
        """
        return self.frames > 0 or self._first_heard is not None

    def ahead(self, now: float) -> float:
        """Seconds by which its media time has run away from the clock; large when its graph was rebuilt midway."""
        return self._watch.heard - (now - self.epoch) if self._watch.heard is not None else 0.0

    def _measure_lag(self, now: float) -> None:
        """How old the source's first pictures were: they wait in a queue while ffmpeg finds out what they are.

        Media time starts with the first of them at the moment the queue is opened, and then the whole queue passes at
        once: for a moment media time is ahead of the clock by the time that was spent queueing.
        """
        if self.lag is not None or self.picture == "slate":
            return
        if self._first_heard is None:
            if self._watch.heard is None:
                return
            self._first_heard = time.monotonic()
        self._ahead = max(self._ahead, self.ahead(now))
        if time.monotonic() - self._first_heard >= _LAG_WATCH_SECONDS:
            self.lag = self._ahead
            segments.write_clock(self.folder, self.files.stem, segments.RunClock(self.epoch, self.lag))

    def level(self) -> float | None:
        """Loudness (RMS, dB below full scale) of the last fifth of a second."""
        return self._watch.level

    def signals(self) -> Signals:
        """What picture and sound are like, as of the last `look`."""
        return self._watch.signals(time.monotonic())

    def draw(self, text: str) -> None:
        """Its lower third says `text` from the next picture on. Raises OSError; it then says what it said before."""
        if text == self._drawn:
            return
        path = self.folder / self.files.caption
        fresh = path.with_suffix(".caption.new")
        try:
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        self._drawn = text

    async def stop(self, *, fast: bool, grace: float = 2.0, salvage: bool = False) -> None:
        """End it and clear up. `fast`: not one more picture, at the price of the segment that is open; to `salvage`
        what there is of that segment."""
        if self.process is None:
            return
        await self.process.stop(signal.SIGKILL if fast else signal.SIGINT, grace)
        clear_run(self.folder, self.files.stem, salvage=salvage)


async def clear_leftovers(folder: Path, adopted: Collection[int] = (), *, salvage: bool = False) -> None:
    """End what a killed service left running in a folder, and clear up after it. `adopted`: pids to spare; to
    `salvage` what had been begun."""
    for stem in await records.end_leftovers(folder, adopted):
        clear_run(folder, stem.name, salvage=salvage)


def encodes(folder: Path) -> bool:
    """Whether an encoder runs in a folder, whoever started it."""
    stems = [stem for stem in records.stems(folder) if stem.name.endswith(("-program", "-slate"))]
    return any(record.runs for stem in stems if (record := records.read(stem)))


def clear_run(folder: Path, stem: str, *, salvage: bool = False) -> None:
    """Remove what a process that is gone wrote under its stem, but its finished segments; to `salvage` the one that
    was open, too."""
    for suffix in (".log", records.SUFFIX, ".progress", ".level", ".picture", ".caption"):
        (folder / f"{stem}{suffix}").unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # the disk is full: nothing is lost by waiting
        repair(folder, stem, salvage=salvage)
        segments.discard_unlisted(folder, stem)


def clear_last(folder: Path, picture: segments.PictureName, *, salvage: bool = False) -> None:
    """Clear up after the last run of a kind, which has ended: a service that was killed may not have come to it."""
    stems = [path.stem for path in folder.glob(f"*-{picture}.run")]
    if stems:
        clear_run(folder, max(stems), salvage=salvage)


class FrameRate:
    """Frames a second over the last seconds, from a count that is looked at now and then."""

    def __init__(self) -> None:
        self._run = 0
        self._seen: list[tuple[float, int]] = []

    def of(self, run: Run | None) -> float:
        """The present rate of a run, 0.0 until it is known."""
        if run is None:
            return 0.0
        if run.number != self._run:
            self._run, self._seen = run.number, []
        now = time.monotonic()
        self._seen = [*(seen for seen in self._seen if now - seen[0] < 4.0), (now, run.frames)]
        elapsed = now - self._seen[0][0]
        return round((run.frames - self._seen[0][1]) / elapsed, 1) if elapsed > 0.5 else 0.0
