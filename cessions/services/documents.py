"""The claimant's documents: added, taken away while it is a draft, replaced later (T1, D4, D6)."""

from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from cessions.enums import OPEN_STATES, DocumentState, FilingState
from cessions.models import Document, Filing, RequestedService
from cessions.services.locks import lock_filing, require
from cessions.services.questions import answered_by_document
from hosting.records.services import UploadRefused, destroy_files, journal, store_upload

ROWS_PER_FILE = 3  # a document can be replaced a few times, not without end


@transaction.atomic
def add_document(
    filing: Filing,
    upload: UploadedFile,
    *,
    kind: str,
    now: datetime,
    service: RequestedService | None = None,
    actor: str = "claimant",
) -> Document:
    """Keep an upload as a document of `kind`; machines read it later (D5).

    It waits for its scan (D6). Raises UploadRefused with words for the visitor, NotPossible when the
    filing takes no documents any more.

    The same file sent again as the same kind is the document that is there already.
    """
    filing = lock_filing(filing)
    require(takes_documents(filing), "closed for documents")
    refuse_too_many(filing)
    file = store_upload(upload, now=now)
    present = filing.documents.filter(
        kind=kind, file__received_sha256=file.received_sha256
    ).exclude(state=DocumentState.REPLACED)
    if (same := present.first()) is not None:
        destroy_files([file], now=now)
        return same
    document = Document.objects.create(
        filing=filing,
        requested_service=service,
        kind=kind,
        file=file,
        added_at=now,
        next_read_at=now,
    )
    tell_of(document, "document_added", now, actor)
    return document


@transaction.atomic
def replace_document(
    filing: Filing, document: Document, upload: UploadedFile, *, now: datetime
) -> Document:
    """Put a better copy in the place of a document that is not accepted (D4). Raises as above."""
    filing = lock_filing(filing)
    require(takes_documents(filing), "closed for documents")
    old = filing.documents.select_for_update().get(pk=document.pk)
    require(old.state in (DocumentState.TO_REVIEW, DocumentState.REFUSED), "not replaceable")
    refuse_too_many(filing, replacing=1)
    new = Document.objects.create(
        filing=filing,
        requested_service=old.requested_service,
        kind=old.kind,
        file=store_upload(upload, now=now),
        added_at=now,
        next_read_at=now,
    )
    old.state, old.replaced_by = DocumentState.REPLACED, new
    old.save(update_fields=["state", "replaced_by"])
    tell_of(new, "document_replaced", now, "claimant", replaces=old.pk)
    return new


@transaction.atomic
def remove_document(filing: Filing, document_id: int, *, now: datetime) -> None:
    """Take a file off a draft and destroy it. Nothing happens when it is gone already."""
    filing = lock_filing(filing)
    require(filing.state == FilingState.DRAFT, "not a draft")
    found = filing.documents.select_related("file").filter(pk=document_id).first()
    if found is not None:
        found.delete()
        destroy_files([found.file], now=now)


def takes_documents(filing: Filing) -> bool:
    """Whether the claimant may add documents: until the last of his requests has ended."""
    if filing.state == FilingState.CONFIRMED:
        return filing.requests.filter(state__in=OPEN_STATES).exists()
    return filing.state in (FilingState.DRAFT, FilingState.UNCONFIRMED)


def refuse_too_many(filing: Filing, replacing: int = 0) -> None:
    """At most UPLOAD_MAX_FILES documents that count, and some more that were replaced (D6)."""
    states = list(filing.documents.values_list("state", flat=True))
    counting = sum(state != DocumentState.REPLACED for state in states) - replacing
    limit = settings.UPLOAD_MAX_FILES
    if counting >= limit or len(states) >= limit * ROWS_PER_FILE:
        raise UploadRefused(_("You can send up to %(count)d files.") % {"count": limit})


def tell_of(document: Document, event: str, now: datetime, actor: str, **facts: object) -> None:
    """Journal a document by its hash; what staff asked for counts as answered (T6)."""
    filing = document.filing
    if filing.state == FilingState.DRAFT:
        return
    journal(
        filing.stream,
        event,
        at=now,
        actor=actor,
        document=document.pk,
        kind=document.kind,
        sha256=document.file.sha256,
        **facts,
    )
    answered_by_document(filing, now=now)
