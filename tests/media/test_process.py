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

from streamer.media.process import Process, leftovers, started_at

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
    async with asyncio.timeout(10):
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


async def test_leftovers_are_killed_and_strangers_are_not(tmp_path: Path) -> None:
    left = await started(tmp_path, "import time; time.sleep(60)", "left")
    stranger = await started(tmp_path, "import time; time.sleep(60)", "stranger")
    # its pid was given to another process since
    (tmp_path / "stranger.pid").write_text(json.dumps({"pid": stranger.pid, "started": "1"}))
    (tmp_path / "broken.pid").write_text("{")
    (tmp_path / "gone.pid").write_text(json.dumps({"pid": 2**22 - 1, "started": None}))
    assert await leftovers(tmp_path) == 1
    assert await left.wait() == -signal.SIGKILL
    assert stranger.returncode is None
    assert started_at(stranger.pid)
    assert list(tmp_path.glob("*.pid")) == []
    await stranger.stop(signal.SIGKILL)
    assert started_at(stranger.pid) is None
