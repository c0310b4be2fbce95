"""What is on the air: carries out one order, the program or a slate, and keeps a picture going when the source fails.

At most one run is on the air. While the program is ordered and does not deliver, a slate is, and an attempt at the
program runs beside it; the two change places when the attempt has made its first picture. While a slate or nothing
is ordered, no process has the source open.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from streamer.council.picture import Picture, Program, Slate, SlateKind
from streamer.media import graph
from streamer.media.binary import Ffmpeg
from streamer.media.caption import laid_out
from streamer.media.encoder_status import EncoderState, EncoderStatus
from streamer.media.process import end_task
from streamer.media.redact import redact
from streamer.media.room import Room, free_bytes
from streamer.media.run import FrameRate, Run
from streamer.media.segments import discard_run
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates
from streamer.media.source import Source, SourceKind
from streamer.media.starter import Starter

log = logging.getLogger(__name__)

BACKOFF_SECONDS = (0.5, 1.0)
"""Never longer while the program is wanted: a camera that is back must be on the air within 3 s."""
HEALTHY_SECONDS = 60.0
_TICK_SECONDS = 0.1
_RUNAWAY_SECONDS = 8.0


class Encoder:
    """Supervises the runs of one meeting. Wants a running event loop; `close` when done with it."""

    def __init__(
        self, folder: Path, source: Source, settings: EncoderSettings, ffmpeg: Ffmpeg, slates: Slates,
        *, open_seconds: float = 12.0, stall_seconds: float = 5.0, clock: Callable[[], float] = time.time,
        room: Room | None = None,
    ) -> None:  # fmt: skip
        self._folder = folder.absolute()
        self._source = source
        self._settings = settings
        self._open_seconds = open_seconds
        self._stall_seconds = stall_seconds
        self._clock = clock
        self._starter = Starter(self._folder, source, settings, ffmpeg, slates, clock)
        self._room = room or Room(partial(free_bytes, self._folder))
        self._state = EncoderState.IDLE
        self._since = clock()
        self._ordered: Picture | None = None
        self._program: Run | None = None
        self._program_on_air = False
        self._slate: Run | None = None
        self._still = Slate(SlateKind.FAULT)
        self._silent = False
        self._guard = 0.0
        self._failures = 0
        self._retry_at = 0.0
        self._error: str | None = None
        self._error_code: str | None = None
        self._fps = FrameRate()
        self._said = self._caption = ""
        self._lock = asyncio.Lock()
        self._poke = asyncio.Event()
        self._supervisor: asyncio.Task[None] | None = None

    async def show(self, picture: Picture | None) -> None:
        """Carry out an order; the same again changes nothing. Returns when what was shown before is gone.

        From the program to a slate or to nothing, that is: no process has the source open any more. From a slate to
        the program the slate stays until the program's first picture, which is not waited for.
        """
        async with self._lock:
            if _same(picture, self._ordered):
                return
            log.info("ordered: %s", picture)
            self._ordered = picture
            self._failures = 0
            self._retry_at = 0.0
            match picture:
                case None:
                    await self._end_all()
                case Slate():
                    # a closed session takes no chances: not one more picture is written
                    await self._end_program(fast=picture.kind is SlateKind.CLOSED_SESSION)
                    if self._slate is None or self._still != picture:
                        await self._end_slate()
                        self._start_slate(picture)
                case Program(guard):
                    self._guard = guard
                    if self._program is None:
                        self._try_program()
                    elif self._slate is None:
                        await self._put_on_air(self._program)
            if picture is not None and self._supervisor is None:
                self._supervisor = asyncio.create_task(self._supervise(), name=f"encoder {self._folder.name}")
        self._poke.set()

    def caption(self, text: str) -> None:
        """What the lower third of the program says from now on; empty: there is none. The run goes on."""
        if text != self._said:
            self._said, self._caption = text, laid_out(text, self._settings)
        if self._program and self._program.alive:
            self._draw(self._program)

    def _draw(self, run: Run) -> None:
        try:
            run.draw(self._caption)
        except OSError as error:
            log.warning("the lower third cannot be written: %s", error)

    async def adopt(self, picture: Picture) -> None:
        """Carry out an order with what an earlier service left running here, as far as it does what is wanted."""
        async with self._lock:
            self._program = self._starter.left_running(Program())
            for still in {picture, *map(Slate, SlateKind)}:
                if isinstance(still, Slate) and (slate := self._starter.left_running(still)):
                    self._slate, self._still = slate, still
            # without a slate beside it, it is no attempt: what it recorded is kept, whatever is shown next
            self._program_on_air = self._program is not None and self._slate is None
        await self.show(picture)

    @property
    def pids(self) -> list[int]:
        """Of the processes that work for it."""
        return [run.process.pid for run in (self._program, self._slate) if run and run.process]

    @property
    def films(self) -> bool:
        """A process of its has the source open, or had it a moment ago."""
        return self._program is not None

    async def close(self) -> None:
        """Stop everything, also what an order that was broken off left. `show` may be called again afterwards."""
        async with self._lock:
            self._ordered = None
            await self._end_all()
        if self._supervisor:
            await end_task(self._supervisor)
            self._supervisor = None

    def status(self) -> EncoderStatus:
        """What is going on, for the clerk."""
        on_air = self._program if self._program_on_air else self._slate
        return EncoderStatus(
            state=self._state,
            ordered=self._ordered,
            showing=Program() if self._program_on_air else self._still if self._slate else None,
            run=on_air.number if on_air else None,
            since=self._since,
            level_db=self._program.level() if self._program and self._program_on_air else None,
            frames=on_air.frames if on_air else 0,
            fps=self._fps.of(on_air),
            source_ok=self._program_on_air or not isinstance(self._ordered, Program),
            last_error=self._error,
            error_code=self._error_code,
            signals=self._program.signals() if self._program and self._program_on_air else None,
        )

    async def _supervise(self) -> None:
        while True:
            # not wait_for: before Python 3.12 it can swallow a cancellation
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_TICK_SECONDS):
                    await self._poke.wait()
            self._poke.clear()
            async with self._lock:
                try:
                    await self._step()
                except Exception:  # whatever it is, the picture must go on
                    log.exception("the encoder's supervision failed")

    async def _step(self) -> None:
        if isinstance(self._ordered, Program):
            await self._step_program()
        if self._slate:
            await self._step_slate(self._slate)
        elif isinstance(self._ordered, Slate) and self._due():
            self._start_slate(self._ordered)

    async def _step_program(self) -> None:
        run = self._program
        if self._room.short():
            await self._give_way(run)
            return
        if run is None:
            if self._due() and not (self._source.once and self._error_code == "source_ended"):
                self._try_program()
            return
        run.look(self._clock())
        if not self._program_on_air and run.alive and run.delivers():
            await self._put_on_air(run)
        if not run.alive:
            await self._failed(run, "source_open" if run.frames == 0 else self._death(run))
        elif self._stalled(run):
            self._become(EncoderState.STALLED)
            await self._failed(run, self._stillness(run))
        elif self._program_on_air and run.age > HEALTHY_SECONDS:
            self._failures = 0

    async def _give_way(self, run: Run | None) -> None:
        """The disk is as good as full: what is recorded is finished in good order, and the slate needs little."""
        if run or self._error_code != "disk_full":
            await self._end_program(fast=False)
            self._blame("disk_full", "too little room on the disk")
            self._become(EncoderState.BACKOFF)
        if self._slate is None and self._due():
            self._start_slate(Slate(SlateKind.FAULT))

    def _stalled(self, run: Run) -> bool:
        if run.frames == 0:
            return not self._source.listens and run.age > self._open_seconds + self._guard
        # one that pushes to us is not cut off for a hiccup: it may take long to come back
        silent = run.still_for > self._source.patience and run.waits and not self._source.listens
        return silent or run.still_for > self._stall_seconds or run.ahead(self._clock()) > _RUNAWAY_SECONDS

    def _stillness(self, run: Run) -> str:
        if run.frames == 0:
            return "source_open"
        # a film without sound, played once: its silence would go on for ever
        return "source_ended" if self._source.once else "source_stalled"

    def _death(self, run: Run) -> str:
        code = run.process.returncode if run.process else None
        if code is not None and code < 0:  # a signal that was not ours: out of memory, or a mistake in ffmpeg
            return "encoder_died"
        clean = run.process is not None and not run.process.failed
        return "source_ended" if clean and self._source.kind is SourceKind.FILE else "source_died"

    async def _put_on_air(self, run: Run) -> None:
        """The attempt delivers: it takes the slate's place."""
        await self._end_slate()
        self._program_on_air = True
        self._guard = 0.0
        self._error = self._error_code = None
        self._become(EncoderState.RUNNING)
        log.info("the program is on air, run %d", run.number)

    async def _failed(self, run: Run, code: str) -> None:
        """The program is not there: a slate at once, another attempt after a pause."""
        words = run.words
        was_on_air, self._program_on_air, self._program = self._program_on_air, False, None
        await run.stop(fast=True, salvage=was_on_air)
        if not was_on_air:
            discard_run(self._folder, run.files.stem)
        if graph.NO_SOUND in words and not self._silent:
            self._silent = True  # not a fault: this source has no sound, so it gets silence
            self._try_program()
            return
        self._blame(code, words)
        self._become(EncoderState.DIED)
        self._back_off(at_once=was_on_air and run.age > HEALTHY_SECONDS)
        if self._slate is None:
            self._start_slate(Slate(SlateKind.FAULT))
        self._become(EncoderState.BACKOFF)

    async def _step_slate(self, run: Run) -> None:
        run.look(self._clock())
        shown = isinstance(self._ordered, Slate)
        if run.alive and run.still_for < self._stall_seconds + 5:
            if shown and run.frames > 0:
                self._become(EncoderState.RUNNING)
            return
        words = run.words
        await self._end_slate(fast=True)
        self._blame("slate_died", words)
        self._back_off()
        self._become(EncoderState.BACKOFF)

    def _try_program(self) -> None:
        """Open the source. A source that is waited for has the slate on air meanwhile."""
        if self._source.listens and self._slate is None:
            self._start_slate(Slate(SlateKind.FAULT))
        run = self._starter.new_program(self._slate)
        self._draw(run)
        self._become(EncoderState.STARTING)
        begin = partial(self._starter.begin_program, run, guard=self._guard, silent=self._silent)
        self._program = run if self._begun(begin) else None

    def _start_slate(self, still: Slate) -> None:
        run = self._starter.new_slate()
        if isinstance(self._ordered, Slate):
            self._become(EncoderState.STARTING)
        self._still = still
        self._slate = run if self._begun(partial(self._starter.begin_slate, run, still)) else None

    def _begun(self, begin: Callable[[], None]) -> bool:
        try:
            begin()
        except OSError as error:
            self._blame("encoder_start", str(error))
            self._back_off()
            self._become(EncoderState.BACKOFF)
            return False
        return True

    async def _end_all(self) -> None:
        await self._end_program(fast=False)
        await self._end_slate()
        self._become(EncoderState.IDLE)

    async def _end_program(self, *, fast: bool) -> None:
        if self._program is None:
            return
        self._become(EncoderState.STOPPING)
        run, was_on_air = self._program, self._program_on_air
        await run.stop(fast=fast or not was_on_air, salvage=was_on_air and not fast)
        self._program, self._program_on_air = None, False
        if not was_on_air:
            discard_run(self._folder, run.files.stem)

    async def _end_slate(self, *, fast: bool = False) -> None:
        if self._slate:
            await self._slate.stop(fast=fast, grace=1.0)
            self._slate = None

    def _due(self) -> bool:
        return time.monotonic() >= self._retry_at

    def _back_off(self, *, at_once: bool = False) -> None:
        pause = 0.0 if at_once else BACKOFF_SECONDS[min(self._failures, len(BACKOFF_SECONDS) - 1)]
        self._failures += 1
        self._retry_at = time.monotonic() + pause

    def _blame(self, code: str, words: str) -> None:
        lines = [line.strip() for line in redact(words, self._source.secrets).splitlines() if line.strip()]
        self._error = lines[-1][:500] if lines else None
        self._error_code = code
        log.warning("%s: %s", code, self._error or "no word from ffmpeg")

    def _become(self, state: EncoderState) -> None:
        if state is not self._state:
            log.info("encoder %s -> %s", self._state, state)
            self._state = state
            self._since = self._clock()


def _same(one: Picture | None, other: Picture | None) -> bool:
    """The guard belongs to how the program is opened: it is no reason to open it again."""
    return one == other or (isinstance(one, Program) and isinstance(other, Program))
