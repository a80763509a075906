"""The lock after a transfer, whether a request or an agreed transfer brought it about (X5)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from cessions import policies
from cessions.enums import AgreedState, RequestState
from cessions.models import AgreedService, AgreedTransfer, RequestedService, TransferRequest
from hosting.models import Service
from hosting.services import Event, announce


def lock(
    rows: "QuerySet[RequestedService] | QuerySet[AgreedService]",
    services: Iterable[Service],
    number: str,
    *,
    now: datetime,
) -> datetime:
    """Lock what the transfer `number` just moved against a further transfer, and say so outside; returns
    up to when. `rows` are its services, `services` the same as they are hosted, locked."""
    until = policies.locked_until(now, settings.CESSION_LOCK_DAYS)
    if until > now:
        rows.update(locked=(now, until))
        facts = {"request": number, "until": until.isoformat()}
        announce((Event(service, "locked", facts) for service in services), now=now)
    return until


def unlock(transfer: AgreedTransfer, now: datetime) -> None:
    """The lock of an agreed transfer ends at `now`; from when it held stays on record."""
    for item in transfer.services.filter(locked__isnull=False):
        since = item.locked.lower if item.locked else None
        item.locked = (since, now) if since is not None and since < now else None
        item.save(update_fields=["locked"])


def in_lock(now: datetime) -> Q:
    """Among requested services: moved by their request and locked at `now`; a reversal lifts it."""
    return Q(state=RequestState.EXECUTED, locked__contains=now)


def locked_services(services: Iterable[Service], now: datetime) -> bool:
    """Whether one of `services` is locked against a further transfer at `now`, by whatever moved it."""
    chosen = list(services)
    by_request = RequestedService.objects.filter(in_lock(now), service__in=chosen)
    by_agreement = AgreedService.objects.filter(locked__contains=now, service__in=chosen)
    return by_request.exists() or by_agreement.exists()


def is_locked(transfer: AgreedTransfer, now: datetime) -> bool:
    """Whether an agreed transfer was carried out and locks its services at `now`."""
    inside = transfer.services.filter(locked__contains=now)
    return transfer.state == AgreedState.EXECUTED and bool(inside.exists())


def lock_end(transfer: AgreedTransfer) -> datetime | None:
    """The instant at which the lock of an agreed transfer ends or ended; None where none was."""
    item = transfer.services.filter(locked__isnull=False).first()
    return item.locked.upper if item is not None and item.locked else None


def handed_over(request: TransferRequest, now: datetime) -> bool:
    """Whether the holder's side itself handed over a service of `request`, and it is still locked."""
    asked = request.services.filter(service__isnull=False).values("service")
    rows = AgreedService.objects.filter(
        locked__contains=now, transfer__account=request.account_id, service__in=asked
    )
    return bool(rows.exists())
