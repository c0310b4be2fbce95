"""The recordings' folder belongs to one service at a time: a second one would end the first one's encoders."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


class FolderInUse(Exception):
    """Another service has these recordings. The message says which and what to do."""


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold `folder`, made where it is missing, while the block lasts; a crash lets it go. Raises FolderInUse."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderInUse(f"{folder} is in use by another Tribune. End that one first.") from None
        yield
