"""How the whole suite runs in lanes beside one another: `make test`, or `pytest -n 2`. CONTRIBUTING.md tells the rest.

A lane takes one file after another. Most tests wait for a picture that takes its time, so two lanes are nearly twice
as fast on two cores. What would disturb others, or be disturbed, is kept apart here and nowhere else.
"""

import fcntl
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ONE_LANE = "browser"
"""A folder whose files never run beside one another: two browsers would leave nothing for a camera."""
LONGEST_FIRST = ("browser", "story", "control", "media", "web")
"""Folders. Short files come last, so that all lanes end at about the same time."""


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "alone: judges time so strictly that nothing else may run beside it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long folders first, what must be alone last; within a file as it is written. Lanes must agree about that:
    rows that a test has from a set come in another order in each process, so rows are sorted by name."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[bool, int, str, int, str]:
    folder = item.path.relative_to(HERE).parts[0]
    turn = LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)
    return _is_alone(item), turn, str(item.path), item.location[1] or 0, item.name


def _is_alone(item: pytest.Item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Whole files in the order above, so that what a file's tests share is started once."""
    from xdist.scheduler import LoadScopeScheduling

    class Lanes(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return ONE_LANE if Path(file).parent.name == ONE_LANE else file

    config.option.loadscopereorder = False
    return Lanes(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Everybody shares a lock, and who must be alone has it alone. This file is what is locked: all lanes have it."""
    with open(__file__, "rb") as shared:
        fcntl.flock(shared, fcntl.LOCK_EX if _is_alone(item) else fcntl.LOCK_SH)
        return (yield)
