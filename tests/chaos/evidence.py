"""Gathers what there is after a meeting, for the judge."""

import asyncio
import json
import re
import signal
import sqlite3
from contextlib import closing
from itertools import groupby
from pathlib import Path

from tests.chaos.evening import Evening
from tests.chaos.judge import Evidence, Recording
from tests.control.processes import programs
from tests.support.marks_reader import Frame, frames, tones
from tests.support.probe import packets, steps_back

ORDERS = {"phase_changed"}


async def gather(it: Evening) -> Evidence:
    """Stop the service, and read everything that was kept or received."""
    exit_code = await it.service.end(signal.SIGTERM)
    left = [program.argv for program in programs(it.service.folder)]
    home = it.home
    return Evidence(
        began=it.camera.began,
        timeline=it.timeline,
        emitted=it.camera.emitted(),
        received=[await _received(path) for path in it.server.recordings],
        watched=Recording("watched", await frames(it.viewer.seen)),
        disk=Recording("disk", await _pictures(home)),
        replay=Recording(
            "replay", await frames(home / "replay.mp4"), await tones(home / "replay.mp4"),
            steps_back=len(steps_back(await packets(home / "replay.mp4"))),
        ),
        poster=Recording("poster", await frames(home / "poster.jpg")),
        logged=await asyncio.to_thread(_orders, it.service.recordings / "tribune.db", it.id),
        words=it.service.words,
        left_running=left,
        exit_code=exit_code,
    )  # fmt: skip


async def _received(path: Path) -> Recording:
    opened = re.search(r"-(\d{10})\.flv$", path.name)
    back = len(steps_back(await packets(path)))
    return Recording(path.name, await frames(path), await tones(path), float(opened[1]) if opened else None, back)


async def _pictures(home: Path) -> list[Frame]:
    """Of every file of a camera's picture that is left, finished or not."""
    found = sorted(path for path in home.rglob("*-program-*") if ".ts" in path.suffixes)
    runs = [list(run) for _, run in groupby(found, key=lambda path: path.name.partition("-")[0])]
    return [frame for run in runs for frame in await frames(run)]


def _orders(database: Path, meeting: str) -> list[str]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as log:
        rows = log.execute("SELECT kind, data FROM log WHERE meeting = ? ORDER BY version", (meeting,)).fetchall()
    return [json.loads(data)["verb"] for kind, data in rows if kind in ORDERS]
