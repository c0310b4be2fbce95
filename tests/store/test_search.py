"""Searching: what is found, however it is spelt; and what nobody finds: what is not public, not yet, or no longer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from streamer.council.captions import Line, Origin
from streamer.council.events import Fact, Kind
from streamer.council.meeting import Meeting
from streamer.store import search_index
from streamer.store.captions import Captions
from streamer.store.catalogue import Catalogue
from streamer.store.database import Database
from streamer.store.log import Log
from streamer.store.search import MEETINGS, Search, Wanted

SECRET = "Geheimnisdossier"
TALK = [
    ("Anna Müller", "D'Stroossebeliichtung ass futti, an d'Straßenbeleuchtung och."),
    ("Anna Müller", "Le bœuf de l'école de Pétange"),
    ("Bob Weis", "Den Här Buergermeeschter an der Bürgermeister"),
    ("Bob Weis", "hu sech op de Budget 2027 gëeenegt."),
]


async def meeting(
    db: Database, id: str, name: str, talk: Sequence[tuple[str, str]], *, phase: str = "published"
) -> None:
    """A meeting with two items, one of them not public, and captions."""
    start = f"{id[:10]}T18:00:00+01:00"
    items = [
        {"id": f"{id}-1", "number": "1", "name": "Schoulorganisatioun", "public": True},
        {"id": f"{id}-2", "number": "2", "name": SECRET, "public": False},
    ]
    facts = [Fact(Kind.MEETING_PLANNED, {"name": name, "start": start, "items": items})]
    facts.append(Fact(Kind.PHASE_CHANGED, {"verb": "publish", "phase": phase}))
    planned = await Log(db).append(Meeting(id), facts, at=0.0, by="test")
    await Catalogue(db).put(planned)
    lines = [Line(0, 5.0 * n, 5.0 * n + 5, 5.0, 5.0 * n, who, text) for n, (who, text) in enumerate(talk)]
    await Captions(db).put(id, start, "lb", lines, origin=Origin.FILE, name="", by="", at=0, dropped=0)


async def found(db: Database, text: str, **more: Any) -> list[str]:
    """The ids of the meetings that are found."""
    return [found.meeting for found in (await Search(db).find(Wanted(text, **more))).meetings]


FINDING = (
    "stroossebel", "STRASSENBELEUCHTUNG", "Straßenbeleuchtung", "beleuchtung", "beliichtung", "boeuf", "bœuf", "ecole",
    "petange Ecole", "buergermeister", "burgermeister", "Buergermeeschter", '"den här"', "budget 2027", "schoul",
    '"der bürgermeister hu sech"', "budget -fussball", "gëeenegt.",
)  # fmt: skip
NOTHING = (
    "", "  ", '"', '"""', "-", "-budget", "*", "AND", "NOT NEAR(", "text:budget", "a OR", "^", "(", "{}", "\x00", "🙂",
    "x" * 500, "fussball", '"här den"', "budget -weis -budget", SECRET,
)  # fmt: skip


async def test_it_is_found_however_it_is_spelt(db: Database) -> None:
    """Accents, ß, œ, ü; a beginning, a part; words side by side, also over two lines."""
    await meeting(db, "2026-03-13-aaaa", "Gemengerot", TALK)
    assert {text: await found(db, text) for text in FINDING} == {key: ["2026-03-13-aaaa"] for key in FINDING}


async def test_nothing_typed_is_an_error(db: Database) -> None:
    """And none of this is found; an item that is not public above all."""
    await meeting(db, "2026-03-13-aaaa", "Gemengerot", TALK)
    assert {text: await found(db, text) for text in NOTHING} == {key: [] for key in NOTHING}


async def test_a_hit_is_at_the_second_of_its_line_and_marked(db: Database) -> None:
    """With who says it; the name of an item beside."""
    await meeting(db, "2026-03-13-aaaa", "Gemengerot", [("A", "eent"), ("A", "zwee"), ("A", "den Här Fürst")])
    hit = (await Search(db).find(Wanted("furst"))).meetings[0].said[0]
    assert (hit.at, hit.speaker, hit.language) == (10.0, "A", "lb")
    assert hit.pieces == [
        ("eent", False),
        (" ", False),
        ("zwee", False),
        (" ", False),
        ("den Här ", False),
        ("Fürst", True),
    ]
    named = (await Search(db).find(Wanted("schoul"))).meetings[0].named[0]
    assert (named.kind, named.pieces) == ("item", [("1 ", False), ("Schoulorganisatioun", True)])


async def test_filters_and_order(db: Database) -> None:
    """By body, year, speaker. Where there are few hits most come first, else the newest."""
    await meeting(db, "2025-01-10-aaaa", "Schoulkommissioun 3", [("A", "Budget"), ("B", "Budget"), ("A", "Budget")])
    await meeting(db, "2026-03-13-bbbb", "Gemengerot vum 13. Mäerz", [("Bob Weis", "Budget")])
    assert await found(db, "budget") == ["2025-01-10-aaaa", "2026-03-13-bbbb"]
    assert await found(db, "budget", body="Gemengerot") == ["2026-03-13-bbbb"]
    assert await found(db, "budget", year="2025") == ["2025-01-10-aaaa"]
    assert await found(db, "budget", speaker="weis bob") == ["2026-03-13-bbbb"]
    assert await found(db, "", speaker="Bob Weis") == ["2026-03-13-bbbb"]
    bodies, years, speakers = await Search(db).choices()
    assert (bodies, years, speakers) == (["Gemengerot", "Schoulkommissioun"], ["2026", "2025"], ["A", "B", "Bob Weis"])


