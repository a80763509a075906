"""The reference on a paper that is signed and sent back, and the code that carries it on every page."""

import re
import secrets

import qrcode
import qrcode.image.svg
from django.utils.safestring import SafeString, mark_safe

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that a hand or an eye takes for another

REFERENCE = re.compile(rf"[A-Z]{{2}}-[{SIGNS}]{{10}}")


def new_reference(prefix: str) -> str:
    """A reference nobody guesses, as TC-7K4M92QXW3: `prefix` and ten signs, 49 bits."""
    return f"{prefix}-{''.join(secrets.choice(SIGNS) for _ in range(10))}"


def is_reference(text: str) -> bool:
    """Whether `text` is built as one of our references: other square codes stand on papers too."""
    return REFERENCE.fullmatch(text) is not None


def code_svg(reference: str) -> SafeString:
    """The square code of `reference` as an inline SVG, for a page of a PDF."""
    image = qrcode.make(
        reference,
        image_factory=qrcode.image.svg.SvgPathImage,
        error_correction=qrcode.constants.ERROR_CORRECT_Q,
        border=2,
    )
    drawn: str = image.to_string(encoding="unicode")
    return mark_safe(drawn)  # noqa: S308 (made here, from signs above)
