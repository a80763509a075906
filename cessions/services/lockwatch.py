"""During the lock after a transfer, a mail to the holder that comes back alarms the supervisors (X5).

Signs of life do so themselves (`services.reached`); a bounce is told by a mail server, so a sweep looks.
"""

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
    return sum(_alarm(request, start, now) for request, start in since.items())


@transaction.atomic
def _alarm(request: TransferRequest, since: datetime, now: datetime) -> int:
    bounced = OutgoingMail.objects.filter(
        stream=request.stream, kind__in=TO_THE_HOLDER, bounced_at__range=(since, now)
    )
    if not bounced.exists():
        return 0
    states.lock(request.pk)
    told = JournalEntry.objects.filter(stream=request.stream, event=EVENT)
    known = set(told.values_list("facts__mail", flat=True))
    new = [mail for mail in bounced.order_by("pk") if mail.pk not in known]
    for mail in new:
        journal(request.stream, EVENT, at=now, request=request.number, mail=mail.pk)
    if new:
        alarm.bounce_in_the_lock(request, now=now)
    return len(new)
