"""What may be written down by a machine, and where one piece of it ends."""

import pytest

from streamer.council.captions import Cue
from streamer.council.errors import Invalid, Refused
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.council.speech import NEEDED, Readiness, checked, settled

OVER = Meeting("m", phase=Phase.ENDED)


@pytest.mark.parametrize(
    ("meeting", "language", "tracks", "duration", "ready", "code"),
    [
        (Meeting("m", phase=Phase.LIVE), "fr", [], 60.0, Readiness.READY, "captions_too_early"),
        (OVER, "fr", [], 0.0, Readiness.READY, "captions_no_recording"),
        (OVER, "fr", [], 60.0, Readiness.NO_EXTRA, "speech_no_extra"),
        (OVER, "fr", ["de", "fr"], 60.0, Readiness.READY, "speech_there"),
    ],
)
def test_what_is_refused(
    meeting: Meeting, language: str, tracks: list[str], duration: float, ready: Readiness, code: str
) -> None:
    """Above all: what a person brought or corrected is not overwritten."""
    with pytest.raises(Refused) as error:
        checked(meeting, language, tracks, duration, ready)
    assert error.value.code == code


def test_a_language_it_does_not_know() -> None:
    """Others are fine: a second track, while captions in another language are there."""
    with pytest.raises(Invalid):
        checked(OVER, "tlh", [], 60.0, Readiness.READY)
    checked(OVER, "lb", ["de"], 60.0, Readiness.READY)


def test_the_computer_is_a_meetings_from_the_rehearsal_to_the_end() -> None:
    """Closed session and recess included."""
    assert set(Phase) - set(NEEDED) == {Phase.SCHEDULED, Phase.ENDED, Phase.PUBLISHED, Phase.CANCELLED}


def test_no_sentence_is_cut_in_two_where_a_piece_ends() -> None:
    """What reaches the end of a piece is heard again in the next; what fills a piece is not heard for ever."""
    first, last = Cue(3.0, 8.0, "one"), Cue(110.0, 119.5, "and two")
    assert settled([first, last], 120.0, last=False) == ([first], 110.0)
    assert settled([first, last], 120.0, last=True) == ([first, last], 120.0)
    assert settled([first], 120.0, last=False) == ([first], 120.0)
    assert settled([Cue(1.0, 120.0, "long")], 120.0, last=False) == ([Cue(1.0, 120.0, "long")], 120.0)
    assert settled([], 120.0, last=False) == ([], 120.0)
