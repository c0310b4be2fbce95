"""A real database in a temporary folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streamer.store.database import Database


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "recordings" / "tribune.db", busy_seconds=0.1)
    yield database
    await database.close()
