"""Reading documents that come from outside: their words and where these stand, the invoice that a PDF
carries as data (D5). Each is opened in a child process (`hosting.lib.child`)."""

import base64
from datetime import date
from typing import Any

from hosting.lib.child import DEFAULT, Limits, Unreadable, ask
from hosting.lib.reading.edata import EmbeddedInvoice
from hosting.lib.reading.mrz import Line, Zone, best_of
from hosting.lib.reading.words import DocumentText, Word
from hosting.lib.rows import read_row

__all__ = [
    "TEXT",
    "DocumentText",
    "EmbeddedInvoice",
    "Limits",
    "Unreadable",
    "Word",
    "embedded_invoice",
    "embedded_xml",
    "read_text",
    "read_zone",
]

CHILD = "hosting.lib.reading.child"
TEXT = Limits(seconds=90)
ZONE = Limits(seconds=60)
OCR_PAGES = 5
ZONE_PAGES = 2  # its two sides
WORDS = 8_000


def read_text(
    content: bytes, content_type: str, limits: Limits = TEXT, ocr_pages: int = OCR_PAGES
) -> DocumentText:
    """The words of a PDF or an image, page by page in reading order, with their boxes (D5).

    A page without words of its own is read by tesseract where it is installed: the first `ocr_pages`
    of such pages, as far as the time reaches. Never raises for a bad file: its `problem` says so.
    """
    more = {"content_type": content_type, "ocr_pages": ocr_pages, "words": WORDS}
    try:
        said: dict[str, Any] = ask(CHILD, "text", content, limits, **more)
    except Unreadable:
        return DocumentText("none", 0, problem="unreadable")
    words, hidden = (tuple(Word(*values) for values in said[name]) for name in ("words", "hidden"))
    return DocumentText(said["source"], said["pages"], words, said["problem"], hidden)


def read_zone(
    content: bytes,
    content_type: str,
    today: date,
    limits: Limits = ZONE,
    ocr_pages: int = ZONE_PAGES,
) -> Zone | None:
    """The machine-readable zone on an identity document, as the reading of it that its check digits
    prove best (D5). None without one, and without tesseract. Raises Unreadable.

    `today` settles the centuries of its dates.
    """
    more = {"content_type": content_type, "ocr_pages": ocr_pages, "today": today.isoformat()}
    said: list[list[list[Any]]] = ask(CHILD, "zone", content, limits, **more)
    return best_of(([Line(*values) for values in lines] for lines in said), today)


def embedded_xml(content: bytes, limits: Limits = DEFAULT) -> bytes | None:
    """The invoice as XML that a PDF carries by Factur-X or ZUGFeRD, as it is; None without one.
    Raises Unreadable."""
    found: str | None = ask(CHILD, "xml", content, limits)
    return None if found is None else base64.b64decode(found)


def embedded_invoice(content: bytes, limits: Limits = DEFAULT) -> EmbeddedInvoice | None:
    """What that XML says. None without one, or where it is none that may be read. Raises Unreadable."""
    found: dict[str, Any] | None = ask(CHILD, "invoice", content, limits)
    return None if found is None else read_row(EmbeddedInvoice, found)
