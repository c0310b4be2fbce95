"""What other programs read of us is valid by its own schema or reader; what we read is shown before it counts."""

import csv
import html
import io
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
import pytest_asyncio
from aiohttp import FormData
from icalendar import Calendar

from streamer.council.events import Fact, Kind
from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.support.commune import NEXT_WEEK, Commune, commune
from tests.support.past_meeting import past_meeting
from tests.support.probe import ask
from tests.support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCHEMAS = Path(__file__).parents[1] / "data" / "oparl-schema"
ID, DRAFT = "2026-03-11-past", "2026-03-11-draf"
DOCUMENTS = [{"name": "The draft", "url": "https://example.lu/b.pdf"}]
OPARL: dict[str, Any] = {"name": "Gemeinderat", "start": "2031-03-04T15:30:00+01:00", "agendaItem": [
    {"number": "1", "name": "Haushalt", "order": 1, "public": True, "result": "einstimmig beschlossen"},
    {"number": "", "name": "Nichtöffentlicher Teil", "order": 2, "public": True},
    {"number": "1", "name": "Personal", "order": 3, "public": False, "auxiliaryFile": [
        {"name": "Vorlage", "accessUrl": "https://example.lu/v.pdf"}]}]}  # fmt: skip
PASSWORD = "a long enough pass phrase"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """A published meeting with its files, one that only ended, and one that is planned; a clerk who has signed in."""
    folder = tmp_path_factory.mktemp("out")
    entered = Fact(Kind.ITEM_RECORDED, {"item": "item-b", "result": "Adopted", "documents": DOCUMENTS})
    await past_meeting(folder, [(6, "item-a"), (20, "item-b")], 40, more=[(30, entered)])
    await past_meeting(folder, [(6, "item-a")], 20, id=DRAFT, name="A draft", phase=Phase.ENDED, film=False)
    async with commune(folder) as it:
        await it.planned("1. Schools & roads\nHuis clos\n2. A <secret>")
        async with it.http.get(f"{it.url}/?lang=en") as answer:
            assert answer.status == 200

        async def made() -> bool:
            return (await it.replay(ID)).current

        await eventually(made, "the files are made")
        yield it


async def oparl(here: Commune, address: str) -> dict[str, Any]:
    """An object or list, by its whole address."""
    path = address.removeprefix(here.up.service.public_url)
    found: dict[str, Any] = json.loads(await here.text(path))
    return found


