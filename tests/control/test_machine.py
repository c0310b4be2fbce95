"""The machine stays awake while a meeting is on the air; and what may put it to sleep is told beforehand."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from streamer.control.awake import Awake
from streamer.control.machine import look_at_clock, look_at_power
from streamer.council.preflight import Outcome
from tests.support.commune import commune
from tests.support.waiting import eventually

ALLOWS = ("env",)
"""Runs what follows, as systemd-inhibit does where it may."""
REFUSES = ("false",)


def machine(root: Path, *, sleeps: str = "", battery: str = "", masked: bool = False) -> Path:
    """What a kernel and systemd show of a machine, in a folder."""
    for name in ("sys/power", "sys/class/power_supply", "etc/systemd/system"):
        (root / name).mkdir(parents=True)
    (root / "sys/power/state").write_text(sleeps)
    if battery:
        supply = root / "sys/class/power_supply/BAT0"
        supply.mkdir()
        for name, word in (("type", "Battery"), ("status", battery), ("capacity", "73")):
            (supply / name).write_text(word + "\n")
    for unit in ("sleep.target", "suspend.target") if masked else ():
        (root / "etc/systemd/system" / unit).symlink_to("/dev/null")
    return root


@pytest.mark.parametrize(
    ("make", "inhibit", "code", "outcome"),
    [
        (lambda root: machine(root), REFUSES, "power_safe", Outcome.OK),
        (lambda root: machine(root, sleeps="freeze mem disk"), ALLOWS, "power_held", Outcome.OK),
        (lambda root: machine(root, sleeps="freeze mem disk"), REFUSES, "power_may_sleep", Outcome.WARN),
        (lambda root: machine(root, sleeps="mem"), ("no-such-program",), "power_may_sleep", Outcome.WARN),
        (lambda root: machine(root, sleeps="mem", masked=True), REFUSES, "power_safe", Outcome.OK),
        (lambda root: machine(root, sleeps="mem", battery="Discharging"), ALLOWS, "power_battery", Outcome.RED),
        (lambda root: machine(root, battery="Charging"), REFUSES, "power_safe", Outcome.OK),
    ],
    ids=["cannot sleep", "kept awake", "may sleep", "no systemd", "masked", "battery", "plugged in"],
)
async def test_power(
    tmp_path: Path, make: Callable[[Path], Path], inhibit: tuple[str, ...], code: str, outcome: Outcome
) -> None:
    line = await look_at_power(make(tmp_path), inhibit)
    assert (line.code, line.outcome) == (code, outcome)


def test_the_clock_is_never_green_unless_the_kernel_says_so() -> None:
    """Whatever this machine is: it is one of the three."""
    line = look_at_clock()
    said = {"clock_right": Outcome.OK, "clock_free": Outcome.WARN, "clock_unknown": Outcome.NOT_CHECKED}
    assert said[line.code] is line.outcome


HOLDS = "import sys; open(sys.argv[1], 'w').write(str(__import__('os').getpid())); sys.stdin.read()"


def alive(pid: Path) -> bool:
    """Whether the process that wrote `pid` is there."""
    try:
        os.kill(int(pid.read_text()), 0)
    except (OSError, ValueError):
        return False
    return Path(f"/proc/{pid.read_text()}/stat").read_text().split()[2] != "Z"


async def test_it_is_kept_awake_exactly_while_a_meeting_is_on_the_air(tmp_path: Path) -> None:
    """Through a closed session too; asked again where the system took it back; nothing is left afterwards."""
    pid = tmp_path / "pid"
    async with commune(tmp_path / "commune") as here:
        awake = Awake(here.up.service.desk, (sys.executable, "-c", HOLDS, str(pid)), again_seconds=0.2)
        following = asyncio.create_task(awake.run())
        id = str((await here.planned())["id"])
        await here.ok("POST", f"/{id}/rehearse")
        assert not awake.holding
        await here.ok("POST", f"/{id}/go-live")
        await eventually(lambda: alive(pid), "the system is asked to stay awake")
        first = pid.read_text()
        await here.ok("POST", f"/{id}/close-session")
        os.kill(int(first), signal.SIGKILL)
        await eventually(lambda: pid.read_text() not in ("", first) and alive(pid), "it is asked again")
        await here.ok("POST", f"/{id}/end")
        await eventually(lambda: not alive(pid), "it may sleep again")
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


ENDS = """
import asyncio, sys
from pathlib import Path
from streamer.control.awake import Awake

class Desk:
    follow = lambda self: asyncio.Event()
    async def in_phases(self, *phases): return ["a meeting"]

asyncio.run(Awake(Desk(), sys.argv[1:]).run())
"""


async def test_it_ends_with_the_service_however_that_ends(tmp_path: Path) -> None:
    """Whoever holds it awake reads from a pipe, which closes when we are killed."""
    pid = tmp_path / "pid"
    service = await asyncio.create_subprocess_exec(sys.executable, "-c", ENDS, sys.executable, "-c", HOLDS, str(pid))
    await eventually(lambda: alive(pid), "it holds")
    service.kill()
    await service.wait()
    await eventually(lambda: not alive(pid), "it let go")
