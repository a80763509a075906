"""One-time codes to read aloud and to type: derived from a row's key and nonce, never stored (V2).

A code has 8 signs of an alphabet in which no two look alike, written in two groups: `K7PM-3QXD`. In
stored mails a sealed placeholder stands for it, as for a private link: neither the database nor staff
ever see the code.
"""

import re
from hmac import compare_digest

from django.core.signing import BadSignature, Signer

from hosting.lib.crypto import sign

ALPHABET = "ACDEFGHJKMNPQRTVWXY23456789"
LENGTH = 8
GROUP = 4
MEANT = str.maketrans("SZBU", "528V")
"""What people write for a sign that looks like it; 0, O, 1, I and L stand for nothing here."""
PLACEHOLDER = re.compile(r"\[\[code:([a-z_]+):(\d+):([0-9a-f]+):([\w-]+)\]\]")
_seal = "hosting.lib.codes"


def code(purpose: str, key: int, nonce: str) -> str:
    """The code of the row `key` for `purpose`, in two groups."""
    return grouped(_derived(next(sign(f"{key}:{nonce}", purpose))))


def matches(typed: str, purpose: str, key: int, nonce: str) -> bool:
    """Whether `typed` is that code: in any case, with or without spaces and hyphens. The time it takes
    tells nothing; a code made before SECRET_KEY was changed still holds."""
    plain = tidy(typed).encode()
    right = [_derived(digest).encode() for digest in sign(f"{key}:{nonce}", purpose)]
    return True in [compare_digest(plain, one) for one in right]


def tidy(typed: str) -> str:
    """What was meant: capitals and digits only, a sign that looks like another one replaced."""
    signs = "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())
    return signs.translate(MEANT)


def grouped(plain: str) -> str:
    """`plain` as it is written and read out: in groups of four."""
    return "-".join(plain[start : start + GROUP] for start in range(0, len(plain), GROUP))


def placeholder(purpose: str, key: int, nonce: str) -> str:
    """What stands for the code in stored texts. It is sealed: nobody can type one into a form."""
    words = f"{purpose}:{key}:{nonce}"
    return f"[[code:{words}:{Signer(salt=_seal).signature(words)}]]"


def fill(text: str) -> str:
    """`text` with its codes put in; for the moment of sending only."""
    return PLACEHOLDER.sub(_code_or_same, text)


def hide(text: str, words: str) -> str:
    """`text` with `words` where its codes will be, as staff may see it."""
    return PLACEHOLDER.sub(words, text)


def unsealed(text: str) -> str:
    """`text` with the seals and nonces of its placeholders taken off: what may be handed out (X6).

    Whoever has a seal could have it sent to himself as the code, by typing it into a form.
    """
    return PLACEHOLDER.sub(r"[[code:\1:\2]]", text)


def _code_or_same(match: re.Match[str]) -> str:
    purpose, key, nonce, seal = match.groups()
    try:
        Signer(salt=_seal).unsign(f"{purpose}:{key}:{nonce}:{seal}")
    except BadSignature:
        return match[0]
    return code(purpose, int(key), nonce)


def _derived(digest: bytes) -> str:
    number = int.from_bytes(digest)
    signs = []
    for _place in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)
