"""Somebody signs in for an account: whom that concerns among the requests (C9, X5)."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.enums import PREPARING_ROLES
from accounts.models import Membership, User
from cessions.enums import OPEN_STATES, RequestState
from cessions.models import RequestedService, TransferRequest
from cessions.services.signs import holder_signed_in
from hosting.lib.sweeps import each


def note_sign_in(user: User, now: datetime) -> int:
    """Record a sign of life on every request about an account of `user`; returns on how many.

    Staff sign in for nobody, and an emergency contact's sign-in is no sign of the holder's life (C9).
    Where nothing is open it costs one query. Each request is locked by itself (X2), and what fails
    is logged: nobody is kept out of his space by it.
    """
    if user.is_staff:
        return 0
    return each(concerned(user, now), lambda pk: holder_signed_in(pk, user, now), name="sign_in")


def concerned(user: User, now: datetime) -> list[int]:
    """Requests received by `now` that are open, or whose services are in their lock (X5)."""
    roles = [str(role) for role in PREPARING_ROLES]
    accounts = Membership.objects.filter(user=user, ended_at__isnull=True, role__in=roles)
    locked = RequestedService.objects.filter(
        request=OuterRef("pk"), state=RequestState.EXECUTED, locked__contains=now
    )
    found = TransferRequest.objects.filter(
        Q(state__in=OPEN_STATES) | Exists(locked),
        account__in=accounts.values("account"),
        received_at__lte=now,
    )
    return list(found.order_by("pk").values_list("pk", flat=True))
