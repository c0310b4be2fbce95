"""Which text is in the picture: one at a time, gone with the phase, and of a question only its id."""

import pytest

from streamer.council.decide import hide_lower_third, show_lower_third
from streamer.council.errors import Invalid, Refused
from streamer.council.events import Kind
from streamer.council.lower_third import ThirdKind
from streamer.council.phase import Phase
from tests.council.story import Story


def shown(story: Story, kind: ThirdKind, **words: str) -> Story:
    """The clerk's order, carried out."""
    fact = show_lower_third(story.meeting, kind, **words)
    return story.at(200, fact.kind, **fact.data)


def live() -> Story:
    return Story().phase(100, Phase.LIVE).opens(110, "a")


def test_one_takes_the_place_of_the_other() -> None:
    story = shown(live(), ThirdKind.SPEAKER, name="  Anne   Weber ", function="Mayor")
    assert story.meeting.lower_third
    assert (story.meeting.lower_third.name, story.meeting.lower_third.function) == ("Anne Weber", "Mayor")
    third = shown(story, ThirdKind.ITEM).meeting.lower_third
    assert third
    assert third.kind is ThirdKind.ITEM
    assert story.at(201, hide_lower_third(story.meeting).kind).meeting.lower_third is None


@pytest.mark.parametrize("phase", [Phase.RECESS, Phase.CLOSED_SESSION, Phase.ENDED])
def test_a_change_of_phase_takes_it_away(phase: Phase) -> None:
    story = shown(live(), ThirdKind.ITEM).phase(300, phase)
    assert story.meeting.lower_third is None
    with pytest.raises(Refused, match="no_program"):
        show_lower_third(story.meeting, ThirdKind.SPEAKER, name="Anne")
    assert story.phase(400, Phase.LIVE).meeting.lower_third is None


def test_a_question_is_shown_while_it_is_on_air() -> None:
    """The log has its id alone."""
    story = live()
    with pytest.raises(Refused, match="no_question_on_air"):
        show_lower_third(story.meeting, ThirdKind.QUESTION)
    story.at(120, Kind.QUESTION_MOVED, question="q1", status="on_air", at=120)
    fact = show_lower_third(story.meeting, ThirdKind.QUESTION)
    assert fact.data == {"third": "question", "question": "q1"}
    story.at(121, fact.kind, **fact.data).at(122, Kind.QUESTION_MOVED, question="q2", status="published", at=122)
    assert story.meeting.lower_third
    assert story.at(123, Kind.QUESTION_MOVED, question="q1", status="published", at=123).meeting.lower_third is None


def test_what_cannot_be_shown() -> None:
    with pytest.raises(Refused, match="no_open_item"):
        show_lower_third(Story().phase(100, Phase.LIVE).meeting, ThirdKind.ITEM)
    with pytest.raises(Refused, match="no_lower_third"):
        hide_lower_third(live().meeting)
    with pytest.raises(Invalid) as wrong:
        show_lower_third(live().meeting, ThirdKind.SPEAKER, name=" ", function="x" * 81)
    assert {field: code for field, (code, _) in wrong.value.mistakes.items()} == {
        "name": "name_missing", "function": "function_too_long",
    }  # fmt: skip
