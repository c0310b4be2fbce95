"""Marks as other programs and people write them, and the meeting that a recording becomes."""

import json

import pytest

from streamer.council.chapters import chapters
from streamer.council.errors import Invalid
from streamer.council.events import Event
from streamer.council.meeting import Meeting, fold
from streamer.council.old_recording import MarksUnreadable, OldMark, read_marks, taken
from streamer.council.phase import Phase
from streamer.council.youtube import describe, lines_of

CAFE = """Chapters

  • Introduction et présentation du thème des réseaux sociaux

    00:05

  • Le rôle de Twitter pour les communes

    00:10

  • Instagram : montrer la vie locale

    02:31

  • LinkedIn pour les annonces professionnelles

    03:33

  • Conclusion et présentation de Café Klatsch

    10:31

Transcription
"""
"""A published list of chapters, as its page shows it."""
MINNEAPOLIS = """title,timeInSeconds
Call to Order,437
"Business, Housing & Zoning Committee",2197
Resolutions,3527
Unfinished Business,615
Closed Session,3572
"""
"""From the mark list of a council meeting of 8 February 2024, in the order the city publishes it."""


def told(text: str) -> list[tuple[float, str, str]]:
    return [(mark.at, mark.number, mark.title) for mark in read_marks(text)]


def test_lists_as_people_write_them() -> None:
    assert told(CAFE)[:2] == [
        (5.0, "", "Introduction et présentation du thème des réseaux sociaux"),
        (10.0, "", "Le rôle de Twitter pour les communes"),
    ]
    assert len(told(CAFE)) == 5
    assert [(at, title) for at, _, title in told(MINNEAPOLIS)] == [
        (437.0, "Call to Order"), (615.0, "Unfinished Business"), (2197.0, "Business, Housing & Zoning Committee"),
        (3527.0, "Resolutions"), (3572.0, "Closed Session"),
    ]  # fmt: skip
    youtube = "Watch us!\n0:00 Opening\n[12:30] - 1.2 Budget: 14:00 is late\n• 2. «Écoles» — 1:02:03\n"
    assert told(youtube) == [(0.0, "", "Opening"), (750.0, "1.2", "Budget: 14:00 is late"), (3723.0, "2", "«Écoles»")]
    assert told("0:00 Accueil\n0:20 12 nouveaux bus\n1:00 Divers")[1] == (20.0, "", "12 nouveaux bus")
    assert told("\ufeffStart;End;Number;Name\r\n1:00,5;;10.1;Budget\r\n90;;;Varia")[0] == (60.5, "10.1", "Budget")
    listed = [{"startTime": 2.5, "title": "A"}, {"startTime": 0, "title": "hidden", "toc": False}]
    assert told(json.dumps({"version": "1.2.0", "chapters": listed})) == [(2.5, "", "A")]


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 0), ("no times here", 0), ("{", 0), ('{"chapters": [{"startTime": "x", "title": "A"}]}', 0), ("[1]", 0),
     ('{"chapters": 7}', 0), ("0:00", 1), ("0:00 A\n0:30", 2), ("start,title\n0:10,A\nlate,B", 3), ("start,title", 0)],
)  # fmt: skip
def test_what_is_no_list_is_said_with_its_line(text: str, line: int) -> None:
    with pytest.raises(MarksUnreadable) as error:
        read_marks(text)
    assert error.value.line == line


def imported(marks: list[OldMark], seconds: float) -> tuple[Meeting, int]:
    ids = iter(f"item-{number}" for number in range(100))
    made = taken("Old", "2019-05-20T18:30:00+02:00", 1000.0, seconds, marks, lambda: next(ids), file="a", made="copied")
    events = [Event(n, "m", n, 5000.0, "root", fact.kind, fact.data) for n, fact in enumerate(made.facts, 1)]
    return fold("m", events), made.beyond


def test_a_recording_becomes_a_meeting_that_is_over() -> None:
    again = [OldMark(120.0, "budget"), OldMark(9000.0, "After the end")]
    meeting, beyond = imported([*read_marks(CAFE), OldMark(60.0, "Budget"), *again], 640.0)
    assert (meeting.phase, meeting.went_live_at, meeting.ended_at, beyond) == (Phase.ENDED, 1000.0, 1640.0, 1)
    assert meeting.withheld == ()
    assert len(meeting.items) == 6, "what is said to go on is the same item"
    index = chapters(meeting, lambda at: at - 1000.0, 640.0)
    assert [(c.start, c.name) for c in index][:2] == [(0.0, ""), (5.0, CAFE.splitlines()[2].strip(" •"))]
    made = describe(lines_of(index, "Opening"), 640.0, opening="Opening")
    starts = [line.start for line in made.lines]
    assert starts[0] == 0
    assert all(b - a >= 10 for a, b in zip(starts, [*starts[1:], 640], strict=True))
    assert made.mended, "YouTube would have shown no chapter"


def test_a_bad_name_is_refused() -> None:
    with pytest.raises(Invalid):
        imported_as("")


def imported_as(name: str) -> None:
    taken(name, "2019-05-20T18:30:00+02:00", 0.0, 10.0, [], lambda: "x", file="a", made="copied")
