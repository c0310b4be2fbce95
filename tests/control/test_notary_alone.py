"""The notary with a real log and files made by hand: what it does when something is gone."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.control.desk import Desk
from streamer.control.notary import Notary
from streamer.council.chain import Entry
from streamer.council.meeting import AgendaItem
from streamer.council.phase import Verb
from streamer.council.verdict import FaultKind, Verdict
from streamer.media.manifest import NAME, Manifest, sealed, verify
from streamer.media.segments import RunClock, write_clock
from streamer.store.database import Database
from streamer.store.log import Log
from tests.support.waiting import eventually

ID = "2026-11-27-abcd"
NAMES = [f"0001-program-{number:06}.ts" for number in range(4)]


class Here:
    """A meeting, its folder, a clock that is set by hand, and whether its machines run."""

    def __init__(self, recordings: Path, database: Database) -> None:
        self.now, self.filming = 1000.0, True
        self.recordings, self.folder = recordings, recordings / ID
        self.desk = Desk(Log(database), lambda: self.now, lambda meeting: 0)
        self.notary = Notary(self.desk, recordings, lambda: self.now, lambda meeting: self.filming)
        self.work: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """The notary goes to work."""
        self.work = asyncio.create_task(self.notary.run())

    async def order(self, verb: Verb, at: float) -> None:
        """At that time, unix seconds."""
        self.now = at
        await self.desk.order(ID, verb, by="claire")

    def film(self) -> None:
        """A run of four segments of 2 s, from 1000 on."""
        self.folder.mkdir()
        for number, name in enumerate(NAMES):
            (self.folder / name).write_bytes(picture_at(10.0 + 2 * number))
        write_clock(self.folder, "0001-program", RunClock(990.0))
        (self.folder / "0001-program.m3u8").write_text("".join(f"#EXTINF:2.0,\n{name}\n" for name in NAMES))

    def ended(self) -> bool:
        """Signed."""
        return self.notary.seal(ID) is not None

    async def has(self, number: int) -> None:
        """The notary works, until the manifest has so many segments."""
        if self.work is None:
            self.begin()
        await eventually(
            lambda: (self.folder / NAME).exists() and len(Manifest(self.folder).segments()) == number,
            f"{number} segments are in the manifest",
        )


def picture_at(seconds: float) -> bytes:
    """A packet of MPEG-TS that begins a picture at a media time, and some content."""
    ticks = round(seconds * 90_000)
    time = [0x21 | ticks >> 29 & 0xE, ticks >> 22 & 255, ticks >> 14 & 254 | 1, ticks >> 7 & 255, ticks << 1 & 254 | 1]
    head = bytes([0x47, 0x40, 0, 0x10, 0, 0, 1, 0xE0, 0, 0, 0x80, 0x80, 5, *time])
    return head.ljust(188, b"\xff") + f"filmed at {seconds}".encode() * 50


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Here]:
    """A meeting that went live at 1000, four segments."""
    database = await Database.open(tmp_path / "tribune.db")
    made = Here(tmp_path, database)
    await made.desk.plan(ID, "Council", "2026-11-27T19:00:00+01:00", [AgendaItem("a", "1", "Budget")], by="claire")
    await made.order(Verb.GO_LIVE, 1000.0)
    made.film()
    yield made
    if made.work:
        made.work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await made.work
    await database.close()


async def end(here: Here) -> None:
    """The meeting ends and its machines stop."""
    await here.order(Verb.END, 1010.0)
    here.filming = False


async def test_nothing_is_signed_while_the_machines_run(here: Here) -> None:
    """The last segments are not there yet when the clerk presses the button."""
    await here.has(4)
    await here.order(Verb.END, 1010.0)
    (here.folder / "0002-slate-000000.ts").write_bytes(picture_at(20.0))
    write_clock(here.folder, "0002-slate", RunClock(990.0))
    (here.folder / "0002-slate.m3u8").write_text("#EXTINF:2.0,\n0002-slate-000000.ts\n")
    await here.has(5)
    assert verify(here.folder).verdict is Verdict.NOT_SIGNED
    here.filming = False
    await eventually(here.ended, "it is signed")
    assert verify(here.folder).verdict is Verdict.WHOLE


async def test_a_damaged_key_stops_no_recording(here: Here, caplog: pytest.LogCaptureFixture) -> None:
    """It is told once, and signed as soon as the key is back."""
    await here.has(4)
    key = here.recordings / "signing.key"
    good = key.read_bytes()
    key.write_bytes(good[:20])
    await end(here)
    await eventually(lambda: "restore it from a backup" in caplog.text, "the log says what to do")
    assert not here.ended()
    assert verify(here.folder).verdict is Verdict.NOT_SIGNED
    key.write_bytes(good)
    await eventually(here.ended, "it is signed")
    assert verify(here.folder).verdict is Verdict.WHOLE
    assert caplog.text.count("its manifest could not be written") == 1


async def test_a_whole_run_destroyed_for_a_closed_session_is_told(here: Here) -> None:
    """Also by a service that was started afterwards: with the first file of a run nobody can date the others any
    more, but the manifest can."""
    earlier = Manifest(here.folder)
    for number, name in enumerate(NAMES):
        where = {"picture": "program", "start": 1000.0 + 2 * number, "seconds": 2.0}
        earlier.append([(Entry.SEGMENT, {**sealed(here.folder / name), **where})], 1010.0)
        (here.folder / name).unlink()
    await here.order(Verb.CLOSE_SESSION, 999.0)
    await end(here)
    here.begin()
    await eventually(here.ended, "it is signed")
    report = verify(here.folder)
    assert (report.verdict, report.faults) == (Verdict.WHOLE, [])
    assert {line.file: line.data["why"] for line in report.removed} == dict.fromkeys(NAMES, "closed session")


async def test_a_segment_deleted_by_hand_was_not_removed_on_purpose(here: Here) -> None:
    """Neither one that is in the manifest, nor one that came too late for it."""
    await here.has(4)
    late = NAMES[3].replace("3", "4")
    with (here.folder / "0001-program.m3u8").open("a") as playlist:
        playlist.write(f"#EXTINF:2.0,\n{late}\n")
    (here.folder / NAMES[1]).unlink()
    await end(here)
    await eventually(here.ended, "it is signed")
    seal = here.notary.seal(ID)
    assert seal
    assert seal.lost == 1
    report = verify(here.folder)
    assert {(fault.kind, fault.file) for fault in report.faults} == {
        (FaultKind.MISSING, NAMES[1]), (FaultKind.LOST, late),
    }  # fmt: skip


async def test_a_meeting_of_an_older_tribune_is_not_signed_afterwards(here: Here) -> None:
    """That would say more than anybody knows."""
    await here.has(4)
    await end(here)
    await eventually(here.ended, "it is signed")
    (here.folder / NAME).unlink()
    again = Notary(here.desk, here.recordings, lambda: here.now, lambda meeting: False)
    await again._look(ID)
    await again.made(ID, here.folder / NAMES[0])
    assert again.seal(ID) is None
    assert verify(here.folder).verdict is Verdict.NO_MANIFEST
