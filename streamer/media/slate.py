"""The stills that stand in for the program: calm, legible from the back row, in the council's languages."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import font_source_sans_pro  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont, ImageOps

from streamer.council.picture import SlateKind

_GROUND = {
    SlateKind.RECESS: ((23, 52, 74), (12, 29, 43)),
    SlateKind.CLOSED_SESSION: ((52, 40, 66), (28, 21, 38)),
    SlateKind.FAULT: ((58, 60, 66), (30, 31, 36)),
}
_ACCENT = {
    SlateKind.RECESS: (122, 188, 214),
    SlateKind.CLOSED_SESSION: (190, 164, 222),
    SlateKind.FAULT: (214, 186, 122),
}
_TEXT = (245, 245, 242)
_QUIET = (200, 204, 208)


class Slates:
    """One PNG a kind, made in `folder` when it is first asked for.

    `lines`: the first is the council's name, the others say what is going on, one language a line. `images`: stills
    the council made itself; they are fitted into the picture.
    """

    def __init__(
        self, folder: Path, width: int, height: int,
        images: Mapping[SlateKind, Path] | None, lines: Mapping[SlateKind, Sequence[str]],
    ) -> None:  # fmt: skip
        self._folder = folder
        self._size = (width, height)
        self._images = dict(images or {})
        self._lines = {kind: tuple(said) for kind, said in lines.items()}
        self._made: dict[SlateKind, Path] = {}

    def path(self, kind: SlateKind) -> Path:
        """The still of a kind. An image that cannot be read is replaced by the drawn one: something must be on air."""
        if kind not in self._made:
            self._folder.mkdir(parents=True, exist_ok=True)
            made = (self._folder / f"slate-{kind.value}.png").absolute()
            self._picture(kind).save(made, optimize=False)
            self._made[kind] = made
        return self._made[kind]

    def unreadable(self) -> list[SlateKind]:
        """Make every still that is not made yet and read all; the kinds whose own image cannot be read.

        Raises OSError where a still cannot be made.
        """
        for kind in SlateKind:
            with Image.open(self.path(kind)) as still:
                still.load()
        return [kind for kind, image in self._images.items() if not _readable(image)]

    def _picture(self, kind: SlateKind) -> Image.Image:
        if kind in self._images:
            try:
                with Image.open(self._images[kind]) as still:
                    return ImageOps.pad(still.convert("RGB"), self._size, color=(0, 0, 0))
            except OSError:
                pass
        return draw(self._size, kind, self._lines.get(kind, ()))


def _readable(image: Path) -> bool:
    try:
        with Image.open(image) as still:
            still.load()
    except OSError:
        return False
    return True


def draw(size: tuple[int, int], kind: SlateKind, lines: Sequence[str]) -> Image.Image:
    """The drawn slate: `lines[0]` is the council's name, the rest one language a line."""
    width, height = size
    picture = _ground(size, kind)
    pen = ImageDraw.Draw(picture)
    name, *said = lines or ("",)
    # every line as large as fits: few lines are read from afar, many still fit
    room = width * 0.84
    name_font = _fitted("Semibold", [name], height * 0.05, room)
    said_font = _fitted("Light", said, min(height * 0.105, height * 0.52 / max(1, len(said)) / 1.35), room)
    leading = said_font.size * 1.35
    top = height * 0.5 - leading * len(said) / 2 + height * 0.04
    left = width * 0.08
    pen.text((left, top - name_font.size * 2.4), name, _QUIET, name_font)
    pen.rectangle((left, top - name_font.size * 0.72, left + width * 0.09, top - name_font.size * 0.72 + height / 180),
                  fill=_ACCENT[kind])  # fmt: skip
    for index, line in enumerate(said):
        pen.text((left, top + index * leading), line, _TEXT, said_font)
    return picture


def _ground(size: tuple[int, int], kind: SlateKind) -> Image.Image:
    """A slow gradient from top to bottom."""
    top, bottom = _GROUND[kind]
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def _fitted(weight: str, lines: Sequence[str], size: float, room: float) -> ImageFont.FreeTypeFont:
    """The font at `size` pixels, or smaller where a line would be wider than `room`."""
    font = _font(weight, size)
    widest = max((font.getlength(line) for line in lines), default=0.0)
    return font if widest <= room else _font(weight, size * room / widest)


def _font(weight: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_source_sans_pro.font_files_ttf[f"SourceSansPro{weight}"], max(6.0, size))
