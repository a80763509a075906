"""Taking out of texts what a log or an append-only row must not hold: addresses, tokens, queries."""

import re

EMAIL = re.compile(r"[^\s<>\"'()\[\]:;,=/?&]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
PRIVATE_TOKEN = re.compile(r"\b[0-9a-f]{32}\.[\w-]{16,}")
TOKEN_PAGES = (
    "assistance/confirmer",
    "assistance/devis/confirmer",  # before the shorter one: the first that fits is taken
    "assistance/devis",
    "assistance/envoye",
    "assistance/suivi",
    "cession/brouillon",
    "cession/confirmer",
    "cession/suivi",
    "cession/reponse",
    "compte/invitation",
    "compte/password/reset/key",
    "compte/confirm-email",
    "intervention",
)
TOKEN_SEGMENT = re.compile(rf"(/(?:{'|'.join(TOKEN_PAGES)})/)[^/\s?#\"'<>]+")
QUERY = re.compile(r"(/[^\s?\"'<>]*)\?[^\s\"'<>]+")


def without_addresses(text: str) -> str:
    """`text` with every e-mail address replaced."""
    return EMAIL.sub("[address]", text)


def redacted(text: str) -> str:
    """`text` as a log may hold it: no private token, no query string, no e-mail address."""
    text = TOKEN_SEGMENT.sub(r"\1[token]", text)
    text = PRIVATE_TOKEN.sub("[token]", text)
    text = QUERY.sub(r"\1?[query]", text)
    return without_addresses(text)
