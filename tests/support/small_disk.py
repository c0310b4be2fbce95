"""A disk that can be filled: a small file system in memory, where whoever runs the tests may mount one."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

SIZE = 320_000_000
_FILLER = "filler"


class SmallDisk:
    """`folder` is on a disk of `SIZE` bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, leave: int = 0) -> None:
        """Until so many bytes are free."""
        with (self.folder / _FILLER).open("ab") as filler:
            while (free := shutil.disk_usage(self.folder).free) > leave:
                with contextlib.suppress(OSError):  # it fills up beside us
                    os.posix_fallocate(filler.fileno(), filler.tell(), free - leave)
                filler.seek(0, os.SEEK_END)

    def clear(self) -> None:
        """There is room again."""
        (self.folder / _FILLER).unlink(missing_ok=True)


@contextlib.asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[SmallDisk | None]:
    """`folder`, new, on a disk of its own; None where that is not allowed. What was on it is there afterwards, too."""
    folder.mkdir(parents=True)
    if not await _run("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tribune-test", str(folder)):
        yield None
        return
    disk, kept = SmallDisk(folder), folder.with_name(folder.name + ".kept")
    try:
        yield disk
    finally:
        disk.clear()
        await asyncio.to_thread(shutil.copytree, folder, kept, ignore_dangling_symlinks=True)
        await _run("umount", "--lazy", str(folder))
        folder.rmdir()
        kept.rename(folder)


async def _run(*argv: str) -> bool:
    with contextlib.suppress(OSError):
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*argv, stdin=quiet, stdout=quiet, stderr=quiet)
        return await process.wait() == 0
    return False
