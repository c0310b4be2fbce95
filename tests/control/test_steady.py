"""The clock of a meeting: what is done to the machine's own does not reach the air."""

import time
from pathlib import Path

from streamer.control.steady import SteadyClock


class Machine:
    """A clock that can be set, and time that passes."""

    def __init__(self) -> None:
        self.wall, self.elapsed = 1_800_000_000.0, 50.0

    def clock(self, kept: Path | None = None, boot: str = "first") -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.elapsed, kept=kept, boot=boot)

    def passes(self, seconds: float) -> None:
        self.wall += seconds
        self.elapsed += seconds


def test_it_is_the_machines_clock() -> None:
    before, now, after = time.time(), SteadyClock()(), time.time()
    assert before - 0.01 <= now <= after + 0.01
    machine = Machine()
    clock = machine.clock()
    machine.passes(3600)
    assert clock() == machine.wall


def test_an_hour_forward_or_back_is_not_followed_until_nothing_is_on_the_air() -> None:
    for hour in (3600.0, -3600.0):
        machine = Machine()
        clock, before = machine.clock(), machine.wall
        machine.wall += hour
        machine.passes(10)
        assert clock() == before + 10
        clock.follow()
        assert clock() == machine.wall


def test_what_was_filmed_is_past() -> None:
    """The service is started anew after the clock was set back: it goes on where the recording ends."""
    machine = Machine()
    clock, filmed = machine.clock(), machine.wall + 3000
    clock.not_before(filmed)
    assert clock() == filmed
    machine.passes(5)
    assert clock() == filmed + 5
    clock.not_before(filmed - 100)
    assert clock() == filmed + 5


def test_a_clock_that_was_set_forward_lets_go_of_nothing() -> None:
    """The service is started anew while an encoder films: the delay holds back what it held back."""
    machine = Machine()
    clock, filmed = machine.clock(), machine.wall - 1
    machine.wall += 3600
    clock.follow()
    clock.not_long_after(filmed)
    assert clock() == filmed
    machine.passes(60)
    clock.not_long_after(filmed)
    assert clock() == filmed + 60


def test_a_service_that_starts_again_knows_what_time_it_is(tmp_path: Path) -> None:
    """To the second, whatever was done to the machine's clock: an encoder that went on counts by the same."""
    for hour in (3600.0, -3600.0):
        machine, kept = Machine(), tmp_path / "clock"
        machine.clock(kept).hold()
        killed_at = machine.wall
        machine.wall += hour
        machine.passes(3)
        after = machine.clock(kept)
        assert after.take_up()
        assert after() == killed_at + 3
        machine.passes(5)
        assert after() == killed_at + 8


def test_what_another_start_of_the_machine_left_is_not_believed(tmp_path: Path) -> None:
    """Nor what nobody can read, nor what was kept for a meeting that is over."""
    machine, kept = Machine(), tmp_path / "clock"
    assert not machine.clock(kept).take_up()
    held = machine.clock(kept)
    held.hold()
    assert not machine.clock(kept, boot="second").take_up()
    assert not machine.clock(kept, boot="").take_up()
    held.follow()
    assert not machine.clock(kept).take_up()
    for junk in ("", "{}", "[1]", '{"boot": "first", "base": null}'):
        kept.write_text(junk, encoding="ascii")
        assert not machine.clock(kept).take_up()
    held.follow()
    assert not machine.clock().take_up()
