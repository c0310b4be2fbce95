"""A commune for each test that leaves something behind, and one for all those of a file that do not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.commune import QUICK, Commune, commune


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Commune]:
    """A commune whose machines stand still until somebody goes live."""
    async with commune(tmp_path, encoder=QUICK) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Commune]:
    """One commune for the many refusals that leave nothing behind."""
    async with commune(tmp_path_factory.mktemp("shared"), encoder=QUICK) as it:
        yield it
