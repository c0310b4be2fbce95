"""A picture for a post in another network: the council's name, and what is on when, drawn like a slate."""

import io
from collections.abc import Sequence

from streamer.council.picture import SlateKind
from streamer.media.slate import draw

WIDE, SQUARE = (1200, 675), (1080, 1080)
"""Pixels: what networks show whole beside a link, and what Instagram does."""


def card(council: str, lines: Sequence[str], size: tuple[int, int] = WIDE) -> bytes:
    """A PNG. It takes some hundredths of a second: not for the loop."""
    made = io.BytesIO()
    draw(size, SlateKind.WAITING, (council, *lines)).save(made, "PNG")
    return made.getvalue()
