"""What a check of files means for the transfers: the journal knows the bytes that are kept, and a
claimant whose file never opens is told at once (D6)."""

from datetime import datetime

from django.utils import translation

from cessions.enums import DocumentState, FilingState
from cessions.models import Document, Filing
from cessions.notifications import claimant
from cessions.services.locks import lock_filing
from hosting.records.enums import NEVER_OPENED
from hosting.records.models import StoredFile
from hosting.records.services import journal

NEEDED = (DocumentState.TO_REVIEW, DocumentState.ACCEPTED)


def note_check(file: StoredFile, *, now: datetime) -> None:
    """Journal the verdict on each document that `file` is, and tell the claimant of a bad one.

    `file` bears the verdict already; its transaction is the caller's. A draft has no journal, and an
    address that nobody confirmed gets no mail: `tell_of_closed` makes up for it at the reception.
    """
    for document in Document.objects.filter(file=file).select_related("filing").order_by("pk"):
        filing = lock_filing(document.filing)
        document.refresh_from_db(fields=["state"])
        if filing.state == FilingState.DRAFT:
            continue
        journal(
            filing.stream,
            "document_checked",
            at=now,
            document=document.pk,
            state=str(file.scan_state),
            problem=file.problem,
            found=file.found,
            received_sha256=file.received_sha256,
            sha256=file.sha256,
        )
        document.file = file
        if filing.state == FilingState.CONFIRMED and document.state in NEEDED:
            _tell(filing, document, now)


def tell_of_closed(filing: Filing, *, now: datetime) -> None:
    """At the reception, tell of files that were found bad before the address was confirmed."""
    rows = filing.documents.filter(state__in=NEEDED, file__scan_state__in=NEVER_OPENED)
    for document in rows.select_related("file").order_by("pk"):
        _tell(filing, document, now)


def _tell(filing: Filing, document: Document, now: datetime) -> None:
    with translation.override(filing.language):
        why = document.file.closed_words
    if why:
        claimant.file_closed(filing, document, why=why, now=now)
