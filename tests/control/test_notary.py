"""A real meeting is signed as a whole, whatever happened during it; the command tells."""

import json
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from streamer.cli import main
from streamer.control.desk import Desk
from streamer.council.chain import Entry, short, whole_lines
from streamer.council.phase import Verb
from streamer.council.verdict import Report, Verdict
from streamer.media.manifest import NAME, verify
from streamer.media.signing import PUBLIC
from streamer.store.database import Database
from streamer.store.log import Log
from tests.control.service import Serve
from tests.support.commune import QUICK, Commune, commune
from tests.support.waiting import eventually


def lines_of(folder: Path) -> list[dict[str, Any]]:
    """The whole lines of the manifest."""
    return [json.loads(line) for line in whole_lines((folder / NAME).read_bytes()).splitlines()]


async def sealed(folder: Path, kind: str, more_than: int) -> None:
    """Until the manifest has more than so many segments of the program or of a slate."""

    def enough() -> bool:
        there = lines_of(folder) if (folder / NAME).exists() else []
        return [line.get("picture") for line in there].count(kind) > more_than

    await eventually(enough, f"more than {more_than} segments ({kind}) are in the manifest")


async def whole(folder: Path) -> Report:
    """The report, once the recording and its MP4 are signed."""

    def signed() -> bool:
        kinds = [line["kind"] for line in lines_of(folder)]
        return Entry.VIDEO in kinds and kinds[-1] == Entry.SIGNATURE

    await eventually(signed, "the recording and its MP4 are signed")
    report = verify(folder)
    assert (report.verdict, report.faults) == (Verdict.WHOLE, [])
    return report


async def close_as_of(recordings: Path, id: str, seconds_ago: float) -> None:
    """The session was closed that long ago: what has been recorded since touches it."""
    database = await Database.open(recordings / "tribune.db")
    try:
        await Desk(Log(database), lambda: time.time() - seconds_ago, lambda meeting: 0).order(
            id, Verb.CLOSE_SESSION, by="claire"
        )
    finally:
        await database.close()


async def filmed(here: Commune, folder: Path, meeting: dict[str, Any]) -> list[str]:
    """A rehearsal, two seconds in public, a closed session that began before they ended, two more; the names of the
    segments that were destroyed."""
    id = meeting["id"]
    await here.ok("POST", f"/{id}/rehearse")
    await eventually(lambda: list((folder / "rehearsal").glob("*.ts")), "the rehearsal is filmed")
    await here.ok("POST", f"/{id}/go-live")
    await here.ok("POST", f"/{id}/agenda/{meeting['agendaItem'][0]['id']}/open")
    await sealed(folder, "program", 2)
    await close_as_of(here.folder, id, 1.5)
    await sealed(folder, "slate", 1)
    removed = [line["file"] for line in lines_of(folder) if line["kind"] == Entry.REMOVED]
    await here.ok("POST", f"/{id}/resume")
    await sealed(folder, "program", 4)
    await here.ok("POST", f"/{id}/end")
    return removed


async def test_a_meeting_is_signed_with_what_was_removed_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every segment, slates too; nothing of the rehearsal. The command says so, and names what a forger touched."""
    async with commune(tmp_path, encoder=QUICK) as here:
        meeting = await here.planned()
        folder = here.folder / meeting["id"]
        removed = await filmed(here, folder, meeting)
        report = await whole(folder)
        signed = f"/meetings/{meeting['id']}/manifest.jsonl"
        async with here.http.get(here.url + signed) as answer:
            assert answer.status == 404, "not before the replay is public"
        await here.ok("POST", f"/{meeting['id']}/publish")

        async def sealed_page() -> bool:
            """What was put right meanwhile was signed anew: the page has the seal of now."""
            newest = verify(folder).signature
            return newest is not None and short(newest.hash) in await here.text(f"/meetings/{meeting['id']}")

        await eventually(sealed_page, "the page shows the seal")
        assert await here.text(signed) == (folder / NAME).read_text(encoding="utf-8")
    assert removed
    assert {line.file for line in report.removed} == set(removed)
    assert not [name for name in removed if (folder / name).exists()]
    assert {line.file for line in report.segments} == {path.name for path in folder.glob("*.ts")}
    assert {line.data["picture"] for line in report.segments} == {"program", "slate"}
    log = [line for line in lines_of(folder) if line["kind"] == Entry.LOG][-1]
    assert [phase for _, phase in log["phases"]] == ["live", "closed_session", "live", "ended"]
    assert [item[1:] for item in log["items"]] == [["1", "Budget"]]
    assert report.signature

    copy = shutil.copytree(folder, tmp_path / "given" / "away")
    capsys.readouterr()
    assert main(["verify", str(copy), "--key", str(here.folder / PUBLIC)]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[1].startswith("WHOLE: ")
    assert "removed on purpose, closed session" in told
    assert "replay.mp4 was made from these segments" in told
    (copy / report.segments[1].file).write_bytes(b"something else")
    assert main(["verify", str(copy)]) == 1
    assert f"{report.segments[1].file} was cut short" in capsys.readouterr().out
    (copy / NAME).unlink()
    assert main(["verify", str(copy)]) == 2
    assert main(["verify", str(tmp_path / "nowhere")]) == 2


async def test_a_killed_service_goes_on_with_its_chain(tmp_path: Path) -> None:
    """SIGKILL in the middle of a line, say: nothing is lost, and in the end everything is signed."""
    async with Serve(tmp_path) as service:
        id = await service.planned()
        folder = service.recordings / id
        await service.api("POST", f"/{id}/go-live")
        await sealed(folder, "program", 1)
        await service.end(signal.SIGKILL)
        before = (folder / NAME).read_bytes()
        with (folder / NAME).open("ab") as manifest:
            manifest.write(b'{"seq":99,"pre')
        assert verify(folder).verdict is Verdict.NOT_SIGNED
        await service.start()
        await sealed(folder, "program", before.count(b'"program"') + 1)
        await service.api("POST", f"/{id}/end")
        await whole(folder)
        assert (folder / NAME).read_bytes().startswith(before)
        assert [line["kind"] for line in lines_of(folder)].count(Entry.RESUMED) == 1
