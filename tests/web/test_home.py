"""The first page of a commune that has met for years."""

from pathlib import Path

from streamer.store.database import Database
from streamer.store.log import Log
from tests.support.commune import commune
from tests.support.past_meeting import logged
from web.listing import NEWEST


async def test_the_newest_stand_on_the_first_page_and_each_year_on_its_own(tmp_path: Path) -> None:
    """Nothing is out of reach without scripts; a year that there is not gives the newest."""
    database = await Database.open(tmp_path / "recordings" / "tribune.db")
    for number in range(NEWEST + 6):
        day = f"{2024 + number // 12}-{number % 12 + 1:02}-05"
        await logged(Log(database), f"{day}-aaaa", f"Council of {day}", f"{day}T19:00:00+01:00", at=1.0)
    await database.close()
    async with commune(tmp_path) as here:
        first, oldest = await here.text("/"), await here.text("/?year=2024")
        assert (first.count("Council of "), "Council of 2026-06-05" in first) == (NEWEST, True)
        assert "Council of 2024-01-05" not in first
        assert oldest.count("Council of 2024-") == oldest.count("Council of ") == 12
        for year in ("2024", "2025", "2026"):
            assert f'href="/?year={year}#past"' in first
        assert (await here.text("/?year=x")).count("Council of ") == NEWEST
