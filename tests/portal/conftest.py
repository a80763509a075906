"""The tests of the space read English sentences."""

import pytest

import hosting.urls  # noqa: F401 (pages know the real clock before a test puts its own in the place)


@pytest.fixture(autouse=True)
def _in_english(english: None) -> None:
    """Also where a verb is called and no page asks for a language."""
