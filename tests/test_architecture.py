"""The house keeps its shape: imports run one way, and each library is known in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "streamer.council": {"streamer.council"},
    "streamer.media": {"streamer.council", "streamer.media"},
    "streamer.store": {"streamer.council", "streamer.store"},
    "streamer.platforms": {"streamer.council", "streamer.platforms"},
    "streamer.control": {
        "streamer.council", "streamer.media", "streamer.store", "streamer.platforms", "streamer.control",
    },
    "web": {"streamer.council", "streamer.media", "streamer.store", "streamer.platforms", "streamer.control", "web"},
}  # fmt: skip
ONLY_IN = {
    "ffmpeg": ("streamer/media/graph",),
    "aiosqlite": ("streamer/store/",),
    "websockets": ("web/live",),
    "webvtt": ("streamer/media/caption_files.py",),
    "faster_whisper": ("streamer/media/dictation.py",),
    "cryptography": ("streamer/media/signing.py",),
    "aiohttp": ("web/", "streamer/app.py", "streamer/platforms/"),
    "aiosmtplib": ("streamer/platforms/",),
    "oauthlib": ("streamer/platforms/x.py",),
    "feedgen": ("web/feeds.py",),
    "lxml": ("web/feeds.py",),
    "icalendar": ("web/calendar.py",),
    "altcha": ("web/work.py",),
    "segno": ("web/receipts.py",),
}
CLOCKS_AND_IO = {"asyncio", "time", "os", "subprocess", "pathlib", "random", "secrets", "socket", "datetime", "uuid"}
SOURCES = sorted([*ROOT.glob("streamer/**/*.py"), *ROOT.glob("web/**/*.py")])


def imports(path: Path) -> Iterator[str]:
    """The modules a file names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def place(path: Path) -> str:
    """`streamer/media/graph.py`."""
    return path.relative_to(ROOT).as_posix()


def room(module: str) -> str | None:
    """`streamer.media` for `streamer.media.graph`; `None` for what is outside the rooms."""
    return next((name for name in MAY_IMPORT if module == name or module.startswith(f"{name}.")), None)


def test_nobody_swallows_a_cancellation() -> None:
    """`end_task` waits for a task that was cancelled and can be cancelled itself; `asyncio.timeout` never takes a
    cancellation for its own, as `wait_for` does before Python 3.12."""
    ways = ("suppress(asyncio.CancelledError", "asyncio.wait_for(")
    found = [(place(path), way) for path in SOURCES for way in ways if way in path.read_text(encoding="utf-8")]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_imports_run_one_way(path: Path) -> None:
    """council <- media, store, platforms <- control <- web <- app."""
    mine = room(place(path).removesuffix(".py").replace("/", "."))
    if mine is None:
        return
    for module in imports(path):
        ours = module.split(".")[0] in ("streamer", "web")
        assert not ours or room(module) in MAY_IMPORT[mine], f"{place(path)} must not import {module}"


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_each_library_lives_in_one_place(path: Path) -> None:
    """So that it can be replaced there."""
    for module in imports(path):
        allowed = ONLY_IN.get(module.split(".")[0])
        assert allowed is None or place(path).startswith(allowed), f"{place(path)} must not import {module}"


@pytest.mark.parametrize("path", [path for path in SOURCES if "council" in path.parts], ids=place)
def test_the_rules_know_no_clock_and_no_disk(path: Path) -> None:
    """Time and ids are arguments."""
    assert not {module.split(".")[0] for module in imports(path)} & CLOCKS_AND_IO


@pytest.mark.parametrize("path", SOURCES, ids=place)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    """In its first line."""
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text))


def test_recordings_holds_data_only() -> None:
    """It is no package."""
    assert not list((ROOT / "recordings").glob("*.py"))
