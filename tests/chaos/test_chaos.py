"""A short evening on which a few telling things go wrong, in one order for ever. `make soak` draws many more."""

from pathlib import Path

import pytest

from tests.chaos.evening import evening
from tests.chaos.evidence import gather
from tests.chaos.faults import (
    CameraKilled,
    Closed,
    EncoderKilled,
    Fault,
    PublisherKilled,
    suffer,
)
from tests.chaos.judge import complaints, story

FAULTS: list[Fault] = [
    CameraKilled(1.0), Closed(ago=3.0, away=0.5), EncoderKilled(), Closed(held=1.5), PublisherKilled(),
    Closed(ago=2.0, away=0.5, rebooted=True),
]  # fmt: skip


@pytest.mark.alone
async def test_a_meeting_goes_on_and_nothing_leaks(tmp_path: Path) -> None:
    """Everything public is kept and sent, nothing else is anywhere."""
    async with evening(tmp_path) as it:
        await suffer(it, FAULTS)
        await it.finish()
        evidence = await gather(it)
    taken_back = evidence.frames(evidence.timeline.secret) & evidence.emitted
    assert len(taken_back) > 50, "what was taken back had been filmed"
    found = complaints(evidence)
    assert not found, "\n".join([*found, "", story(evidence)])
