"""The look of what stands on other sites: a few colours that somebody chose, made into a sheet that stays legible.

Contrast is that of WCAG 2.2 (relative luminance); what cannot be used is left out, what cannot be read is put right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

HEX = re.compile(r"[0-9a-f]{6}")
SHORT_HEX = re.compile(r"[0-9a-f]{3}")
LEGIBLE = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
LIGHT, DARK = "fffdf8", "1b212a"
"""What text stands on where no ground was chosen: `--surface` of the design system."""
BLACK, WHITE = "000000", "ffffff"
ROUNDEST = 24


class Look(StrEnum):
    """AUTO: as the reader's system has it."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """Colours as six hexadecimal digits, "" where none was chosen. `corners`: their radius in pixels, or `None`."""

    look: Look = Look.AUTO
    accent: str = ""
    ground: str = ""
    ink: str = ""
    corners: int | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen, as an address has it; not the look, which needs no sheet."""
        found = {"accent": self.accent, "ground": self.ground, "ink": self.ink}
        found |= {} if self.corners is None else {"corners": str(self.corners)}
        return {name: value for name, value in found.items() if value}


def theme_of(asked: Mapping[str, str]) -> Theme:
    """The theme of an address."""
    look = asked.get("theme", "")
    corners = asked.get("corners", "")
    usable = corners.isascii() and corners.isdecimal() and len(corners) < 3
    return Theme(
        look=Look(look) if look in set(Look) else Look.AUTO,
        accent=_colour(asked.get("accent", "")),
        ground=_colour(asked.get("ground", "")),
        ink=_colour(asked.get("ink", "")),
        corners=min(int(corners), ROUNDEST) if usable else None,
    )


def sheet(theme: Theme) -> str:
    """CSS with nothing in it but custom properties."""
    ground = theme.ground
    colours = _colours(theme, ground or (DARK if theme.look is Look.DARK else LIGHT))
    lines = _rule(":root[data-look]", colours, theme.corners)
    if theme.accent and not ground and theme.look is Look.AUTO:
        text = {"accent-text": _legible(theme.accent, DARK, WHITE)}
        lines += "@media (prefers-color-scheme: dark) {\n" + _rule(":root[data-look]", text) + "}\n"
    return lines


def _colours(theme: Theme, ground: str) -> dict[str, str]:
    found: dict[str, str] = {}
    ink = _legible(theme.ink, ground, _best(ground)) if theme.ink or theme.ground else ""
    if theme.ground:
        found |= {
            "paper": ground,
            "surface": ground,
            "sunken": mixed(ground, ink, 0.06),
            "line": mixed(ground, ink, 0.2),
        }
        found |= {"soft": _legible(mixed(ground, ink, 0.75), ground, ink), "accent-text": ink}
    if ink:
        found["ink"] = ink
    if theme.accent:
        fallback = ink or _best(ground)
        found |= {"accent": theme.accent, "on": _best(theme.accent)}
        found["accent-text"] = _legible(theme.accent, ground, fallback)
    return found


def _rule(selector: str, colours: Mapping[str, str], corners: int | None = None) -> str:
    properties = {name: f"#{colour}" for name, colour in colours.items()}
    properties |= {} if corners is None else {"round": f"{corners}px"}
    said = " ".join(f"--{name}: {value};" for name, value in properties.items())
    return f"{selector} {{ {said} }}\n" if said else ""


def _colour(text: str) -> str:
    text = text.strip().removeprefix("#").lower()
    if SHORT_HEX.fullmatch(text):
        return "".join(digit * 2 for digit in text)
    return text if HEX.fullmatch(text) else ""


def _legible(colour: str, ground: str, otherwise: str) -> str:
    """`colour` where it can be read on `ground`."""
    return colour if colour and contrast(colour, ground) >= LEGIBLE else otherwise


def _best(ground: str) -> str:
    """Black or white, which is read better on `ground`."""
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))


def contrast(one: str, other: str) -> float:
    """1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, part: float) -> str:
    """`one` with `part`, 0 to 1, of `other`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    parts = [value / 255 for value in _channels(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (0, 2, 4)]
