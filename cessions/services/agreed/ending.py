"""How an agreed transfer ends without effect: withdrawn, declined, expired, stopped (X7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from cessions.enums import AgreedState
from cessions.models import AgreedTransfer
from cessions.notifications import agreed as notify
from cessions.services.agreed.locking import (
    OPEN,
    AgreedRefused,
    lock_transfer,
    require_holder,
    services_of,
)
from cessions.services.agreed.telling import holder_addresses
from cessions.services.guard import actor_of, require_supervisor
from hosting.lib.sweeps import each
from hosting.records.services import journal

SYSTEM = "system"


@transaction.atomic
def withdraw(pk: UUID, *, by: User, role: Role, now: datetime) -> AgreedTransfer:
    """The holder takes it back, at any time before it takes effect; to stop needs no factor.

    Twice is as once. Raises AgreedRefused for another role, or when it is over otherwise.
    """
    require_holder(role)
    transfer = lock_transfer(pk)
    if transfer.state == AgreedState.WITHDRAWN:
        return transfer
    if transfer.state not in OPEN:
        raise AgreedRefused("over")
    end(transfer, AgreedState.WITHDRAWN, now=now, actor=actor_of(by))
    return transfer


@transaction.atomic
def stop(pk: UUID, *, reason: str, by: User, now: datetime) -> AgreedTransfer:
    """A supervisor stops it, with a reason that both sides read. Raises ActRefused, AgreedRefused."""
    require_supervisor(by)
    words = reason.strip()
    if not words:
        raise AgreedRefused("reason")
    transfer = lock_transfer(pk)
    if transfer.state not in OPEN:
        raise AgreedRefused("over")
    end(transfer, AgreedState.STOPPED, now=now, actor=actor_of(by), reason=words)
    return transfer


def expire_due(now: datetime, limit: int = 100) -> int:
    """End up to `limit` proposals that nobody accepted in time; returns how many were due."""
    due = AgreedTransfer.objects.filter(state=AgreedState.PROPOSED, expires_at__lte=now)
    keys = list(due.order_by("expires_at").values_list("pk", flat=True)[:limit])
    each(keys, lambda pk: expire(pk, now=now), name="agreed_expiry")
    return len(keys)


@transaction.atomic
def expire(pk: UUID, *, now: datetime) -> bool:
    """End one proposal whose time is over; False when it is not (any more)."""
    transfer = lock_transfer(pk)
    if transfer.state != AgreedState.PROPOSED or transfer.expires_at > now:
        return False
    end(transfer, AgreedState.EXPIRED, now=now, actor=SYSTEM)
    return True


def end(
    transfer: AgreedTransfer, state: AgreedState, *, now: datetime, actor: str, reason: str = ""
) -> None:
    """Write the end of a locked transfer that moves nothing, and tell both sides. `reason` is a text
    that both read, or empty."""
    transfer.state, transfer.ended_at, transfer.end_reason = state, now, reason
    transfer.save(update_fields=["state", "ended_at", "end_reason"])
    transfer.services.update(open=False)
    journal(transfer.stream, f"agreed_{state}", at=now, actor=actor, number=transfer.number)
    services = services_of(transfer)
    notify.ended(transfer, services, now=now)
    notify.ended_holder(transfer, services, holder_addresses(transfer.account, now), now=now)
