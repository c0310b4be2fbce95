"""What is cut is gone from every file; all the rest stays, moves along and is still the record."""

import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from streamer.cli import main
from streamer.council.captions import Clock
from streamer.council.chain import Entry
from streamer.council.verdict import Verdict
from streamer.media.cutting import leftovers
from streamer.media.manifest import Manifest, sealed, verify
from streamer.media.segments import read_segments
from streamer.media.speech import heard_file
from tests.control.service import Serve
from tests.support import marks, marks_reader
from tests.support.commune import SMALL, Commune, Json, commune
from tests.support.past_meeting import DAY, past_meeting
from tests.support.probe import decode_errors, packets, steps_back
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID = f"{DAY}-past"
SECONDS = 24
SPOKEN = """WEBVTT

00:02.000 --> 00:04.000
We begin with the minutes.

00:08.000 --> 00:10.000
My number is six two one nine eight seven.

00:18.000 --> 00:20.000
Now the swimming pool.
"""
SECRET = b"nine eight seven"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune with a meeting of 24 s in which every picture and every second of sound says when it was filmed."""
    folder = tmp_path_factory.mktemp("cutting")
    await recorded(folder)
    async with commune(folder, encoder=SMALL) as it:
        yield it


async def recorded(folder: Path, seconds: int = SECONDS) -> None:
    """The meeting, with a manifest that was begun."""
    await past_meeting(folder, [(0, "item-a"), (5, "item-b"), (16, "item-d")], seconds, marked=True)
    recording = folder / "recordings" / ID
    first = read_segments(recording)[0]
    when = {"start": round(first.start, 3), "seconds": round(first.duration, 3)}
    said = {**sealed(recording / first.name), "picture": first.picture, **when}
    Manifest(recording).append([(Entry.SEGMENT, said)], time.time())


async def film(folder: Path) -> tuple[set[int], set[int]]:
    """Tenths of seconds that a picture in any file is of, and the tones that are heard in any."""
    stills = [folder / "poster.jpg", *folder.glob("stills/*.jpg")]
    films: list[Path | list[Path]] = [sorted(folder.glob("*.ts")), folder / "replay.mp4"]
    seen = {f.number for path in (*films, *stills) for f in await marks_reader.frames(path) if f.number is not None}
    heard = {tone.code for path in (*films, folder / "replay.m4a") for tone in await marks_reader.tones(path)}
    return {number * 10 // marks.FPS for number in seen}, heard


async def tones_of(folder: Path, start: float, end: float) -> list[int]:
    """What is heard in the MP4 from one second to another."""
    return [tone.code for tone in await marks_reader.tones(folder / "replay.mp4") if start <= tone.at < end]


async def made(here: Commune) -> None:
    """Nothing is being cut, and the files are as they should be."""

    async def ready() -> bool:
        cuts = await here.ok("GET", f"/{ID}/cuts")
        return cuts["progress"] is None and (await here.replay(ID)).current

    await eventually(ready, "it is cut, and its files are made")


async def cut(here: Commune, start: float, end: float, what: str) -> Json:
    """Order it and wait until it is done."""
    told = await here.ok("POST", f"/{ID}/cuts", start=start, end=end, what=what, why="a private number was heard")
    await made(here)
    return told


def traces(folder: Path, word: bytes) -> list[str]:
    """Files that have the word in them."""
    return [path.name for path in folder.rglob("*") if path.is_file() and word in path.read_bytes()]


async def said(here: Commune) -> str:
    """The captions as everybody gets them."""
    return await here.text(f"/meetings/{ID}/captions.en.vtt")


async def test_a_stretch_is_gone_from_every_file_and_all_after_it_moves_along(
    here: Commune, capsys: pytest.CaptureFixture[str]
) -> None:
    """Segments, MP4, sound, stills, poster, captions, index: searched for before and after."""
    folder = here.folder / ID
    await made(here)
    await here.up.service.transcripts.take(ID, "en", SPOKEN.encode(), name="a.vtt", clock=Clock.REPLAY, by="claire")
    async with here.http.get(f"{here.url}/meetings/{ID}/stills/5.jpg") as answer:
        assert answer.status == 200
    seen, heard = await film(folder)
    assert seen == set(range(SECONDS * 10))
    assert heard == set(range(marks.TONES))
    assert list(folder.glob("stills/*.jpg"))
    (folder / "speech").mkdir()
    heard_file(folder, "of these pictures").write_bytes(SECRET)
    assert len(traces(here.folder, SECRET)) > 1
    assert verify(folder).verdict is Verdict.WHOLE
    untouched = {path.name: path.read_bytes() for path in folder.glob("*.ts")}

    await cut(here, 7.3, 11.1, "both")

    gone_seen, gone_heard = set(range(73, 111)), {8, 9, 10}
    seen, heard = await film(folder)
    assert seen == set(range(SECONDS * 10)) - gone_seen, "to the tenth of a second"
    assert heard == set(range(marks.TONES)) - gone_heard
    assert traces(here.folder, SECRET) == []
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    assert sum(folder.joinpath(name).exists() for name in untouched) == len(untouched) - 3, "only what was touched"
    assert all((folder / n).read_bytes() == was for n, was in untouched.items() if (folder / n).exists())
    assert steps_back(await packets(folder / "replay.mp4")) == []
    assert await decode_errors(folder / "replay.mp4") == []
    assert (await here.replay(ID)).duration == pytest.approx(SECONDS - 3.8, abs=0.05)

    index = await here.ok("GET", f"/{ID}/chapters")
    assert [round(c["start"], 1) for c in index["chapters"]] == [0.0, 5.0, 12.2]
    assert "00:00:14.18" in await said(here), "the next picture begins two hundredths after the cut"
    assert "pool" in await said(here)
    page = await here.text(f"/meetings/{ID}?t=18")
    assert 'data-at="14"' in page, "an old link finds the same words"
    assert 'data-at="18"' in await here.text(f"/meetings/{ID}?t=18&cuts=1")
    assert f"/meetings/{ID}?t=12&amp;cuts=1" in page
    assert "a private number was heard" in page
    found = await (await here.http.get(f"{here.url}/api/v1/search?q=swimming")).json()
    assert found["data"][0]["said"][0]["url"] == f"/meetings/{ID}?t=14&cuts=1"
    assert (await (await here.http.get(f"{here.url}/api/v1/search?q=eight")).json())["data"] == []

    capsys.readouterr()
    assert main(["verify", str(folder)]) == 0
    told = capsys.readouterr().out
    assert told.splitlines()[1].startswith("CUT, AND OTHERWISE WHOLE")
    assert "by tests: a private number was heard" in told
    piece = next(iter(folder.glob("*-cut*.ts")))
    was = piece.read_bytes()
    piece.write_bytes(was[:-188])
    assert verify(folder).verdict is Verdict.NOT_WHOLE
    piece.write_bytes(was)
    assert verify(folder).verdict is Verdict.CUT


async def test_sound_and_picture_are_cut_alone_and_nothing_moves(here: Commune) -> None:
    """Silence in the place of the one, a still in the place of the other."""
    folder = here.folder / ID
    length = (await here.replay(ID)).duration
    assert {1, 2, 3} <= set(await tones_of(folder, 1.0, 4.0))
    await cut(here, 1.0, 4.0, "sound")
    assert "minutes" not in await said(here)
    await cut(here, 13.25, 15.75, "picture")
    seen, _ = await film(folder)
    covered = set(range(171, 196))
    assert seen == set(range(SECONDS * 10)) - set(range(73, 111)) - covered, "17.07 to 19.57 of what was filmed"
    assert await tones_of(folder, 1.02, 3.98) == []
    assert set(await tones_of(folder, 0.0, 0.95)) == {0}
    assert set(await tones_of(folder, 4.05, 5.0)) == {4}
    assert set(await tones_of(folder, 13.25, 15.75)) == {1, 2, 3}, "of the seconds 17, 18, 19"
    assert "pool" in await said(here)
    assert (await here.replay(ID)).duration == pytest.approx(length, abs=0.05)
    assert steps_back(await packets(folder / "replay.mp4")) == []
    assert verify(folder).verdict is Verdict.CUT


async def test_a_service_that_is_killed_ends_it_when_it_is_started_again(tmp_path: Path) -> None:
    """Whenever it dies. Nobody is shown anything of it in between."""
    await recorded(tmp_path, 12)
    async with Serve(tmp_path, encoder=SMALL) as service:
        folder = service.recordings / ID

        async def whole() -> bool:
            return (folder / "replay.json").exists() and verify(folder).verdict in (Verdict.WHOLE, Verdict.CUT)

        await eventually(whole, "its files are made and signed")
        await service.api("POST", f"/{ID}/cuts", start=7.3, end=11.1, what="both", why="a number")
        await eventually(lambda: any(leftovers(folder)), "it is being cut")
        await service.end(signal.SIGKILL)
        assert verify(folder).verdict in (Verdict.WHOLE, Verdict.CUT, Verdict.BEING_CUT)
        await service.start()

        async def done() -> bool:
            return (await service.api("GET", f"/{ID}/cuts"))["progress"] is None and await whole()

        await eventually(done, "it is cut, and its files are made")
        assert verify(folder).verdict is Verdict.CUT
        assert (await film(folder))[0] == set(range(120)) - set(range(73, 111))
        assert not list(leftovers(folder))
