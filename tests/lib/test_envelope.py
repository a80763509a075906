"""Envelope encryption: bound to its row, opened by former keys, wrapped anew without being opened."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.lib import envelope

ROW = "credential:17"


@pytest.fixture
def keys(settings):
    """Two keys of the house, as the setting holds them; the first is the present one."""
    made = [base64.b64encode(envelope.new_key()).decode() for _ in range(2)]
    settings.ENVELOPE_KEYS = [made[0]]
    return made


@given(st.binary(max_size=400))
def test_what_was_sealed_opens_again(secret):
    assert envelope.open_sealed(envelope.seal(secret, belongs_to=ROW), belongs_to=ROW) == secret


def test_the_same_secret_looks_different_each_time(keys):
    assert envelope.seal(b"x", belongs_to=ROW) != envelope.seal(b"x", belongs_to=ROW)


def test_a_sealed_text_of_another_row_does_not_open(keys):
    sealed = envelope.seal(b"secret", belongs_to=ROW)
    with pytest.raises(envelope.CannotOpen):
        envelope.open_sealed(sealed, belongs_to="credential:18")


@pytest.mark.parametrize("place", range(4))
def test_an_altered_text_does_not_open(keys, place):
    parts = envelope.seal(b"secret", belongs_to=ROW).split(":")
    turned = "A" if parts[place][-5:-4] != "A" else "B"
    parts[place] = parts[place][:-5] + turned + parts[place][-4:] if place > 1 else "9"
    with pytest.raises(envelope.CannotOpen):
        envelope.open_sealed(":".join(parts), belongs_to=ROW)


@pytest.mark.parametrize("rubbish", ["", ":::", "1", "1:ab:cd", "1:%%%:*:*"])
def test_rubbish_does_not_open(keys, rubbish):
    with pytest.raises(envelope.CannotOpen):
        envelope.open_sealed(rubbish, belongs_to=ROW)


def test_a_former_key_opens_until_all_is_wrapped_anew(keys, settings):
    sealed = envelope.seal(b"secret", belongs_to=ROW)
    settings.ENVELOPE_KEYS = [keys[1], keys[0]]
    assert envelope.open_sealed(sealed, belongs_to=ROW) == b"secret"
    anew = envelope.wrap_anew(sealed, belongs_to=ROW)
    assert envelope.wrap_anew(anew, belongs_to=ROW) == anew
    assert anew.split(":")[3] == sealed.split(":")[3]
    settings.ENVELOPE_KEYS = [keys[1]]
    assert envelope.open_sealed(anew, belongs_to=ROW) == b"secret"
    with pytest.raises(envelope.CannotOpen):
        envelope.open_sealed(sealed, belongs_to=ROW)
