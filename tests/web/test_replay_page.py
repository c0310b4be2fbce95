"""The replay's page and those of its items: light, told to programs, and silent about what is not public."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import pytest_asyncio
from PIL import Image

from streamer.council.events import Fact, Kind
from streamer.council.meeting import AgendaItem
from streamer.council.phase import Phase
from streamer.council.quote import seconds_in
from streamer.council.roles import Role
from streamer.council.vote import Outcome
from tests.support.commune import Commune, commune
from tests.support.past_meeting import BEGUN, past_meeting
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
ID, LONG, DRAFT = "2026-03-11-past", "2026-03-11-long", "2026-03-11-draf"
NAME = "Projet définitif relatif à la reconstruction de l'ouvrage OA {n} sis rue des Hauts Fourneaux"
MANY = [AgendaItem(f"long{n:03d}", f"{n}", NAME.format(n=n)) for n in range(1, 121)]
SECRET = "Staff <secret> matters"
ENTERED = {"result": "Adopted, 9 of 11", "documents": [{"name": "The draft", "url": "https://example.lu/b.pdf"}]}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """Three meetings: a short one, one of six hours with 120 items, and one that is not published."""
    folder = tmp_path_factory.mktemp("replay")
    entered = Fact(Kind.ITEM_RECORDED, {"item": "item-b", **ENTERED})
    closed = Fact(Kind.ITEM_RECORDED, {"item": "item-c", "result": SECRET, "documents": []})
    voted = Fact(Kind.VOTE_CALLED, {"vote": "vote1", "item": "item-b", "at": BEGUN + 27})
    secretly = Fact(Kind.VOTE_RECORDED, {"vote": "vote2", "item": "item-c", **Outcome(SECRET, 1, 0, 0).as_data()})
    opened = [(6, "item-a"), (20, "item-b"), (34, "item-d"), (46, "item-b")]
    await past_meeting(folder, opened, 60, more=[(27, voted), (50, entered), (51, closed), (52, secretly)])
    every = [(180.0 * n, item.id) for n, item in enumerate(MANY)]
    await past_meeting(folder, every, 6 * 3600, items=MANY, id=LONG, name="A long evening", film=False)
    await past_meeting(folder, [(6, "item-a")], 20, id=DRAFT, phase=Phase.ENDED, film=False)
    async with commune(folder) as it:
        async with it.http.get(f"{it.url}/?lang=en") as answer:
            assert answer.status == 200

        async def made() -> bool:
            return (await it.replay(ID)).current

        await eventually(made, "the files are made")
        yield it


def told(page: str) -> dict[str, Any]:
    """The page's schema.org data."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


async def test_the_page_of_a_six_hour_meeting_is_light(here: Commune) -> None:
    """At most 60 kB compressed, with 120 chapters, before pictures."""
    page = await here.text(f"/meetings/{LONG}")
    assert page.count("data-start=") == 120
    assert len(gzip.compress(page.encode(), 6)) <= 60_000


async def test_a_quote_is_a_link_that_says_what_it_is_a_part_of(here: Commune) -> None:
    """`?t=22,30`: the passage as a media fragment, and its context; the form makes the same link."""
    page = await here.text(f"/meetings/{ID}?t=22,30")
    assert re.search(r'<source src="/meetings/[^"]+#t=22,30"', page)
    assert "This is 8 s of 28 s on item “2 Budget 2026”." in page, "over both stretches of the item"
    form = {"from": "0:22", "to": "30"}
    async with here.http.get(f"{here.url}/meetings/{ID}", params=form, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, f"/meetings/{ID}?t=22,30#quote")
    for wrong in ("30,22", "x", "9" * 30, "5,"):
        assert "quoted" not in await here.text(f"/meetings/{ID}?t={wrong}")
    whole = await here.text(f"/meetings/{LONG}?t=120,185")
    assert "This is 65 s of 3 min on item “1 Projet" in whole


async def test_search_engines_are_told_the_chapters(here: Commune) -> None:
    """A VideoObject with a Clip each: name, offsets in order, a link that leads there; and how to seek."""
    page = await here.text(f"/meetings/{ID}")
    data = told(page)
    assert data["@type"] == "VideoObject"
    assert {"name", "description", "thumbnailUrl", "uploadDate", "duration", "contentUrl"} <= data.keys()
    assert data["duration"] in ("PT0H1M0S", "PT0H0M59S")
    clips = data["hasPart"]
    budget = "2 Budget 2026"
    names = ["Opening", "1 Approval of the minutes", budget, "4 Any other business", budget]
    assert [clip["name"] for clip in clips] == names
    assert all(clip["@type"] == "Clip" and clip["endOffset"] > clip["startOffset"] for clip in clips)
    assert len({clip["startOffset"] for clip in clips}) == len(clips)
    assert all(seconds_in(clip["url"].partition("?t=")[2])[0] == clip["startOffset"] for clip in clips)
    seek = data["potentialAction"]
    assert seek["@type"] == "SeekToAction"
    assert "{seek_to_second_number}" in seek["target"]
    assert seek["startOffset-input"] == "required name=seek_to_second_number"
    for name in ("og:title", "og:url", "og:image", "og:description"):
        assert f'<meta property="{name}" content="' in page


