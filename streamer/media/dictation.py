"""The program that hears a recording and writes down what is said: `python -m streamer.media.dictation PLAN`.

A process of its own, so that it can be ended at any moment and takes its memory with it. It fetches the sound from
ffmpeg through a pipe, piece by piece: no file of it is made, and six hours need no more memory than a few minutes.
The only place that knows the library.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from streamer.council.captions import MAX_TEXT, Cue
from streamer.council.speech import settled

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

RATE, WIDTH = 16_000, 2
"""What Whisper hears: samples a second, and bytes of one."""
PIECE = 120
"""Seconds. What an interruption costs at most."""
MODEL_BAD, MODEL_ENGLISH = 3, 4
"""Exit codes."""


@dataclass(frozen=True)
class Plan:
    """`decode`: the ffmpeg that delivers the sound from second `begin` of the replay on; `out`: where a line of JSON is
    added for each piece that is done, `[until, [[start, end, text], ...]]`."""

    model: str
    language: str
    decode: list[str]
    begin: float
    out: str

    def keep(self, file: Path) -> None:
        """For the program."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


def main(file: str) -> int:
    """Exit code 0 where everything was heard."""
    plan = Plan(**json.loads(Path(file).read_text(encoding="utf-8")))
    model = _model(plan.model)
    if isinstance(model, int):
        return model
    if not model.model.is_multilingual and plan.language != "en":
        return MODEL_ENGLISH
    sound = subprocess.Popen(plan.decode, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    with open(plan.out, "a", encoding="utf-8") as out:
        for until, cues in _pieces(model, plan, sound):
            said = [[round(cue.start, 3), round(cue.end, 3), cue.text] for cue in cues]
            print(json.dumps([round(until, 3), said]), file=out, flush=True)
    return sound.wait()


def _model(path: str) -> "WhisperModel | int":
    """The model, or an exit code. Nothing is ever fetched from anywhere: what is not on the disk is not there."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(path, device="cpu", cpu_threads=os.cpu_count() or 1, local_files_only=True)
    except Exception as error:  # whatever such a file can be wrong about
        print(f"the model cannot be read: {error}", file=sys.stderr)
        return MODEL_BAD


def _pieces(model: "WhisperModel", plan: Plan, sound: subprocess.Popen[bytes]) -> Iterator[tuple[float, list[Cue]]]:
    """What was said, and until when that is: seconds of the replay."""
    assert sound.stdout
    at, waiting, last = plan.begin, b"", False
    while not last:
        more = sound.stdout.read(PIECE * RATE * WIDTH - len(waiting))
        waiting, last = waiting + more, not more
        seconds = len(waiting) / WIDTH / RATE
        heard = _heard(model, waiting, plan.language) if seconds > 0 else []
        cues, used = settled(heard, seconds, last=last)
        yield at + used, [Cue(at + cue.start, at + cue.end, cue.text) for cue in cues]
        samples = round(used * RATE)
        at, waiting = at + samples / RATE, waiting[samples * WIDTH :]
        last = last or (not waiting and len(more) == 0)


def _heard(model: "WhisperModel", sound: bytes, language: str) -> list[Cue]:
    """Where nobody speaks nothing is written: without looking for voices first, Whisper invents sentences in silence.
    Nor is it told what it wrote before: over hours it would begin to repeat that."""
    import numpy

    samples = numpy.frombuffer(sound, numpy.int16).astype(numpy.float32) / 32768
    found, _ = model.transcribe(
        samples, language=language, beam_size=5, vad_filter=True, condition_on_previous_text=False
    )  # fmt: skip
    cues = [Cue(one.start, one.end, " ".join(one.text.split())[:MAX_TEXT]) for one in found]
    return [cue for cue in cues if cue.text]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
