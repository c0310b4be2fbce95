"""Orders and faults: what is on the air when the camera is not, and that no camera is open when it must not be."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from streamer.council.picture import GUARD_SECONDS, Program, Slate, SlateKind
from streamer.media.encoder import Encoder
from streamer.media.encoder_status import EncoderState
from streamer.media.records import started_at
from streamer.media.room import Room
from streamer.media.run import clear_leftovers
from tests.media.conftest import Studio, running
from tests.support import probe
from tests.support.camera import RtspCamera
from tests.support.footage import footage
from tests.support.until import until

SECRET_COLOUR, SECRET_HZ = 0xE01080, 1730
PUBLIC_COLOUR, PUBLIC_HZ = 0x10A0E0, 620


async def test_a_closed_session_leaves_no_trace(studio: Studio) -> None:
    """Colour and tone are filmed up to the moment the camera may see the room again, and are found nowhere."""
    async with RtspCamera() as camera:
        await camera.film(PUBLIC_COLOUR, PUBLIC_HZ)
        encoder = studio.encoder(camera.url)
        await encoder.show(Program())
        await studio.listed(2, "program")
        await encoder.show(Slate(SlateKind.CLOSED_SESSION))
        await camera.clients_are(0)
        await camera.film(SECRET_COLOUR, SECRET_HZ)
        await studio.listed(2, "slate")
        assert camera.clients == 0
        # the camera still hands out what it should not for a moment after it was opened: the guard throws it away
        await encoder.show(Program(GUARD_SECONDS))
        await camera.clients_are(1)
        await camera.film(PUBLIC_COLOUR, PUBLIC_HZ)
        run = await until(lambda: encoder.status().showing == Program() and encoder.status().run)
        await studio.listed(1, run=run)
        await encoder.show(None)
    for path in studio.folder.glob("*.ts"):
        assert await probe.find_colour(path, SECRET_COLOUR) == [], path
        assert await probe.find_tone(path, SECRET_HZ) == [], path
    public = [studio.folder / segment.name for segment in studio.segments("program")]
    for path in public:
        assert await probe.find_colour(path, PUBLIC_COLOUR), path
        assert await probe.find_tone(path, PUBLIC_HZ), path
    assert {path.name for path in studio.folder.glob("*.ts")} == {segment.name for segment in studio.segments()}


async def test_the_search_finds_what_is_there(studio: Studio) -> None:
    """The proof above is worth something only if the same search finds the same colour and tone in an open part."""
    async with RtspCamera() as camera:
        await camera.film(SECRET_COLOUR, SECRET_HZ)
        encoder = studio.encoder(camera.url)
        await encoder.show(Program())
        segment = (await studio.listed(1, "program"))[0]
        assert await probe.find_colour(studio.folder / segment.name, SECRET_COLOUR)
        assert await probe.find_tone(studio.folder / segment.name, SECRET_HZ)
        assert not await probe.find_colour(studio.folder / segment.name, PUBLIC_COLOUR)
        assert not await probe.find_tone(studio.folder / segment.name, PUBLIC_HZ)


async def test_a_camera_that_dies_is_replaced_by_a_slate_until_it_is_back(studio: Studio) -> None:
    async with RtspCamera() as camera:
        encoder = studio.encoder(camera.url)
        await encoder.show(Program())
        await running(encoder)
        await camera.stop()
        await until(lambda: encoder.status().showing == Slate(SlateKind.FAULT))
        status = encoder.status()
        assert status.error_code in ("source_died", "source_stalled")
        assert not status.source_ok
        await studio.listed(1, "slate")
        await camera.start()
        await running(encoder)
        assert encoder.status().showing == Program()
        assert encoder.status().error_code is None
        # it freezes: the connection stays, pictures do not come
        camera.freeze()
        await until(lambda: encoder.status().error_code == "source_stalled")
        camera.thaw()
        await running(encoder)
    offsets = [(segment.offset, segment.duration) for segment in studio.segments()]
    assert all(a[0] + a[1] <= b[0] + 0.02 for a, b in pairwise(offsets)), offsets


async def test_a_camera_that_is_not_there(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    encoder = studio.encoder("rtsp://clerk:s3cret-word@127.0.0.1:9/chamber")
    await encoder.show(Program())
    await studio.listed(1, "slate")
    status = encoder.status()
    assert (status.showing, status.error_code) == (Slate(SlateKind.FAULT), "source_open")
    assert status.last_error
    assert "s3cret" not in caplog.text + repr(status)
    # a slate is ordered: the attempts to open the camera end
    await encoder.show(Slate(SlateKind.RECESS))
    await running(encoder, program=False)
    assert [name for name in commands_in(studio.folder) if "rtsp:" in name] == []


async def test_orders_in_quick_succession_end_with_the_last(studio: Studio) -> None:
    encoder = studio.encoder("demo:")
    orders = (Program(), Slate(SlateKind.RECESS), Program(1), None, Program(), Slate(SlateKind.CLOSED_SESSION))
    await asyncio.gather(*(encoder.show(order) for order in orders))
    await running(encoder, program=False)
    assert encoder.status().showing == Slate(SlateKind.CLOSED_SESSION)
    assert len(commands_in(studio.folder)) == 1
    run = encoder.status().run
    await encoder.show(Slate(SlateKind.CLOSED_SESSION))
    assert encoder.status().run == run
    await encoder.show(None)
    assert commands_in(studio.folder) == []
    assert encoder.status().state is EncoderState.IDLE


async def test_an_order_that_is_broken_off_leaves_no_process(studio: Studio) -> None:
    """The service is told to end while a meeting's end is carried out: neither camera nor slate goes on."""

    async def says_nothing(*_: object) -> None:
        await asyncio.Event().wait()

    async with await asyncio.start_server(says_nothing, "127.0.0.1", 0) as silent:
        encoder = studio.encoder(f"rtsp://127.0.0.1:{silent.sockets[0].getsockname()[1]}/chamber")
        await encoder.show(Slate(SlateKind.WAITING))
        await running(encoder, program=False)
        await encoder.show(Program())
        await until(lambda: len(commands_in(studio.folder)) == 2)
        order = asyncio.create_task(encoder.show(None))
        while encoder.status().ordered is not None:  # noqa: ASYNC110 - caught in the act, not some time later
            await asyncio.sleep(0)
        order.cancel()
        await asyncio.wait({order})
        await encoder.close()
        assert commands_in(studio.folder) == []