async def test_votes_are_where_they_were_taken_and_as_the_clerk_entered_them(here: Commune) -> None:
    """A place to jump to before the outcome is known; a mistake keeps nothing; members where they were entered."""
    page, own = f"/meetings/{ID}", f"/meetings/{ID}/items/item-b"
    spot = re.search(
        r'data-t="([\d.]+)"><span class="t">0:2[67]</span> <span class="label">Vote<', await here.text(page)
    )
    assert spot
    assert "against" not in await here.text(page)
    form = {"item": "item-b", "name": "Amendment 2", "yes": "3", "members": "Anne Weber: yes\nJean-Luc Muller: non"}
    headers = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    to = f"{here.url}/clerk/meetings/{ID}/votes/vote1"
    async with here.http.post(to, data=form, headers=headers) as answer:
        again = await answer.text()
        assert answer.status == 422
    assert "The members listed make 1 for, 1 against" in again
    assert "Jean-Luc Muller: non</textarea>" in again, "what was typed is not lost"
    assert "against" not in await here.text(page)
    async with here.http.post(to, data={**form, "yes": ""}, headers=headers) as answer:
        assert "Jean-Luc Muller: no\n" in await answer.text()
    for address in (page, own):
        text = " ".join((await here.text(address)).split())
        assert "1 for, 1 against, 0 abstained" in text
        assert "<dt>Against</dt><dd>Jean-Luc Muller</dd>" in text
    assert SECRET not in await here.text(page)


async def test_a_matter_leads_through_its_meetings(here: Commune) -> None:
    """Linked once, it is found from every meeting's item, the oldest first; never from one that is not public."""
    assert "other meetings" not in await here.text(f"/meetings/{ID}/items/item-b")
    clerk = {"Authorization": f"Bearer {here.tokens[Role.CLERK]}"}
    planned = await here.planned()
    new = planned["agendaItem"][0]["id"]
    form = {"item": "item-b", "other": f"{LONG}/long007"}
    async with here.http.post(f"{here.url}/clerk/meetings/{ID}/matters", data=form, headers=clerk) as answer:
        assert "The items are linked." in await answer.text()
    async with here.http.get(f"{here.url}/clerk/meetings/{planned['id']}/items", headers=clerk) as answer:
        assert f'<option value="{ID}/item-b">2 Budget 2026</option>' in await answer.text(), "offered to a later one"
    await here.ok("POST", f"/{planned['id']}/agenda/{new}/links", meeting=ID, item="item-b")
    for id, item, others in (
        (planned["id"], new, [f"{LONG}/items/long007", f"{ID}/items/item-b"]),
        (LONG, "long007", [f"{ID}/items/item-b", f"{planned['id']}/items/{new}"]),
    ):
        part = (await here.text(f"/meetings/{id}/items/{item}")).partition("The same matter in other meetings")[2]
        found = re.findall(r'href="/meetings/([^"]+)"><time', part)
        assert sorted(found) == sorted(others)
    for other, code in (((ID, "item-b"), "linked_already"), ((ID, "item-c"), "link_impossible")):
        status, said = await here.api(
            "POST", f"/{planned['id']}/agenda/{new}/links", meeting=other[0], item=other[1]
        )  # fmt: skip
        assert (status, said["title"]) == (409, code)
    await here.ok("DELETE", f"/{planned['id']}/agenda/{new}/links/{ID}/item-b")
    assert planned["id"] not in await here.text(f"/meetings/{LONG}/items/long007")
    assert f"{LONG}/items/long007" in await here.text(f"/meetings/{ID}/items/item-b")


async def test_an_item_has_a_page_for_good(here: Commune) -> None:
    """Both stretches, result, documents; the item before and after, but for the closed one."""
    page = await here.text(f"/meetings/{ID}/items/item-b")
    stretches = [(int(a), int(b)) for a, b in re.findall(r'href="/meetings/[^"]+\?t=(\d+),(\d+)"', page)]
    assert stretches in ([(19, 33), (45, 59)], [(19, 33), (45, 60)]), "the recording's last picture is at 59.8 s"
    assert "Adopted, 9 of 11" in page
    assert 'href="https://example.lu/b.pdf"' in page
    around = re.findall(r"rel=\"(prev|next)\" href=\"/meetings/[^\"]+/items/([\w-]+)", page)
    assert around == [("prev", "item-a"), ("next", "item-d")]
    assert [clip["startOffset"] for clip in told(page)["hasPart"]] == [19, 45]
    draft = await here.text(f"/meetings/{DRAFT}/items/item-a")
    assert "This address stays." in draft
    assert "?t=" not in draft
    assert "ld+json" not in draft


