"""A meeting that is over when the service starts: its log, and a recording that ffmpeg made in a moment."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from streamer.council.events import Fact, Kind
from streamer.council.meeting import AgendaItem, Meeting
from streamer.council.phase import Phase
from streamer.media.binary import find_ffmpeg
from streamer.store.database import Database
from streamer.store.log import Log
from tests.support import marks

BEGUN = 1_773_253_800.0
"""Unix seconds at which such a meeting goes live: 11 March 2026, 19:30 in Luxembourg."""
DAY = "2026-03-11"
OFFSET = 30.0
RATE = 48_000
TONE = "sine=r=48000"
AGENDA = (
    AgendaItem("item-a", "1", "Approval of the minutes"),
    AgendaItem("item-b", "2", "Budget 2026"),
    AgendaItem("item-c", "3", "Staff <secret> matters", public=False),
    AgendaItem("item-d", "4", "Any other business"),
)


async def past_meeting(
    folder: Path, opened: Sequence[tuple[float, str]], seconds: int, *, items: Sequence[AgendaItem] = AGENDA,
    id: str = f"{DAY}-past", name: str = "Council", phase: Phase = Phase.PUBLISHED,
    more: Sequence[tuple[float, Fact]] = (), film: bool = True, marked: bool = False,
    sound: str = TONE,
) -> str:  # fmt: skip
    """Write it into `folder`/recordings, before the service starts. `opened`: seconds after the beginning, item's id;
    `more`: other facts, likewise. Without `film` only the first segment is really there: enough for all but pictures.
    `marked`: the picture and the sound say which second they are of, see `marks.py`. `sound`: as lavfi spells it.
    """
    recordings = folder / "recordings"
    if marked or not film:
        await (marked_film if marked else _listed)(recordings / id, seconds)
    else:
        await _filmed(recordings / id, seconds, sound)
    facts: list[tuple[float, Fact]] = [(0.0, Fact(Kind.PHASE_CHANGED, {"verb": "go-live", "phase": Phase.LIVE}))]
    facts += [(at, Fact(Kind.ITEM_OPENED, {"item": item, "at": BEGUN + at})) for at, item in opened]
    facts += [*more, (seconds + 1.0, Fact(Kind.PHASE_CHANGED, {"verb": "end", "phase": Phase.ENDED}))]
    if phase is Phase.PUBLISHED:
        facts.append((seconds + 60.0, Fact(Kind.PHASE_CHANGED, {"verb": "publish", "phase": phase})))
    plan = {"name": name, "start": f"{DAY}T19:30:00+01:00", "items": [item.as_data() for item in items]}
    database = await Database.open(recordings / "tribune.db")
    meeting = await Log(database).append(Meeting(id), [Fact(Kind.MEETING_PLANNED, plan)], at=BEGUN - 1000, by="claire")
    for at, fact in sorted(facts, key=lambda found: found[0]):
        meeting = await Log(database).append(meeting, [fact], at=BEGUN + at, by="claire")
    await database.close()
    return id


async def logged(log: Log, id: str, name: str, start: str, *, at: float) -> None:
    """A meeting that was published, as far as the log knows it: nothing was filmed, and there is no agenda. `start`:
    ISO 8601; `at`: of everything, unix seconds."""
    facts = [Fact(Kind.MEETING_PLANNED, {"name": name, "start": start, "items": []})]
    for verb, phase in (("go-live", Phase.LIVE), ("end", Phase.ENDED), ("publish", Phase.PUBLISHED)):
        facts.append(Fact(Kind.PHASE_CHANGED, {"verb": verb, "phase": phase}))
    await log.append(Meeting(id), facts, at=at, by="claire")


async def _filmed(folder: Path, seconds: int, sound: str = TONE) -> None:
    """Segments of 2 s of a moving picture and a tone, or another `sound`; picture and sound are small, but real."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=5", "-f", "lavfi", "-i", sound]
    picture = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-keyint_min", "10"]
    made = ["-c:a", "aac", "-b:a", "32k", "-ar", "48000", "-ac", "2", "-muxdelay", "0", "-f", "hls", "-hls_time", "2"]
    kept = ["-hls_list_size", "0", "-hls_segment_filename", "0001-program-%06d.ts", "0001-program.m3u8"]
    argv = ["-v", "error", "-t", str(seconds), *sources[:4], "-t", str(seconds), *sources[4:], *picture, *made, *kept]
    process = await asyncio.create_subprocess_exec(find_ffmpeg().path, *argv, cwd=folder)
    assert await process.wait() == 0
    _clock(folder)


async def marked_film(folder: Path, seconds: int) -> None:
    """Segments of 2 s, as an encoder makes them: media time begins after 30 s, every picture has its number."""
    folder.mkdir(parents=True, exist_ok=True)
    tones = marks.sound(RATE)
    (folder / "tones").write_bytes(b"".join(tones[second % marks.TONES] for second in range(seconds)))
    size = ["-s", f"{marks.WIDTH}x{marks.HEIGHT}", "-r", str(marks.FPS), "-pix_fmt", "yuv420p"]
    sources = ["-f", "rawvideo", *size, "-i", "-", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "tones"]
    gop = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "50", "-keyint_min", "50", "-sc_threshold", "0"]
    made = ["-c:a", "aac", "-b:a", "64k", "-ac", "2", "-muxdelay", "0", "-output_ts_offset", str(OFFSET)]
    kept = ["-f", "segment", "-segment_time", "1", "-segment_list", "0001-program.m3u8", "-segment_list_size", "0"]
    argv = ["-v", "error", *sources, *gop, *made, *kept, "-segment_list_type", "m3u8", "0001-program-%06d.ts"]
    process = await asyncio.create_subprocess_exec(find_ffmpeg().path, *argv, cwd=folder, stdin=asyncio.subprocess.PIPE)
    await process.communicate(b"".join(marks.picture(number) for number in range(seconds * marks.FPS)))
    assert process.returncode == 0
    (folder / "tones").unlink()
    _clock(folder, BEGUN - OFFSET)


async def _listed(folder: Path, seconds: int) -> None:
    """As of a whole evening: a line for each segment, and one file."""
    await _filmed(folder, 2)
    lines = [f"#EXTINF:2.000000,\n0001-program-{number:06d}.ts" for number in range(seconds // 2)]
    text = "\n".join(["#EXTM3U", "#EXT-X-TARGETDURATION:2", *lines, "#EXT-X-ENDLIST", ""])
    (folder / "0001-program.m3u8").write_text(text, encoding="utf-8")


def _clock(folder: Path, epoch: float = BEGUN) -> None:
    (folder / "0001-program.run").write_text(json.dumps({"epoch": epoch, "lag": 0.0}), encoding="ascii")
