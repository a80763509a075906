"""Look at somebody's invoice before he files a request, and keep nothing of it (D2, P5, D6)."""

import threading
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from cessions.policies.invoice_check import InvoiceCheck, check_invoice
from hosting.lib import clamd
from hosting.lib.reading import Limits, Unreadable, embedded_invoice, read_text
from hosting.records.services import UploadRefused
from hosting.records.services.files import refuse_closed, refuse_size, sniff

PDF = "application/pdf"
LIMITS = Limits(seconds=15, megabytes=800, pages=5, megapixels=40)
OCR_PAGES = 1
SCAN_SECONDS = 10
MOST_WORDS = (
    3000  # more than five pages of an invoice have; looking through a book of them takes seconds
)
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
    refuse_closed(upload, content_type)
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        refuse_malware(upload)
        return _checked(upload.read(), content_type)
    finally:
        _places.release()


def refuse_malware(upload: "UploadedFile[bytes]") -> None:
    """Raises UploadRefused for what ClamAV knows. Without its verdict the file is read all the same:
    nobody opens it, and a child process alone looks inside."""
    if not settings.CLAMD_URL:
        return
    content: Any = upload
    try:
        found = clamd.scan(settings.CLAMD_URL, content, SCAN_SECONDS)
    except clamd.NotScanned:
        found = ""
    upload.seek(0)
    if found:
        raise UploadRefused(_("Malware was found in this file. Please do not open it yourself."))


def _checked(content: bytes, content_type: str) -> InvoiceCheck:
    text = read_text(content, content_type, LIMITS, OCR_PAGES)
    text = replace(text, words=text.words[:MOST_WORDS])
    embedded = None
    if content_type == PDF and text.problem != "unreadable":
        try:
            embedded = embedded_invoice(content, LIMITS)
        except Unreadable:  # its text alone, then
            embedded = None
    return check_invoice(text, embedded)
