"""What may be cut, and where a link leads after it."""

from dataclasses import dataclass, replace

import pytest

from streamer.council import air, decide
from streamer.council.cut import Cut, Stage, Stretch, What, moved, silenced
from streamer.council.errors import Invalid, Refused
from streamer.council.events import Event, Fact, Kind
from streamer.council.meeting import Meeting, fold, fold_event
from streamer.council.phase import Phase, Verb

HALF = Stretch(position=10, seconds=5, start=1010, end=1015, whole=100)


@dataclass(frozen=True)
class Piece:
    """Unix seconds."""

    start: float
    end: float
    picture: str = "program"


def ended() -> Meeting:
    """Live from 1000 to 1100."""
    facts = [(1000.0, Verb.GO_LIVE, Phase.LIVE), (1100.0, Verb.END, Phase.ENDED)]
    return fold("m", [
        Event(n, "m", n, at, "claire", Kind.PHASE_CHANGED, {"verb": verb, "phase": phase})
        for n, (at, verb, phase) in enumerate(facts, 1)
    ])  # fmt: skip


def after(meeting: Meeting, fact: Fact) -> Meeting:
    """One fact later."""
    version = meeting.version + 1
    return fold_event(meeting, Event(version, "m", version, 1200.0 + version, "claire", fact.kind, fact.data))


def test_only_what_is_over_is_cut_and_the_record_must_say_why() -> None:
    """One after the other, at least a second, and never all of it."""
    meeting = ended()
    with pytest.raises(Refused, match="index_too_early"):
        decide.cut(replace(meeting, phase=Phase.LIVE), What.BOTH, HALF, "a number")
    for what, stretch, why, code in (
        (What.BOTH, HALF, " \n", "why_missing"),
        (What.BOTH, HALF, "x" * 301, "why_too_long"),
        (What.BOTH, replace(HALF, seconds=0.9), "x", "cut_too_short"),
        (What.BOTH, replace(HALF, seconds=99), "x", "cut_leaves_nothing"),
    ):
        with pytest.raises(Invalid, match=code):
            decide.cut(meeting, what, stretch, why)
    decide.cut(meeting, What.SOUND, replace(HALF, seconds=99), "all of it was noise")
    cut = after(meeting, decide.cut(meeting, What.BOTH, HALF, " a\n number "))
    assert [(c.why, c.by, c.stage) for c in cut.cuts] == [("a number", "claire", Stage.ORDERED)]
    with pytest.raises(Refused, match="cut_under_way"):
        decide.cut(cut, What.BOTH, HALF, "another")


def test_from_the_order_on_nothing_that_touches_it_is_shown() -> None:
    """When it is done, what was made in its place is."""
    meeting = ended()
    before, across, within, beyond = Piece(1008, 1010), Piece(1009, 1011), Piece(1011, 1013), Piece(1015, 1017)
    head, hole = Piece(1009, 1010.01), Piece(1010, 1015)
    every = [before, across, head, within, hole, beyond]
    assert air.kept(meeting, every) == every
    for what, shown in ((What.BOTH, [before, head, beyond]), (What.SOUND, every)):
        ordered = after(meeting, decide.cut(meeting, what, HALF, "a number"))
        assert air.kept(ordered, every) == [before, beyond]
        done = after(ordered, Fact(Kind.REPLAY_CUT_DONE, {"cut": ordered.cuts[0].version}))
        assert air.kept(done, [p for p in every if what is What.SOUND or p not in (across, within)]) == shown
        assert air.public_from(done) == done.cuts[0].at, "who reopens it does not broadcast that again"


def test_a_link_finds_the_same_words_whenever_it_was_made() -> None:
    """Two cuts moved something, one did not."""
    cuts = [cut(What.BOTH, 10, 5), cut(What.SOUND, 2, 3), cut(What.BOTH, 20, 10)]
    assert [moved(cuts, at, 0) for at in (3, 10, 12, 15, 24, 25, 30, 40)] == [3, 10, 10, 10, 19, 20, 20, 25]
    assert [moved(cuts, at, 1) for at in (3, 12, 20, 25, 40)] == [3, 12, 20, 20, 30]
    assert [moved(cuts, at, 2) for at in (12, 25)] == [12, 25]
    assert silenced(cuts, 1004, 1005)
    assert not silenced([cut(What.PICTURE, 0, 50)], 1004, 1005)


def cut(what: What, position: float, seconds: float) -> Cut:
    """A cut that is done."""
    start = 1000 + position
    return Cut(1, 0.0, "claire", what, start, start + seconds, position, seconds, "why", Stage.DONE)
