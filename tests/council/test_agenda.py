"""Agendas as clerks paste them, in four languages: what is an item, what is a heading, what is not public."""

from itertools import count

import pytest

from streamer.council.agenda import parse_agenda

LUXEMBOURG = """En séance non publique

1. Commissions consultatives : remplacement de membres.
2. Affaires de personnel – décision.

En séance publique

3. Questions posées par des conseillers communaux.
4. Devis de travaux – approbation :
  • Réaménagement de la Vieille Ville, phase A2 : Nord.
  • Construction d’une résidence comprenant 8 logements
    au 11, rue du Moulin.
5. Motion sur la séance publique du 3 mai – vote.
"""


def read(text: str) -> list[tuple[str, str, bool]]:
    """(number, name, public) of each item."""
    ids = count()
    return [(item.number, item.name, item.public) for item in parse_agenda(text, lambda: str(next(ids)))]


def test_a_luxembourg_agenda_with_its_closed_part_first() -> None:
    """Bullets are items of their own, wrapped lines belong to the one before."""
    assert read(LUXEMBOURG) == [
        ("1", "Commissions consultatives : remplacement de membres.", False),
        ("2", "Affaires de personnel – décision.", False),
        ("3", "Questions posées par des conseillers communaux.", True),
        ("4", "Devis de travaux – approbation :", True),
        ("4.1", "Réaménagement de la Vieille Ville, phase A2 : Nord.", True),
        ("4.2", "Construction d’une résidence comprenant 8 logements au 11, rue du Moulin.", True),
        ("5", "Motion sur la séance publique du 3 mai – vote.", True),
    ]


CLOSED = [
    "En séance non publique", "Séance à huis clos", "HUIS CLOS :", "9. Séance à huis clos", "Séance secrète",
    "Nichtöffentliche Sitzung", "Nicht öffentlicher Teil", "Nicht-öffentliche Sitzung (20 Uhr)", "Geheime Sitzung",
    "Net ëffentlech Sëtzung", "Nëtëffentlech Sëtzung", "Net-ëffentlechen Deel",
    "Closed session", "In camera", "Private session:", "B. Non-public part",
]  # fmt: skip
PUBLIC = [
    "En séance publique", "Séance publique à 14h30", "Ordre du jour en séance publique :", "SÉANCE PUBLIQUE",
    "Öffentliche Sitzung", "I. Öffentlicher Teil", "Öffentliche Sitzung (19 Uhr)",
    "Ëffentlech Sëtzung", "Ëffentlechen Deel", "Public session", "A) Open session",
]  # fmt: skip


@pytest.mark.parametrize("heading", CLOSED)
def test_headings_of_a_closed_part(heading: str) -> None:
    """And what stands below them is not public."""
    assert read(f"1. Open matter\n{heading}\n2. Staff") == [("1", "Open matter", True), ("2", "Staff", False)]


@pytest.mark.parametrize("heading", PUBLIC)
def test_headings_of_a_public_part(heading: str) -> None:
    """A closed part ends there."""
    assert read(f"Huis clos\n1. Staff\n{heading}\n2. Budget") == [("1", "Staff", False), ("2", "Budget", True)]


def test_an_item_that_speaks_of_a_closed_session_is_an_item() -> None:
    """Its number says so."""
    assert read("12. Décision sur la séance non publique du 3 mai 2026")[0][0] == "12"


@pytest.mark.parametrize("text", ["", "\n \n", "Huis clos\n"])
def test_nothing_makes_no_items(text: str) -> None:
    """No invention."""
    assert read(text) == []


def test_lines_without_numbers_are_counted() -> None:
    """Some clerks write a plain list."""
    assert read("- Budget\n- Écoles\nHuis clos\nPersonnel") == [
        ("1", "Budget", True), ("2", "Écoles", True), ("3", "Personnel", False),
    ]  # fmt: skip


def test_numbers_of_many_shapes() -> None:
    """As found in real agendas."""
    text = "1) One\n2.1 Two\n2.2. Three\nPunkt 3: Four\na) Five"
    assert [number for number, _, _ in read(text)] == ["1", "2.1", "2.2", "3", "a"]


def test_four_hundred_items_keep_their_order() -> None:
    """The longest real agenda has 394."""
    rows = read("\n".join(f"{n}. Item {n}" for n in range(1, 401)))
    assert [number for number, _, _ in rows] == [str(n) for n in range(1, 401)]
