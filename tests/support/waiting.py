"""Waiting for something to become true, and saying what it was when it does not."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

PATIENCE = 90.0
"""Seconds. What comes is not waited for longer than it takes; this is for a slow machine that has other things to do.
How quick something is, no test asserts: `make bench` and its like measure that."""


async def eventually(look: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The first true value of `look`, which may be a coroutine function. Fails with `what` after `seconds`."""
    seen: Any = None
    try:
        async with asyncio.timeout(seconds):
            while True:
                found = look()
                seen = await found if inspect.isawaitable(found) else found
                if seen:
                    return seen
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {seconds:g} s: {what} (last seen: {seen!r})") from None
