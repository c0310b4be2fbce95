"""How a run of the encoder begins: its number, its media time, its command line; and which process that an earlier
service left running does just that already."""

import time
from collections.abc import Callable
from pathlib import Path

from streamer.council.picture import Picture, Program, Slate
from streamer.media import graph, records
from streamer.media.binary import Ffmpeg
from streamer.media.mediaclock import epoch_for_next_run
from streamer.media.run import Run
from streamer.media.segments import last_run
from streamer.media.settings import EncoderSettings
from streamer.media.slate import Slates
from streamer.media.source import Source

_HANDOVER_SECONDS = 0.6
"""How far an attempt's media time is put ahead of the slate it will replace: what lies between its first picture
arriving and the slate's end. Less would let the two overlap, and time go back for a viewer."""


class Starter:
    """Of the runs of one meeting. `clock`: unix seconds, as the meeting counts them."""

    def __init__(
        self, folder: Path, source: Source, settings: EncoderSettings, ffmpeg: Ffmpeg, slates: Slates,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        self._folder, self._source, self._settings = folder, source, settings
        self._ffmpeg, self._slates, self._clock = ffmpeg, slates, clock

    def new_program(self, beside: Run | None) -> Run:
        """A run that is not begun. `beside`: the slate that it will replace."""
        number = self._number()  # first: a folder that is not there yet is made by this
        epoch = self._next_epoch() if beside is None else beside.epoch - _HANDOVER_SECONDS
        return Run(self._folder, number, "program", epoch)

    def new_slate(self) -> Run:
        """A run that is not begun."""
        return Run(self._folder, self._number(), "slate", self._next_epoch())

    def begin_program(self, run: Run, *, guard: float, silent: bool) -> None:
        """Open the source. `guard`: seconds thrown away first; `silent`: it has no sound. Raises OSError."""
        argv = graph.program(
            self._source, self._settings, run.files, self._ffmpeg.dialect,
            epoch=run.epoch + self._moved(), guard=guard, silent=silent,
        )  # fmt: skip
        self._begin(run, argv, Program())

    def begin_slate(self, run: Run, still: Slate) -> None:
        """Show a still. Raises OSError."""
        image, ticking = str(self._slates.path(still)), self._slates.ticking(still)
        argv = graph.slate(
            image, self._settings, run.files, self._ffmpeg.dialect, epoch=run.epoch + self._moved(), ticking=ticking
        )
        self._begin(run, argv, still)

    def left_running(self, picture: Picture) -> Run | None:
        """The run of an earlier service that goes on and shows just this."""
        kind = "slate" if isinstance(picture, Slate) else "program"
        names = [stem.name for stem in records.stems(self._folder) if stem.name.endswith(f"-{kind}")]
        runs = (Run.adopt(self._folder, name, self._doing(picture)) for name in reversed(names))
        return next((run for run in runs if run), None)

    def _begin(self, run: Run, argv: list[str], picture: Picture) -> None:
        run.start([self._ffmpeg.path, *argv], self._doing(picture))

    def _number(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        return last_run(self._folder) + 1

    def _next_epoch(self) -> float:
        return epoch_for_next_run(self._folder, self._clock())

    def _moved(self) -> float:
        """Seconds by which the machine's clock, which ffmpeg reads, has moved away from the meeting's."""
        return time.time() - self._clock()

    def _doing(self, picture: Picture) -> str:
        """What a process that shows this does: one that was told something else is not adopted."""
        made = f"{self._settings} {self._ffmpeg.path}"
        if isinstance(picture, Slate):
            return f"{picture} {made}"
        return f"program {self._source.address} {self._source.sound_device} {made}"
