"""Taking out of texts what a log or an append-only row must not hold: addresses, tokens, queries."""

import re

EMAIL = re.compile(r"[^\s<>\"'()\[\]:;,=/]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)


def without_addresses(text: str) -> str:
    """`text` with every e-mail address replaced."""
    return EMAIL.sub("[address]", text)
