"""Something that answers HTTP in the place of another program, on a free port."""

from types import TracebackType
from typing import Self

from aiohttp import web as aio


class StandIn:
    """`async with StandIn() as it`: at `it.site`. What it answers, `add_routes` of those who derive from it says."""

    site = ""
    """Its address, without a path, once it listens."""
    port = 0
    """Where it listens; 0: anywhere."""
    _runner: aio.AppRunner

    def add_routes(self, router: aio.UrlDispatcher) -> None:
        """Say who answers."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = aio.Application()
        self.add_routes(app.router)
        self._runner = aio.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await aio.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.site = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()
