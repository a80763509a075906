"""Reading documents that come from outside: their words and where these stand, the invoice that a PDF
carries as data (D5). Each is opened in a child process (`hosting.lib.child`)."""

import base64
from typing import Any

from hosting.lib.child import DEFAULT, Limits, Unreadable, ask
from hosting.lib.reading.edata import EmbeddedInvoice
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
]

CHILD = "hosting.lib.reading.child"
TEXT = Limits(seconds=90)
OCR_PAGES = 5
WORDS = 20_000


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
    words = tuple(Word(*values) for values in said["words"])
    return DocumentText(said["source"], said["pages"], words, said["problem"])


def embedded_xml(content: bytes, limits: Limits = DEFAULT) -> bytes | None:
    """The invoice as XML that a PDF carries by Factur-X or ZUGFeRD, as it is; None without one.
    Raises Unreadable."""
    found: str | None = ask(CHILD, "xml", content, limits)
    return None if found is None else base64.b64decode(found)


def embedded_invoice(content: bytes, limits: Limits = DEFAULT) -> EmbeddedInvoice | None:
    """What that XML says. None without one, or where it is none that may be read. Raises Unreadable."""
    found: dict[str, Any] | None = ask(CHILD, "invoice", content, limits)
    return None if found is None else read_row(EmbeddedInvoice, found)
