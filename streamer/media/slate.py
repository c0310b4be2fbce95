"""The stills that stand in for the program: calm, legible from the back row, in the council's languages."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import font_source_sans_pro  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont, ImageOps

from streamer.council.clip import Shape
from streamer.council.picture import Slate, SlateKind
from streamer.media.graph import Ticking
from streamer.media.graph_shapes import picture_place, sized
from streamer.media.settings import EncoderSettings

_GROUND = {
    SlateKind.WAITING: ((20, 58, 62), (9, 31, 35)),
    SlateKind.RECESS: ((23, 52, 74), (12, 29, 43)),
    SlateKind.CLOSED_SESSION: ((52, 40, 66), (28, 21, 38)),
    SlateKind.FAULT: ((58, 60, 66), (30, 31, 36)),
    SlateKind.CUT: ((46, 48, 54), (24, 25, 29)),
}
_ACCENT = {
    SlateKind.WAITING: (126, 200, 188),
    SlateKind.RECESS: (122, 188, 214),
    SlateKind.CLOSED_SESSION: (190, 164, 222),
    SlateKind.FAULT: (214, 186, 122),
    SlateKind.CUT: (178, 184, 192),
}
_TEXT = (245, 245, 242)
_QUIET = (200, 204, 208)
COUNTS_DOWN = frozenset({SlateKind.WAITING})
"""Below what these say a clock runs down to the time they tell."""


@dataclass(frozen=True)
class Timed:
    """What a slate says while it knows a time: `lines`, one language each, with "{time}" for it; `over` below them,
    once that time has come."""

    lines: Sequence[str]
    over: str


class Slates:
    """One PNG for each slate, made in `folder` when it is first asked for.

    `lines`: the first is the council's name, the others say what is going on, one language a line. `images`: stills
    the council made itself; they are fitted into the picture. A slate that knows a time is drawn and says it, as
    `timed` has it, on the clock of `zone`. `crest`: a PNG for the corner of what is drawn.
    """

    def __init__(
        self, folder: Path, width: int, height: int,
        images: Mapping[SlateKind, Path] | None, lines: Mapping[SlateKind, Sequence[str]],
        *, timed: Mapping[SlateKind, Timed] | None = None, zone: tzinfo = UTC, crest: Path | None = None,
    ) -> None:  # fmt: skip
        self._folder = folder
        self._size = (width, height)
        self._images = dict(images or {})
        self._lines = {kind: tuple(said) for kind, said in lines.items()}
        self._timed = dict(timed or {})
        self._zone, self._crest = zone, crest
        self._made: dict[Slate, Path] = {}

    def path(self, slate: Slate) -> Path:
        """The still. An image that cannot be read is replaced by the drawn one: something must be on air."""
        if slate not in self._made or not self._made[slate].exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            told = "" if slate.until is None else f"-{slate.until:.0f}"
            made = (self._folder / f"slate-{slate.kind.value}{told}.png").absolute()
            self._picture(slate).save(made, optimize=False)
            self._made[slate] = made
        return self._made[slate]

    def unreadable(self) -> list[SlateKind]:
        """Make every still that is not made yet and read all; the kinds whose own image cannot be read.

        Raises OSError where a still cannot be made.
        """
        for kind in SlateKind:
            with Image.open(self.path(Slate(kind))) as still:
                still.load()
        return [kind for kind, image in self._images.items() if not _readable(image)]

    def ticking(self, slate: Slate) -> Ticking | None:
        """What moves on it: nothing where it knows no time."""
        timed = self._timed.get(slate.kind)
        if slate.until is None or timed is None:
            return None
        place = _layout(self._size, self._said(slate), clock=True)
        over = _fitted("Light", [timed.over], place.clock_size * 0.6, self._size[0] - 2 * place.left)
        return Ticking(
            until=slate.until, counts=slate.kind in COUNTS_DOWN, over=timed.over, font=_file("Light"),
            left=round(place.left), top=round(place.clock_top), size=round(place.clock_size),
            over_size=round(over.size),
        )  # fmt: skip

    def _said(self, slate: Slate) -> tuple[str, ...]:
        timed, plain = self._timed.get(slate.kind), self._lines.get(slate.kind, ())
        if slate.until is None or timed is None:
            return plain
        time = f"{datetime.fromtimestamp(slate.until, self._zone):%H:%M}"
        return (*plain[:1], *(line.replace("{time}", time) for line in timed.lines))

    def _picture(self, slate: Slate) -> Image.Image:
        if slate.kind in self._images and self.ticking(slate) is None:
            try:
                with Image.open(self._images[slate.kind]) as still:
                    return ImageOps.pad(still.convert("RGB"), self._size, color=(0, 0, 0))
            except OSError:
                pass
        picture = draw(self._size, slate.kind, self._said(slate), clock=self.ticking(slate) is not None)
        if self._crest:
            emblazon(picture, self._crest)
        return picture


def _readable(image: Path) -> bool:
    try:
        with Image.open(image) as still:
            still.load()
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class _Layout:
    """Pixels."""

    left: float
    top: float
    leading: float
    name: ImageFont.FreeTypeFont
    said: ImageFont.FreeTypeFont
    clock_top: float
    clock_size: float


def _layout(size: tuple[int, int], lines: Sequence[str], *, clock: bool) -> _Layout:
    """Every line as large as fits: few lines are read from afar, many still fit. `clock`: with room for one below."""
    width, height = size
    name, *said = lines or ("",)
    room, share = width * 0.84, 0.38 if clock else 0.52
    name_font = _fitted("Semibold", [name], height * 0.05, width * 0.7)
    said_font = _fitted("Light", said, min(height * 0.105, height * share / max(1, len(said)) / 1.35), room)
    leading, clock_size = said_font.size * 1.35, height * 0.16
    below = clock_size * 1.2 if clock else 0.0
    top = height * 0.5 - (leading * len(said) + below) / 2 + height * 0.04
    clock_top = top + leading * len(said) + clock_size * 0.25
    return _Layout(width * 0.08, top, leading, name_font, said_font, clock_top, clock_size)


def draw(size: tuple[int, int], kind: SlateKind, lines: Sequence[str], *, clock: bool = False) -> Image.Image:
    """The drawn slate: `lines[0]` is the council's name, the rest one language a line; `clock`: room for one below."""
    width, height = size
    picture = _ground(size, kind)
    pen = ImageDraw.Draw(picture)
    name, *said = lines or ("",)
    place = _layout(size, lines, clock=clock)
    above = place.top - place.name.size * 0.72
    pen.text((place.left, place.top - place.name.size * 2.4), name, _QUIET, place.name)
    pen.rectangle((place.left, above, place.left + width * 0.09, above + height / 180), fill=_ACCENT[kind])
    for index, line in enumerate(said):
        pen.text((place.left, place.top + index * place.leading), line, _TEXT, place.said)
    return picture


