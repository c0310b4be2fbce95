"""Captions from the clerk's file to the citizen's transcript: nothing of a closed session, nothing before its time."""

import gzip
import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import aiohttp
import pytest
import pytest_asyncio

from streamer.council.captions import Line, Origin
from streamer.council.roles import Role
from streamer.store.captions import Captions
from tests.support.commune import QUICK, Commune, commune
from tests.support.waiting import eventually
from tests.web.test_media_routes import ended, fetched, seconds_recorded

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "Zwergstaatengeheimnis"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A commune."""
    async with commune(tmp_path_factory.mktemp("captions"), encoder=QUICK) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def filmed(here: Commune) -> str:
    """A meeting with a closed session in its middle, ended: some seconds in public, some not, some in public."""
    id = str((await here.planned())["id"])
    await here.ok("POST", f"/{id}/go-live")
    await seconds_recorded(here, id, 4)
    await here.ok("POST", f"/{id}/close-session")
    closed = (await here.up.service.desk.meeting(id)).changes[-1][0]
    await eventually(lambda: here.up.service.clock() > closed + 3, "three seconds are not public")
    before = (await here.status(id))["recording"]["seconds"]
    await here.ok("POST", f"/{id}/resume")
    await seconds_recorded(here, id, before + 3)
    await ended(here, id)
    return id


def at(seconds: float) -> str:
    """A time in a file."""
    return f"00:{int(seconds) // 60:02}:{seconds % 60:06.3f}"


def file_of(*lines: tuple[float, float, str]) -> str:
    """A WebVTT file."""
    return "WEBVTT\n\n" + "\n".join(f"{at(start)} --> {at(end)}\n{text}\n" for start, end, text in lines)


async def brought(
    here: Commune, id: str, language: str, vtt: str, clock: str = "replay"
) -> tuple[int, dict[str, object]]:
    """What the API answers to a file."""
    url = f"{here.url}/api/v1/meetings/{id}/captions/{language}?clock={clock}&file=council.vtt"
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Accept-Language": "en"}
    async with here.http.put(url, data=vtt.encode(), headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_a_broadcasts_captions_lose_what_was_said_in_closed_session(here: Commune, filmed: str) -> None:
    """The file has it, and the answer counts it; no page, no file and no search ever does."""
    meeting = await here.up.service.desk.meeting(filmed)
    (live, _), (closed, _), (resumed, _) = meeting.changes[:3]
    starts = [segment.start for segment in here.up.service.archive.segments(meeting)]
    first, public = starts[0] - live, next(start for start in starts if start > resumed - 0.5) - live
    said = file_of(
        (first + 0.3, first + 1.1, "<v Anna>Gudde Moien"), (closed - live + 0.5, closed - live + 2, SECRET),
        (public + 0.3, public + 1.1, "<v Bob>Mir si erëm do"),
    )  # fmt: skip
    assert SECRET in said
    status, track = await brought(here, filmed, "lb", said, "broadcast")
    assert (status, track["lines"], track["dropped"]) == (200, 2, 1)
    vtt = (await fetched(here, filmed, "captions.lb.vtt", Role.CLERK))[2].decode()
    assert "<v Anna>Gudde Moien" in vtt
    assert "<v Bob>Mir si erëm do" in vtt
    begins = re.findall(r"00:00:(\d\d\.\d{3}) -->", vtt)
    assert float(begins[1]) < public - 2, "the closed session takes no time in the replay"
    for path in ("captions.lb.vtt", "captions.lb.srt", "captions.lb.txt", "transcript?language=lb", ""):
        assert SECRET not in (await fetched(here, filmed, path, Role.CLERK))[2].decode(), path
    for file in here.folder.glob("tribune.db*"):
        assert SECRET.encode() not in file.read_bytes(), file


async def test_a_bad_file_is_refused_with_its_line_and_changes_nothing(here: Commune, filmed: str) -> None:
    """By the API and on the page; so are captions of a meeting that is not over."""
    await brought(here, filmed, "de", file_of((0, 1, "Was schon da war")))
    bad = file_of((0, 1, "fein")) + "\n00:00:02 --> 00:00:03.000\nnicht fein\n"
    status, answer = await brought(here, filmed, "de", bad)
    assert (status, answer["errors"][0]["code"]) == (422, "captions_time")  # type: ignore[index]
    assert "Line 6" in answer["errors"][0]["message"]  # type: ignore[index]
    assert "Was schon da war" in (await fetched(here, filmed, "captions.de.txt", Role.CLERK))[2].decode()
    assert (await brought(here, filmed, "d!", bad))[0] == 422
    assert (await brought(here, filmed, "de", file_of((500, 501, "nach dem Ende"))))[1]["title"] == "captions_elsewhere"
    planned = str((await here.planned())["id"])
    assert (await brought(here, planned, "de", bad))[1]["title"] == "captions_too_early"
    form = aiohttp.FormData({"language": "de", "clock": "replay"})
    form.add_field("file", bad.encode(), filename="council.vtt")
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}", "Accept-Language": "en"}
    async with here.http.post(f"{here.url}/clerk/meetings/{filmed}/captions", data=form, headers=headers) as page:
        assert page.status == 422
        assert "Line 6 of the file" in await page.text()


async def test_a_line_is_corrected_and_what_it_said_is_kept(here: Commune, filmed: str) -> None:
    """With who and when; somebody who read an older line is told. Taken away, nothing of it is left."""
    await brought(here, filmed, "fr", file_of((0, 1, "<v Bob>Bonjoure"), (1, 2, "<v Bob>à tous")))
    base = f"/{filmed}/captions/fr/lines"
    line = (await here.ok("GET", base))["data"][0]
    after = await here.ok("POST", f"{base}/{line['id']}", text="Bonjour", speaker="Bob Weis", version=line["version"])
    assert (after["text"], after["speaker"], after["version"]) == ("Bonjour", "Bob Weis", 2)
    status, answer = await here.api("POST", f"{base}/{line['id']}", text="Salut", version=line["version"])
    assert (status, answer["title"]) == (409, "conflict")
    assert (await here.api("POST", f"{base}/{line['id']}", text=" ", version=2))[0] == 422
    assert (await here.api("POST", f"{base}/7", text="x", version=1))[0] == 404
    text = await here.clerks_page(f"/clerk/meetings/{filmed}/captions/fr")
    assert "Bonjoure" in text
    assert "corrected it on" in text
    assert "Bonjoure" not in (await fetched(here, filmed, "captions.fr.vtt", Role.CLERK))[2].decode()
    await here.ok("DELETE", f"/{filmed}/captions/fr")
    assert (await fetched(here, filmed, "captions.fr.vtt", Role.CLERK))[0] == 404
    rows = await here.up.service.desk._log._database.read("SELECT count(*) FROM caption_changes")
    assert rows[0][0] == 0


async def test_citizens_read_a_transcript_while_its_replay_is_published(here: Commune, filmed: str) -> None:
    """A page without script: each passage leads to its second, search stays in it; the player has the captions."""
    quotes = [(n / 2, n / 2 + 0.4, f"<v {'Zoé' if n % 2 else 'Jos'}>D'Stroossebeliichtung {n} & <3>") for n in range(8)]
    await brought(here, filmed, "lb", file_of(*quotes).replace("& <3>", "&amp; &lt;3&gt;"))
    for path in ("transcript", "captions.lb.vtt", "captions.lb.srt", "captions.lb.txt"):
        assert (await fetched(here, filmed, path))[0] == 404, path
    await here.ok("POST", f"/{filmed}/publish")
    page = await here.text(f"/meetings/{filmed}/transcript?language=lb")
    assert f'<a class="t" href="/meetings/{filmed}?t=2">' in page
    assert "Stroossebeliichtung 4 &amp; &lt;3&gt;" in page
    found = await here.text(f"/meetings/{filmed}/transcript?language=lb&q={quote('stroossebel')}")
    assert found.count("<mark>Stroossebeliichtung</mark>") == 8
    assert "<mark>" not in await here.text(
        f"/meetings/{filmed}/transcript?language=lb&q={quote('Gëtt et net <script>')}"
    )
    replay = await here.text(f"/meetings/{filmed}")
    assert f'<track kind="captions" src="/meetings/{filmed}/captions.lb.vtt" srclang="lb"' in replay
    status, kind, body = await fetched(here, filmed, "captions.lb.srt")
    assert (status, kind) == (200, "application/x-subrip")
    assert body.decode().startswith("1\n00:00:00,000 --> 00:00:00,400\nJos: D'Stroossebeliichtung 0 & <3>\n")
    results = await here.text("/search?q=beliichtung+4&speaker=jos")
    assert f'<a class="t" href="/meetings/{filmed}?t=2">' in results
    assert "<mark>Stroossebeliichtung</mark>" in results
    async with here.http.get(f"{here.url}/api/v1/search", params={"q": '"stroossebeliichtung 4"'}) as answer:
        said = (await answer.json())["data"][0]["said"][0]
    assert [said["text"][start:end] for start, end in said["marks"]] == ["Stroossebeliichtung", "4"]
    assert (said["url"], said["speaker"]) == (f"/meetings/{filmed}?t=2", "Jos")
    for odd in ('"', "a OR (", "%00", "x" * 3000, "budget&page=99&year=20x", "&body=<b>"):
        assert "<b>" not in await here.text(f"/search?q={odd}")
    await here.ok("POST", f"/{filmed}/withdraw")
    assert (await fetched(here, filmed, "transcript"))[0] == 404
    assert "<mark>" not in await here.text("/search?q=stroossebel")


async def test_six_hours_of_talk_stay_a_light_page(here: Commune, filmed: str) -> None:
    """The transcript comes in parts; none is a burden on a telephone."""
    text = (Path(__file__).parents[2] / "docs" / "operator.md").read_text(encoding="utf-8").split()
    words = [" ".join(text[n * 7 % 2000 : n * 7 % 2000 + 7]) for n in range(7000)]
    lines = [
        Line(0, n * 3.0, n * 3.0 + 3, 3.0, n * 3.0, f"Speaker {n // 40 % 9}", said) for n, said in enumerate(words)
    ]
    captions = Captions(here.up.service.desk._log._database)
    await captions.put(
        filmed, "2026-01-01T10:00:00+01:00", "en", lines, origin=Origin.FILE, name="", by="", at=0, dropped=0
    )
    for path in ("transcript?language=en", "transcript?language=en&t=20000", "transcript?language=en&q=the"):
        status, _, body = await fetched(here, filmed, path, Role.CLERK)
        assert status == 200
        assert len(gzip.compress(body)) < 60_000, path
