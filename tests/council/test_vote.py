"""Votes: noted when they are taken, entered as the council counted them, shown where they were."""

import pytest

from streamer.council import decide
from streamer.council.chapters import chapters, vote_chapters
from streamer.council.errors import Invalid, Refused, Unknown
from streamer.council.events import Kind
from streamer.council.phase import Phase
from streamer.council.vote import Choice, Counts, MemberVote, Outcome, checked, members_of
from tests.council.story import Story
from tests.council.test_chapters import position

NONE = (None, None, None)


def live() -> Story:
    return Story().phase(100, Phase.LIVE).opens(110, "a")


def test_a_vote_belongs_to_the_open_item_and_never_begins_before_it() -> None:
    fact = decide.call_vote(live().meeting, "v1", now=150, seconds_ago=10)
    assert (fact.kind, fact.data) == (Kind.VOTE_CALLED, {"vote": "v1", "item": "a", "at": 140})
    assert decide.call_vote(live().meeting, "v1", now=150, seconds_ago=600).data["at"] == 110


def test_no_vote_is_noted_where_the_public_is_not() -> None:
    closed = live().phase(200, Phase.CLOSED_SESSION).opens(210, "c")
    for story, code in ((closed, "vote_not_public"), (Story().phase(100, Phase.LIVE), "no_open_item")):
        with pytest.raises(Refused) as refused:
            decide.call_vote(story.meeting, "v1", now=220)
        assert refused.value.code == code


def test_it_is_in_the_replay_from_its_second_to_the_end_of_the_chapter() -> None:
    """On items that are shown, and in what was recorded."""
    story = live().at(130, Kind.VOTE_CALLED, vote="v1", item="a", at=130).opens(250, "b")
    story = story.at(310, Kind.VOTE_CALLED, vote="v2", item="c", at=310)
    recorded = decide.record_vote(story.meeting, "v1", "a", Outcome("Amendment", 8, 2, 1))
    story = story.at(600, recorded.kind, **recorded.data)
    index = chapters(story.meeting, position, 300.0)
    found = [(c.ref, c.name, c.start, c.end) for c in vote_chapters(story.meeting, position, index)]
    assert found == [("v1", "Amendment", 30.0, 150.0)]


def test_it_is_entered_again_and_taken_away() -> None:
    """One that nobody called has no moment; of the log nothing is lost."""
    story = live()
    for outcome in (Outcome("", 1, 0, 0), Outcome("", 9, 2, 0, (MemberVote("Anne", Choice.NO),))):
        fact = decide.record_vote(story.meeting, "v9", "a", outcome)
        story = story.at(300, fact.kind, **fact.data)
    assert [(v.at, v.outcome.yes, v.outcome.members[0].choice) for v in story.meeting.votes] == [(None, 9, Choice.NO)]
    with pytest.raises(Refused):
        decide.record_vote(story.meeting, "v9", "b", Outcome())
    story = story.at(310, Kind.VOTE_REMOVED, vote="v9")
    assert story.meeting.votes == ()
    with pytest.raises(Unknown):
        decide.remove_vote(story.meeting, "v9")


def test_members_are_typed_as_clerks_type_them() -> None:
    typed = "Anne Weber: oui\nJean-Luc Muller - nein\n\n  Marie d'Or | Enthalung \nA. B.: DAGEGEN"
    found = [(member.name, member.choice) for member in members_of(typed)]
    assert found == [
        ("Anne Weber", Choice.YES),
        ("Jean-Luc Muller", Choice.NO),
        ("Marie d'Or", Choice.ABSTAINED),
        ("A. B.", Choice.NO),
    ]
    for wrong in ("Jean-Luc Muller", "Anne: perhaps", "yes"):
        with pytest.raises(Invalid) as invalid:
            members_of(wrong)
        assert invalid.value.mistakes["members"] == ("member_vote_bad", {"line": wrong})


def test_numbers_and_members_must_agree() -> None:
    """Numbers that were not entered are added up; without members what was left empty is none."""
    members = [MemberVote("Anne", Choice.YES), MemberVote("Jean", Choice.YES), MemberVote("Luc", Choice.ABSTAINED)]
    agreeing: list[Counts] = [NONE, (2, None, None), (2, 0, 1)]
    for counts in agreeing:
        outcome = checked("", counts, members)
        assert (outcome.yes, outcome.no, outcome.abstained) == (2, 0, 1)
    assert checked("", (5, None, None), []).no == 0
    assert not checked("", NONE, []).counted
    wrong: list[tuple[str, Counts, list[MemberVote]]] = [
        ("counts", (3, None, None), members),
        ("counts", (-1, 0, 0), []),
        ("members", NONE, [*members, members[0]]),
    ]
    for field, bad, those in wrong:
        with pytest.raises(Invalid) as invalid:
            checked("", bad, those)
        assert list(invalid.value.mistakes) == [field]
