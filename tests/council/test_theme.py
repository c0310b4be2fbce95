"""Colours from an address: nothing but colours gets into the sheet, and text stays legible whatever was chosen."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streamer.council.theme import BLACK, DARK, LEGIBLE, LIGHT, Look, Theme, contrast, mixed, sheet, theme_of

COLOUR = st.text("0123456789abcdef", min_size=6, max_size=6)
ONLY = re.compile(
    r"(@media \(prefers-color-scheme: dark\) \{\n)?"
    r"(:root\[data-look\] \{( --[a-z-]+: (#[0-9a-f]{6}|\d+px);)+ \}\n)*\}?\n?"
)


def values(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): #?(\w+);", css.partition("@media")[0]))


def test_what_is_no_colour_is_left_out() -> None:
    asked = {"accent": "red;}*{x:url(//evil)", "ground": "#FFF", "ink": "12345", "corners": "-1", "theme": "pink"}
    assert theme_of(asked) == Theme(Look.AUTO, ground="ffffff")
    assert theme_of({"corners": "99"}).corners == 24
    assert sheet(Theme()) == ""
    assert sheet(theme_of({"corners": "0"})) == ":root[data-look] { --round: 0px; }\n"


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=12), COLOUR, COLOUR, st.sampled_from(["auto", "light", "dark"]))
def test_every_text_can_be_read(accent: str, ground: str, ink: str, look: str) -> None:
    """On the ground that was chosen; a sheet never holds anything but properties."""
    for asked in ({"accent": accent, "theme": look}, {"accent": ink, "ground": ground, "ink": accent, "theme": look}):
        theme = theme_of(asked)
        css = sheet(theme)
        assert all(ONLY.fullmatch(part) for part in re.split(r"(?=@media)", css)), css
        found = values(css)
        under = theme.ground or (DARK if look == "dark" else LIGHT)
        for name in ("ink", "soft", "accent-text"):
            assert name not in found or contrast(found[name], under) >= LEGIBLE, (name, css)
        assert "on" not in found or contrast(found["on"], found["accent"]) >= LEGIBLE


@pytest.mark.parametrize(("one", "other", "ratio"), [("ffffff", BLACK, 21.0), ("777777", "ffffff", 4.48)])
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert mixed("000000", "ffffff", 0.5) == "808080"
