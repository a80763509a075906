"""The provider's colour, made readable: contrast as the accessibility guidelines (WCAG 2) count it."""

from typing import NamedTuple

LIGHT_PAGE = "#f6f7f9"
DARK_PAGE = "#18212a"
TEXT_CONTRAST = 5.0  # the guideline asks 4.5; a little more bears tinted backgrounds


class Shades(NamedTuple):
    """The colour for words and links, for filled buttons, for those when hovered, and for words on them."""

    words: str
    fill: str
    hover: str
    on_fill: str


def shades(colour: str, page: str) -> Shades:
    """The shades of `colour` (#rrggbb) that can be read on a page of the colour `page`."""
    away = "#000000" if luminance(page) > 0.5 else "#ffffff"
    fill = readable(colour, "#ffffff", "#000000")
    return Shades(readable(colour, page, away), fill, mixed(fill, "#000000", 0.15), "#ffffff")


def readable(colour: str, against: str, towards: str) -> str:
    """`colour`, moved as little as needed `towards` another until it can be read `against` a third."""
    for percent in range(0, 101, 2):
        candidate = mixed(colour, towards, percent / 100)
        if contrast(candidate, against) >= TEXT_CONTRAST:
            return candidate
    return towards


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 (black) to 1 (white)."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with a `share` (0 to 1) of `other` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)
