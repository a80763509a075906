"""Machines read documents and note what they found, for the people who judge them (D5). Nothing here or
elsewhere decides by it (K3)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Case, Q, When

from accounts.models import User
from cessions.enums import DocumentKind, DocumentState, FilingState
from cessions.facts import provider_zone
from cessions.models import Document, Reading
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.policies.findings import Findings, TextSource
from cessions.services.guard import require_staff
from cessions.services.readers import ReadingInput, findings_of
from cessions.services.wanted_facts import wanted_of
from hosting.lib.bell import ring_on_commit
from hosting.lib.dates import local_date
from hosting.lib.reading import read_text
from hosting.records.enums import NEVER_OPENED
from hosting.records.models import StoredFile
from hosting.records.services import journal, open_file, openable_files

READ = "cessions.tasks.read_documents"
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""After a reading that did not come to its end: the worker was killed, or storage was away."""
SECONDS = 300
"""No document is begun later in a sweep: one takes up to two minutes, and a task ten (settings)."""
TEXT_LENGTH = 100_000
log = structlog.get_logger(__name__)


def read_due(clock: Callable[[], datetime], limit: int = 20) -> int:
    """Read up to `limit` documents whose file may be opened, one by one; how many.

    A claimed document is due again after a pause, so that a killed worker loses nothing; after the last
    pause it is noted as unreadable. Drafts wait: nobody has filed them yet.
    """
    drop_gone(clock())
    done, ends = 0, time.monotonic() + SECONDS
    while done < limit and time.monotonic() < ends:
        document = claim_next(clock())
        if document is None:
            break
        done += 1
        read_document(document, clock)
    return done


def drop_gone(now: datetime) -> None:
    """Documents whose bytes are destroyed, or that nobody may ever open, are not due any more."""
    gone = Q(file__destroyed_at__isnull=False) | Q(file__scan_state__in=NEVER_OPENED)
    Document.objects.filter(gone, next_read_at__lte=now).update(next_read_at=None)


@transaction.atomic
def claim_next(now: datetime) -> Document | None:
    """The document that waits longest, its try counted; proofs of payment after their invoices."""
    due = Document.objects.filter(
        next_read_at__lte=now, file__in=openable_files(), filing__state=FilingState.CONFIRMED
    )
    last = Case(When(kind=DocumentKind.PAYMENT_PROOF, then=1), default=0)
    due = due.order_by(last, "next_read_at", "pk")
    found = due.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if found is not None:
        found.next_read_at = now + PAUSES[min(found.read_tries, len(PAUSES) - 1)]
        found.read_tries += 1
        found.save(update_fields=["next_read_at", "read_tries"])
    return found


def read_document(document: Document, clock: Callable[[], datetime]) -> None:
    """Read one document and keep what was found. Trouble is logged; the document stays due, until it
    was tried too often."""
    if document.read_tries > len(PAUSES):
        keep(document, "", Findings(problem="unreadable"), clock())
        return
    try:
        text, findings = look_at(document, clock())
    except Exception:
        log.exception("reading_failed", document=document.pk)
        return
    keep(document, text, findings, clock())


def look_at(document: Document, now: datetime) -> tuple[str, Findings]:
    """The text of a document (none of an identity document: the findings are enough, L1), and what
    its readers found."""
    with open_file(document.file) as stream:
        content = stream.read()
    text = read_text(content, document.file.content_type)
    zone = provider_zone()
    given = ReadingInput(
        kind=document.kind,
        content=content,
        content_type=document.file.content_type,
        text=text,
        wanted=wanted_of(document, zone),
        today=local_date(now, zone),
    )
    found = tuple(findings_of(given))
    findings = Findings(TextSource(text.source), text.pages, text.problem, found)
    return "" if document.kind in IDENTITY_KINDS else text.text[:TEXT_LENGTH], findings


@transaction.atomic
def keep(document: Document, text: str, findings: Findings, now: datetime) -> bool:
    """Store a reading; False where the bytes were destroyed meanwhile: then nothing of them is kept (D7).

    The journal gets counts, no personal text. Proofs of payment beside an invoice are read again.
    """
    file = StoredFile.objects.select_for_update(no_key=True).get(pk=document.file_id)
    Document.objects.filter(pk=document.pk).update(next_read_at=None, read_tries=0)
    if file.destroyed_at is not None:
        return False
    values = {"at": now, "text": text.replace("\0", ""), "findings": findings.as_json()}
    Reading.objects.update_or_create(document=document, defaults=values)
    journal(
        document.filing.stream,
        "document_read",
        at=now,
        document=document.pk,
        source=str(findings.source),
        pages=findings.pages,
        findings=len(findings.findings),
        problem=findings.problem,
    )
    if document.kind == DocumentKind.INVOICE:
        proofs = document.filing.documents.filter(kind=DocumentKind.PAYMENT_PROOF)
        proofs = proofs.exclude(state=DocumentState.REPLACED).filter(reading__erased_at=None)
        proofs.filter(reading__isnull=False).update(next_read_at=now)
    return True


def forget(document: Document, *, now: datetime) -> None:
    """Drop what was read in a document that turned out to be of another kind, and read it anew: the text
    of an identity document is not kept (L1)."""
    Reading.objects.filter(document=document).update(text="", findings={})
    Document.objects.filter(pk=document.pk).update(next_read_at=now, read_tries=0)
    ring_on_commit(READ)


@transaction.atomic
def read_again(document_id: int, *, by: User, now: datetime) -> None:
    """Staff have a document read once more: the account's names changed, say. Raises ActRefused."""
    require_staff(by)
    Document.objects.filter(pk=document_id).update(next_read_at=now, read_tries=0)
    ring_on_commit(READ)
