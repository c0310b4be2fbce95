"""What the public may see: the proof on paper that a closed session is nowhere."""

import pytest

from streamer.council.air import aired, kept, leaks, taken_back
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from tests.council.story import Piece, Story


def meeting() -> Meeting:
    """Live 100 to 120, closed to 140, live to 160, recess to 180, live to 200, ended."""
    story = Story().phase(90, Phase.REHEARSAL).phase(100, Phase.LIVE).phase(120, Phase.CLOSED_SESSION)
    story = story.phase(140, Phase.LIVE).phase(160, Phase.RECESS).phase(180, Phase.LIVE).phase(200, Phase.ENDED)
    return story.meeting


CAMERA = [Piece(at) for at in range(80, 220, 2)]
SLATES = [Piece(at, "slate") for at in range(80, 220, 2)]


def test_the_replay_keeps_live_spans_only() -> None:
    """A camera that had filmed all the time would leave nothing of the closed part."""
    starts = [piece.start for piece in kept(meeting(), CAMERA)]
    assert starts == [*range(100, 120, 2), *range(140, 161, 2), *range(180, 201, 2)]
    assert kept(meeting(), SLATES) == []


@pytest.mark.parametrize("start", [118.01, 118.5, 119.9, 120, 125, 139, 139.9])
def test_one_frame_of_the_closed_part_is_a_leak(start: float) -> None:
    """Also at its edges: neither aired nor kept, and reported."""
    piece = Piece(start)
    assert leaks(meeting(), [piece]) == [piece]
    assert kept(meeting(), [piece]) == []
    assert aired(meeting(), [piece], now=1000, delay=0) == []


@pytest.mark.parametrize("start", [118.0, 140.0])
def test_what_ends_as_it_closes_or_begins_as_it_resumes_is_public(start: float) -> None:
    """Nothing of the open part is given away."""
    assert leaks(meeting(), [Piece(start)]) == []
    assert kept(meeting(), [Piece(start)])


def test_the_last_words_before_a_recess_are_kept() -> None:
    """The segment that was open when it was called ends a little later."""
    assert kept(meeting(), [Piece(159.5), Piece(199.5)])


def test_everything_public_runs_late_by_the_delay() -> None:
    """At second 130 with a delay of 10 nothing later than 120 is out."""
    out = aired(meeting(), [*CAMERA, *SLATES], now=130, delay=10)
    assert max(piece.end for piece in out) == 120
    assert max(piece.end for piece in aired(meeting(), CAMERA, now=130, delay=0)) == 120


def test_slates_are_aired_from_going_live_to_the_end() -> None:
    """A rehearsal's never."""
    starts = [piece.start for piece in aired(meeting(), SLATES, now=1000, delay=0)]
    assert starts[0] == 100
    assert starts[-1] == 200


def dated_back(phase: Phase) -> Meeting:
    """Live from 100, and at 130 the clerk says that it was over at 111."""
    return Story().phase(100, Phase.LIVE).phase(130, phase, since=111).meeting


@pytest.mark.parametrize("phase", [Phase.CLOSED_SESSION, Phase.RECESS, Phase.ENDED])
def test_what_is_taken_back_is_nowhere_not_one_frame(phase: Phase) -> None:
    """A piece that touches those seconds goes as a whole: from the air, from the replay, from the disk."""
    meeting, gone = dated_back(phase), [*range(110, 130, 2)]
    assert [piece.start for piece in leaks(meeting, CAMERA) if piece.start < 130] == gone
    assert [piece.start for piece in kept(meeting, CAMERA)] == [*range(100, 110, 2)]
    assert taken_back(meeting, Piece(120)) is (phase is not Phase.CLOSED_SESSION)
    out = aired(meeting, [*CAMERA, *SLATES], now=1000, delay=20)
    assert [piece.start for piece in out if piece.picture == "program"] == [*range(100, 110, 2)]


@pytest.mark.parametrize("seconds", [1, 10, 20])
def test_within_the_delay_no_second_that_is_taken_back_had_been_aired(seconds: int) -> None:
    """What the public had been sent at the moment of the order ends before what the order takes back."""
    pressed, delay = 130, 20
    before = aired(Story().phase(100, Phase.LIVE).meeting, CAMERA, now=pressed, delay=delay)
    after = Story().phase(100, Phase.LIVE).phase(pressed, Phase.CLOSED_SESSION, since=pressed - seconds).meeting
    assert before
    assert leaks(after, before) == []


def test_one_second_more_than_the_delay_is_too_late() -> None:
    """The search above finds it."""
    before = aired(Story().phase(100, Phase.LIVE).meeting, CAMERA, now=130, delay=20)
    after = Story().phase(100, Phase.LIVE).phase(130, Phase.CLOSED_SESSION, since=109).meeting
    assert [piece.start for piece in leaks(after, before)] == [108]
