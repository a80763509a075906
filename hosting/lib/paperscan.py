"""What a scan of a signed paper carries: the codes on its pages, its electronic signatures (P3, D5).

Files come from outside, so that they are looked at in a child process (`hosting.lib.child`).
"""

from typing import Any

from hosting.lib.child import DEFAULT, Limits, Unreadable, ask

__all__ = ["DEFAULT", "Limits", "Unreadable", "read_codes", "read_signatures"]

CHILD = "hosting.lib.paperscan_child"


def read_codes(content: bytes, content_type: str, limits: Limits = DEFAULT) -> tuple[str, ...]:
    """The references that `hosting.lib.papercode.code_svg` printed on the pages of a PDF or an
    image, each once, in order. None found: empty. Raises Unreadable."""
    return tuple(ask(CHILD, "codes", content, limits, content_type=content_type))


def read_signatures(
    content: bytes, roots: str = "", limits: Limits = DEFAULT
) -> list[dict[str, Any]]:
    """The electronic signatures of a PDF, each a dict of `signer` (text), `intact` (nobody altered
    what was signed), `whole` (it covers the whole file), `trusted` (issued below a certificate in
    the folder `roots`), `signed_at` (ISO 8601 or ""). Raises Unreadable."""
    found: list[dict[str, Any]] = ask(CHILD, "signatures", content, limits, roots=roots)
    return found
