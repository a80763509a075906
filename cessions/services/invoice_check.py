"""Look at somebody's invoice before he files a request, and keep nothing of it (D2, P5, D6)."""

import threading

from django.core.files.uploadedfile import UploadedFile

from cessions.policies.invoice_check import InvoiceCheck, check_invoice
from hosting.lib.reading import Limits, Unreadable, embedded_invoice, read_text
from hosting.records.services.files import refuse_size, sniff

PDF = "application/pdf"
LIMITS = Limits(seconds=15, megabytes=800, pages=5, megapixels=40)
OCR_PAGES = 1
AT_A_TIME = 1  # per process: it costs a core for seconds, and nobody waits in line
_places = threading.BoundedSemaphore(AT_A_TIME)


class Busy(Exception):
    """As many files are looked at as there may be at a time."""


def look_at(upload: "UploadedFile[bytes]") -> InvoiceCheck:
    """Which points the file meets in itself. No row, no file, no line in a journal comes of it.

    Raises hosting.records.services.UploadRefused for what is no document at all, Busy when others are
    being served.
    """
    refuse_size(upload)
    content_type = sniff(upload)
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return _checked(upload.read(), content_type)
    finally:
        _places.release()


def _checked(content: bytes, content_type: str) -> InvoiceCheck:
    text = read_text(content, content_type, LIMITS, OCR_PAGES)
    embedded = None
    if content_type == PDF and text.problem != "unreadable":
        try:
            embedded = embedded_invoice(content, LIMITS)
        except Unreadable:  # its text alone, then
            embedded = None
    return check_invoice(text, embedded)
