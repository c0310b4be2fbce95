"""Two services never share a folder of recordings."""

from pathlib import Path

import pytest

from streamer.store.folder import FolderInUse, alone_in


def test_the_second_service_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """And may have it when the first is gone."""
    folder = tmp_path / "recordings"
    with alone_in(folder), pytest.raises(FolderInUse, match="recordings is in use"), alone_in(folder):
        pass
    with alone_in(folder):
        pass
