"""Waiting for something to become true, and saying what it was when it does not."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


async def eventually(look: Callable[[], Any], what: str, seconds: float = 30.0) -> Any:
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
