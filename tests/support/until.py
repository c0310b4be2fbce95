"""Waiting for something to be so, with a limit: what tests do in place of sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], T], seconds: float = 20.0, what: str = "") -> T:
    """The condition's first true answer. Raises AssertionError after `seconds`."""
    limit = asyncio.get_running_loop().time() + seconds
    while not (answer := condition()):
        if asyncio.get_running_loop().time() > limit:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        await asyncio.sleep(0.03)
    return answer
