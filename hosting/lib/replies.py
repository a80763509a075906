"""Addresses that lead a reply back to what it speaks of: signed, never stored (C10's way with links).

An address is the setting REPLY_ADDRESS with a token of 42 small letters and digits in it: the row's
id and 80 bits of signature in base32, so that it stands in a local part (64 characters) and survives
a mail program that writes addresses small. In stored mails a placeholder stands for it.
"""

import base64
import re
import uuid
from collections.abc import Iterable
from hmac import compare_digest

from django.conf import settings
from django.utils.crypto import salted_hmac

TOKEN = "{token}"  # noqa: S105 (a place in a setting)
TOKEN_LENGTH = 42
KEY_LENGTH = 26
SIGNATURE_BYTES = 10
MOST_ADDRESSES = 20
PLACEHOLDER = re.compile(r"\[\[reply:([a-z_]+):([0-9a-f]{32}):(\d+)\]\]")


def address(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """Where replies about the row `key` go; empty when the installation takes no mail."""
    pattern: str = settings.REPLY_ADDRESS
    return pattern.replace(TOKEN, token(purpose, key, generation)) if pattern else ""


def token(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """The signed name of the row `key` for replies of this `purpose` and generation."""
    return _base32(key.bytes) + _signature(purpose, key, generation, settings.SECRET_KEY)


def keys_in(texts: Iterable[str]) -> dict[uuid.UUID, str]:
    """The rows that reply addresses in `texts` (headers, as they came) speak of, each with its token.

    No signature is checked yet: that needs the row's generation. At most 20.
    """
    pattern: str = settings.REPLY_ADDRESS
    if not pattern:
        return {}
    before, _token, after = pattern.partition(TOKEN)
    shape = re.compile(
        rf"(?<![\w.+-]){re.escape(before)}([a-z2-7]{{{TOKEN_LENGTH}}}){re.escape(after)}(?![\w.-])",
        re.IGNORECASE,
    )
    found: dict[uuid.UUID, str] = {}
    for text in texts:
        for match in shape.finditer(text):
            word = match[1].lower()
            found.setdefault(_key(word), word)
            if len(found) == MOST_ADDRESSES:
                return found
    return found


def holds(purpose: str, word: str, key: uuid.UUID, generation: int = 0) -> bool:
    """Whether `word` is the token of `key` for this purpose and generation."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    signature = word[KEY_LENGTH:]
    right = [_signature(purpose, key, generation, secret) for secret in secrets]
    return any(compare_digest(signature, one) for one in right)


def placeholder(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """What stands for the address in the outbox."""
    return f"[[reply:{purpose}:{key.hex}:{generation}]]"


def fill(text: str) -> str:
    """The address that `text` stands for, for the moment of sending; other addresses as they are."""
    match = PLACEHOLDER.fullmatch(text)
    return address(match[1], uuid.UUID(match[2]), int(match[3])) if match else text


def _signature(purpose: str, key: uuid.UUID, generation: int, secret: str) -> str:
    salt = f"hosting.lib.replies:{purpose}:{generation}"
    digest = salted_hmac(salt, key.hex, secret=secret, algorithm="sha256").digest()
    return _base32(digest[:SIGNATURE_BYTES])


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _key(word: str) -> uuid.UUID:
    """The first 26 letters are the id; the two bits they have too many are not looked at."""
    return uuid.UUID(bytes=base64.b32decode(word[:KEY_LENGTH].upper() + "======")[:16])