async def test_beyond_a_bound_the_newest_come_first(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page by page, no meeting twice, and those that are not published are left out."""
    monkeypatch.setattr("streamer.store.search.FEW", 5)
    ids = [f"2026-03-{day:02}-aaaa" for day in range(1, 26)]
    for id in ids:
        phase = "ended" if id.endswith("20-aaaa") else "published"
        await meeting(db, id, "Gemengerot", [("A", "Budget"), ("B", "de Budget")], phase=phase)
    wanted = [id for id in reversed(ids) if "-20-" not in id]
    pages = [await Search(db).find(Wanted("budget", page=number)) for number in (1, 2, 3)]
    assert all(page.newest for page in pages)
    assert [f.meeting for page in pages for f in page.meetings] == wanted
    assert [page.further for page in pages] == [True, True, False]
    assert len(pages[0].meetings) == MEETINGS
    assert [len(f.said) for f in pages[0].meetings] == [2] * MEETINGS


async def test_what_is_withdrawn_corrected_or_removed_is_not_found_the_next_moment(db: Database) -> None:
    """Nor is a word that nobody says any more offered as a longer one."""
    id = "2026-03-13-aaaa"
    await meeting(db, id, "Gemengerot", [("A", "Zwergstaat"), ("B", "Budget")])
    captions = Captions(db)
    track = await captions.track(id, "lb")
    line = (await captions.lines(track))[0]
    await captions.correct(track, line.id, seen=1, speaker="C", text="Riesenstaat", by="claire", at=1.0)
    assert (await found(db, "zwerg"), await found(db, "staat"), await found(db, "riesen")) == ([], [id], [id])
    assert await db.read("SELECT word FROM search_words WHERE word LIKE 'zwerg%'") == []
    assert (await Search(db).choices())[2] == ["B", "C"]
    lines = await captions.lines(track)
    await captions.move([replace(lines[0], at=None), *lines[1:]])
    assert (await found(db, "riesen"), await found(db, "budget")) == ([], [id])
    log = Log(db)
    published = await log.meeting(id)
    assert published
    await log.append(published, [Fact(Kind.PHASE_CHANGED, {"verb": "withdraw", "phase": "ended"})], at=2.0, by="test")
    assert await found(db, "budget") == []
    assert await found(db, "schoul") == [id], "its agenda is on its page"


async def test_a_question_is_found_while_it_is_public_and_erased_from_the_file(db: Database) -> None:
    """Not before it is published and told; erased with the question, by the same commit; and no trace of it is left."""
    id = "2026-03-13-aaaa"
    await meeting(db, id, "Gemengerot", [("A", "Moien")], phase="live")

    def sql(text: str, *values: object) -> object:
        return db.write(lambda connection: connection.execute(text, values).rowcount)

    await sql(  # type: ignore[misc]
        "INSERT INTO questions (id, meeting, asker, client_id, text, language, status, version, asked_at, changed_at) "
        "VALUES ('q1', ?, 'x', 'y', 'Wou ass den Zebrastreifen?', 'lb', 'pending', 1, 0, 0)",
        id,
    )
    assert await found(db, "zebra") == []
    await sql("UPDATE questions SET status = 'published', told_status = 'pending' WHERE id = 'q1'")  # type: ignore[misc]
    assert await found(db, "zebra") == [], "the verdict can still be undone"
    await sql("UPDATE questions SET told_status = NULL WHERE id = 'q1'")  # type: ignore[misc]
    assert await found(db, "zebrastreifen") == [id]
    traces = "SELECT count(*) AS n FROM search_named_data WHERE instr(block, CAST('zebra' AS BLOB))"
    assert (await db.read(traces))[0]["n"] > 0, "this is where it would be"
    await sql("UPDATE questions SET status = 'redacted', text = '' WHERE id = 'q1'")  # type: ignore[misc]
    assert await found(db, "zebrastreifen") == []
    await Catalogue(db).forget_traces()
    assert (await db.read(traces))[0]["n"] == 0


async def test_the_index_can_be_thrown_away(db: Database) -> None:
    """All of it is made again from what there is."""
    await meeting(db, "2026-03-13-aaaa", "Gemengerot", TALK)
    await db.write(search_index.empty)
    assert await found(db, "budget") == []
    catalogue = Catalogue(db)
    assert await catalogue.read_until() is None
    await catalogue.rebuild()
    known = await Log(db).meeting("2026-03-13-aaaa")
    assert known
    await catalogue.put(known)
    assert await found(db, "beleuchtung") == await found(db, "schoul") == ["2026-03-13-aaaa"]
    assert (await Search(db).choices())[2] == ["Anna Müller", "Bob Weis"]


async def test_two_who_search_at_once_with_other_filters_do_not_disturb_each_other(db: Database) -> None:
    """Each finds the passages of its year, none is lost."""
    for year in ("2025", "2026"):
        await meeting(db, f"{year}-03-13-aaaa", "Gemengerot", TALK)
    search = Search(db)
    both = [search.find(Wanted("budget", year=year)) for year in ("2025", "2026") * 5]
    for results in await asyncio.gather(*both):
        assert [len(one.said) for one in results.meetings] == [1]
