"""Reception: the instant from which everything counts, and who may bring it about (T2, T3)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.enums import ConfirmedHow, FilingState, RequestState
from cessions.facts import provider_zone
from cessions.models import Filing, RequestedService, TransferRequest
from cessions.notifications import claimant as notify
from cessions.policies import first_attempt_due, reception_of
from cessions.services import states
from cessions.services.claims import Claim
from cessions.services.file_checks import tell_of_closed
from cessions.services.filing import next_number
from cessions.services.holding import HOLD
from cessions.services.intake import sync_services, write_claim
from cessions.services.locks import lock_filing, lock_open_requests, require
from hosting.enums import ServiceStatus
from hosting.lib.bell import ring_on_commit
from hosting.models import Service
from hosting.records.services import journal


@transaction.atomic
def confirm(filing: Filing, *, now: datetime) -> Filing:
    """The claimant confirms his address by POST: this is the reception (T3). Twice is as once.

    `filing` is as it was read when its link was checked. Raises NotPossible when it has expired, or
    when the address was corrected since: the link shows that the former mailbox is his, not this one.
    """
    clicked = filing.link_generation
    filing = lock_filing(filing)
    if filing.state == FilingState.CONFIRMED:
        return filing
    require(filing.link_generation == clicked, "the address was corrected meanwhile")
    return receive(
        filing, how=ConfirmedHow.LINK, received_at=now, attempts_from=now, actor="claimant", now=now
    )


@transaction.atomic
def confirm_by_staff(filing: Filing, *, how: str, by: User, now: datetime) -> Filing:
    """Staff confirm a claimant whose mailbox is dead, by telephone or post (T3)."""
    filing = lock_filing(filing)
    require(how in (ConfirmedHow.TELEPHONE, ConfirmedHow.POST), "by telephone or post only")
    filing.confirmed_by = by
    return receive(
        filing, how=how, received_at=now, attempts_from=now, actor=f"user:{by.pk}", now=now
    )


@transaction.atomic
def enter(
    claim: Claim,
    *,
    origin: str,
    arrived_at: datetime,
    by: User,
    now: datetime,
    anew_from: Filing | None = None,
) -> Filing:
    """Enter a case that came by e-mail or letter: the same case, received at once (T2).

    Reception is the arrival within 2 days of it, otherwise the entry; attempts are due from the
    entry. The claim must name at least one service.
    """
    require(bool(claim.services), "no service named")
    filing = Filing(
        number=next_number(now),
        state=FilingState.UNCONFIRMED,
        origin=origin,
        created_at=now,
        submitted_at=now,
        arrived_at=arrived_at,
        entered_by=by,
        entered_anew_from=anew_from,
        confirmed_by=by,
    )
    write_claim(filing, claim)
    filing.save(force_insert=True)
    sync_services(filing, claim.services)
    actor = f"user:{by.pk}"
    journal(filing.stream, "filing_entered", at=now, actor=actor, number=filing.number)
    return receive(
        filing,
        how=ConfirmedHow.ENTRY,
        received_at=reception_of(arrived_at, now),
        attempts_from=now,
        actor=actor,
        now=now,
    )


@transaction.atomic
def enter_anew(
    wrong: Filing, claim: Claim, *, origin: str, arrived_at: datetime, by: User, now: datetime
) -> Filing:
    """Close a wrong entry and enter it anew, linked (T2). What staff did not enter stays."""
    wrong = lock_filing(wrong)
    require(wrong.entered_by_id is not None, "filed by the claimant himself")
    for request in lock_open_requests(wrong):
        states.move(
            request,
            states.open_services(request),
            RequestState.WITHDRAWN,
            now=now,
            actor=f"user:{by.pk}",
            event="closed_as_wrong_entry",
        )
    return enter(claim, origin=origin, arrived_at=arrived_at, by=by, now=now, anew_from=wrong)


def receive(
    filing: Filing,
    *,
    how: str,
    received_at: datetime,
    attempts_from: datetime,
    actor: str,
    now: datetime,
) -> Filing:
    """Make a locked, unconfirmed filing into one request per account, with its clocks (T1, T3).

    The names are looked up now, in the same number of statements whether they are here or not;
    names that are not here share one request without an account and without attempts (T4).
    """
    require(filing.state == FilingState.UNCONFIRMED, "not waiting for confirmation")
    filing.state = FilingState.CONFIRMED
    filing.confirmed_at, filing.confirmed_how, filing.expires_at = now, how, None
    filing.save(
        update_fields=["state", "confirmed_at", "confirmed_how", "confirmed_by", "expires_at"]
    )
    rows = match_services(filing)
    requests = make_requests(filing, rows, received_at, attempts_from)
    journal(
        filing.stream,
        "received",
        at=now,
        actor=actor,
        how=how,
        received_at=received_at.isoformat(),
        requests=[request.number for request in requests],
    )
    notify.received(filing, received_at=received_at, now=now)
    tell_of_closed(filing, now=now)
    ring_on_commit(HOLD)
    return filing


def match_services(filing: Filing) -> list[RequestedService]:
    """The filing's services, each joined to the service of that kind and name if it is here (S2)."""
    rows = list(filing.services.order_by("pk"))
    spellings = {spelling for row in rows for spelling in (row.name, row.name.lower())}
    here = Service.objects.filter(name__in=spellings).exclude(status=ServiceStatus.TERMINATED)
    found = {(service.kind, service.name): service for service in here}
    for row in rows:
        row.service = found.get((row.kind, row.name)) or found.get((row.kind, row.name.lower()))
    return rows


def make_requests(
    filing: Filing,
    rows: list[RequestedService],
    received_at: datetime,
    attempts_from: datetime,
) -> list[TransferRequest]:
    """One request per account, its services in it, and its first attempt due (T1, C2)."""
    due = first_attempt_due(attempts_from, provider_zone())
    accounts = list(dict.fromkeys(row.service.account_id if row.service else None for row in rows))
    requests = TransferRequest.objects.bulk_create(
        TransferRequest(
            filing=filing,
            number=f"{filing.number}-{place}",
            account_id=account_id,
            received_at=received_at,
            first_attempt_due_at=due if account_id else None,
            next_attempt_at=due if account_id else None,
        )
        for place, account_id in enumerate(accounts, start=1)
    )
    by_account = dict(zip(accounts, requests, strict=True))
    for row in rows:
        row.request = by_account[row.service.account_id if row.service else None]
    RequestedService.objects.bulk_update(rows, ["request", "service"])
    return requests
