"""A passage of a replay as one MP4: cut to the picture, with an end card; encoded anew only where it must be.

Where the picture stays as it was filmed, only what lies between the passage's ends and the next segments is encoded;
all else is copied. That needs a decoder that is told the same of both, so what it is told (SPS, PPS) is compared. Where
it differs (a recording from elsewhere, other settings since), everything is encoded anew.
"""

import shutil
import tempfile
import textwrap
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from streamer.council.clip import Clip, Shape
from streamer.council.picture import SlateKind
from streamer.media import graph_clips
from streamer.media.binary import Ffmpeg
from streamer.media.graph_clips import Passage
from streamer.media.graph_shapes import sized
from streamer.media.replay import Meter, concat_list, run_gently
from streamer.media.segments import Segment
from streamer.media.settings import EncoderSettings
from streamer.media.slate import draw, frame

FOLDER = "clips"
"""In a meeting's folder: `<id>.json` is what was asked for, `<id>.mp4` is there once it is made."""
CARD_SECONDS = 3.0
Said = tuple[float, float, str]
"""Seconds of the clip, and what is said."""


@dataclass(frozen=True)
class Words:
    """What is written on and into a clip: the council, the meeting, "the whole passage:", and the link to it."""

    council: str
    meeting: str
    card: str
    link: str


def drop_all(folder: Path) -> None:
    """Every clip of a meeting is gone, and what was asked for: its recording is not what it was."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def clear_begun(folder: Path) -> None:
    """Remove what a service that was killed had begun of a meeting's clips; they are made anew."""
    for work in (folder / FOLDER).glob(".*.mp4-*"):
        shutil.rmtree(work, ignore_errors=True)


