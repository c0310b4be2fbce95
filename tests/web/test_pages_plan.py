"""Changing a plan: the agenda comes back as it can be pasted, and what was recorded of an item stays with it."""

from itertools import count
from zoneinfo import ZoneInfo

import pytest

from streamer.council.agenda import parse_agenda
from streamer.council.chapters import Chapter, ChapterKind
from streamer.council.meeting import AgendaItem
from streamer.council.question import Question
from streamer.council.questions import Status
from web.auth import inside
from web.clerk import agenda_text, kept_ids
from web.i18n import NAMES, Translator
from web.pages import in_order
from web.rendering import Names
from web.replay_page import chapter_rows

AGENDA = [
    AgendaItem("a", "1", "Affaires de personnel", public=False),
    AgendaItem("b", "2", "Budget"),
    AgendaItem("c", "3", "Subsides"),
    AgendaItem("d", "3.1", "Fanfare"),
]


def parsed(text: str) -> list[AgendaItem]:
    numbers = count()
    return parse_agenda(text, lambda: f"new{next(numbers)}")


@pytest.mark.parametrize("language", NAMES)
def test_an_agenda_comes_back_as_it_was_in_every_language(language: str) -> None:
    names = Names(Translator(language, ZoneInfo("Europe/Luxembourg")).gettext)
    again = kept_ids(AGENDA, parsed(agenda_text(AGENDA, names.heading)))
    assert again == AGENDA


def test_renamed_moved_and_new_items() -> None:
    after = kept_ids(AGENDA, parsed("1. Neu\n2. Budget\n3. Subsides 2027\n4. Fanfare"))
    assert [(item.id, item.name) for item in after[1:]] == [("b", "Budget"), ("c", "Subsides 2027"), ("d", "Fanfare")]
    assert after[0].id == "a", "the same number keeps its identity"


def test_no_identity_is_used_twice() -> None:
    twice = [AgendaItem("a", "1", "Divers"), AgendaItem("b", "2", "Divers")]
    after = kept_ids(twice, parsed("1. Divers\n2. Divers\n3. Divers"))
    assert [item.id for item in after[:2]] == ["a", "b"]
    assert len({item.id for item in after}) == 3


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/meetings/x?t=3", "/meetings/x?t=3"), ("https://evil.example/", "/"), ("//evil.example", "/"),
        ("/\\evil.example", "/"), ("javascript:alert(1)", "/"), ("", "/"), ("/a\r\nX: y", "/"),
    ],
)  # fmt: skip
def test_the_way_back_stays_here(address: str, kept: str) -> None:
    assert (inside(address) or "/") == kept


def test_answered_questions_stand_in_the_chapter_in_which_they_were_answered() -> None:
    class Shown:
        chapters = (Chapter(ChapterKind.OPENING, 0, 10), Chapter(ChapterKind.ITEM, 10, 20, "b"))
        question_chapters = (Chapter(ChapterKind.QUESTION, 12, 15, "q"), Chapter(ChapterKind.QUESTION, 16, 18, "gone"))

    asked = Question("q", "m", "", "", "Wéini?", None, None, "lb", Status.ANSWERED_LIVE, None, 1, 0, 0)
    rows = chapter_rows(Shown, {"q": asked})  # type: ignore[arg-type]
    assert [[question.id for _, question in spots] for _, spots in rows] == [[], ["q"]]


def test_the_question_on_air_stands_first_and_answered_ones_last() -> None:
    views = [{"status": status} for status in (Status.ANSWERED_LIVE, Status.PUBLISHED, Status.ON_AIR)]
    assert [view["status"] for view in in_order(views)] == ["on_air", "published", "answered_live"]
