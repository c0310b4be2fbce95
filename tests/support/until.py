"""Waiting for a condition that needs no words of its own."""

from collections.abc import Callable
from typing import TypeVar

from tests.support.waiting import PATIENCE, eventually

T = TypeVar("T")


async def until(condition: Callable[[], T], seconds: float = PATIENCE, what: str = "") -> T:
    """The condition's first true answer. Raises AssertionError after `seconds`."""
    found: T = await eventually(condition, what or "the condition holds", seconds)
    return found
