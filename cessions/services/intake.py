"""Drafts: begun without an account, kept for 30 days, expired with their files (T1, T7)."""

from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from cessions.enums import FilingState
from cessions.models import Filing, RequestedService
from cessions.notifications import claimant as notify
from cessions.policies import draft_expires_at, may_move
from cessions.services.claims import FIELDS, Claim, NamedService
from cessions.services.locks import lock_filing, require
from hosting.lib.sweeps import each
from hosting.records.services import destroy_files, journal

PERSONAL_TEXTS = (
    "full_name",
    "organisation",
    "email",
    "telephone",
    "postal_address",
    "already_tried",
    "event_details",
)


@transaction.atomic
def start_draft(claim: Claim, *, now: datetime, key: UUID | None = None) -> Filing:
    """Keep what was typed so far, for 30 days (T1). Nothing needs to be complete yet.

    `key` is the id that the form was given: sent twice at once, it is one draft; the second raises
    IntegrityError.
    """
    expires_at = draft_expires_at(now, settings.CESSION_DRAFT_DAYS)
    filing = Filing(pk=key or uuid4(), created_at=now, expires_at=expires_at)
    write_claim(filing, claim)
    filing.save(force_insert=True)
    sync_services(filing, claim.services)
    return filing


@transaction.atomic
def save_draft(filing: Filing, claim: Claim, *, now: datetime) -> Filing:
    """Write what was typed into a draft. Raises NotPossible when it is no draft any more."""
    filing = lock_filing(filing)
    require(is_live_draft(filing, now), "not a draft")
    write_claim(filing, claim)
    filing.save(update_fields=FIELDS)
    sync_services(filing, claim.services)
    return filing


@transaction.atomic
def send_draft_link(filing: Filing, *, now: datetime) -> None:
    """Send the private link of a draft to its address, on the claimant's wish (T1)."""
    filing = lock_filing(filing)
    require(is_live_draft(filing, now) and bool(filing.email), "no draft with an address")
    notify.draft_saved(filing, now=now)


def is_live_draft(filing: Filing, now: datetime) -> bool:
    """Whether the draft can be resumed at `now`."""
    return filing.state == FilingState.DRAFT and (
        filing.expires_at is None or now < filing.expires_at
    )


def write_claim(filing: Filing, claim: Claim) -> None:
    """Put what the claimant said on the row; the caller saves."""
    for name in FIELDS:
        setattr(filing, name, getattr(claim, name))


def sync_services(filing: Filing, named: tuple[NamedService, ...]) -> None:
    """Make the filing's services those named, keeping the rows that stay (documents hang on them)."""
    wanted = dict.fromkeys((each.kind, each.name) for each in named)
    present = {(row.kind, row.name): row for row in filing.services.all()}
    gone = [row.pk for key, row in present.items() if key not in wanted]
    if gone:
        filing.services.filter(pk__in=gone).delete()
    RequestedService.objects.bulk_create(
        RequestedService(filing=filing, kind=kind, name=name)
        for kind, name in wanted
        if (kind, name) not in present
    )


@transaction.atomic
def expire(filing: Filing, *, now: datetime, actor: str = "system") -> bool:
    """Let a draft or an unconfirmed filing go: files destroyed, personal content gone (T1, T7, L1).

    The row stays with number and dates. False when the filing has moved on meanwhile.
    """
    filing = lock_filing(filing)
    if not may_move(filing.state, FilingState.EXPIRED):
        return False
    files = [document.file for document in filing.documents.select_related("file")]
    filing.documents.update(replaced_by=None)
    filing.documents.all().delete()
    filing.services.all().delete()
    filing.consents.all().delete()
    destroy_files(files, now=now)
    journal(filing.stream, "filing_expired", at=now, actor=actor, files=len(files))
    for name in PERSONAL_TEXTS:
        setattr(filing, name, "")
    filing.state = FilingState.EXPIRED
    filing.silent_since = filing.expires_at = None
    filing.save(update_fields=[*PERSONAL_TEXTS, "state", "silent_since", "expires_at"])
    return True


def expire_due(now: datetime, limit: int = 100) -> int:
    """Expire what is due at `now`, one transaction each; how many went. For the sweep."""
    due = Filing.objects.filter(expires_at__lte=now).order_by("expires_at")[:limit]
    return each(due, lambda filing: expire(filing, now=now), name="drafts")
