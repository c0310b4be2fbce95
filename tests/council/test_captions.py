"""Which lines belong to the replay, and which words stand together."""

from streamer.council.captions import PASSAGE_WORDS, Clock, Cue, Line, in_passages, placed, where

BEGAN = 1000.0
PARTS = [(1000.0, 1100.0), (1160.0, 1260.0)]
"""What was kept, unix seconds: a break of a minute between."""


def wall(position: float) -> float | None:
    """Seconds of the replay -> unix seconds."""
    if position < 100:
        return 1000 + position
    return 1060 + position if position < 200 else None


def kept(start: float, end: float, parts: list[tuple[float, float]] = PARTS) -> tuple[float, float] | None:
    """What remains of a stretch."""
    position, first, seconds = 0.0, None, 0.0
    for a, b in parts:
        if start < b and end > a:
            first = position + max(0.0, start - a) if first is None else first
            seconds += min(end, b) - max(start, a)
        position += b - a
    return None if first is None else (first, seconds)


def texts(lines: list[Line]) -> list[tuple[str, float | None]]:
    return [(line.text, line.at) for line in lines]


def test_times_of_the_replay_go_over_its_joints() -> None:
    """A line over the joint is whole; one that goes on after the end is as long as there is picture."""
    cues = [Cue(98, 103, "over"), Cue(198, 205, "last"), Cue(205, 206, "beyond"), Cue(1, 2, "first")]
    lines, dropped = placed(cues, Clock.REPLAY, BEGAN, wall, kept)
    assert texts(lines) == [("first", 1), ("over", 98), ("last", 198)]
    assert dropped == 1
    assert (lines[1].start, lines[1].end) == (1098, 1163)
    assert lines[2].seconds == 2


def test_of_a_broadcast_that_went_on_what_was_said_in_the_break_is_left_out() -> None:
    """Even where only the end of a line is in it: nobody knows which of its words were."""
    cues = [Cue(99, 100.1, "before"), Cue(99, 104, "into"), Cue(120, 125, "in it"), Cue(161, 163, "after")]
    lines, dropped = placed(cues, Clock.BROADCAST, BEGAN, wall, kept)
    assert texts(lines) == [("before", 99), ("after", 101)]
    assert dropped == 2


def test_a_line_of_which_something_is_cut_goes_and_the_others_move_along() -> None:
    """Cut 1030 to 1040: what touches it is nowhere, what comes later is ten seconds earlier."""
    cues = [Cue(10, 12, "before"), Cue(28, 31, "touched"), Cue(33, 35, "inside"), Cue(98, 103, "over the joint")]
    lines, _ = placed(cues, Clock.REPLAY, BEGAN, wall, kept)
    cut = [(1000.0, 1030.0), (1040.0, 1100.0), (1160.0, 1260.0)]
    now = [where(line, lambda a, b: kept(a, b, cut)) for line in lines]
    assert texts(now) == [("before", 10), ("touched", None), ("inside", None), ("over the joint", 88)]
    assert texts([where(line, kept) for line in now]) == texts(lines), "the cut is taken back"


def test_passages_are_of_one_speaker_and_some_forty_words() -> None:
    """A silence ends one, too."""
    said = [("A", "one two"), ("A", "three"), ("B", "four"), ("B", "five " * PASSAGE_WORDS), ("B", "six")]
    lines = [Line(n, 10.0 * n, 10.0 * n + 9, 9, 10.0 * n, who, text) for n, (who, text) in enumerate(said, 1)]
    lines.append(Line(6, 200.0, 201.0, 1, 200.0, "B", "after a silence"))
    assert [line.passage for line in in_passages(lines, 1)] == [1, 1, 2, 3, 4, 5]