def valid(data: dict[str, Any]) -> None:
    """By OParl's own schema, and everything that stands within it, too."""
    kind = data["type"].rpartition("/")[2]
    schema = json.loads((SCHEMAS / f"{kind}.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(data)
    unknown = data.keys() - schema["properties"].keys()
    assert not unknown, f"OParl knows no {unknown} in a {kind}"
    for value in data.values():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                valid(one)


async def test_oparl_is_valid_and_every_object_is_at_its_address(here: Commune) -> None:
    """From the system down to a file; nothing of what is not public."""
    system = await oparl(here, "/oparl/v1.1")
    valid(system)
    bodies = await oparl(here, system["body"])
    [body] = bodies["data"]
    meetings = await oparl(here, body["meeting"])
    assert meetings["pagination"]["totalElements"] == len(meetings["data"]) == 3
    [organization] = (await oparl(here, body["organization"]))["data"]
    for empty in ("person", "paper"):
        assert (await oparl(here, body[empty]))["data"] == []
    found = [body, organization, *meetings["data"]]
    found += [item for meeting in meetings["data"] for item in meeting["agendaItem"]]
    for meeting in meetings["data"]:
        found += [*meeting["auxiliaryFile"], *(f for i in meeting["agendaItem"] for f in i.get("auxiliaryFile", []))]
    for one in found:
        valid(one)
        assert await oparl(here, one["id"]) == one
    assert "secret" not in json.dumps(found)
    past = next(m for m in meetings["data"] if m["id"].endswith(ID))
    assert past["meetingState"] == "durchgeführt"
    items = [(i["order"], i["number"], i.get("result")) for i in past["agendaItem"]]
    assert items == [(0, "1", None), (1, "2", "Adopted"), (2, "4", None)]
    assert past["agendaItem"][1]["start"] == "2026-03-11T18:30:20.000+00:00"
    assert past["auxiliaryFile"][0]["mimeType"] == "video/mp4"
    draft = next(m for m in meetings["data"] if m["id"].endswith(DRAFT))
    assert draft["auxiliaryFile"] == [], "a recording that is not published"


async def test_feeds_are_read_by_a_feed_reader(here: Commune) -> None:
    """Atom: all that is announced. The podcast: what is published, with its chapters; the sound is sound alone."""
    atom = feedparser.parse(await here.text("/feed.atom"))
    assert (atom.bozo, atom.version) == (False, "atom10")
    assert sorted(entry.title for entry in atom.entries) == ["A draft", "Council", "Council"]
    assert all(entry.link.startswith(here.up.service.public_url) and entry.updated_parsed for entry in atom.entries)
    text = await here.text("/podcast.xml")
    podcast = feedparser.parse(text)
    assert (podcast.bozo, podcast.version, len(podcast.entries)) == (False, "rss20", 1)
    [enclosure] = podcast.entries[0].enclosures
    sound = here.folder / ID / "replay.m4a"
    assert (enclosure.type, int(enclosure.length)) == ("audio/mp4", sound.stat().st_size)
    assert re.search(rf'<podcast:chapters url="[^"]+/{ID}/chapters.json" type="application/json\+chapters"/>', text)
    found = await ask(sound, "-show_streams", "-show_chapters")
    assert [s["codec_type"] for s in found["streams"] if s["codec_type"] in ("audio", "video")] == ["audio"]
    assert [c["tags"]["title"] for c in found["chapters"]] == ["Council", "1 Approval of the minutes", "2 Budget 2026"]
    async with here.http.get(f"{here.url}/meetings/{ID}/replay.m4a") as answer:
        assert (answer.status, answer.content_type) == (200, "audio/mp4")
    assert "secret" not in text + await here.text("/feed.atom")


async def test_the_calendar_is_read_by_a_calendar(here: Commune) -> None:
    """Each meeting once, at its hour, with its public items."""
    calendar = Calendar.from_ical(await here.text("/calendar.ics"))
    events = calendar.walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == 3
    planned = next(e for e in events if NEXT_WEEK in str(e["URL"]))
    assert planned.decoded("DTSTART").isoformat() == f"{NEXT_WEEK}T18:00:00+00:00"
    assert "1 Schools & roads" in str(planned["DESCRIPTION"])
    assert "secret" not in calendar.to_ical().decode()


async def test_the_table_of_meetings(here: Commune) -> None:
    """A line each."""
    rows = list(csv.DictReader(io.StringIO((await here.text("/meetings.csv")).removeprefix("\ufeff"))))
    assert {(row["id"], row["phase"]) for row in rows} >= {(ID, "published"), (DRAFT, "ended")}


async def sent(here: Commune, path: str, form: FormData | dict[str, str]) -> str:
    """The page a clerk gets, signed in by the form."""
    name = "claire"
    if not await here.up.accounts.listed():
        await here.up.accounts.add(name, Role.CLERK, PASSWORD, 0.0)
        async with here.http.post(f"{here.url}/sign-in", data={"name": name, "password": PASSWORD}, headers=OURS):
            pass
    async with here.http.post(f"{here.url}{path}", data=form, headers=OURS) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


OURS = {"Sec-Fetch-Site": "same-origin"}


def fields(page: str) -> dict[str, str]:
    """What stands in the plan's form."""
    inputs = {
        found[1]: html.unescape(found[2])
        for tag in re.findall(r"<input[^>]+>", page)
        if (found := re.search(r'name="(name|date|time|records)"[^>]*value="([^"]*)"', tag))
    }
    area = re.search(r'<textarea id="plan-agenda"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {**inputs, "agenda": html.unescape(area[1]) if area else ""}


async def test_an_agenda_is_shown_before_it_counts(here: Commune) -> None:
    """OParl: read, told what is odd, planned by the clerk's own press; results and documents come along."""
    before = len(await here.up.service.desk.meetings())
    file = FormData()
    file.add_field("file", json.dumps(OPARL).encode(), filename="meeting.json", content_type="application/json")
    page = await sent(here, "/clerk/import", file)
    assert len(await here.up.service.desk.meetings()) == before
    said = ("Items read: 3.", "without a number: 1.", "share their number with another one: 2.", "not public: 1.")
    for one in said:
        assert one in page
    typed = fields(page)
    assert (typed["name"], typed["date"], typed["time"]) == ("Gemeinderat", "2031-03-04", "15:30")
    await sent(here, "/clerk/meetings", typed)
    listed = await here.up.service.desk.meetings()
    made = await here.up.service.desk.meeting(next(m.id for m in listed if m.name == "Gemeinderat"))
    assert [(i.number, i.name, i.public) for i in made.items] == [
        (i["number"], i["name"], i["public"]) for i in OPARL["agendaItem"]
    ]
    assert made.record(made.items[0].id).result == "einstimmig beschlossen"
    assert made.record(made.items[2].id).documents[0].url == "https://example.lu/v.pdf"


async def test_a_calendar_a_table_and_a_text_are_read_too(here: Commune) -> None:
    """Our own calendar among them; what is none of these is said to be none, and nothing is lost."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20310101T000000Z",
             "DTSTART:20310304T173000Z", "SUMMARY:Séance", "DESCRIPTION:1. Budget\\n2. Écoles", "END:VEVENT",
             "END:VCALENDAR", ""]  # fmt: skip
    event = "\r\n".join(lines)
    typed = fields(await sent(here, "/clerk/import", {"text": event}))
    assert (typed["name"], typed["date"], typed["time"]) == ("Séance", "2031-03-04", "18:30")
    assert typed["agenda"].splitlines()[-2:] == ["1. Budget", "2. Écoles"]
    typed = fields(await sent(here, "/clerk/import", {"text": "No;Titre\n1;Budget\n2;Écoles"}))
    assert typed["agenda"].splitlines()[-2:] == ["1. Budget", "2. Écoles"]
    typed = fields(await sent(here, "/clerk/import", {"text": "1. Budget\n2. Écoles"}))
    assert typed["agenda"].splitlines()[-2:] == ["1. Budget", "2. Écoles"]
    for wrong in ({"text": "{}"}, {"text": ""}, {"url": "file:///etc/passwd"}, {"text": "BEGIN:VCALENDAR\nnonsense"}):
        page = await sent(here, "/clerk/import", wrong)
        assert "could not be read" in page, wrong


async def test_an_agenda_is_fetched_from_its_address(here: Commune) -> None:
    """What stands at our own OParl address comes back the same."""
    address = f"{here.url}/oparl/v1.1/meeting/{ID}"
    typed = fields(await sent(here, "/clerk/import", {"url": address}))
    assert typed["name"] == "Council"
    assert "2. Budget 2026" in typed["agenda"]
    assert "Adopted" in typed["records"]
    page = await sent(here, "/clerk/import", {"url": f"{here.url}/nothing"})
    assert "HTTP 404" in page
