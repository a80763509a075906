"""The tests of the space read English sentences."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _in_english(english: None) -> Iterator[None]:
    """Also where a verb is called and no page asks for a language."""
    yield
