"""The truth light: what is wrong in which phase, after how long, and that it does not flicker."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from streamer.council.phase import ON_AIR, Phase
from streamer.council.readings import PROBLEMS, DestinationReading, Link, Picture, Readings, Senses, Showing, symptoms
from streamer.council.trouble import DISK_FULL_BYTES, LIMITS, Code, Severity
from streamer.council.truth import Light, Truth, Watching, truth, watch

SENDING = DestinationReading("YouTube", Link.SENDING)
LIVE = Readings(
    at=0.0, phase=Phase.LIVE, showing=Showing.PROGRAM, recording_still=1.9, air_still=1.9, aired_seconds=60.0,
    free_bytes=10**12, hours_left=40.0, destinations=(SENDING,), senses=Senses(apart_seconds=0.0),
)  # fmt: skip
CLOSED = replace(LIVE, phase=Phase.CLOSED_SESSION, showing=Showing.SLATE, recording_still=900.0, senses=None)
NOTHING_GOES = replace(LIVE, showing=Showing.SLATE, problem="source_open")


def told(*looks: tuple[float, Readings]) -> Truth:
    """The light after a row of looks: each lasts so many seconds, one a second, and one more at its end."""
    at, watching, phase = 0.0, dict[tuple[Code, str], object](), Phase.LIVE
    known: Watching = watching  # type: ignore[assignment]
    for seconds, readings in looks:
        phase = readings.phase
        for step in range(round(seconds) + 1):
            known = watch(known, replace(readings, at=at + step))
        at += seconds
    return truth(phase, known, at)


def with_senses(**heard: object) -> Readings:
    return replace(LIVE, senses=Senses(**heard))  # type: ignore[arg-type]


def with_destination(**link: object) -> Readings:
    return replace(LIVE, destinations=(replace(SENDING, **link),))  # type: ignore[arg-type]


def both_ways(**link: object) -> Readings:
    """The first way like this, and the second not there at all."""
    first, second = replace(SENDING, **link), DestinationReading("B", Link.CONNECTING, backup_of="YouTube")  # type: ignore[arg-type]
    return replace(LIVE, destinations=(first, second))


FAULTS: Mapping[str, tuple[Readings, Code]] = {
    "camera lost": (NOTHING_GOES, Code.CAMERA_LOST),
    "camera stalled": (replace(NOTHING_GOES, problem="source_stalled"), Code.CAMERA_STALLED),
    "film ended": (replace(NOTHING_GOES, problem="source_ended"), Code.FILM_ENDED),
    "encoder died": (replace(NOTHING_GOES, problem="encoder_died"), Code.ENCODER_DIED),
    "no encoder": (replace(NOTHING_GOES, problem="encoder_start"), Code.ENCODER_DEAD),
    "no first picture": (replace(NOTHING_GOES, problem=None), Code.CAMERA_OPENING),
    "camera on in a closed session": (replace(CLOSED, showing=Showing.PROGRAM), Code.CAMERA_NOT_OFF),
    "no slate in a closed session": (replace(CLOSED, showing=Showing.NOTHING), Code.SLATE_MISSING),
    "recording stands": (replace(LIVE, recording_still=12.0), Code.RECORDING_STILL),
    "nothing is aired": (replace(CLOSED, air_still=13.0), Code.AIR_STILL),
    "destination lost": (with_destination(link=Link.CONNECTING), Code.DESTINATION_LOST),
    "key refused": (with_destination(link=Link.REFUSED), Code.DESTINATION_REFUSES),
    "destination stuck": (with_destination(still_seconds=10.0), Code.DESTINATION_STUCK),
    "network slow": (with_destination(behind_seconds=7.0), Code.DESTINATION_SLOW),
    "no upright picture": (with_destination(picture=Picture.MISSING, link=Link.CONNECTING), Code.UPRIGHT_MISSING),
    "upright picture slow": (with_destination(picture=Picture.SLOW, behind_seconds=9.0), Code.UPRIGHT_SLOW),
    "neither way": (both_ways(link=Link.CONNECTING), Code.DESTINATION_LOST),
    "black": (with_senses(black_seconds=10.0, frozen_seconds=10.0), Code.PICTURE_BLACK),
    "frozen": (with_senses(frozen_seconds=10.0), Code.PICTURE_FROZEN),
    "database": (replace(LIVE, database_still=10.0), Code.DATABASE_LOCKED),
    "disk full": (replace(LIVE, free_bytes=DISK_FULL_BYTES - 1, hours_left=0.01), Code.DISK_FULL),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_failure_is_red_within_15_seconds(fault: str) -> None:
    """And it alone is told, by its own name."""
    readings, code = FAULTS[fault]
    now = told((5, LIVE), (15, readings))
    assert (now.light, [t.code for t in now.troubles]) == (Light.RED, [code])


def test_a_moment_is_no_failure() -> None:
    """Before: amber at most; and what nobody would notice leaves it green."""
    assert told((5, LIVE), (3, NOTHING_GOES)).light is Light.AMBER
    assert told((5, LIVE), (5, with_destination(still_seconds=6.0))).light is Light.GREEN
    reached = with_destination(link=Link.CONNECTING)
    assert told((1, reached), (0, LIVE)).light is told((1, reached)).light is Light.GREEN
    assert told((3, reached)).light is Light.AMBER


def test_sound_20_seconds_warn_60_alarm() -> None:
    assert told((1, with_senses(silent_seconds=19.0))).light is Light.GREEN
    assert told((1, with_senses(silent_seconds=20.0))).light is Light.AMBER
    assert told((1, with_senses(silent_seconds=60.0))).light is Light.RED


@pytest.mark.parametrize(
    ("readings", "code"),
    [
        (with_senses(clipping=True), Code.CLIPPING),
        (with_senses(dead_channel="left"), Code.CHANNEL_DEAD),
        (with_senses(apart_seconds=-0.3), Code.SOUND_APART),
        (replace(LIVE, hours_left=1.4), Code.DISK_LOW),
        (replace(LIVE, clock_jump=3600.0), Code.CLOCK_JUMPED),
    ],
)
def test_what_spoils_but_does_not_stop_is_amber(readings: Readings, code: Code) -> None:
    now = told((5, LIVE), (20, readings))
    assert (now.light, now.troubles[0].code) == (Light.AMBER, code)


@pytest.mark.parametrize("phase", [Phase.RECESS, Phase.CLOSED_SESSION])
def test_what_is_right_in_a_break_is_no_trouble(phase: Phase) -> None:
    """Silence, black, a recording that stands; and what was wrong with the camera before is forgotten at once."""
    still = replace(CLOSED, phase=phase, senses=Senses(silent_seconds=900, black_seconds=900, frozen_seconds=900))
    assert told((60, still)).light is Light.GREEN
    assert told((60, NOTHING_GOES), (0, still)) == Truth(Light.GREEN)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase not in {*ON_AIR, Phase.REHEARSAL}])
def test_the_light_is_off_where_nothing_should_run(phase: Phase) -> None:
    assert told((30, replace(NOTHING_GOES, phase=phase))) == Truth(Light.OFF)


def test_a_rehearsal_looks_at_the_camera_alone() -> None:
    """Nothing is sent, nothing is kept."""
    private = replace(LIVE, phase=Phase.REHEARSAL, recording_still=99, air_still=99, aired_seconds=0, destinations=())
    assert told((60, private)).light is Light.GREEN
    assert told((60, replace(private, showing=Showing.SLATE, problem="source_open"))).light is Light.RED


def test_after_go_live_it_waits_for_the_first_picture_in_amber() -> None:
    """The camera, and the delay, during which nothing is sent to anybody yet."""
    begin = replace(LIVE, aired_seconds=0.0, delay_seconds=10.0, destinations=(replace(SENDING, link=Link.CONNECTING),))
    now = told((3, replace(begin, showing=Showing.SLATE, problem=None)))
    assert (now.light, now.troubles[0].code) == (Light.AMBER, Code.CAMERA_OPENING)
    assert [t.code for t in told((1, replace(begin, air_still=12.0))).troubles] == [Code.AIR_STARTING]
    assert told((1, replace(begin, air_still=23.0))).light is Light.RED


def test_the_light_does_not_flicker() -> None:
    """A server that answers for a second between two failures is one failure, told with the whole of its time."""
    lost = with_destination(link=Link.CONNECTING)
    now = told((5, LIVE), (6, lost), (1, LIVE), (6, lost))
    assert now.light is Light.RED
    assert now.troubles[0].seconds == 13.0
    assert told((5, LIVE), (15, lost), (4, LIVE)).light is Light.RED, "an alarm stays one until it is over"
    assert told((5, LIVE), (15, lost), (6, LIVE)).light is Light.GREEN
    worse, better = with_destination(still_seconds=10.0), with_destination(still_seconds=8.0)
    assert told((1, worse), (3, better)).light is Light.RED, "also when its gauge goes down a little"


def test_the_worst_comes_first() -> None:
    """An alarm before a warning; of two alarms the one nearer to the cause."""
    both = replace(with_destination(link=Link.CONNECTING), showing=Showing.SLATE, problem="source_open", hours_left=1.0)
    now = told((15, both))
    assert [(t.code, t.severity) for t in now.troubles] == [
        (Code.CAMERA_LOST, Severity.ALARM),
        (Code.DESTINATION_LOST, Severity.ALARM),
        (Code.DISK_LOW, Severity.WARN),
    ]
    assert now.troubles[1].values == {"name": "YouTube"}


def test_every_code_has_its_limit_and_every_symptom_is_known() -> None:
    assert set(LIMITS) == set(Code)
    assert set(PROBLEMS.values()) <= set(Code)
    assert {s.code for readings, _ in FAULTS.values() for s in symptoms(readings)} <= set(Code)


def test_of_two_ways_one_is_enough() -> None:
    """Amber, however long it lasts, and whichever it is; red only when nothing arrives by either."""
    for first in ({}, {"link": Link.CONNECTING}, {"still_seconds": 20.0}, {"behind_seconds": 20.0}):
        reading = both_ways(**first)
        if first:
            second = replace(reading.destinations[1], link=Link.SENDING)
            reading = replace(reading, destinations=(reading.destinations[0], second))
        now = told((3, LIVE), (600, reading))
        assert [(trouble.code, trouble.severity) for trouble in now.troubles] == [
            (Code.DESTINATION_ONE_WAY, Severity.WARN)
        ]
        assert now.light is Light.AMBER
    assert told((3, LIVE), (2, both_ways())).light is Light.GREEN, "a server that restarts"
