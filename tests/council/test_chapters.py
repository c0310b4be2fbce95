"""The index of a replay comes from the log and lands on the second."""

from streamer.council.chapters import ChapterKind, chapters, question_chapters, speaker_chapters
from streamer.council.events import Kind
from streamer.council.phase import Phase
from tests.council.story import Story


def position(wall: float) -> float | None:
    """A replay of 100 to 300 and 400 to 500, its gap closed up: 300 seconds."""
    if wall < 300:
        return max(wall - 100, 0.0)
    return max(wall - 200, 200.0) if wall < 500 else None


def test_chapters_are_end_to_end_and_leave_the_closed_item_out() -> None:
    """Item 3 is not public; item 2 lasts until item 4."""
    story = Story().phase(100, Phase.LIVE).opens(110, "a").opens(250, "b").phase(300, Phase.CLOSED_SESSION)
    story = story.opens(310, "c").phase(400, Phase.LIVE).opens(410, "d").phase(500, Phase.ENDED)
    found = [(c.kind, c.number, c.start, c.end) for c in chapters(story.meeting, position, 300.0)]
    assert found == [
        (ChapterKind.OPENING, "", 0.0, 10.0),
        (ChapterKind.ITEM, "1", 10.0, 150.0),
        (ChapterKind.ITEM, "2", 150.0, 210.0),
        (ChapterKind.ITEM, "4", 210.0, 300.0),
    ]


def test_an_item_said_to_have_begun_earlier_is_put_in_its_place() -> None:
    """The order of the index is that of the seconds, not of the clicks."""
    story = Story().phase(100, Phase.LIVE).opens(150, "a").opens(200, "b", since=170)
    assert [c.start for c in chapters(story.meeting, position, 300.0)] == [0.0, 50.0, 70.0]


def test_a_slip_of_the_finger_leaves_no_chapter() -> None:
    """Opened and left within a moment."""
    story = Story().phase(100, Phase.LIVE).opens(100, "a").opens(100.2, "b")
    assert [c.number for c in chapters(story.meeting, position, 300.0)] == ["2"]


def test_no_replay_no_chapters() -> None:
    """Not even an opening."""
    assert chapters(Story().meeting, lambda wall: None, 0.0) == []


def test_who_was_shown_to_speak_is_in_the_index() -> None:
    """Until the next one speaks or the chapter ends; in a rehearsal nobody does."""
    story = Story().phase(50, Phase.REHEARSAL)
    story = story.at(60, Kind.LOWER_THIRD_SHOWN, third="speaker", name="Test", function="")
    story = story.phase(100, Phase.LIVE).opens(110, "a").opens(250, "b")
    for at, name in ((120, "Anne Weber"), (140, "Jean Muller")):
        story = story.at(at, Kind.LOWER_THIRD_SHOWN, third="speaker", name=name, function="Mayor")
    index = chapters(story.meeting, position, 300.0)
    found = [(c.name, c.number, c.start, c.end) for c in speaker_chapters(story.meeting, position, index)]
    assert found == [("Anne Weber", "Mayor", 20.0, 40.0), ("Jean Muller", "Mayor", 40.0, 150.0)]


def test_a_question_on_air_has_its_seconds() -> None:
    """From being put on air to being answered."""
    story = Story().phase(100, Phase.LIVE)
    story = story.at(150, Kind.QUESTION_MOVED, question="q", status="on_air", at=150)
    story = story.at(175, Kind.QUESTION_MOVED, question="q", status="answered_live", at=175)
    story = story.at(180, Kind.QUESTION_MOVED, question="slip", status="on_air", at=180)
    story = story.at(182, Kind.QUESTION_MOVED, question="slip", status="published", at=182)
    [chapter] = question_chapters(story.meeting, position, 300.0)
    assert (chapter.kind, chapter.ref, chapter.start, chapter.end) == (ChapterKind.QUESTION, "q", 50.0, 75.0)
