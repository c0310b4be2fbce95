"""The index of a replay for programs: read, set, and as files that real readers read."""

import asyncio
import csv
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from streamer.council.roles import Role
from tests.support.commune import Commune, Json, commune
from tests.support.past_meeting import past_meeting
from tests.support.probe import ask
from tests.support.waiting import eventually
from tests.support.youtube import chapters_seen

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID = "2026-03-11-past"
FILES = ("chapters.vtt", "chapters.json", "chapters.txt", "chapters.csv")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune with a meeting of 60 s that is over: two public items, one that is not, one that was resumed."""
    folder = tmp_path_factory.mktemp("chapters")
    await past_meeting(folder, [(6, "item-a"), (20, "item-b"), (34, "item-d"), (46, "item-b")], 60)
    async with commune(folder) as it:
        yield it


async def test_the_index_is_read_set_and_put_back(here: Commune) -> None:
    """By the API: seconds of the replay in, seconds of the replay out; the MP4 follows by itself."""
    before = await here.ok("GET", f"/{ID}/chapters", Role.MODERATOR)
    assert before["duration"] == pytest.approx(60, abs=0.2)
    minutes, budget, rest = "Approval of the minutes", "Budget 2026", "Any other business"
    assert rows(before) == [(0, ""), (6, minutes), (20, budget), (34, rest), (46, budget)]
    assert before["chapters"][2]["item"] == before["chapters"][4]["item"] == "item-b"
    new = [{"start": 30.5, "name": "A <vote>"}, {"start": 15.25, "item": "item-b", "number": "2a"}]
    after = await here.ok("PUT", f"/{ID}/chapters", chapters=new, version=before["version"])
    assert rows(after) == [(0, ""), (15, "Budget 2026"), (30, "A <vote>")]
    assert after["chapters"][2]["start"] == 30.5
    assert [(c["change"], c["by"]) for c in after["corrections"]] == [("set", "tests")]
    assert (await here.ok("GET", f"/{ID}/chapters"))["chapters"] == after["chapters"]
    mp4 = here.folder / ID / "replay.mp4"

    async def rewritten() -> bool:
        titles = [c["tags"]["title"] for c in (await ask(mp4, "-show_chapters"))["chapters"]] if mp4.exists() else []
        return titles == ["Council", "2a Budget 2026", "A <vote>"]

    await eventually(rewritten, "the MP4 has the new chapters")


def rows(index: Json) -> list[tuple[int, str]]:
    """Whole seconds, near enough, and names."""
    return [(round(c["start"] - 0.1), c["name"]) for c in index["chapters"]]


async def test_what_cannot_be_set_is_refused_with_its_place(here: Commune) -> None:
    """And nothing is changed; a moderator may read only."""
    before = await here.ok("GET", f"/{ID}/chapters")
    for chapters, field in (
        ([{"start": 5, "name": "a"}, {"start": 900, "name": "b"}], "chapters[1].start"),
        ([{"start": -1, "name": "a"}], "chapters[0].start"),
        ([{"start": 5}], "chapters[0].name"),
        ([{"start": 5, "name": "a"}, {"start": 5.2, "name": "b"}], "chapters[1].start"),
    ):
        status, answer = await here.api("PUT", f"/{ID}/chapters", chapters=chapters)
        assert (status, [error["field"] for error in answer["errors"]]) == (422, [field])
    assert (await here.api("PUT", f"/{ID}/chapters", chapters=[{"start": 5, "item": "item-c"}]))[0] == 404
    assert (await here.api("PUT", f"/{ID}/chapters", chapters=[], version=1))[0] == 409
    assert (await here.api("PUT", f"/{ID}/chapters", Role.MODERATOR, chapters=[]))[0] == 403
    assert await here.ok("GET", f"/{ID}/chapters") == before


async def test_the_files_say_the_same(here: Commune, tmp_path: Path) -> None:
    """ffprobe reads the VTT, a JSON reader the Podcasting 2.0 file, a spreadsheet the CSV, YouTube its text."""
    await here.text(f"/meetings/{ID}/chapters.txt?lang=en")
    index = await here.ok("GET", f"/{ID}/chapters")
    told = [(c["start"], c["end"], f"{c['number']} {c['name'] or 'Council'}".strip()) for c in index["chapters"]]
    texts = {name: await here.text(f"/meetings/{ID}/{name}") for name in FILES}

    (tmp_path / "chapters.vtt").write_text(texts["chapters.vtt"], encoding="utf-8")
    packets = (await ask(tmp_path / "chapters.vtt", "-show_packets"))["packets"]
    assert [float(packet["pts_time"]) for packet in packets] == pytest.approx([start for start, _, _ in told], abs=0.01)
    assert "A &lt;vote&gt;" in texts["chapters.vtt"]

    podcast = json.loads(texts["chapters.json"])
    assert podcast["version"] == "1.2.0"
    assert [(c["startTime"], c["endTime"], c["title"]) for c in podcast["chapters"]] == told
    assert all(c["url"].startswith(here.up.service.public_url) for c in podcast["chapters"])

    table = list(csv.DictReader(io.StringIO(texts["chapters.csv"].removeprefix("\ufeff"))))
    assert [(float(r["start"]), float(r["end"]), f"{r['number']} {r['name']}".strip()) for r in table] == told

    assert chapters_seen(texts["chapters.txt"], index["duration"]) == [
        (0, "Opening"), (15, "2a Budget 2026"), (30, "A ‹vote›"),
    ]  # fmt: skip
    assert index["youtube"]["text"] == texts["chapters.txt"]
    assert [one["code"] for one in index["youtube"]["mended"]] == ["cleaned"]
    assert not any("secret" in text for text in texts.values())


async def test_a_name_like_a_formula_is_text_in_a_spreadsheet(here: Commune) -> None:
    """Nobody who opens the file runs anything."""
    await here.ok("PUT", f"/{ID}/chapters", chapters=[{"start": 20, "name": "=HYPERLINK(1)"}])
    assert "'=HYPERLINK(1)" in await here.text(f"/meetings/{ID}/chapters.csv")


async def test_every_link_in_the_files_leads_to_the_replay(here: Commune) -> None:
    """At the second."""
    text = await here.text(f"/meetings/{ID}/chapters.json")
    path = re.findall(r'"url": "[^"]*(/meetings/[^"]+)"', text)[-1]
    assert 'data-at="20"' in await here.text(path)


async def test_only_who_sees_the_replay_gets_its_index(here: Commune) -> None:
    """Withdrawn, it is 404 to citizens."""
    await here.ok("POST", f"/{ID}/withdraw")
    for name in FILES:
        async with here.http.get(f"{here.url}/meetings/{ID}/{name}") as answer:
            assert answer.status == 404, name
    await here.ok("POST", f"/{ID}/publish")
    await asyncio.gather(*(here.text(f"/meetings/{ID}/{name}") for name in FILES))
