"""The machine itself before a meeting: does its clock keep time, will it stay awake, is it plugged in. Linux tells."""

import asyncio
import contextlib
import ctypes
import os
from collections.abc import Sequence
from pathlib import Path

from streamer.council.preflight import Check, Line, Outcome

INHIBIT = (
    "systemd-inhibit", "--what=sleep:idle:handle-lid-switch", "--who=Tribune", "--why=A meeting is on the air",
    "--mode=block",
)  # fmt: skip
"""Runs a command, and keeps the machine awake until it ends."""
_UNSYNCHRONISED = 5
"""TIME_ERROR: what adjtimex(2) answers while nothing keeps the clock right."""
_SLEEP_TARGETS = ("sleep.target", "suspend.target")
_ASK_SECONDS = 5.0


def look_at_clock() -> Line:
    """Whether something keeps the clock right: NTP or the host of a virtual machine. Any program that does tells the
    kernel, and the kernel tells us."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        state = -1
    if state < 0:
        return Line(Check.CLOCK, Outcome.NOT_CHECKED, "clock_unknown")
    if state == _UNSYNCHRONISED:
        return Line(Check.CLOCK, Outcome.WARN, "clock_free")
    return Line(Check.CLOCK, Outcome.OK, "clock_right")


async def look_at_power(root: Path = Path("/"), inhibit: Sequence[str] = INHIBIT) -> Line:
    """Whether the machine may fall asleep or run out of power in the middle of a meeting."""
    if (charge := battery(root)) is not None:
        return Line(Check.POWER, Outcome.RED, "power_battery", {"percent": charge})
    if not can_sleep(root):
        return Line(Check.POWER, Outcome.OK, "power_safe")
    if await obeys(inhibit):
        return Line(Check.POWER, Outcome.OK, "power_held")
    return Line(Check.POWER, Outcome.WARN, "power_may_sleep")


def battery(root: Path) -> int | None:
    """The charge in percent of a battery the machine is running on, `None` where it does not."""
    for supply in (root / "sys/class/power_supply").glob("*"):
        if _word(supply / "type") == "Battery" and _word(supply / "status") == "Discharging":
            if _word(supply / "scope") == "Device":  # of a mouse or a keyboard
                continue
            charge = _word(supply / "capacity")
            return int(charge) if charge.isdigit() else 0
    return None


def can_sleep(root: Path) -> bool:
    """Whether this machine knows a sleep, and nobody has switched it off for good."""
    states = _word(root / "sys/power/state").split()
    units = [root / "etc/systemd/system" / name for name in _SLEEP_TARGETS]
    masked = all(unit.is_symlink() and os.readlink(unit) == "/dev/null" for unit in units)
    return any(state in ("mem", "standby", "freeze") for state in states) and not masked


async def obeys(inhibit: Sequence[str]) -> bool:
    """Whether the system lets us keep it awake: tried, because permissions decide."""
    try:
        asked = await asyncio.create_subprocess_exec(
            *inhibit, "true", stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError:
        return False
    try:
        async with asyncio.timeout(_ASK_SECONDS):
            return await asked.wait() == 0
    except TimeoutError:
        return False
    finally:
        if asked.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                asked.kill()
            await asked.wait()


def _word(path: Path) -> str:
    """What a one-line file says, nothing where there is none."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
