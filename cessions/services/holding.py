"""Placing the continuity holds of new requests (H2).

Not in the transaction of reception itself: a claimant could tell from its time whether a name is
hosted here (T4). A bell rings at once, the same for every filing, and a sweep finds what is to be held.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from cessions.enums import OPEN_STATES
from cessions.models import RequestedService
from cessions.services import states
from hosting.enums import HoldCause
from hosting.lib.sweeps import each
from hosting.models import ContinuityHold
from hosting.services import place_holds

HOLD = "cessions.tasks.hold_services"


def hold_new_requests(now: datetime, limit: int = 100) -> int:
    """Place the holds of up to `limit` requests; one transaction each. Returns how many were held."""
    due = _never_held().order_by("request_id").values_list("request_id", flat=True)
    ids = [pk for pk in due.distinct()[:limit] if pk is not None]
    return each(ids, lambda pk: _hold(pk, now), name="new_holds")


@transaction.atomic
def _hold(request_id: int, now: datetime) -> bool:
    request = states.lock(request_id)
    found = _never_held().filter(request=request).values_list("service_id", flat=True)
    ids = [pk for pk in found if pk is not None]
    if not ids:
        return False
    place_holds(ids, cause=HoldCause.REQUEST, source=request.number, now=now)
    return True


def _never_held() -> "QuerySet[RequestedService]":
    """Open services that are hosted here, on which their request has placed no hold yet; one that
    staff lifted is not placed again."""
    held = ContinuityHold.objects.filter(
        service_id=OuterRef("service_id"), source=OuterRef("request__number")
    )
    hosted = RequestedService.objects.filter(
        state__in=OPEN_STATES, request__isnull=False, service__isnull=False
    )
    in_its_account = hosted.filter(service__account=F("request__account"))
    return in_its_account.filter(~Exists(held))
