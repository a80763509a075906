"""Identity documents are destroyed after the end of their case, with proof in the journal (D7)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from cessions.models import Document, Filing, LegalHold, Reading
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.services.locks import lock_filing
from hosting.lib.sweeps import each
from hosting.records.services import Entry, destroy_now, journal_many

RULE = "D7"
MOST_AT_A_RING = 1000
log = structlog.get_logger(__name__)


class NotDestroyed(Exception):
    """Storage did not let bytes go: what is left stays due, and is tried again at the next ring."""


def not_held(filings: "QuerySet[Filing]") -> "QuerySet[Filing]":
    """Those of `filings` that no legal hold keeps (D7)."""
    holds = LegalHold.objects.filter(filing=OuterRef("pk"), lifted_at__isnull=True)
    return filings.filter(~Exists(holds))


def is_held(filing: Filing) -> bool:
    """Whether a supervisor keeps the evidence of a locked filing beyond its time (D7)."""
    return filing.legal_holds.filter(lifted_at__isnull=True).exists()


def destroy_due(now: datetime) -> int:
    """Destroy what is due at `now`, one transaction each; how many cases were done. For the sweep.

    One whose bytes storage keeps is left due and keeps no other waiting.
    """
    due = not_held(Filing.objects.filter(destroy_identity_at__lte=now))
    keys = due.order_by("destroy_identity_at").values_list("pk", flat=True)[:MOST_AT_A_RING]
    return each(list(keys), lambda pk: destroy_identity(pk, now=now), name="identity documents")


def destroy_identity(filing_id: UUID, *, now: datetime) -> bool:
    """Destroy the identity documents of one case; False when it is not due (any more), or held.

    Replaced and refused ones go with it. Each is said to be destroyed, here and in the journal, only
    after its bytes are gone. Raises NotDestroyed when some are not: those stay due.
    """
    with transaction.atomic():
        filing = lock_filing(Filing(pk=filing_id))
        due_at = filing.destroy_identity_at
        if due_at is None or due_at > now or is_held(filing):
            return False
        documents = identity_documents(filing)
        gone = destroy_documents(filing, documents, now=now, rule=RULE)
        if len(gone) == len(documents):
            filing.destroy_identity_at = None
        if gone:
            filing.identity_destroyed_at = now
        filing.save(update_fields=["destroy_identity_at", "identity_destroyed_at"])
    if filing.destroy_identity_at is not None:
        raise NotDestroyed(
            f"{len(documents) - len(gone)} of {len(documents)} files are still there"
        )
    return True


def identity_documents(filing: Filing) -> list[Document]:
    """The identity documents of the filing whose bytes are there, whatever became of them."""
    kinds = sorted(IDENTITY_KINDS)
    rows = filing.documents.filter(kind__in=kinds, file__destroyed_at__isnull=True)
    return list(rows.select_related("file").order_by("pk"))


def destroy_documents(
    filing: Filing, documents: Iterable[Document], *, now: datetime, rule: str
) -> list[Document]:
    """Destroy the bytes of `documents` and what machines read in them, and journal each; those that
    went. Who checked what, its kind and until when it was valid stay (D7)."""
    gone = [document for document in documents if _bytes_go(document, now)]
    Reading.objects.filter(document__in=gone, erased_at=None).update(
        text="", findings={}, erased_at=now
    )
    Document.objects.filter(pk__in=[document.pk for document in gone]).update(next_read_at=None)
    journal_many(_proof(filing, document, now, rule) for document in gone)
    return gone


def _bytes_go(document: Document, now: datetime) -> bool:
    try:
        destroy_now(document.file, now=now)
    except DatabaseError:
        raise
    except Exception:  # whatever storage raises
        log.exception("bytes_not_destroyed", document=document.pk)
        return False
    return True


def _proof(filing: Filing, document: Document, now: datetime, rule: str) -> Entry:
    facts = {
        "document": document.pk,
        "kind": document.kind,
        "sha256": document.file.sha256,
        "received_sha256": document.file.received_sha256 or document.file.sha256,
        "rule": rule,
    }
    return Entry(filing.stream, "document_destroyed", now, facts=facts)
