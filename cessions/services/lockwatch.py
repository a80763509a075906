"""During the lock after a transfer, a mail to the holder that comes back alarms the supervisors (X5).

Signs of life do so themselves (`services.reached`); a bounce is told by a mail server, so a sweep looks.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cessions.enums import RequestState
from cessions.models import RequestedService, TransferRequest
from cessions.notifications import alarm
from cessions.notifications.holder import SEARCH
from cessions.services import states
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.records.services import journal

TO_THE_HOLDER = (SEARCH, "decision_hold", "decision_executed_holder")
EVENT = "bounce_in_the_lock"


def watch_locks(now: datetime) -> int:
    """Alarm for every mail to a holder that bounced since his services were transferred and locked.

    Each bounce alarms once, however often the sweep comes by. Returns how many alarms went out.
    """
    locked = RequestedService.objects.filter(
        state=RequestState.EXECUTED, locked__contains=now
    ).select_related("request")
    since = {item.request: item.locked.lower for item in locked if item.request and item.locked}
    bounced = _bounced(request.stream for request in since)
    return sum(
        _alarm(request, mails, now)
        for request, start in since.items()
        if (mails := [pk for pk, at in bounced[request.stream] if start <= at <= now])
    )


def _bounced(streams: Iterable[str]) -> dict[str, list[tuple[int, datetime]]]:
    """The mails to holders that came back, and when, by case; one query for all."""
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    mails = OutgoingMail.objects.filter(
        stream__in=list(streams), kind__in=TO_THE_HOLDER, bounced_at__isnull=False
    )
    for stream, pk, at in mails.order_by("pk").values_list("stream", "pk", "bounced_at"):
        if at is not None:
            found[stream].append((pk, at))
    return found


@transaction.atomic
def _alarm(request: TransferRequest, mails: Iterable[int], now: datetime) -> int:
    states.lock(request.pk)
    told = JournalEntry.objects.filter(stream=request.stream, event=EVENT)
    known = set(told.values_list("facts__mail", flat=True))
    new = [mail for mail in mails if mail not in known]
    for mail in new:
        journal(request.stream, EVENT, at=now, request=request.number, mail=mail)
    if new:
        alarm.bounce_in_the_lock(request, now=now)
    return len(new)
