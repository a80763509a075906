"""The child of `hosting.lib.paperscan`: reads one file from standard input under its own limits.

Nothing of Django is imported here. What goes wrong ends the process; the parent says "unreadable".
"""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image

from hosting.lib.child_side import PDF, Order, answer, drawn, pictures

DPI = 200
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def codes(content: bytes, order: Order) -> list[str]:
    """The texts of the square codes on all pages, each once, in order."""
    found: dict[str, None] = {}
    for page in pages(content, order):
        for code in zxingcpp.read_barcodes(page, formats=QR):
            found.setdefault(code.text)
    return list(found)


def pages(content: bytes, order: Order) -> Iterator[Image.Image]:
    """The pages as grey pictures."""
    if order["content_type"] != PDF:
        yield from pictures(content, order)
        return
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    if len(document) > order["pages"]:
        raise SystemExit("too many pages")
    for page in document:
        yield drawn(page, DPI, order)


def signatures(content: bytes, order: Order) -> list[dict[str, Any]]:
    """What each signature of a PDF says, and whether it still holds."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(content), strict=False)
    return [judged(signature, order["roots"]) for signature in reader.embedded_signatures]


def judged(signature: Any, roots: str) -> dict[str, Any]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(trust_roots=certificates(roots), allow_fetching=False)
    said: dict[str, Any] = {"signer": "", "signed_at": ""}
    said |= {"intact": False, "whole": False, "trusted": False}
    try:
        said |= spoken_for(signature)
        status = validate_pdf_signature(signature, signer_validation_context=context)
    except (PdfError, SignatureValidationError, ValueError):  # too damaged to hold
        return said
    return said | {
        "intact": bool(status.intact and status.valid),
        "whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        "trusted": bool(status.trusted),
    }


def spoken_for(signature: Any) -> dict[str, str]:
    """Who signed and when, by the signature's own words."""
    signed_at = signature.self_reported_timestamp
    return {
        "signer": signature.signer_cert.subject.human_friendly if signature.signer_cert else "",
        "signed_at": signed_at.isoformat() if signed_at else "",
    }


def certificates(folder: str) -> list[Any]:
    """The certificates (PEM or DER) that the provider trusts."""
    from pyhanko.keys import load_cert_from_pemder

    files = sorted(Path(folder).iterdir()) if folder else []
    load: Any = load_cert_from_pemder
    return [load(str(file)) for file in files if file.is_file()]


if __name__ == "__main__":
    answer({"codes": codes, "signatures": signatures})