async def test_the_program_gives_way_before_the_disk_is_full(studio: Studio) -> None:
    """What is recorded is finished, the public sees a slate, and with room again the program is back by itself."""
    free = [50_000_000]
    encoder = studio.encoder("demo:", room=Room(lambda: free[0], floor=10_000_000))
    await encoder.show(Program())
    await running(encoder)
    await studio.listed(1, "program")
    free[0] = 9_000_000
    await until(lambda: encoder.status().showing == Slate(SlateKind.FAULT) and encoder.status().frames > 0)
    assert encoder.status().error_code == "disk_full"
    assert not [line for line in commands_in(studio.folder) if "-program" in line]
    free[0] = 12_000_000  # not yet enough: the picture must not come and go
    await studio.listed(1, "slate")
    assert encoder.status().showing == Slate(SlateKind.FAULT)
    free[0] = 20_000_000
    await running(encoder)
    assert encoder.status().error_code is None


@contextlib.contextmanager
def abandoned(encoder: Encoder) -> Iterator[int]:
    """As if its service were killed: nobody looks after it any more, its process goes on. Gives the pid."""
    process = encoder._program.process  # type: ignore[union-attr]
    encoder._supervisor.cancel()  # type: ignore[union-attr]
    process.leave()  # type: ignore[union-attr]
    encoder._program, encoder._program_on_air = None, False
    yield process.pid  # type: ignore[union-attr]
    process._child.wait(10)  # type: ignore[union-attr]


async def test_an_encoder_goes_on_under_a_restarted_service(studio: Studio) -> None:
    first = studio.encoder("demo:")
    await first.show(Program())
    await studio.listed(1)
    with abandoned(first) as pid:
        second = studio.encoder("demo:")
        await second.adopt(Program())
        await running(second)
        assert second.pids == [pid]
        assert len(commands_in(studio.folder)) == 1
        # it is looked after: what dies is replaced, and the media clock goes on
        os.kill(pid, signal.SIGKILL)
        await until(lambda: second.status().showing == Slate(SlateKind.FAULT))
    await running(second)
    await studio.listed(1, run=second.status().run)
    segments = studio.segments()
    assert all(a.offset + a.duration <= b.offset + 0.02 for a, b in pairwise(segments))
    assert segments[-1].offset - segments[0].offset == pytest.approx(segments[-1].start - segments[0].start, abs=1.5)
    await second.close()
    assert commands_in(studio.folder) == []


@pytest.mark.parametrize("change", ["another source", "a closed session"])
async def test_what_does_not_fit_is_not_adopted(studio: Studio, change: str) -> None:
    first = studio.encoder("demo:")
    await first.show(Program())
    await studio.listed(1)
    closed = change == "a closed session"
    recorded = [segment.name for segment in studio.segments()]
    with abandoned(first) as pid:
        second = studio.encoder("demo:" if closed else str(footage("bigbuckbunny.mp4")))
        await second.adopt(Slate(SlateKind.CLOSED_SESSION) if closed else Program())
        await clear_leftovers(studio.folder, second.pids)
        assert started_at(pid) is None
    await running(second, program=not closed)
    assert len(commands_in(studio.folder)) == 1
    assert set(recorded) <= {segment.name for segment in studio.segments()}, "what was recorded is kept"
    assert all((studio.folder / name).exists() for name in recorded)


def commands_in(folder: Path) -> list[str]:
    """Command lines of the processes that run in a folder."""
    return [
        " ".join(process.info["cmdline"] or [])
        for process in psutil.process_iter(["cwd", "cmdline", "status"])
        if process.info["cwd"] == str(folder) and process.info["status"] != psutil.STATUS_ZOMBIE
    ]
