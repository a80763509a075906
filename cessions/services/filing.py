"""A filing before its reception: submitted, its confirmation sent again, its address corrected;
and its links asked for anew (T1, T3, T5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from cessions.enums import FilingState
from cessions.facts import provider_zone
from cessions.models import Consent, Filing
from cessions.notifications import claimant as notify
from cessions.policies import draft_expires_at
from cessions.services.locks import lock_filing, require
from hosting.lib.dates import local_date
from hosting.models import Notice
from hosting.records.services import journal


@transaction.atomic
def submit(filing: Filing, *, notices: Iterable[Notice], now: datetime) -> Filing:
    """File a complete draft: it gets its number and waits for the claimant's confirmation (T1, T3).

    Asks nothing about the names claimed, so that hosted and unknown ones take the same way (T4).
    Pressed twice, the second does nothing. Raises NotPossible for an expired draft.
    """
    filing = lock_filing(filing)
    if filing.state in (FilingState.UNCONFIRMED, FilingState.CONFIRMED):
        return filing
    require(filing.state == FilingState.DRAFT and bool(filing.email), "not a complete draft")
    filing.number = next_number(now)
    filing.state = FilingState.UNCONFIRMED
    filing.submitted_at = now
    filing.expires_at = draft_expires_at(now, settings.CESSION_DRAFT_DAYS)
    filing.save(update_fields=["number", "state", "submitted_at", "expires_at"])
    accept_notices(filing, notices, now=now)
    journal(
        filing.stream,
        "filing_submitted",
        at=now,
        actor="claimant",
        number=filing.number,
        documents=handed_in(filing),
    )
    notify.confirm_address(filing, now=now)
    return filing


def handed_in(filing: Filing) -> list[dict[str, Any]]:
    """The documents of a draft, by their hashes: as they came, and as they are kept (D6, X6)."""
    found = filing.documents.select_related("file").order_by("pk")
    return [
        {
            "document": row.pk,
            "kind": row.kind,
            "sha256": row.file.sha256,
            "received_sha256": row.file.received_sha256 or row.file.sha256,
        }
        for row in found
    ]


def next_number(now: datetime) -> str:
    """The next case number: T<local year>-<six digits>; never twice, gaps are possible."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('cessions_case_number')")
        (count,) = cursor.fetchone()
    year = local_date(now, provider_zone()).year
    return f"T{year}-{count:06d}"


def accept_notices(filing: Filing, notices: Iterable[Notice], *, now: datetime) -> None:
    """Keep which version of each notice was shown and accepted; once is enough (N5)."""
    Consent.objects.bulk_create(
        (
            Consent(
                filing=filing,
                notice=notice.code,
                version=notice.version,
                language=notice.language,
                at=now,
            )
            for notice in notices
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def accept_effects(
    filing: Filing, notices: Iterable[Notice], *, now: datetime, actor: str = "claimant"
) -> None:
    """The claimant accepts the effects of a transfer, and terms not accepted yet, beforehand (X4).

    Twice is as once. Staff record so what he signed on paper.
    """
    filing = lock_filing(filing)
    require(filing.state == FilingState.CONFIRMED, "not received")
    accepted = list(notices)
    accept_notices(filing, accepted, now=now)
    versions = {notice.code: notice.version for notice in accepted}
    journal(filing.stream, "notices_accepted", at=now, actor=actor, versions=versions)


@transaction.atomic
def resend_confirmation(filing: Filing, *, now: datetime) -> bool:
    """Send the confirmation link again; False when nothing waits for one."""
    filing = lock_filing(filing)
    if filing.state != FilingState.UNCONFIRMED:
        return False
    notify.confirm_address(filing, now=now)
    journal(filing.stream, "confirmation_sent_again", at=now)
    return True


@transaction.atomic
def correct_address(filing: Filing, email: str, *, actor: str, now: datetime) -> Filing:
    """Correct a mistyped address before its confirmation (T3).

    The links sent to the wrong address stop working. Raises NotPossible once confirmed.
    """
    filing = lock_filing(filing)
    require(filing.state == FilingState.UNCONFIRMED, "not waiting for confirmation")
    filing.email = email
    filing.link_generation += 1
    filing.save(update_fields=["email", "link_generation"])
    journal(filing.stream, "address_corrected", at=now, actor=actor)
    notify.confirm_address(filing, now=now)
    return filing


@transaction.atomic
def send_link_again(*, number: str, email: str, now: datetime) -> bool:
    """Send a lost link to the address of the case, if number and address belong together (T5).

    Whoever asks must be told the same in both cases. True when a mail was queued.
    """
    found = Filing.objects.filter(number=number, email__iexact=email).first()
    if found is None:
        return False
    filing = lock_filing(found)
    if filing.state == FilingState.UNCONFIRMED:
        notify.confirm_address(filing, now=now)
    elif filing.state == FilingState.CONFIRMED:
        notify.status_link(filing, now=now)
    else:
        return False
    journal(filing.stream, "link_sent_again", at=now)
    return True
