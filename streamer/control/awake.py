"""Keeps the machine awake while a meeting is on the air, and lets it sleep again afterwards.

The system is asked by a child process that holds on until the pipe to us closes. However the service ends, killed or
not, the pipe closes with it, and nothing is left that keeps a laptop awake for ever.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from streamer.control.desk import Desk
from streamer.control.machine import INHIBIT
from streamer.council.phase import ON_AIR

log = logging.getLogger(__name__)

AGAIN_SECONDS = 30.0
"""How soon it is asked again where the system refused, or took it back."""


class Awake:
    """A follower of the log. Runs until cancelled."""

    def __init__(self, desk: Desk, inhibit: Sequence[str] = INHIBIT, *, again_seconds: float = AGAIN_SECONDS) -> None:
        self._desk, self._inhibit, self._again = desk, tuple(inhibit), again_seconds
        self._news = desk.follow()
        self._holding: asyncio.subprocess.Process | None = None
        self._refused = False

    async def run(self) -> None:
        """Follow the log."""
        try:
            while True:
                await self._follow()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._again):
                        await self._news.wait()
                self._news.clear()
        finally:
            await self._let_go()

    @property
    def holding(self) -> bool:
        """Whether the machine is being kept awake."""
        return self._holding is not None and self._holding.returncode is None

    async def _follow(self) -> None:
        try:
            on_air = bool(await self._desk.in_phases(*ON_AIR))
        except Exception:
            log.exception("the log could not be read; the machine stays as awake as it is")
            return
        if on_air and not self.holding:
            await self._hold()
        elif not on_air:
            await self._let_go()

    async def _hold(self) -> None:
        if self._holding and not self._refused:
            self._refused = True  # once, not every half minute
            log.warning("the system does not let itself be kept awake: see docs/operator.md, As a service")
        try:
            self._holding = await asyncio.create_subprocess_exec(
                *self._inhibit, "cat", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            if not self._refused:
                self._refused = True
                log.warning("the machine cannot be kept awake: %s", error)

    async def _let_go(self) -> None:
        held, self._holding, self._refused = self._holding, None, False
        if held is None:
            return
        if held.stdin:
            held.stdin.close()
        try:
            async with asyncio.timeout(2):
                await held.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                held.kill()
            await held.wait()
