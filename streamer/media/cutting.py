"""Cutting a recording: the segments that are touched are made anew without what is cut, all others stay as they are.

First the pieces are made, in a folder of their own beside the segments, then a plan is written down there in one step.
A service that is killed before that begins again; one that is killed after it does what the plan says, as often as it
takes: each of its steps can be done twice. So a recording is never cut by half.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

from streamer.media import graph_cuts, playlist
from streamer.media.binary import Ffmpeg
from streamer.media.clip import drop_all
from streamer.media.graph_cuts import SOUND_SECONDS, Hidden, Window
from streamer.media.manifest import CUTTING, settle
from streamer.media.records import end_leftovers
from streamer.media.replay import ReplayFailed, run_gently
from streamer.media.segments import CORRECTED, Segment, first_times, read_segments
from streamer.media.settings import EncoderSettings
from streamer.media.speech import forget_heard

PLAN = "plan.json"
MARGIN = 0.25
"""Seconds. A segment so near to the cut is made anew, too: its file has sound of its neighbour's time."""
LEAST = 0.04
"""Seconds of a segment that are worth a piece."""
_EVER = 1e9
_TOGETHER = 60
"""Segments that are made anew in one go: two minutes."""
DERIVED = ("replay.mp4", "replay.m4a", "replay.json", "poster.jpg")
"""Made of the segments, and made again."""


@dataclass(frozen=True)
class Snip:
    """What is cut: from `start` to `end` (unix seconds). `taken_out` of time; else there is silence in place of the
    sound, if it is `silent`, and the still `cover` in place of the picture, if there is one."""

    start: float
    end: float
    taken_out: bool
    silent: bool
    cover: Path | None = None


@dataclass(frozen=True)
class Gone:
    """A segment that is destroyed: its name, unix seconds, seconds."""

    name: str
    start: float
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What there is to do when all pieces are made: their names; the new text of each encoder's list; what goes."""

    pieces: list[str] = field(default_factory=list)
    lists: dict[str, str] = field(default_factory=dict)
    gone: list[Gone] = field(default_factory=list)


@dataclass(frozen=True)
class Maker:
    """What pieces are made with. `told` hears how much of the work is done, 0..1."""

    folder: Path
    work: Path
    settings: EncoderSettings
    ffmpeg: Ffmpeg
    told: Callable[[float], None]


def work_folder(folder: Path, number: int) -> Path:
    """Where the cut of that number is made."""
    return folder / f"{CUTTING}{number}"


def leftovers(folder: Path) -> Iterator[tuple[int, Path]]:
    """The work folders in a meeting's folder, with their numbers."""
    for path in folder.glob(f"{CUTTING}*"):
        if (number := path.name.removeprefix(CUTTING)).isdigit():
            yield int(number), path


def read_plan(work: Path) -> Plan | None:
    """The plan, if the pieces are made."""
    try:
        told = json.loads((work / PLAN).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Plan(told["pieces"], told["lists"], [Gone(**gone) for gone in told["gone"]])


async def prepare(maker: Maker, snip: Snip) -> Plan:
    """Make the pieces and write the plan; or read it, where an earlier service came so far. Nothing of the recording is
    changed. Cancelling leaves the work folder to be begun again. Raises ReplayFailed, OSError."""
    if maker.work.exists():
        await end_leftovers(maker.work)
    if (plan := read_plan(maker.work)) is not None:
        return plan
    shutil.rmtree(maker.work, ignore_errors=True)
    maker.work.mkdir()
    found = [s for s in read_segments(maker.folder) if s.picture == "program"]
    plan, lists = Plan(), {run: [*_listed(s for s in found if s.run == run)] for run in {s.run for s in found}}
    strands = _strands(maker.folder, found, snip)
    for number, strand in enumerate(strands):
        made = await _made(maker, found, strand, snip, str(number))
        plan.pieces.extend(name for name, _ in made if (maker.work / name).exists())
        plan.gone.extend(Gone(s.name, s.start, s.duration) for s in strand)
        listed = lists[strand[0].run]
        at = listed.index((strand[0].name, strand[0].duration))
        listed[at : at + len(strand)] = made
        plan.lists[f"{strand[0].run:04d}-program.m3u8"] = _text(listed)
        maker.told((number + 1) / len(strands))
    _keep(maker.work, plan)
    return plan


Listed = list[tuple[str, float]]
"""Lines of an encoder's list: a file's name and its seconds."""


def _listed(segments: Iterable[Segment]) -> Listed:
    return [(segment.name, segment.duration) for segment in segments]


def _text(listed: Listed) -> str:
    lines = [f"#EXTINF:{seconds:.6f},\n{name}" for name, seconds in listed]
    return "\n".join(["#EXTM3U", "#EXT-X-VERSION:6", CORRECTED, *lines, "#EXT-X-ENDLIST"]) + "\n"


def apply(folder: Path, work: Path, plan: Plan) -> None:
    """Do what the plan says. It can be done again. Not for the event loop. Raises OSError."""
    for name in plan.pieces:
        if (work / name).exists():
            settle(work / name)
            (work / name).replace(folder / name)
    for name, text in plan.lists.items():
        playlist.write(folder / name, text)
        settle(folder / name)
    settle(folder)
    for gone in plan.gone:
        (folder / gone.name).unlink(missing_ok=True)
    for name in DERIVED:
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "stills", ignore_errors=True)
    drop_all(folder)
    forget_heard(folder)
    settle(folder)


