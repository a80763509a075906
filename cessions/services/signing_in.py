"""Somebody signs in for an account: whom that concerns among the requests (C9, X5)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import PREPARING_ROLES
from accounts.models import Membership, User
from cessions.enums import OPEN_STATES, AgreedState
from cessions.models import AgreedService, AgreedTransfer, RequestedService, TransferRequest
from cessions.services import agreed
from cessions.services.signs import holder_signed_in
from cessions.services.transfer_lock import in_lock
from hosting.lib.sweeps import each


def note_sign_in(user: User, now: datetime) -> int:
    """Record a sign of life on every request about an account of `user`, and on every agreed transfer
    in its lock; returns on how many.

    Staff sign in for nobody, and an emergency contact's sign-in is no sign of the holder's life (C9).
    Where nothing is open it costs two queries. Each is locked by itself (X2), and what fails is
    logged: nobody is kept out of his space by it.
    """
    if user.is_staff:
        return 0
    requests = each(
        concerned(user, now), lambda pk: holder_signed_in(pk, user, now), name="sign_in"
    )
    handed = handed_over(user, now)
    return requests + each(
        handed, lambda pk: agreed.holder_signed_in(pk, user, now), name="sign_in_agreed"
    )


def concerned(user: User, now: datetime) -> list[int]:
    """Requests received by `now` that are open, or whose services are in their lock (X5)."""
    locked = RequestedService.objects.filter(in_lock(now), request=OuterRef("pk"))
    found = TransferRequest.objects.filter(
        Q(state__in=OPEN_STATES) | Exists(locked),
        account__in=_accounts_of(user),
        received_at__lte=now,
    )
    return list(found.order_by("pk").values_list("pk", flat=True))


def handed_over(user: User, now: datetime) -> list[UUID]:
    """Agreed transfers of his account that are in their lock and that somebody else proposed (X5)."""
    locked = AgreedService.objects.filter(transfer=OuterRef("pk"), locked__contains=now)
    found = AgreedTransfer.objects.filter(
        Exists(locked), state=AgreedState.EXECUTED, account__in=_accounts_of(user)
    )
    return list(found.exclude(proposed_by=user).order_by("pk").values_list("pk", flat=True))


def _accounts_of(user: User) -> QuerySet[Membership, Any]:
    roles = [str(role) for role in PREPARING_ROLES]
    mine = Membership.objects.filter(user=user, ended_at__isnull=True, role__in=roles)
    return mine.values("account")
