"""One browser for the whole room, and one loop that it lives in: a file of this room says `loop_scope="package"`."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.browser.stage import chromium


@pytest_asyncio.fixture(scope="package", loop_scope="package", autouse=True)
async def _browser() -> AsyncIterator[None]:
    """It runs."""
    async with chromium():
        yield
