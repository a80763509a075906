"""Documents are judged one by one, by named people (D4); machines never accept (D5, K3)."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from cessions import policies
from cessions.enums import DocumentKind, DocumentState, RefusalReason
from cessions.facts import provider_zone
from cessions.models import Document
from cessions.notifications import claimant
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.services import states
from cessions.services.guard import (
    ActRefused,
    actor_of,
    require_reason,
    require_staff,
    require_supervisor,
)
from hosting.lib.dates import local_date
from hosting.records.enums import NEVER_OPENED
from hosting.records.services import journal
from hosting.records.services.files import openable

REVIEWABLE = (DocumentState.TO_REVIEW, DocumentState.ACCEPTED, DocumentState.REFUSED)


@transaction.atomic
def accept_document(
    document_id: int,
    *,
    by: User,
    now: datetime,
    issued_on: date | None = None,
    valid_until: date | None = None,
    has_statement: bool = False,
    remark: str = "",
) -> Document:
    """A named person has looked at the document and accepts it as what it was sent as (D4).

    Identity documents need the date up to which they are valid, register extracts the date of issue;
    both must have been good on the day of filing (D1, D2). Raises ActRefused.
    """
    require_staff(by)
    document = reviewable(document_id)
    _require_dates(document, issued_on, valid_until)
    document.issued_on, document.valid_until = issued_on, valid_until
    document.has_statement, document.reason = has_statement, remark.strip()
    return _judge(document, DocumentState.ACCEPTED, by=by, now=now)


@transaction.atomic
def accept_as_equivalent(
    document_id: int, *, stands_for: str, reason: str, by: User, now: datetime
) -> Document:
    """A supervisor lets a document stand in for another kind, with a reason; never for an identity
    (D4). Raises ActRefused."""
    require_supervisor(by)
    if stands_for in IDENTITY_KINDS or stands_for not in DocumentKind.values:
        raise ActRefused("identity")
    document = reviewable(document_id)
    document.reason = require_reason(reason)
    document.equivalent_for = stands_for
    return _judge(document, DocumentState.ACCEPTED, by=by, now=now)


@transaction.atomic
def refuse_document(
    document_id: int, *, refusal: str, reason: str, by: User, now: datetime
) -> Document:
    """A named person refuses the document: incorrect, incomplete or outdated, and why (D4, T6).

    The claimant is told by e-mail, reads `reason` on his status page, and can send another. A file
    that was never scanned may be refused unseen. Raises ActRefused.
    """
    require_staff(by)
    if refusal not in RefusalReason.values:
        raise ActRefused("reason")
    document = reviewable(document_id)
    document.refusal, document.reason = refusal, require_reason(reason)
    _judge(document, DocumentState.REFUSED, by=by, now=now)
    claimant.document_refused(document.filing, document, now=now)
    return document


def reviewable(document_id: int) -> Document:
    """The document, its case locked, wiped of an earlier judgement. Raises ActRefused."""
    filing_id = Document.objects.values_list("filing_id", flat=True).get(pk=document_id)
    requests = states.lock_all(filing_id)
    rows = Document.objects.select_related("filing", "file").select_for_update(of=("self",))
    document = rows.get(pk=document_id)
    if document.state not in REVIEWABLE or not any(request.is_open for request in requests):
        raise ActRefused("state")
    document.equivalent_for = document.refusal = document.reason = ""
    document.issued_on = document.valid_until = None
    return document


def _require_dates(document: Document, issued_on: date | None, valid_until: date | None) -> None:
    filed_on = local_date(document.added_at, provider_zone())
    if document.kind in IDENTITY_KINDS:
        if valid_until is None:
            raise ActRefused("date_missing")
        if valid_until < filed_on:
            raise ActRefused("out_of_date")
    if document.kind == DocumentKind.REGISTER_EXTRACT:
        if issued_on is None:
            raise ActRefused("date_missing")
        if not policies.extract_is_fresh(issued_on, filed_on):
            raise ActRefused("out_of_date")


def _judge(document: Document, state: DocumentState, *, by: User, now: datetime) -> Document:
    if state == DocumentState.ACCEPTED and not openable(document.file):
        closed = document.file.scan_state in NEVER_OPENED
        raise ActRefused("file_closed" if closed else "not_scanned")
    document.state, document.reviewed_by, document.reviewed_at = state, by, now
    document.save(
        update_fields=[
            "state",
            "reviewed_by",
            "reviewed_at",
            "refusal",
            "reason",
            "issued_on",
            "valid_until",
            "has_statement",
            "equivalent_for",
        ]
    )
    journal(
        document.filing.stream,
        f"document_{state}",
        at=now,
        actor=actor_of(by),
        document=document.pk,
        kind=document.kind,
        sha256=document.file.sha256,
        refusal=document.refusal,
        equivalent_for=document.equivalent_for,
    )
    return document
