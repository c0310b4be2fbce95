"""Has the sound of a replay written down, in a process of its own behind everything else; goes on where it was ended.

What was heard so far lies in a file of the meeting's folder that names the pictures it belongs to: it is worth nothing,
and destroyed, when the replay has others.
"""

import asyncio
import importlib.util
import json
import shutil
import signal
import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path

from streamer.council.captions import Cue
from streamer.council.speech import Readiness, Trouble
from streamer.media import dictation, graph
from streamer.media.binary import Ffmpeg
from streamer.media.process import Process
from streamer.media.replay import concat_list
from streamer.media.segments import Segment
from streamer.media.timeline import Timeline

FOLDER, WORK = "speech", ".work"
LOOK_SECONDS = 1.0
"""How often it is looked how far it is."""
LAST = [
    *(["nice", "-n", "19"] if shutil.which("nice") else []),
    *(["ionice", "-c", "3"] if shutil.which("ionice") else []),
]
"""Whoever else wants the processor or the disk comes first."""
PARTS = ("model.bin", "config.json", "tokenizer.json")
"""Of a model as faster-whisper reads it, beside its vocabulary."""
TROUBLES = {dictation.MODEL_BAD: Trouble.MODEL_BAD, dictation.MODEL_ENGLISH: Trouble.MODEL_ENGLISH}


class SpeechFailed(Exception):
    """It could not be written down, for a reason; the message is what was said about it."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.trouble = trouble


def readiness(model: Path | None) -> Readiness:
    """Whether speech can be written down with the `model` of the configuration."""
    if model is None:
        return Readiness.NOT_SET
    if importlib.util.find_spec("faster_whisper") is None:
        return Readiness.NO_EXTRA
    whole = all((model / part).is_file() for part in PARTS) and any(model.glob("vocabulary.*"))
    return Readiness.READY if whole else Readiness.NO_MODEL


def heard_file(folder: Path, pictures: str) -> Path:
    """Of a meeting's folder; `pictures`: the timeline's signature."""
    return folder / FOLDER / f"heard-{pictures[:16]}.jsonl"


def forget_heard(folder: Path, pictures: str = "") -> None:
    """Destroy what was heard, but of these pictures."""
    spared = heard_file(folder, pictures) if pictures else None
    for file in (folder / FOLDER).glob("heard-*"):
        if file != spared:
            file.unlink(missing_ok=True)


def heard(file: Path) -> tuple[float, list[Cue]]:
    """Until which second of the replay it was heard, and what. A line that was just being written does not count."""
    until, cues = 0.0, list[Cue]()
    for line in _whole_lines(file):
        until, said = json.loads(line)
        cues += [Cue(start, end, text) for start, end, text in said]
    return until, cues


def _whole_lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return []
    return [line for line in text[: text.rfind("\n") + 1].splitlines() if line]


async def decoding(
    folder: Path, segments: Sequence[Segment], begin: float, work: Path, ffmpeg: Ffmpeg
) -> list[str]:  # fmt: skip
    """The ffmpeg that writes the sound of these segments to its output, from second `begin` of them on."""
    places = [0.0, *accumulate(segment.duration for segment in segments)]
    first = max(0, min(bisect_right(places, begin) - 1, len(segments) - 1))
    spans = await concat_list(folder.absolute(), segments[first:], work, ffmpeg)
    (work / "sound.ffconcat").write_text(spans, encoding="utf-8")
    skip = max(0.0, begin - places[first])
    return [ffmpeg.path, *graph.heard(str(work / "sound.ffconcat"), skip, dictation.RATE)]


async def listen(
    folder: Path, segments: Sequence[Segment], language: str, model: Path, ffmpeg: Ffmpeg, tell: Callable[[float], None]
) -> list[Cue]:  # fmt: skip
    """What is said in these segments; `tell` hears 0..1. Cancelled, it ends the process, and what was heard stays for
    the next time. Raises SpeechFailed, ReplayFailed."""
    timeline = Timeline(segments)
    file = heard_file(folder, timeline.signature)
    until, _ = heard(file)
    file.write_text("".join(f"{line}\n" for line in _whole_lines(file)), encoding="utf-8")
    work = (folder / FOLDER / WORK).absolute()
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        if until < timeline.duration - 1.0:
            decode = await decoding(folder, segments, until, work, ffmpeg)
            plan = dictation.Plan(str(model), language, decode, until, str(file.absolute()))
            plan.keep(work / "plan.json")
            await _run(work, file, timeline.duration, tell)
        return heard(file)[1]
    finally:
        shutil.rmtree(work, ignore_errors=True)


async def _run(work: Path, file: Path, total: float, tell: Callable[[float], None]) -> None:
    argv = [*LAST, sys.executable, "-m", "streamer.media.dictation", str(work / "plan.json")]
    process = Process.start(argv, work / "dictation")
    gone = asyncio.ensure_future(process.wait())
    try:
        while not gone.done():
            tell(min(1.0, heard(file)[0] / total))
            await asyncio.wait({gone}, timeout=LOOK_SECONDS)
    finally:
        gone.cancel()
        await process.stop(signal.SIGKILL)
    if process.returncode != 0:
        raise SpeechFailed(TROUBLES.get(process.returncode or 0, Trouble.FAILED), process.words().strip()[-500:])
