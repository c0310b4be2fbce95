"""The shapes a picture can have: wide as it was filmed, or upright for the networks that show such pictures."""

from dataclasses import replace
from typing import Any

from streamer.council.clip import Shape
from streamer.media.settings import EncoderSettings


def sized(settings: EncoderSettings, shape: Shape) -> EncoderSettings:
    """The settings of a shape: upright, the picture has its sides exchanged."""
    if shape is Shape.WIDE:
        return settings
    short = min(settings.width, settings.height) // 2 * 2
    return replace(settings, width=short, height=short * 16 // 9 // 2 * 2)


def picture_place(settings: EncoderSettings) -> tuple[int, int]:
    """Where the picture stands in a padded one: pixels from above, and its height."""
    tall = sized(settings, Shape.TALL_PADDED)
    height = tall.width * settings.height // settings.width // 2 * 2
    return (tall.height - height) // 2 // 2 * 2, height


def shaped(picture: Any, settings: EncoderSettings, shape: Shape) -> Any:
    """A picture of `settings` in another shape."""
    if shape is Shape.WIDE:
        return picture
    size = sized(settings, shape)
    if shape is Shape.TALL_PADDED:
        top, height = picture_place(settings)
        picture = picture.filter("scale", w=size.width, h=height)
        return picture.filter("pad", w=size.width, h=size.height, x=0, y=top)
    picture = picture.filter("scale", w=size.width, h=size.height, force_original_aspect_ratio="increase")
    return picture.filter("crop", w=size.width, h=size.height)
