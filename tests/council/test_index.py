"""A mark can be moved, split, merged and renamed; each is kept with who and when, and can be undone."""

from collections.abc import Callable
from typing import Any

import pytest

from streamer.council import index
from streamer.council.chapters import chapters
from streamer.council.correction import OPENING_MARK, IndexMark
from streamer.council.errors import Conflict, Invalid, Refused, Unknown
from streamer.council.events import Fact, Kind
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from tests.council.story import Story


def over() -> Story:
    """Live from 100 to 400; items 1 at 110, 2 at 200, 4 at 320; 3 is closed. Their marks: v3, v4, v8, v6."""
    story = Story().phase(100, Phase.LIVE).opens(110, "a").opens(200, "b").phase(300, Phase.CLOSED_SESSION)
    return story.opens(305, "c").phase(310, Phase.LIVE).opens(320, "d").phase(400, Phase.ENDED)


def corrected(story: Story, *facts: Callable[[Meeting], Fact]) -> Story:
    """One after the other, by the clerk."""
    for fact in facts:
        made = fact(story.meeting)
        story.at(1000, made.kind, **made.data)
    return story


def told(story: Story) -> list[tuple[float, str]]:
    """The index: from which second, and what."""
    found = chapters(story.meeting, lambda wall: max(wall - 100, 0.0) if wall < 400 else None, 300.0)
    return [(c.start, c.name) for c in found]


FIRST, SECOND, LAST = "v3", "v4", "v8"
BEFORE = [(0.0, ""), (10.0, "Approval of the minutes"), (100.0, "Budget"), (220.0, "Any other business")]


def test_marks_are_mended_one_by_one_and_undone_one_by_one() -> None:
    """Back to where it began, and the log still says who did what."""
    story = over()
    assert told(story) == BEFORE
    corrected(story, lambda m: index.move(m, SECOND, 195.0))
    assert told(story)[2] == (95.0, "Budget")
    corrected(story, lambda m: index.split(m, "new", SECOND, 250.0, name="Vote  on the budget"))
    assert told(story)[3] == (150.0, "Vote on the budget")
    corrected(story, lambda m: index.rename(m, "new", "The vote"), lambda m: index.rename(m, OPENING_MARK, "Welcome"))
    assert told(story)[3] == (150.0, "The vote")
    assert told(story)[0] == (0.0, "Welcome")
    corrected(story, lambda m: index.merge(m, FIRST))
    assert [name for _, name in told(story)] == ["Welcome", "Budget", "The vote", "Any other business"]
    for _ in range(5):
        corrected(story, index.undo)
    assert told(story) == BEFORE
    assert [(c.change, c.by, c.at, c.undone) for c in story.meeting.corrections] == [
        (change, "clerk", 1000, True) for change in ("moved", "split", "renamed", "renamed", "merged")
    ]
    with pytest.raises(Refused, match="no_correction"):
        index.undo(story.meeting)


def test_a_split_goes_on_about_the_same_or_about_another_item() -> None:
    """A forgotten item gets its chapter."""
    story = corrected(over(), lambda m: index.split(m, "x", FIRST, 150.0))
    corrected(story, lambda m: index.split(m, "y", SECOND, 250.0, item="d"))
    assert told(story)[2] == (50.0, "Approval of the minutes")
    assert told(story)[4] == (150.0, "Any other business")


def test_all_chapters_can_be_set_and_what_is_opened_later_comes_after() -> None:
    """The meeting is reopened: its new item counts."""
    marks = [IndexMark("q", 180.0, item="b", number="2a"), IndexMark("p", 120.0, name="Welcome")]
    story = corrected(over(), lambda m: index.set_all(m, marks))
    assert told(story) == [(0.0, ""), (20.0, "Welcome"), (80.0, "Budget")]
    assert chapters(story.meeting, lambda wall: wall - 100, 300.0)[2].number == "2a"
    story.phase(1100, Phase.RECESS).phase(1100, Phase.LIVE).opens(350, "d")
    assert told(story)[-1] == (250.0, "Any other business")


def test_what_is_not_public_stays_out_whatever_is_ordered() -> None:
    """No chapter can be about it, and none shows it."""
    story = over()
    rules: tuple[Callable[[Meeting], Fact], ...] = (
        lambda m: index.split(m, "x", SECOND, 250.0, item="c"),
        lambda m: index.set_all(m, [IndexMark("x", 250.0, item="c")]),
        lambda m: index.rename(m, "v6", "Staff"),
    )
    for rule in rules:
        with pytest.raises(Unknown):
            rule(story.meeting)
    assert "Staff matters" not in str(told(story))


@pytest.mark.parametrize(
    ("rule", "error"),
    [
        (lambda m: index.move(m, FIRST, 210.0), "mark_beyond"),
        (lambda m: index.move(m, SECOND, 110.2), "mark_beyond"),
        (lambda m: index.split(m, "x", FIRST, 200.0), "mark_beyond"),
        (lambda m: index.move(m, OPENING_MARK, 105.0), "opening_stays"),
        (lambda m: index.merge(m, OPENING_MARK), "opening_stays"),
        (lambda m: index.move(m, "v99", 105.0), "mark"),
        (lambda m: index.rename(m, FIRST, "x" * 501), "name_too_long"),
        (lambda m: index.set_all(m, [IndexMark("x", 150.0)]), r"chapters\[0\].name"),
        (lambda m: index.set_all(m, [IndexMark("x", 150.0, "a"), IndexMark("y", 150.1, "b")]), "chapters_meet"),
        (lambda m: index.set_all(m, [], seen=1), "1 was seen"),
    ],
)  # fmt: skip
def test_what_would_make_nonsense_is_refused(rule: Callable[[Meeting], Any], error: str) -> None:
    """And says what."""
    with pytest.raises((Refused, Unknown, Invalid, Conflict), match=error):
        rule(over().meeting)


def test_chapters_are_put_right_when_the_meeting_is_over() -> None:
    """Until then the board has its own buttons."""
    with pytest.raises(Refused, match="index_too_early"):
        index.move(Story().phase(100, Phase.LIVE).opens(110, "a").meeting, FIRST, 105.0)


def test_an_undo_that_was_meant_for_another_change_is_a_conflict() -> None:
    """Two clerks at once."""
    story = corrected(over(), lambda m: index.move(m, SECOND, 195.0), lambda m: index.move(m, SECOND, 190.0))
    with pytest.raises(Conflict):
        index.undo(story.meeting, story.meeting.corrections[0].version)


def test_a_correction_of_an_opening_that_was_undone_changes_nothing() -> None:
    """Neither does it bring it back."""
    story = corrected(over(), lambda m: index.move(m, LAST, 330.0))
    story.at(1001, Kind.ITEM_OPENING_UNDONE, version=8)
    assert told(story) == BEFORE[:3]
