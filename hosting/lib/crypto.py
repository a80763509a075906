"""Secrets at rest: encrypted, or derived anew, with SECRET_KEY; older keys still open them."""

import base64
import hashlib
from collections.abc import Iterator

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


def seal(text: str) -> str:
    """`text` encrypted, for a column of the database."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises ValueError when it was sealed with another key or altered."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ValueError("sealed with another key, or altered") from error


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    digest = hashlib.blake2b(key.encode(), digest_size=32, person=b"sealed-columns").digest()
    return base64.urlsafe_b64encode(digest)


def sign(text: str, purpose: str) -> Iterator[bytes]:
    """32 bytes that only this installation can derive from `text`: with the present key first, then
    with each former one. Another `purpose` gives others."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(
            f"hosting.lib.crypto:{purpose}", text, secret=key, algorithm="sha256"
        ).digest()