def frame(settings: EncoderSettings, council: str, title: str, below: Sequence[str] = ()) -> Image.Image:
    """What is around an upright picture that is padded: the title above, `below` it a line that may be long, and a hole
    for the picture."""
    size = sized(settings, Shape.TALL_PADDED)
    top, height = picture_place(settings)
    around = Image.new("RGBA", (size.width, size.height))
    above = textwrap.wrap(title, 28, max_lines=4, placeholder=" …")
    around.paste(draw((size.width, top), SlateKind.WAITING, [council, *above]), (0, 0))
    under = [line for text in below for line in textwrap.wrap(text, 28, max_lines=3, placeholder=" …")]
    rest = (size.width, size.height - top - height)
    ground = draw(rest, SlateKind.WAITING, ["", *under]) if under else _ground(rest, SlateKind.WAITING)
    around.paste(ground, (0, top + height))
    return around


def emblazon(picture: Image.Image, crest: Path) -> None:
    """The crest in the upper right corner. One that cannot be read is left out: something must be on air."""
    room = round(picture.height * 0.16)
    try:
        with Image.open(crest) as image:
            drawn = ImageOps.contain(image.convert("RGBA"), (room * 2, room))
    except (OSError, ValueError):
        return
    corner = (picture.width - drawn.width - round(picture.width * 0.05), round(picture.height * 0.07))
    picture.paste(drawn, corner, drawn)


def is_png(path: Path) -> bool:
    """Whether a file can be drawn as a crest."""
    try:
        with Image.open(path) as image:
            image.load()
            return image.format == "PNG"
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False


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
    return ImageFont.truetype(_file(weight), max(6.0, size))


def _file(weight: str) -> str:
    return str(font_source_sans_pro.font_files_ttf[f"SourceSansPro{weight}"])
