"""The provider's colour stays readable, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.lib.colour import DARK_PAGE, LIGHT_PAGE, TEXT_CONTRAST, contrast, mixed, shades

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours, st.sampled_from([LIGHT_PAGE, DARK_PAGE]))
def test_every_colour_of_a_provider_can_be_read(colour: str, page: str) -> None:
    shade = shades(colour, page)
    assert contrast(shade.words, page) >= TEXT_CONTRAST
    assert contrast(shade.on_fill, shade.fill) >= TEXT_CONTRAST
    assert contrast(shade.on_fill, shade.hover) >= TEXT_CONTRAST


def test_a_readable_colour_stays_as_it_is() -> None:
    assert shades("#1f5f8b", LIGHT_PAGE).words == "#1f5f8b"


def test_contrast_is_counted_as_the_guideline_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_mixing_goes_channel_by_channel() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
