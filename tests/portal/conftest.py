"""The tests of the space read English sentences."""

import pytest


@pytest.fixture(autouse=True)
def _in_english(english: None) -> None:
    """Also where a verb is called and no page asks for a language."""
