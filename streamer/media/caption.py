"""The lower third: what its text looks like. ffmpeg draws it from a file that is replaced while it runs."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import font_source_sans_pro  # type: ignore[import-untyped]
from PIL import ImageFont

from streamer.media.settings import EncoderSettings

FONT = str(font_source_sans_pro.font_files_ttf["SourceSansProSemibold"])
MAX_LINES = 4
BOX = "0x0c1d2b@0.85"
TEXT = "0xf5f5f2"
_NO_SUCH_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class Style:
    """Pixels. Title safe: a tenth of the picture's height below, 7 % of its width beside it.

    The letters are large enough for a telephone: a twentieth of the height.
    """

    size: int
    padding: int
    left: int
    bottom: int
    room: int

    @classmethod
    def of(cls, settings: EncoderSettings) -> "Style":
        """For a picture of that size."""
        width, height = settings.width, settings.height
        size = max(10, round(min(height / 20, width / 24)))
        padding = round(size * 0.5)
        left = round(width * 0.07) + padding
        return cls(size, padding, left, round(height * 0.1) + padding, round(width * 0.8) - 2 * padding)


def laid_out(text: str, settings: EncoderSettings) -> str:
    """`text` in lines that fit, at most four, the last one cut where that is not enough.

    What the font has no letter for (emoji, Arabic) is left out; so is everything that is not printable.
    """
    style = Style.of(settings)
    font = ImageFont.truetype(FONT, style.size)
    lines = [line for paragraph in text.split("\n") for line in _wrapped(_drawable(paragraph), font, style.room)]
    if len(lines) > MAX_LINES:
        lines = [*lines[: MAX_LINES - 1], _cut(f"{lines[MAX_LINES - 1]}…", font, style.room)]
    return "\n".join(lines)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, room: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if font.getlength(longer) <= room:
            line = longer
            continue
        if line:
            yield line
        line = _cut(word, font, room)
    if line:
        yield line


def _cut(text: str, font: ImageFont.FreeTypeFont, room: float) -> str:
    """As much as fits, with three dots where that is not all."""
    while font.getlength(text) > room and len(text) > 1:
        text = f"{text.rstrip('…')[:-1].rstrip()}…"
    return text


def _drawable(text: str) -> str:
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(letter for letter in spaced if _has_letter(letter))


@lru_cache(maxsize=2000)
def _has_letter(letter: str) -> bool:
    if letter == " " or not letter.isprintable():
        return letter == " "
    font = ImageFont.truetype(FONT, 24)
    drawn, missing = font.getmask(letter), font.getmask(_NO_SUCH_LETTER)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)
