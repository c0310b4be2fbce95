"""The replay's files follow the log: what is changed is made anew, a failure is told and loses nothing."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.control.archive import Replay
from streamer.council.roles import Role
from tests.support.commune import QUICK, Commune, Json, commune
from tests.support.probe import ask, decode_errors
from tests.support.waiting import eventually


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune."""
    async with commune(tmp_path, encoder=QUICK) as it:
        yield it


async def recorded(here: Commune, id: str, more: float) -> None:
    """So many seconds more than now."""

    async def seconds() -> float:
        recording = (await here.status(id))["recording"]
        return float(recording["seconds"]) if recording else 0.0

    wanted = await seconds() + more

    async def enough() -> bool:
        return await seconds() >= wanted

    await eventually(enough, f"{more} s more are recorded")


async def filmed(here: Commune) -> Json:
    """A meeting with two items, ended."""
    meeting = await here.planned()
    await here.ok("POST", f"/{meeting['id']}/go-live")
    for item in meeting["agendaItem"][:2]:
        await recorded(here, meeting["id"], 2)
        await here.ok("POST", f"/{meeting['id']}/agenda/{item['id']}/open")
    await recorded(here, meeting["id"], 2)
    await ended(here, meeting["id"])
    return meeting


async def ended(here: Commune, id: str) -> None:
    """The meeting ends and its machines stop."""
    await here.ok("POST", f"/{id}/end")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is None, "the machines stop")


async def replay_of(here: Commune, id: str) -> Replay:
    """What can be watched."""
    return await here.replay(id)


async def made(here: Commune, id: str) -> Replay:
    """The replay, once its MP4 fits the log."""

    async def ready() -> Replay | None:
        replay = await replay_of(here, id)
        return replay if replay.current else None

    found: Replay = await eventually(ready, "the MP4 is made")
    return found


async def chapters_in(mp4: Path) -> list[str]:
    """The titles inside the file."""
    return [chapter["tags"]["title"] for chapter in (await ask(mp4, "-show_chapters"))["chapters"]]


async def chapters_told(here: Commune, id: str) -> list[str]:
    """The titles in the index, as the clerk gets it."""
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    async with here.http.get(f"{here.url}/meetings/{id}/chapters.vtt", headers=headers) as answer:
        assert answer.status == 200
        return re.findall(r"--> .*\n(.+)\n", await answer.text())


async def length(mp4: Path) -> float:
    """Seconds."""
    return float((await ask(mp4, "-show_format"))["format"]["duration"])


async def test_a_mark_taken_back_after_the_end_changes_the_index_and_the_file(here: Commune) -> None:
    """At once in `chapters.vtt`; the MP4 is made anew by itself."""
    id = (await filmed(here))["id"]
    mp4 = here.folder / id / "replay.mp4"
    before = await made(here, id)
    assert await chapters_in(mp4) == await chapters_told(here, id) == ["Council", "1 Budget", "2 Schools"]
    await here.ok("POST", f"/{id}/agenda/undo")
    assert await chapters_told(here, id) == ["Council", "1 Budget"]
    after = await made(here, id)
    assert await chapters_in(mp4) == ["Council", "1 Budget"]
    assert after.duration == before.duration
    assert await length(mp4) == pytest.approx(before.duration, abs=0.3)


async def test_a_reopened_meetings_file_is_made_anew(here: Commune) -> None:
    """Ended too early, reopened, resumed: the MP4 has both parts, end to end, and decodes without an error."""
    meeting = await filmed(here)
    id = meeting["id"]
    mp4 = here.folder / id / "replay.mp4"
    first = (await made(here, id)).duration
    for verb in ("reopen", "resume"):
        await here.ok("POST", f"/{id}/{verb}")
    await eventually(lambda: here.up.service.conductor.broadcast(id) is not None, "the machines run again")
    await recorded(here, id, 3)
    await here.ok("POST", f"/{id}/agenda/{meeting['agendaItem'][0]['id']}/open")
    await recorded(here, id, 2)
    await ended(here, id)
    second = await made(here, id)
    assert second.duration > first + 4
    assert await length(mp4) == pytest.approx(second.duration, abs=0.3)
    assert await chapters_in(mp4) == ["Council", "1 Budget", "2 Schools", "1 Budget"]
    assert await decode_errors(mp4) == []


async def test_a_file_that_cannot_be_made_is_told_and_the_segments_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk was full, say. The replay plays from its segments all the same, and the file is made the next time."""
    broken = tmp_path / "broken"
    broken.touch()
    ffmpeg_that_fails_while(broken, tmp_path / "bin")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    async with commune(tmp_path, encoder=QUICK) as here:
        id = (await filmed(here))["id"]

        async def failed() -> bool:
            replay = await replay_of(here, id)
            return replay.failed and not replay.making

        await eventually(failed, "the failure is told")
        assert "No space left on device" in caplog.text
        replay = await replay_of(here, id)
        assert (replay.mp4_ready, replay.mp4_bytes) == (False, 0)
        segments = [
            segment.name for segment in here.up.service.archive.segments(await here.up.service.desk.meeting(id))
        ]
        assert all((here.folder / id / name).stat().st_size > 0 for name in segments)
        left = {path.name for path in (here.folder / id).iterdir()}
        assert not [name for name in left if name.startswith(".") or name == "replay.mp4"]
        await here.ok("POST", f"/{id}/publish")
        assert (await here.text(f"/meetings/{id}/replay.m3u8")).count("#EXTINF") == len(segments) >= 5
        page = await here.text(f"/meetings/{id}")
        assert "replay.mp4" not in page, "no link that leads nowhere"
    broken.unlink()
    async with commune(tmp_path, encoder=QUICK) as again:
        assert (await made(again, id)).failed is False


def ffmpeg_that_fails_while(broken: Path, folder: Path) -> None:
    """A program before ffmpeg on the path: with the file `broken` there is no room for an MP4."""
    folder.mkdir()
    real = shutil.which("ffmpeg")
    script = (
        f'#!/bin/sh\ncase "$*" in *list.ffconcat*) if [ -e "{broken}" ]; then\n'
        f'echo "out.mp4: No space left on device" >&2; exit 1; fi;; esac\nexec {real} "$@"\n'
    )
    (folder / "ffmpeg").write_text(script, encoding="utf-8")
    (folder / "ffmpeg").chmod(0o755)
