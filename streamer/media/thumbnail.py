"""The still picture of a video at a network: the council's name, the meeting, its day, as the slates look."""

import io
from functools import lru_cache
from pathlib import Path

from streamer.council.picture import SlateKind
from streamer.media.slate import draw, emblazon

SIZE = (1280, 720)
"""As YouTube asks for it; far below its 2 MB."""


@lru_cache(maxsize=8)
def thumbnail(lines: tuple[str, ...], crest: Path | None) -> bytes:
    """A JPEG, the same for the same words. `lines[0]`: the council's name; `crest`: for the corner."""
    picture = draw(SIZE, SlateKind.WAITING, lines)
    if crest:
        emblazon(picture, crest)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=90)
    return made.getvalue()
