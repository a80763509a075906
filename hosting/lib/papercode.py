"""The reference on a paper that is signed and sent back, and the code that carries it on every page."""

import re
import secrets
from itertools import groupby

import qrcode
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
    """The square code of `reference` as an inline SVG, a millimetre a module, for a page of a PDF.

    Neighbours in a row are drawn as one piece: a fifth of the time that a PDF with a code takes went
    into drawing them one by one.
    """
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=2)
    code.add_data(reference)
    rows = code.get_matrix()
    drawn = "".join(_row(y, modules) for y, modules in enumerate(rows))
    size = len(rows)
    return mark_safe(  # noqa: S308 (made here, from signs above)
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}mm" height="{size}mm"'
        f' viewBox="0 0 {size} {size}"><path d="{drawn}"/></svg>'
    )


def _row(y: int, modules: list[bool]) -> str:
    """The dark runs of one row, as pieces of an SVG path."""
    pieces, x = [], 0
    for dark, run in groupby(modules):
        width = len(list(run))
        if dark:
            pieces.append(f"M{x},{y}h{width}v1h-{width}z")
        x += width
    return "".join(pieces)
