"""The same work again and again, for as long as the service runs: whatever goes wrong, the next round is made."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from logging import Logger


async def again_and_again(
    work: Callable[[], Awaitable[None]], pause: float, log: Logger, trouble: str, woken: asyncio.Event | None = None
) -> None:
    """Until cancelled, with `pause` seconds between two rounds, or until `woken`. `trouble` says what did not work."""
    woken = woken or asyncio.Event()
    while True:
        woken.clear()
        try:
            await work()
        except Exception:
            log.exception(trouble)
        # not wait_for: before Python 3.12 it can swallow a cancellation
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await woken.wait()
