"""Children: noticed when they end, ended when they must, and found again after a crash."""

import asyncio
import json
import os
import signal
import stat
import sys
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from streamer.media import records
from streamer.media.process import Process, end_task
from tests.support.waiting import PATIENCE

STUBBORN = "import signal,time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


async def started(tmp_path: Path, code: str, name: str = "child") -> Process:
    return Process.start([sys.executable, "-c", code], tmp_path / name, cwd=tmp_path)


async def test_its_end_and_its_words(tmp_path: Path) -> None:
    child = await started(tmp_path, "import sys; print('said'); print('warned', file=sys.stderr); sys.exit(3)")
    assert await child.wait() == 3
    assert {"said", "warned"} <= set(child.words().split())
    assert stat.S_IMODE((tmp_path / "child.log").stat().st_mode) == 0o600
    assert not psutil.pid_exists(child.pid), "reaped"
    child.send(signal.SIGKILL)  # to nobody
    child.forget()
    assert list(tmp_path.iterdir()) == []


async def test_a_great_many_words_do_not_stop_it(tmp_path: Path) -> None:
    child = await started(tmp_path, "print('x' * 5_000_000)")
    assert await child.wait() == 0
    assert len(child.words(1000)) == 1000


async def test_a_stubborn_one_is_killed(tmp_path: Path) -> None:
    child = await started(tmp_path, STUBBORN)
    async with asyncio.timeout(PATIENCE):
        while "up" not in child.words():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    assert await child.stop(signal.SIGINT, grace=0.1) == -signal.SIGKILL


async def test_a_machine_without_pidfd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")
    child = await started(tmp_path, "pass")
    assert await child.wait() == 0


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Process.start(["/no/such/program"], tmp_path / "child")


ORPHAN = """
import asyncio, sys
from pathlib import Path
from streamer.media.process import Process
async def main():
    Process.start(sys.argv[3:], Path(sys.argv[1]), doing=sys.argv[2]).leave()
asyncio.run(main())
"""
SLEEPS = (sys.executable, "-c", "import time; time.sleep(60)")


async def orphan(stem: Path, doing: str) -> int:
    """The pid of a process whose parent has ended: what a service that was killed leaves behind."""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", ORPHAN, str(stem), doing, *SLEEPS)
    assert await parent.wait() == 0
    record = records.read(stem)
    assert record
    return record.pid


async def test_an_orphan_is_adopted_and_its_end_is_noticed(tmp_path: Path) -> None:
    pid = await orphan(tmp_path / "left", "send to rtmp://stage with a-secret-key")
    assert "a-secret-key" not in (tmp_path / "left.pid").read_text()
    assert Process.adopt(tmp_path / "left", "send to rtmp://elsewhere") is None, "it does something else"
    adopted = Process.adopt(tmp_path / "left", "send to rtmp://stage with a-secret-key")
    assert adopted
    assert (adopted.pid, adopted.ended) == (pid, False)
    waiting = asyncio.create_task(adopted.wait())
    os.kill(pid, signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        assert await waiting is None, "only its parent is told the exit code"
    assert adopted.ended
    assert not adopted.failed
    adopted.send(signal.SIGKILL)  # to nobody
    assert Process.adopt(tmp_path / "left", "send to rtmp://stage with a-secret-key") is None


async def test_an_adopted_one_is_stopped_like_a_child(tmp_path: Path) -> None:
    pid = await orphan(tmp_path / "left", "work")
    adopted = Process.adopt(tmp_path / "left", "work")
    assert adopted
    await adopted.stop(signal.SIGKILL)
    assert records.started_at(pid) is None
    assert list(tmp_path.glob("*.pid")) == []


async def test_what_is_not_adopted_is_killed_and_strangers_are_not(tmp_path: Path) -> None:
    left, kept = await orphan(tmp_path / "left", "work"), await orphan(tmp_path / "kept", "work")
    stranger = await started(tmp_path, SLEEPS[2], "stranger")
    # its pid was given to another process since
    record = {"pid": stranger.pid, "started": "1", "salt": "", "doing": ""}
    (tmp_path / "stranger.pid").write_text(json.dumps(record))
    (tmp_path / "broken.pid").write_text("{")
    (tmp_path / "gone.pid").write_text(json.dumps({**record, "pid": 2**22 - 1}))
    ended = await records.end_leftovers(tmp_path, [kept])
    assert [stem.name for stem in ended] == ["broken", "gone", "left", "stranger"]
    assert records.started_at(left) is None
    assert records.started_at(kept)
    assert not stranger.ended
    assert [path.name for path in tmp_path.glob("*.pid")] == ["kept.pid"]
    os.kill(kept, signal.SIGKILL)
    await stranger.stop(signal.SIGKILL)
    assert records.started_at(stranger.pid) is None


async def test_what_was_begun_and_not_recorded_is_found_all_the_same(tmp_path: Path) -> None:
    """The service was killed in the instant between the two: a camera may be open that nobody knows of."""
    left, kept = await orphan(tmp_path / "0001-program", "work"), await orphan(tmp_path / "kept", "work")
    (tmp_path / "else").mkdir()
    elsewhere = await orphan(tmp_path / "else" / "where", "work")
    (tmp_path / "0001-program.pid").unlink()
    (tmp_path / "else" / "where.pid").unlink()
    ended = await records.end_leftovers(tmp_path, [kept])
    assert [stem.name for stem in ended] == ["0001-program"]
    assert records.started_at(left) is None
    assert records.started_at(kept)
    assert records.started_at(elsewhere), "of another folder"
    for pid in (kept, elsewhere):
        os.kill(pid, signal.SIGKILL)


async def test_who_waits_for_the_end_of_a_task_can_be_cancelled_too() -> None:
    """A service that is told to stop at just that moment would otherwise go on for ever."""
    may_end = asyncio.Event()

    async def slow_to_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await may_end.wait()

    task = asyncio.create_task(slow_to_end())
    waits = asyncio.create_task(end_task(task))
    while not task.cancelling():  # noqa: ASYNC110 - until it has been told
        await asyncio.sleep(0)
    waits.cancel()
    may_end.set()
    await asyncio.wait({waits, task})
    assert task.cancelled()
    assert waits.cancelled()


async def test_what_a_task_raised_is_raised_to_who_ends_it() -> None:
    async def fails() -> None:
        raise OSError("no such camera")

    task = asyncio.create_task(fails())
    await asyncio.wait({task})
    with pytest.raises(OSError, match="no such camera"):
        await end_task(task)
