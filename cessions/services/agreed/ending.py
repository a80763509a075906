"""How an agreed transfer ends without effect: withdrawn, declined, expired, stopped (X7)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.enums import Role
from accounts.models import User
from cessions.enums import AgreedState
from cessions.models import AgreedTransfer
from cessions.services.agreements import AgreedRefused, end, lock_transfer, require_holder
from cessions.services.guard import actor_of, require_supervisor
from hosting.lib.sweeps import each

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
