"""The list of what the public has been sent: a segment's place in it is its number, so nothing may move in it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from streamer.control.air_list import OVERLAP, AirList
from streamer.council.meeting import Meeting
from streamer.council.phase import Phase
from streamer.media.playlist import window
from streamer.media.segments import PictureName, Segment
from tests.council.story import Story

DELAY = 10.0


def run(number: int, picture: PictureName, start: float, end: float) -> list[Segment]:
    """An encoder's segments of two seconds from `start` on, the last one shorter."""
    segments: list[Segment] = []
    at = start
    while at < end - 0.01:
        length = min(2.0, end - at)
        name = f"{number:04d}-{picture}-{len(segments):06d}.ts"
        segments.append(Segment(number, picture, name, at, length, at - 100))
        at += length
    return segments


def meeting() -> Meeting:
    """Live 100 to 120, closed to 140, live to 160, recess to 180, live to 200, ended."""
    story = Story().phase(90, Phase.REHEARSAL).phase(100, Phase.LIVE).phase(120, Phase.CLOSED_SESSION)
    story = story.phase(140, Phase.LIVE).phase(160, Phase.RECESS).phase(180, Phase.LIVE).phase(200, Phase.ENDED)
    return story.meeting


EVENING = [
    *run(1, "program", 100.2, 119.4),
    *run(2, "slate", 120.1, 143.3),
    *run(3, "program", 143.1, 161.0),  # begins before the slate has ended
    *run(4, "slate", 160.4, 182.7),  # begins before the camera has ended
    *run(5, "program", 182.0, 201.0),
]


def followed(step: float, delay: float = DELAY, late: float = 0.0) -> tuple[AirList, list[list[str]]]:
    """The list as it grows, and what it was after each look. A segment is on the disk `late` seconds after its end."""
    air, looks = AirList(), []
    now = 95.0
    while now < 240:
        recorded = [segment for segment in EVENING if segment.end + late <= now]
        air.extend(meeting(), recorded, now=now, delay=delay)
        looks.append([segment.name for segment in air.segments])
        now += step
    return air, looks


@pytest.mark.parametrize("step", [0.5, 3.0, 17.0])
def test_the_list_only_ever_grows_at_its_end(step: float) -> None:
    """Whatever overlaps: what was listed stays in its place."""
    air, looks = followed(step)
    assert all(after[: len(before)] == before for before, after in pairwise(looks))
    assert len(air.names) == len(air.segments) > 40
    assert air.seconds == pytest.approx(sum(segment.duration for segment in air.segments))


@pytest.mark.parametrize("step", [0.5, 3.0, 17.0])
def test_time_never_goes_back_for_the_public(step: float) -> None:
    """Where two encoders overlap, one of the two pictures is left out."""
    air, _ = followed(step)
    assert all(after.start >= before.end - OVERLAP for before, after in pairwise(air.segments))
    assert all(after.end > before.end for before, after in pairwise(air.segments))


def test_a_run_that_is_dated_earlier_than_it_was_made_is_aired_whole() -> None:
    """How old a camera's first pictures are is found out later: in media time it follows the slate."""
    slate, *program = *run(2, "slate", 165.0, 167.0), *run(3, "program", 180.4, 186.4)
    slate = replace(slate, start=179.0)
    air = AirList()
    assert air.extend(meeting(), [slate, *(replace(s, offset=s.offset - 12.9) for s in program)], now=240, delay=0) == 4


@pytest.mark.parametrize("step", [0.5, 1.0, 3.0])
def test_a_service_that_starts_again_makes_the_same_list(step: float) -> None:
    """From the log and the disk alone, in one look: players and publishers go on with the same numbers."""
    air, _ = followed(step)
    again = AirList()
    added = again.extend(meeting(), EVENING, now=240, delay=DELAY)
    assert again.segments == air.segments
    assert added == len(air.segments)
    assert again.drained(EVENING)


