"""What stands at YouTube: the public agenda before, chapters on YouTube's own clock afterwards."""

from zoneinfo import ZoneInfo

from streamer.council.meeting import AgendaItem, Mark, Meeting
from streamer.council.phase import Phase
from web.i18n import Translator
from web.twin_words import TwinWords

START = 1_800_000_000.0
DELAY = 10.0
ITEMS = (AgendaItem("a", "1", "Budget"), AgendaItem("b", "2", "Schools"), AgendaItem("c", "3", "Staff", public=False))


def words() -> TwinWords:
    reader = Translator("en", ZoneInfo("Europe/Luxembourg"))
    return TwinWords("Musterbierg", "https://live.example.lu", reader, lambda meeting: START, DELAY)


def test_before_it_is_the_agenda_without_what_is_not_public() -> None:
    said = words()(Meeting("m", name="Council <b>", items=ITEMS), None)
    assert said.title == "Council ‹b›, 15 January 2027"
    assert said.description.splitlines()[:2] == [
        "Musterbierg", "Agenda, questions and replay: https://live.example.lu/meetings/m",
    ]  # fmt: skip
    assert "1 Budget" in said.description
    assert "Staff" not in said.description


def test_afterwards_chapters_are_on_the_clock_of_the_video() -> None:
    """The video began with a countdown 60 s before the meeting; between the items ten minutes were a closed session,
    which is a still there and missing in our own replay. Everything is seen `delay` later than it was said."""
    live, closed, open_again, end = START, START + 300, START + 900, START + 1200
    changes = ((live, Phase.LIVE), (closed, Phase.CLOSED_SESSION), (open_again, Phase.LIVE), (end, Phase.ENDED),
               (end + 60, Phase.PUBLISHED))  # fmt: skip
    marks = (Mark("a", live + 30, 1), Mark("c", closed + 5, 2), Mark("b", open_again, 3))
    meeting = Meeting("m", name="Council", items=ITEMS, phase=Phase.PUBLISHED, changes=changes, marks=marks)
    said = words()(meeting, live - 60).description
    assert "1:40 1 Budget" in said  # 60 s of countdown, 30 s in, 10 s late
    assert "16:10 2 Schools" in said
    assert "0:00 Council" in said
    assert "Staff" not in said


def test_a_long_agenda_keeps_the_link_and_stays_within_youtubes_bytes() -> None:
    """An accented letter is two bytes: 5,000 of them are too many."""
    items = tuple(AgendaItem(str(n), str(n), "É" * 100) for n in range(60))
    said = words()(Meeting("m", name="Council", items=items), None).description
    assert len(said.encode()) <= 5000
    assert "meetings/m" in said
    assert said.splitlines()[-1].endswith("É" * 100)