def _keep(work: Path, plan: Plan) -> None:
    beside = work / f"{PLAN}.new"
    with beside.open("w", encoding="utf-8") as file:
        json.dump(asdict(plan), file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(work / PLAN)
    settle(work)


def _strands(folder: Path, segments: Sequence[Segment], snip: Snip) -> list[list[Segment]]:
    """What is touched and still there, end to end within one run of the encoder."""
    found: list[list[Segment]] = []
    before: Segment | None = None
    for segment in segments:
        near = segment.start < snip.end + MARGIN and segment.end > snip.start - MARGIN
        if near and (folder / segment.name).exists():
            strand = found[-1] if found and len(found[-1]) < _TOGETHER else []
            if strand and strand[-1] is before and not playlist.breaks(strand[-1], segment):
                strand.append(segment)
            else:
                found.append([segment])
        before = segment
    return found


async def _made(maker: Maker, segments: Sequence[Segment], strand: Sequence[Segment], snip: Snip, mark: str) -> Listed:
    """The pieces in place of a strand, with their seconds; what is taken out has a line, and no file: what comes after
    it keeps its time."""
    first, last = strand[0], strand[-1]
    shift = first.offset - first.start
    begins, ends, start, end = first.offset, last.offset + last.duration, snip.start + shift, snip.end + shift
    hears_from, hears_until = _sound(maker.folder, segments, first, last)
    if not snip.taken_out:
        window = Window(begins, ends, hears_from, hears_until)
        hidden = Hidden(start, end, snip.silent, str(snip.cover) if snip.cover else None)
        files = _around(maker.folder, segments, strand)
        return await _pieces(maker, files, window, hidden, mark, trimmed=False, since=begins)
    hidden, made, after = Hidden(start, end, silent=True), Listed(), Listed()
    head, tail = min(start, ends), max(end, begins)
    if head - begins > LEAST:
        window = Window(begins, head, hears_from, min(hears_until, head - SOUND_SECONDS))
        near = [s for s in strand if s.offset < head]
        made = await _pieces(maker, _around(maker.folder, segments, near), window, hidden, f"{mark}a", since=begins)
    if ends - tail > LEAST:
        window = Window(tail, ends, tail, hears_until)
        near = [s for s in strand if s.offset + s.duration > tail]
        after = await _pieces(maker, _around(maker.folder, segments, near), window, hidden, f"{mark}b")
    missing = ends - begins - sum(seconds for _, seconds in [*made, *after])
    return [*made, *([(first.name, missing)] if missing > LEAST / 2 else []), *after]


def _around(folder: Path, segments: Sequence[Segment], wanted: Sequence[Segment]) -> list[str]:
    """These files, as seen from the work folder, and the one before, if it leads to them: a packet of sound is made
    from what is around it."""
    at = segments.index(wanted[0])
    before = segments[at - 1 : at] if at else []
    leads = [s for s in before if not playlist.breaks(s, wanted[0]) and (folder / s.name).exists()]
    return [f"../{segment.name}" for segment in [*leads, *wanted]]


def _sound(folder: Path, segments: Sequence[Segment], first: Segment, last: Segment) -> tuple[float, float]:
    """Media seconds of the first packet of sound in a strand's files, and of the first one after them."""
    at = segments.index(last) + 1
    after = segments[at] if at < len(segments) and not playlist.breaks(last, segments[at]) else None
    next_one = first_times(folder / after.name)[1] if after else None
    begins = first_times(folder / first.name)[1]
    return 0.0 if begins is None else begins, _EVER if next_one is None else next_one


async def _pieces(
    maker: Maker, files: Sequence[str], window: Window, hidden: Hidden, mark: str,
    *, trimmed: bool = True, since: float | None = None,
) -> Listed:  # fmt: skip
    """A window of a film as files `0001-program-cut57-0a-000000.ts` in the work folder, with their seconds. The first
    one counts from `since` on, or from its first picture; the last one ends with the window. `trimmed`: the window
    begins or ends within a segment. Raises ReplayFailed."""
    work, settings = maker.work, maker.settings
    pictures = (window.start, window.end) if trimmed or hidden.cover else None
    out = f"{Path(files[-1]).name.partition('-')[0]}-program-{work.name.removeprefix('.').replace('-', '')}-{mark}"
    for argv in (
        graph_cuts.hidden(files, hidden, pictures, settings, "film.ts", maker.ffmpeg.dialect),
        graph_cuts.only("film.ts", window, "window.ts"),
        graph_cuts.split("window.ts", settings.segment_seconds, f"{out}-%06d.ts"),
    ):
        await run_gently(maker.ffmpeg, argv, work)
    for film in ("film.ts", "window.ts"):
        (work / film).unlink()
    made = sorted(work.glob(f"{out}-*.ts"))
    begun = [time for path in made if (time := first_times(path)[0]) is not None]
    if not made or len(begun) < len(made):
        raise ReplayFailed("A piece has no picture.")
    edges = [begun[0] if since is None else since, *begun[1:], window.end]
    return [(path.name, b - a) for path, (a, b) in zip(made, pairwise(edges), strict=True)]