def test_a_kept_list_goes_on_where_it_was(tmp_path: Path) -> None:
    """After a crash: also what was left out then, and what a look at everything would now put in between."""
    early, late, last, next_ = run(1, "program", 100, 108)
    air = AirList(tmp_path / "aired")
    for recorded in ([early], [early, last]):
        air.extend(meeting(), recorded, now=119, delay=0)
    with (tmp_path / "aired").open("a") as journal:
        journal.write('[1, "program", "half a li')
    again = AirList(tmp_path / "aired")
    assert again.segments == air.segments
    assert again.seconds == air.seconds
    assert again.extend(meeting(), [early, late, last, next_], now=119, delay=0) == 1
    assert again.segments == [early, last, next_]
    assert AirList(tmp_path / "aired").segments == again.segments


def test_nothing_is_listed_before_the_delay_has_passed() -> None:
    """Ten seconds after its last picture, to the tenth."""
    air = AirList()
    first = EVENING[0]
    assert air.extend(meeting(), EVENING[:1], now=first.end + DELAY - 0.1, delay=DELAY) == 0
    assert not air.drained(EVENING[:1])
    assert air.extend(meeting(), EVENING[:1], now=first.end + DELAY, delay=DELAY) == 1
    assert air.drained(EVENING[:1])


def test_no_camera_picture_of_a_closed_session_or_a_recess_is_ever_listed() -> None:
    """Also where an encoder had gone on filming, and where the delay is shorter than the button was late."""
    disobedient = run(1, "program", 100, 200)
    for delay in (0.0, DELAY):
        air = AirList()
        for now in range(100, 240):
            air.extend(meeting(), [s for s in disobedient if s.end <= now], now=now, delay=delay)
        assert air.segments
        assert not [s for s in air.segments if s.end > 120.1 and s.start < 139.9]
        assert not [s for s in air.segments if s.start > 160 and s.end < 180]


def test_a_button_pressed_within_the_delay_keeps_the_last_seconds_off_the_air() -> None:
    """What was filmed before the clerk closed the session and had not been sent is sent; what was filmed after, not."""
    live = Story().phase(100, Phase.LIVE)
    segments, air = run(1, "program", 100, 116), AirList()
    air.extend(live.meeting, segments[:6], now=112, delay=DELAY)
    assert [segment.end for segment in air.segments] == [102]
    closed = live.phase(112.5, Phase.CLOSED_SESSION)
    air.extend(closed.meeting, segments, now=140, delay=DELAY)
    assert [segment.end for segment in air.segments] == [102, 104, 106, 108, 110, 112]


def test_a_segment_that_is_listed_late_does_not_move_the_others() -> None:
    """An encoder's playlist read a moment too late: what came before it in time is left out, not put in between."""
    air = AirList()
    early, late, last = run(1, "program", 100, 106)
    for recorded in ([early], [early, last], [early, late, last]):
        air.extend(meeting(), recorded, now=119, delay=0)
    assert [segment.name for segment in air.segments] == [early.name, last.name]
    assert air.drained([early, late, last])


def test_a_long_meeting_is_not_read_again_from_its_beginning() -> None:
    """Thousands of segments: each look costs the same, and none is forgotten."""
    story = Story().phase(0, Phase.LIVE).meeting
    segments, air = run(1, "program", 0, 12_000), AirList()
    for now in range(0, 12_020, 20):
        air.extend(story, [segment for segment in segments if segment.end <= now], now=now, delay=0)
    assert air.segments == segments


def test_what_is_destroyed_leaves_the_list_at_its_beginning() -> None:
    """With all that was aired before it, for players allow no hole; the numbers of what follows stay."""
    air, segments = AirList(), run(1, "program", 100, 112)
    air.extend(Story().phase(100, Phase.LIVE).meeting, segments, now=200, delay=0)
    assert not air.forget({"0009-program-000001.ts"})
    assert air.forget({segments[3].name})
    assert air.playable
    shown = window(air.segments, 60, not_before=air.first)
    assert (shown.media_sequence, [segment.start for segment in shown.segments]) == (4, [108, 110])
    assert segments[3].name not in air.names
    assert air.forget({segment.name for segment in segments})
    assert not air.playable
    assert list(window(air.segments, 60, not_before=air.first).segments) == []