async def make_clip(
    folder: Path, segments: Sequence[Segment], clip: Clip, words: Words, said: Sequence[Said], out: Path,
    settings: EncoderSettings, ffmpeg: Ffmpeg, *, progress: Callable[[float], None],
) -> bool:  # fmt: skip
    """Write `out` in one step; whether the pictures between its edges are those of the recording. `said`: captions in
    the picture. Cancelling leaves nothing. Raises ReplayFailed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    maker = _Maker(folder.absolute(), work, clip, words, settings, ffmpeg, progress)
    try:
        maker.paint(said)
        first, last, skip = _within(segments, clip)
        touched = segments[first : last + 1]
        sound = await concat_list(maker.folder, touched, work, ffmpeg, name="sound")
        (work / "sound.ffconcat").write_text(sound, encoding="utf-8")
        passage = Passage(skip, clip.seconds, CARD_SECONDS)
        copied = clip.shape is Shape.WIDE and not said and await maker.join(touched, passage)
        if not copied:
            await maker.encode(passage, subtitled=bool(said))
        (work / "out.mp4").replace(out)
        return copied
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _within(segments: Sequence[Segment], clip: Clip) -> tuple[int, int, float]:
    """The first and the last segment of a clip, and how far into the first it begins (seconds)."""
    places = [0.0, *accumulate(segment.duration for segment in segments)]
    first = bisect_right(places, clip.start + graph_clips.TICK) - 1
    last = min(bisect_right(places, clip.end - graph_clips.TICK) - 1, len(segments) - 1)
    return first, last, max(0.0, clip.start - places[first])


@dataclass(frozen=True)
class _Maker:
    folder: Path
    work: Path
    clip: Clip
    words: Words
    settings: EncoderSettings
    ffmpeg: Ffmpeg
    progress: Callable[[float], None]

    @property
    def about(self) -> dict[str, str]:
        """What the file says of itself."""
        told = f"{self.words.meeting} · {self.words.council}\n{self.words.card} {self.words.link}"
        return {"title": self.clip.title, "artist": self.words.council, "description": told, "comment": told}

    def paint(self, said: Sequence[Said]) -> None:
        """The card, what is around the picture, and the captions."""
        words = self.words
        size = sized(self.settings, self.clip.shape)
        page, upright = (size.width, size.height), self.clip.shape is not Shape.WIDE
        title = textwrap.wrap(self.clip.title, 28 if upright else 48, max_lines=4, placeholder=" …")
        link = textwrap.wrap(words.link.split("://", 1)[-1], 34 if upright else 64)
        draw(page, SlateKind.WAITING, [words.council, *title, words.card, *link]).save(self.work / "card.png")
        if self.clip.shape is Shape.TALL_PADDED:
            below = [] if said else [words.meeting]
            frame(self.settings, words.council, self.clip.title, below).save(self.work / "frame.png")
        (self.work / "said.ass").write_text(subtitles(said, size), encoding="utf-8")

    async def join(self, touched: Sequence[Segment], passage: Passage) -> bool:
        """Encode the edges and the card, copy the rest. False where they would not fit together."""
        begins = passage.skip > graph_clips.TICK
        before_last = sum(segment.duration for segment in touched[:-1])
        left = passage.skip + passage.seconds - before_last
        ends = left < touched[-1].duration - graph_clips.TICK
        middle = touched[begins : len(touched) - ends]
        if not middle:
            return False
        await self._run(graph_clips.card("card.png", passage.card, self.settings, "card.ts"))
        if not await self._alike(middle):
            return False
        spans = await concat_list(self.folder, middle, self.work, self.ffmpeg)
        lines = ["ffconcat version 1.0"]
        if begins:
            seconds = touched[0].duration - passage.skip
            await self._edge(touched[0], passage.skip, seconds, "head.ts")
            lines += ["file 'head.ts'", f"duration {seconds:.6f}"]
        lines += spans.splitlines()[1:]
        if ends:
            await self._edge(touched[-1], 0.0, left, "tail.ts")
            lines += ["file 'tail.ts'", f"duration {left:.6f}"]
        lines += ["file 'card.ts'", f"duration {passage.card:.6f}", ""]
        (self.work / "pictures.ffconcat").write_text("\n".join(lines), encoding="utf-8")
        argv = graph_clips.joined(
            "pictures.ffconcat", "sound.ffconcat", self.about, passage, self.settings, "out.mp4"
        )  # fmt: skip
        await self._run(argv, passage.total)
        return True

    async def encode(self, passage: Passage, *, subtitled: bool) -> None:
        """All of it, in the clip's shape."""
        argv = graph_clips.whole(
            "sound.ffconcat", self.about, passage, self.settings, self.clip.shape, "out.mp4",
            image="card.png", frame="frame.png", subtitles="said.ass" if subtitled else "",
        )  # fmt: skip
        await self._run(argv, passage.total)

    async def _alike(self, middle: Sequence[Segment]) -> bool:
        """Whether a decoder is told the same of every run of the recording and of what is encoded here."""
        runs = {segment.run: segment for segment in middle}
        films = [self.work / "card.ts", *(self.folder / segment.name for segment in runs.values())]
        return len({await self._told(film) for film in films}) == 1

    async def _told(self, film: Path) -> frozenset[bytes]:
        await self._run(graph_clips.parameter_sets(str(film), "sets.h264"))
        units = (self.work / "sets.h264").read_bytes().split(b"\0\0\1")
        return frozenset(unit.rstrip(b"\0") for unit in units if unit.strip(b"\0"))

    async def _edge(self, segment: Segment, skip: float, seconds: float, out: str) -> None:
        await self._run(graph_clips.edge(str(self.folder / segment.name), skip, seconds, self.settings, out))

    async def _run(self, argv: list[str], seconds: float = 0.0) -> None:
        meter = Meter(self.work / "progress", seconds, self.progress) if seconds else None
        await run_gently(self.ffmpeg, argv, self.work, meter)


def subtitles(said: Sequence[Said], size: EncoderSettings) -> str:
    """Captions as libass draws them: white in a box, within the title-safe area, large enough for a telephone."""
    upright = size.height > size.width
    letters, margin = round(size.width / (16 if upright else 26)), round(size.height * (0.14 if upright else 0.07))
    rows = [
        "[Script Info]", "ScriptType: v4.00+", f"PlayResX: {size.width}", f"PlayResY: {size.height}", "WrapStyle: 0",
        "", "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, BorderStyle, Outline, Shadow, "
        "Alignment, MarginL, MarginR, MarginV",
        f"Style: said,Source Sans Pro,{letters},&H00F2F5F5,&H262B1D0C,&H262B1D0C,3,{letters // 4},0,2,"
        f"{size.width // 14},{size.width // 14},{margin}",
        "", "[Events]", "Format: Layer, Start, End, Style, Text",
    ]  # fmt: skip
    rows += [f"Dialogue: 0,{_clock(start)},{_clock(end)},said,{_plain(text)}" for start, end, text in said]
    return "\n".join(rows) + "\n"


def _clock(seconds: float) -> str:
    hundredths = round(seconds * 100)
    return f"{hundredths // 360_000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _plain(text: str) -> str:
    """Nothing in it is a command."""
    safe = text.replace("\\", "/").replace("{", "(").replace("}", ")")
    return "\\N".join(" ".join(row.split()) for row in safe.splitlines())
