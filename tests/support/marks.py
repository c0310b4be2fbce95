"""What is burnt into every picture and every second of sound of the marked camera, and read back from recordings.

A picture carries the number of its frame as 8 x 5 black and white cells: 24 bits, and a check sum of 16. A second of
sound carries its number modulo 16 as a tone. Frame 0 and second 0 are at a moment both sides know, so a number is the
moment of its filming. Standard library only: the camera runs under the system's Python.
"""

import zlib
from array import array
from math import pi, sin

COLUMNS, ROWS = 8, 5
CELLS = COLUMNS * ROWS
FPS = 25
WIDTH, HEIGHT = 320, 180
BLACK, WHITE = 16, 235
_CLEAR = 70
"""A cell this close to black or white is read; one in between is none of ours."""
TONES = 16
LOWEST_HZ, STEP_HZ = 400, 100
_LOUD = 12_000


def cells(number: int) -> list[bool]:
    """The cells of a frame number below 2**24, row by row; True is white."""
    word = number << 16 | _check(number)
    return [bool(word >> (CELLS - 1 - at) & 1) for at in range(CELLS)]


def number(levels: bytes) -> int | None:
    """The frame number of a picture that was shrunk to one grey level a cell; None for any other picture."""
    if len(levels) != CELLS or any(_CLEAR < level < 255 - _CLEAR for level in levels):
        return None
    word = 0
    for level in levels:
        word = word << 1 | (level > 127)
    found = word >> 16
    return found if word & 0xFFFF == _check(found) else None


def picture(number: int) -> bytes:
    """A frame as I420, `WIDTH` x `HEIGHT`."""
    marked, wide, high = cells(number), WIDTH // COLUMNS, HEIGHT // ROWS
    rows = (marked[row * COLUMNS : (row + 1) * COLUMNS] for row in range(ROWS))
    lines = (b"".join(bytes([WHITE if cell else BLACK]) * wide for cell in row) for row in rows)
    return b"".join(line * high for line in lines) + b"\x80" * (WIDTH * HEIGHT // 2)


def hertz(second: int) -> int:
    """The tone of a second."""
    return LOWEST_HZ + STEP_HZ * (second % TONES)


def sound(rate: int) -> list[bytes]:
    """One second of each tone, 16 bits mono. All begin and end at zero."""
    return [
        array("h", (round(_LOUD * sin(2 * pi * hertz(second) * at / rate)) for at in range(rate))).tobytes()
        for second in range(TONES)
    ]


def _check(number: int) -> int:
    return zlib.crc32(number.to_bytes(4, "big")) & 0xFFFF
