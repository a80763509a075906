"""Private links: signed, never stored. In stored texts a placeholder stands for them.

A token is `<uuid hex>.<signature>`; the signature binds purpose and generation, so that a link can
be renewed. Whoever reads the database has no link (C10, T5).
"""

import re
import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

PLACEHOLDER = re.compile(r"\[\[link:([a-z_:]+):([0-9a-f]{32}):(\d+):([\w-]+)\]\]")


def token(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """The token of `purpose` (a URL name) for the row `key`."""
    signature = Signer(salt=f"{purpose}:{generation}").signature(key.hex)
    return f"{key.hex}.{signature}"


def read_token(text: str) -> uuid.UUID | None:
    """The row a token speaks of, before its signature is checked; None for rubbish."""
    head = text.partition(".")[0]
    return uuid.UUID(head) if re.fullmatch(r"[0-9a-f]{32}", head) else None


def token_holds(purpose: str, text: str, generation: int = 0) -> bool:
    """Whether `text` is the token of this purpose and generation."""
    head, _, signature = text.partition(".")
    try:
        Signer(salt=f"{purpose}:{generation}", sep=".").unsign(f"{head}.{signature}")
    except BadSignature:
        return False
    return True


def url(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """The absolute address of the private page `purpose`."""
    return f"{settings.SITE_URL}{reverse(purpose, args=[token(purpose, key, generation)])}"


def placeholder(purpose: str, key: uuid.UUID, generation: int = 0) -> str:
    """What stands for the link in stored texts. It is sealed: nobody can type one into a form."""
    words = f"{purpose}:{key.hex}:{generation}"
    return f"[[link:{words}:{Signer(salt='placeholder').signature(words)}]]"


def fill(text: str) -> str:
    """`text` with its private links put in; for the moment of sending only.

    A placeholder that is not ours (typed by a visitor, say) stays as it is.
    """
    return PLACEHOLDER.sub(_link_or_same, text)


def hide(text: str, words: str) -> str:
    """`text` with `words` where its private links will be, as staff may see it."""
    return PLACEHOLDER.sub(words, text)


def unsealed(text: str) -> str:
    """`text` with the seals of its placeholders taken off: what may be handed out (X6).

    Whoever has a seal could have it sent to himself as a link, by typing it into a form.
    """
    return PLACEHOLDER.sub(r"[[link:\1:\2:\3]]", text)


def _link_or_same(match: re.Match[str]) -> str:
    purpose, key, generation, seal = match.groups()
    try:
        Signer(salt="placeholder").unsign(f"{purpose}:{key}:{generation}:{seal}")
    except BadSignature:
        return match[0]
    return url(purpose, uuid.UUID(key), int(generation))
