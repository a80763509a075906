"""Envelope encryption: each secret has a key of its own, and that key is wrapped by the house's (I3).

The house's keys come from the setting ENVELOPE_KEYS, the present one first; older ones still open what
they wrapped, until `manage.py rotate_envelope_keys` has wrapped it anew. A sealed text is
`1:<id of the house's key>:<wrapped key>:<cipher text>`; what it belongs to is authenticated with it, so
that a sealed text moved to another row does not open.
"""

import base64
import hashlib
import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = "1"


class CannotOpen(ValueError):
    """Sealed with a key that is not here any more, for another row, or altered."""


class Secret(str):
    """Plain text that no report of an error shows, however many functions it is handed through."""

    def __repr__(self) -> str:
        return "[secret]"


def new_key() -> bytes:
    """A random key of 256 bits."""
    return AESGCM.generate_key(bit_length=KEY_BYTES * 8)


@sensitive_variables()
def seal(secret: bytes, *, belongs_to: str) -> str:
    """`secret` encrypted for a column; `belongs_to` names its row, as "credential:17"."""
    key, bound = new_key(), belongs_to.encode()
    name, house = _present()
    return ":".join(
        (VERSION, name, _encrypt(house, key, bound), _encrypt(key, secret, bound)),
    )


def open_sealed(sealed: str, *, belongs_to: str) -> bytes:
    """What `seal` was given for the same `belongs_to`. Raises CannotOpen."""
    _name, key, text = _parts(sealed, belongs_to)
    return _decrypt(key, text, belongs_to.encode())


def wrap_anew(sealed: str, *, belongs_to: str) -> str:
    """The same secret under the present key of the house; `sealed` itself when it is already.

    The secret is not opened for it. Raises CannotOpen.
    """
    present, house = _present()
    name, key, text = _parts(sealed, belongs_to)
    if name == present:
        return sealed
    return ":".join((VERSION, present, _encrypt(house, key, belongs_to.encode()), text))


def key_name(key: bytes) -> str:
    """How a key of the house is named in what it wrapped: says nothing of the key."""
    return hashlib.blake2b(key, digest_size=4, person=b"envelope-name").hexdigest()


def _parts(sealed: str, belongs_to: str) -> tuple[str, bytes, str]:
    version, _, rest = sealed.partition(":")
    name, _, rest = rest.partition(":")
    wrapped, _, text = rest.partition(":")
    house = _house_keys().get(name)
    if version != VERSION or house is None:
        raise CannotOpen("sealed with a key that is not here")
    return name, _decrypt(house, wrapped, belongs_to.encode()), text


def _present() -> tuple[str, bytes]:
    return next(iter(_house_keys().items()))


def _house_keys() -> Mapping[str, bytes]:
    return {key_name(key): key for key in map(base64.b64decode, settings.ENVELOPE_KEYS)}


@sensitive_variables()
def _encrypt(key: bytes, text: bytes, bound: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(key).encrypt(nonce, text, bound)).decode()


def _decrypt(key: bytes, text: str, bound: bytes) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("sealed for something else, or altered") from error
