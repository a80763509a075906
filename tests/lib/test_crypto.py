"""Secrets at rest."""

import pytest

from hosting.lib.crypto import seal, unseal


def test_what_was_sealed_is_opened_again_and_not_readable_between() -> None:
    sealed = seal("geheim é")
    assert "geheim" not in sealed
    assert unseal(sealed) == "geheim é"


def test_a_key_that_was_replaced_still_opens(settings) -> None:
    sealed = seal("secret")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new key"
    assert unseal(sealed) == "secret"


def test_another_key_does_not_open(settings) -> None:
    sealed = seal("secret")
    settings.SECRET_KEY = "a new key"
    with pytest.raises(ValueError, match="another key"):
        unseal(sealed)
