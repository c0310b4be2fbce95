"""An alarm's life: what is worth a message, told once, told again when it gets worse, and remembered by the log."""

import pytest

from streamer.council.alarm import MOVES, Alarm, AlarmState, Sign, cleared, fold_alarms, news, raised, told
from streamer.council.events import Kind
from streamer.council.phase import Phase
from streamer.council.trouble import Code, Severity, Trouble
from streamer.council.truth import Light, Truth
from tests.council.story import Story

LOST = Trouble(Code.DESTINATION_LOST, Severity.ALARM, "YouTube", 12.0, {"name": "YouTube"})
SILENT = Trouble(Code.NO_SOUND, Severity.WARN, seconds=31.0)
SILENT_FOR_LONG = Trouble(Code.NO_SOUND, Severity.ALARM, seconds=60.0)


def truth(*troubles: Trouble) -> Truth:
    return Truth(Light.RED if troubles else Light.GREEN, troubles)


def standing(*facts: object) -> tuple[Alarm, ...]:
    """What stands after these facts."""
    found: tuple[Alarm, ...] = ()
    for fact in facts:
        found = fold_alarms(found, fact)  # type: ignore[arg-type]
    return found


def test_an_alarm_is_raised_once_and_cleared_once() -> None:
    assert news((), truth(LOST)) == [raised(LOST)]
    stands = standing(raised(LOST))
    assert news(stands, truth(LOST)) == []
    assert news(stands, truth()) == [cleared(stands[0])]
    assert standing(raised(LOST), cleared(stands[0])) == ()


def test_a_warning_must_last_and_is_told_again_when_it_gets_worse() -> None:
    """10 s of amber are nothing yet; nor is what every meeting begins with, ever."""
    early = Trouble(Code.NO_SOUND, Severity.WARN, seconds=29.0)
    assert news((), truth(early, Trouble(Code.AIR_STARTING, Severity.WARN, seconds=99.0))) == []
    assert news((), truth(SILENT)) == [raised(SILENT)]
    was_told = standing(raised(SILENT), told(Code.NO_SOUND, "", "email"))
    assert [alarm.state for alarm in was_told] == [AlarmState.TOLD]
    assert news(was_told, truth(SILENT_FOR_LONG)) == [raised(SILENT_FOR_LONG)]
    worse = standing(raised(SILENT), told(Code.NO_SOUND, "", "email"), raised(SILENT_FOR_LONG))
    assert [(alarm.severity, alarm.state) for alarm in worse] == [(Severity.ALARM, AlarmState.RAISED)]
    assert news(worse, truth(SILENT)) == [], "it is the same alarm until it is over"


def test_two_destinations_are_two_alarms() -> None:
    other = Trouble(Code.DESTINATION_LOST, Severity.ALARM, "Twitch", 12.0, {"name": "Twitch"})
    stands = standing(raised(LOST), raised(other))
    assert [alarm.about for alarm in stands] == ["YouTube", "Twitch"]
    assert news(stands, truth(other)) == [cleared(stands[0])]


def test_the_meeting_remembers_what_was_told() -> None:
    """Also when a fact comes that belongs to nothing any more."""
    story = Story().phase(100, Phase.LIVE)
    for at, fact in enumerate([raised(LOST), told(LOST.code, LOST.about, "email"), told("gone", "", "email")], 101):
        story = story.at(at, fact.kind, **fact.data)
    assert story.meeting.alarms == (Alarm("destination_lost", "YouTube", Severity.ALARM, AlarmState.TOLD),)
    assert story.meeting.phase is Phase.LIVE


def test_the_log_holds_nobodys_name() -> None:
    assert {*raised(LOST).data} == {"code", "about", "severity"}
    assert {*told(LOST.code, LOST.about, "email").data} == {"code", "about", "channel"}
    assert {Kind.ALARM_RAISED, Kind.ALARM_TOLD} == {raised(LOST).kind, told("", "", "").kind}


@pytest.mark.parametrize("state", AlarmState)
def test_every_state_can_be_left(state: AlarmState) -> None:
    """And sending what was told already changes nothing."""
    assert {after for (before, _), after in MOVES.items() if before is state} - {state}
    assert (AlarmState.TOLD, Sign.SENT) not in MOVES
