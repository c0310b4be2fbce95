"""Agendas of other systems: read whole, and what is odd about them is said."""

import json
from typing import Any

import pytest

from streamer.council.agenda import parse_agenda
from streamer.council.agenda_import import Imported, NotReadable, Oddity, from_csv, from_oparl
from streamer.council.meeting import AgendaItem
from streamer.council.record import Document, documents_of
from web.clerk import agenda_text


def oparl_item(number: str, name: str, order: int, **more: Any) -> dict[str, Any]:
    """As a real server of a city says it."""
    return {"id": f"https://x.example/{order}", "type": "https://schema.oparl.org/1.1/AgendaItem", "number": number,
            "name": name, "order": order, "public": True, **more}  # fmt: skip


def big() -> str:
    """A budget debate as one city had it: 394 items, 25 of them headings without a number, numbers that repeat."""
    items = [oparl_item("" if n % 16 == 1 else str(n // 2), f"HHS4_V{n} - Antrag: Schutz, Straße; Teil", n)
             for n in range(1, 395)]  # fmt: skip
    items[7]["result"] = "mehrheitlich abgelehnt"
    items[8]["public"] = False
    items[9]["auxiliaryFile"] = [{"name": "Vorlage", "accessUrl": "https://x.example/v.pdf"}, {"accessUrl": "nichts"}]
    meeting = {"name": "Antragsliste", "start": "2025-12-16T09:01:00+01:00", "agendaItem": items[::-1]}
    return json.dumps(meeting)


def test_an_agenda_of_394_items_is_read_whole_in_its_order() -> None:
    """With results and documents; what is odd is counted."""
    found = from_oparl(big())
    assert (found.name, found.start, len(found.rows)) == ("Antragsliste", "2025-12-16T09:01:00+01:00", 394)
    assert [row.name.split()[0] for row in found.rows[:2]] == ["HHS4_V1", "HHS4_V2"]
    assert found.rows[7].record.result == "mehrheitlich abgelehnt"
    assert found.rows[9].record.documents == (Document("Vorlage", "https://x.example/v.pdf"),)
    assert [row.public for row in found.rows[7:10]] == [True, False, True]
    odd = dict(found.odd)
    assert odd[Oddity.NO_NUMBER] == 25
    assert odd[Oddity.NOT_PUBLIC] == odd[Oddity.BAD_ADDRESS] == 1
    assert odd[Oddity.SAME_NUMBER] > 300


@pytest.mark.parametrize(
    "rows",
    [
        [(row.number, row.name, row.public) for row in from_oparl(big()).rows],
        [("1", "Budget", True), ("", "Nichtöffentlicher Teil", True), ("Ö 7", "Straße", True), ("10.", "a", False)],
        [("1", "Budget", True), ("2", "Schools", True)],
    ],
)
def test_every_agenda_can_be_shown_as_text_and_read_again(rows: list[tuple[str, str, bool]]) -> None:
    """The clerk sees it in the form, changes a line, and nothing else is lost."""
    items = [AgendaItem(str(n), *row) for n, row in enumerate(rows)]
    text = agenda_text(items, lambda public: "Öffentliche Sitzung" if public else "Nichtöffentliche Sitzung")
    assert [(i.number, i.name, i.public) for i in parse_agenda(text, lambda: "")] == rows


@pytest.mark.parametrize(
    "text",
    [
        "Numéro;Objet;Publique\n1;Budget;oui\n2;Personnel;non\n",
        '\ufeffTop,Betreff,Öffentlich\r\n"1","Budget","ja"\r\n2,"Personnel",nein\r\n',
        "number\tname\tpublic\n1\tBudget\ttrue\n2\tPersonnel\tfalse",
    ],
)
def test_a_table_in_any_of_our_languages(text: str) -> None:
    """Whatever separates its cells."""
    found = from_csv(text)
    assert [(r.number, r.name, r.public) for r in found.rows] == [("1", "Budget", True), ("2", "Personnel", False)]


def test_a_table_with_results_and_documents() -> None:
    """A cell may hold several addresses; an empty line is none."""
    found = from_csv("No,Title,Result,Link\n1,Budget,Adopted,https://a.lu/1 https://a.lu/2\n,,,\n2,,x,\n")
    [row] = found.rows
    assert row.record.result == "Adopted"
    assert [document.url for document in row.record.documents] == ["https://a.lu/1", "https://a.lu/2"]
    assert dict(found.odd)[Oddity.NO_NAME] == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"agendaItem": 3}', "[" * 100_000, '{"data": [1]}', "null"])
def test_what_is_no_oparl_is_said_to_be_none(text: str) -> None:
    """Whatever it is."""
    with pytest.raises(NotReadable):
        from_oparl(text)


@pytest.mark.parametrize("text", ["", "a,b\n1,2", '"', 'name\n"x'])
def test_what_is_no_table_is_said_to_be_none(text: str) -> None:
    """Without a column for the name there is nothing to read."""
    with pytest.raises(NotReadable):
        from_csv(text)


def test_odd_values_do_no_harm() -> None:
    """Of whatever kind they are."""
    odd = [{"name": 5, "number": None, "auxiliaryFile": None}, "text", {"name": ["x"]}, {"name": "y" * 900}]
    found: Imported = from_oparl(json.dumps({"agendaItem": odd}))
    assert [len(row.name) for row in found.rows] == [1, 500]


def test_documents_are_typed_one_a_line() -> None:
    """The name before the address, with a bar between them or not; or the address alone."""
    text = "Budget 2026 | https://a.lu/b.pdf\nhttps://a.lu/c.pdf\n\nPlan: https://a.lu/d.pdf"
    assert documents_of(text) == [
        Document("Budget 2026", "https://a.lu/b.pdf"),
        Document("", "https://a.lu/c.pdf"),
        Document("Plan", "https://a.lu/d.pdf"),
    ]
