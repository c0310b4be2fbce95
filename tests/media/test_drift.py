"""Sound and picture of a camera whose clocks disagree: they stay together, and are not let go and pulled back."""

from pathlib import Path

from tests.bench.drift import measured


async def test_sound_and_picture_stay_together(tmp_path: Path) -> None:
    """What two hours with a bad quartz do, in ninety seconds with a hopeless one: 0.18 s if nothing were done."""
    found = await measured(tmp_path, 90, every=5, skew=1.002)
    late = [seconds for _, seconds in found]
    assert len(late) >= 15
    assert max(late) - min(late) < 0.04, found
