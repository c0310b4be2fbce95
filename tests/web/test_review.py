"""A replay is gone through item by item, and publishes itself: citizens see when, and not what is withheld."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streamer.council.phase import Phase
from streamer.council.roles import Role
from tests.support.commune import Commune, commune
from tests.support.past_meeting import DAY, past_meeting
from tests.support.waiting import eventually

ID = f"{DAY}-past"


async def listed(here: Commune, role: Role | None) -> int:
    """Segments in the replay's playlist, -1 where there is none for this reader."""
    headers = {"Authorization": f"Bearer {here.tokens[role]}"} if role else {}
    async with here.http.get(f"{here.url}/meetings/{ID}/replay.m3u8", headers=headers) as answer:
        return (await answer.text()).count("#EXTINF") if answer.status == 200 else -1


async def test_from_the_review_to_the_hour(tmp_path: Path) -> None:
    """Withheld, hour set, seen by citizens, published by the clock, with what was withheld left out."""
    await past_meeting(tmp_path, [(6, "item-a"), (20, "item-b"), (40, "item-d")], 60, phase=Phase.ENDED, film=False)
    async with commune(tmp_path) as here:
        whole = await listed(here, Role.CLERK)
        assert (await here.api("PUT", f"/{ID}/parts/item-b", Role.MODERATOR, showing="withheld"))[0] == 403
        assert (await here.api("PUT", f"/{ID}/parts/item-c", showing="withheld"))[0] == 404
        after = await here.ok("PUT", f"/{ID}/parts/item-b", showing="withheld")
        assert after["withheld"] == ["item-b"]
        assert whole - await listed(here, Role.CLERK) == pytest.approx(10, abs=1)
        index = await here.ok("GET", f"/{ID}/chapters")
        assert [c["item"] for c in index["chapters"]] == [None, "item-a", "item-d"]
        far = datetime.fromtimestamp(time.time() + 26.5 * 3600, UTC)
        planned = await here.ok("PUT", f"/{ID}/publication", at=far.isoformat())
        assert planned["publishAt"] is not None
        page = await here.text(f"/meetings/{ID}?lang=en")
        assert "The replay will be published on" in page
        assert re.search(r"in 2[67] hours", page)
        assert await listed(here, None) == -1
        here.up.service.timekeeper._clock = far.timestamp

        async def published() -> bool:
            return bool((await here.ok("GET", f"/{ID}"))["phase"] == Phase.PUBLISHED)

        await eventually(published, "it is published by the clock")
        events = await here.up.service.desk.history(ID)
        assert (events[-1].by, events[-1].data["verb"]) == ("schedule", "publish")
        assert whole - await listed(here, None) == pytest.approx(10, abs=1)
        assert "The council withholds the recording of this item." in await here.text(f"/meetings/{ID}/items/item-b")
        assert (await here.api("PUT", f"/{ID}/publication", at=None))[0] == 409
        await links_of_before(here)


async def links_of_before(here: Commune) -> None:
    """What was shared when it was published leads to the same words when another item is withheld afterwards; to what
    comes next, and says so, where they are not shown. Published were 0 to 20 and 40 to 60 of what was filmed."""
    assert "held=" not in await here.text(f"/meetings/{ID}")
    await here.ok("PUT", f"/{ID}/parts/item-a", showing="withheld")
    page = await here.text(f"/meetings/{ID}?lang=en")
    assert "&amp;held=2" in page, "new links count by what is shown now"
    for asked, at, until, missing in (
        ("25", 11, None, None),  # second 45 as it was filmed: six of the opening are left before it, and five
        ("25,28", 11, 14, None),
        ("8", 6, None, "all"),
        ("8,12", 6, None, "all"),
        ("12,24", 6, 10, "part"),
        ("7&held=2", 7, None, None),
        ("3", 3, None, None),
        ("999", 999, None, None),
    ):
        for where in ("/meetings/", "/embed/meetings/"):
            page = await here.text(f"{where}{ID}?t={asked}&lang=en")
            data = re.search(r'data-at="(\d+)"(?: data-until="(\d+)")?', page)
            assert data, page
            assert (int(data[1]), data[2] and int(data[2])) == (at, until), asked
            said = {"all": "The passage that this link leads to", "part": "A part of the passage"}.get(missing or "")
            assert ('id="not-shown"' in page) is bool(missing), asked
            assert not said or (said in page and f"/meetings/{ID}/items/item-a" in page), asked
    await here.ok("PUT", f"/{ID}/parts/item-a", showing="shown")
    assert 'data-at="20"' in await here.text(f"/meetings/{ID}?t=6&held=2"), "and back, when it is shown again"
