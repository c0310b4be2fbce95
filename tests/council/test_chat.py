"""Which messages of a chat are questions, and how often it may be looked at."""

import pytest

from streamer.council.chat import CHAT_UNTIL_UNITS, LOOK_UNITS, WATCH_UNITS_AN_HOUR, Rule, Taking, may_be_taken, pace
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase


@pytest.mark.parametrize(
    ("taking", "word", "text", "asked"),
    [
        (Taking.OFF, "", "When?", None),
        (Taking.ALL, "", "  Hello ", "Hello"),
        (Taking.ALL, "", "   ", None),
        (Taking.QUESTIONS, "", "Hello", None),
        (Taking.QUESTIONS, "", "A wéini? Merci", "A wéini? Merci"),
        (Taking.QUESTIONS, "!council", "When?", None),
        (Taking.QUESTIONS, "!council", "!Council: the school", "the school"),
        (Taking.QUESTIONS, "!council", "!council", None),
    ],
)
def test_what_asks_is_a_question(taking: Taking, word: str, text: str, asked: str | None) -> None:
    assert Rule(taking, word).question(text) == asked


def test_what_was_written_during_a_closed_session_never_is_one() -> None:
    changes = ((100.0, Phase.LIVE), (200.0, Phase.CLOSED_SESSION), (300.0, Phase.LIVE))
    meeting = Meeting("m", phase=Phase.LIVE, changes=changes)
    taken = {at: may_be_taken(meeting, at, before=False) for at in (50.0, 100.0, 199.9, 200.0, 299.9, 300.0)}
    assert taken == {50.0: False, 100.0: True, 199.9: True, 200.0: False, 299.9: False, 300.0: True}
    assert may_be_taken(meeting, 50.0, before=True)


@pytest.mark.parametrize("used", [0, 1_000, 2_000])
def test_the_units_last_to_the_end(used: int) -> None:
    """As the chat wants it while there is plenty; slower where there is not; and never from what others need."""
    hours, seconds = 4, pace(7.0, used=used, seconds_left=4 * 3600)
    assert seconds is not None
    assert used + hours * (3600 / seconds * LOOK_UNITS + WATCH_UNITS_AN_HOUR) <= CHAT_UNTIL_UNITS + 1
    assert pace(7.0, used=4_000, seconds_left=4 * 3600) is None, "once in an hour is as good as never"
    assert pace(7.0, used=CHAT_UNTIL_UNITS, seconds_left=60) is None
    assert pace(30.0, used=0, seconds_left=60) == 30.0, "never more often than YouTube says"
