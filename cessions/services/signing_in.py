"""Somebody signs in for an account: whom that concerns among the requests (C9, X5).

After a known death of the holder nobody's sign-in but his representative's is his sign of life, for the
dead sign in no more: an owner's then alarms the supervisors instead, as somebody may use it (A12). Under
guardianship the holder is alive; his sign-in is judged as any other.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import SEEING_ROLES, HolderEventKind, Role
from accounts.models import HolderEvent, Membership, User
from cessions.enums import OPEN_STATES, AgreedState
from cessions.models import AgreedService, AgreedTransfer, RequestedService, TransferRequest
from cessions.notifications import alarm
from cessions.services import agreed
from cessions.services.signs import holder_signed_in
from cessions.services.transfer_lock import in_lock
from hosting.lib.sweeps import each
from hosting.records.services import journal


def note_sign_in(user: User, now: datetime) -> int:
    """Record a sign of life on every request about an account of `user`, and on every agreed transfer
    in its lock; returns on how many.

    Staff sign in for nobody, and an emergency contact's sign-in is no sign of the holder's life (C9).
    Where nothing is open it costs two queries. Each is locked by itself (X2), and what fails is
    logged: nobody is kept out of his space by it.
    """
    if user.is_staff:
        return 0
    rows = list(_signed_in_for(user, now))
    dead = [row for row in rows if row.holder_dead and row.role == Role.OWNER]
    each(dead, lambda row: _alarm(row, user, now), name="sign_in_after_death")
    living = [row for row in rows if row.role == Role.REPRESENTATIVE or not row.holder_dead]
    touched = [row.account_id for row in living if row.touched]
    found = _concerned(touched, now) if touched else []
    requests = each(found, lambda pk: holder_signed_in(pk, user, now), name="sign_in")
    handed = [row.account_id for row in living if row.handed_over]
    transfers = _handed_over(handed, user, now) if handed else []
    return requests + each(
        transfers, lambda pk: agreed.holder_signed_in(pk, user, now), name="sign_in_agreed"
    )


def _signed_in_for(user: User, now: datetime) -> QuerySet[Any]:
    """The accounts that `user` signs in for, whether a request touches each, whether its holder died."""
    deaths = HolderEvent.objects.standing().filter(
        account=OuterRef("account"), kind=HolderEventKind.DEATH
    )
    requests = _requests(now).filter(account=OuterRef("account"))
    running = Membership.objects.filter(user=user, ended_at__isnull=True, role__in=SEEING_ROLES)
    handed = _transfers(user, now).filter(account=OuterRef("account"))
    known = running.annotate(
        holder_dead=Exists(deaths), touched=Exists(requests), handed_over=Exists(handed)
    )
    return known.select_related("account").order_by("pk")


def _concerned(accounts: Sequence[int], now: datetime) -> list[int]:
    found = _requests(now).filter(account__in=accounts)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _requests(now: datetime) -> QuerySet[TransferRequest]:
    """Requests received by `now` that are open, or whose services are in their lock (X5)."""
    locked = RequestedService.objects.filter(in_lock(now), request=OuterRef("pk"))
    return TransferRequest.objects.filter(
        Q(state__in=OPEN_STATES) | Exists(locked), received_at__lte=now
    )


def _handed_over(accounts: Sequence[int], user: User, now: datetime) -> list[UUID]:
    found = _transfers(user, now).filter(account__in=accounts)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _transfers(user: User, now: datetime) -> QuerySet[AgreedTransfer]:
    """Agreed transfers that are in their lock and that somebody else proposed (X5)."""
    locked = AgreedService.objects.filter(transfer=OuterRef("pk"), locked__contains=now)
    executed = AgreedTransfer.objects.filter(Exists(locked), state=AgreedState.EXECUTED)
    return executed.exclude(proposed_by=user)


@transaction.atomic
def _alarm(member: Membership, user: User, now: datetime) -> None:
    stream, actor = member.account.stream, f"user:{user.pk}"
    journal(stream, "signed_in_after_death", at=now, actor=actor, membership=member.pk)
    alarm.sign_in_after_death(member.account, user, now=now)