async def test_an_item_that_is_not_public_appears_nowhere(here: Commune) -> None:
    """Its page does not exist, not even for who knows its address, and nothing names it."""
    async with here.http.get(f"{here.url}/meetings/{ID}/items/item-c") as answer:
        assert answer.status == 404
    assert (await here.ok("GET", f"/{ID}"))["agendaItem"][2]["name"] == SECRET, "the search would find it"
    places = ["/sitemap.xml", "/robots.txt", f"/meetings/{ID}", *(f"/meetings/{ID}/items/item-{x}" for x in "abd")]
    for place in places:
        text = await here.text(place)
        assert "secret" not in text, place
        assert "item-c" not in text, place


async def test_chapters_have_stills_and_nothing_else_has(here: Commune, tmp_path: Path) -> None:
    """A JPEG of each chapter, made when it is asked for; 404 at any other second, and where nobody may look."""
    for second in (0, 5, 19):
        async with here.http.get(f"{here.url}/meetings/{ID}/stills/{second}.jpg") as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            (tmp_path / "still.jpg").write_bytes(await answer.read())
        with Image.open(tmp_path / "still.jpg") as picture:
            assert picture.size == (224, 126)
    for place in (f"{ID}/stills/7.jpg", f"{ID}/stills/999999.jpg", f"{DRAFT}/stills/0.jpg", f"{ID}/stills/x.jpg"):
        async with here.http.get(f"{here.url}/meetings/{place}") as answer:
            assert answer.status == 404, place


async def test_a_link_to_a_meeting_without_a_replay_tells_what_it_is(here: Commune) -> None:
    """Networks show its name and its day where it is posted."""
    page = await here.text(f"/meetings/{DRAFT}")
    assert '<meta property="og:title" content="Council">' in page
    assert '<meta property="og:description" content="Musterbierg, ' in page
    assert "ld+json" not in page


async def test_programs_find_what_is_public(here: Commune) -> None:
    """robots.txt names the sitemap, the sitemap every page; each leads somewhere. oEmbed knows published replays."""
    site = here.up.service.public_url
    assert f"Sitemap: {site}/sitemap.xml" in await here.text("/robots.txt")
    tree = ElementTree.fromstring(await here.text("/sitemap.xml"))
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert tree.tag == f"{space}urlset"
    listed = [str(loc.text) for loc in tree.iter(f"{space}loc")]
    assert {f"{site}/meetings/{ID}", f"{site}/meetings/{ID}/items/item-a", f"{site}/meetings/{LONG}"} <= set(listed)
    for address in listed[:6]:
        await here.text(address.removeprefix(site))
    async with here.http.get(f"{here.url}/oembed", params={"url": f"{site}/meetings/{ID}?t=5"}) as answer:
        card = await answer.json()
    assert (card["version"], card["type"], card["title"]) == ("1.0", "video", "Council")
    assert f'src="{site}/embed/meetings/{ID}"' in card["html"]
    for url in (f"{site}/meetings/{DRAFT}", "https://example.org/x", f"{site}/meetings/nothing", "://"):
        async with here.http.get(f"{here.url}/oembed", params={"url": url}) as answer:
            assert answer.status == 404, url


async def test_the_clerk_enters_results_and_documents(here: Commune) -> None:
    """By the API; what is no link is refused with its place, and a moderator may not."""
    path = f"/{LONG}/agenda/long001/record"
    documents = [{"name": "Map", "url": "https://example.lu/map.pdf"}]
    after = await here.ok("POST", path, result=" Adopted ", documents=documents)
    assert (after["agendaItem"][0]["result"], after["agendaItem"][0]["documents"]) == ("Adopted", documents)
    assert "https://example.lu/map.pdf" in await here.text(f"/meetings/{LONG}")
    for url in ("javascript:alert(1)", "ftp://x/y", "https://", "https://a b", "x"):
        status, answer = await here.api("POST", path, documents=[{"url": url}])
        assert (status, answer["errors"][0]["field"]) == (422, "documents[0].url"), url
    assert (await here.api("POST", path, Role.MODERATOR, result="x"))[0] == 403
    assert (await here.api("POST", f"/{LONG}/agenda/nothing/record", result="x"))[0] == 404
