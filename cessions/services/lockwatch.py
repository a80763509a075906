"""During the lock after a transfer, a mail to the holder that comes back alarms the supervisors (X5).

Signs of life do so themselves (`services.reached`, `services.agreed.objecting`); a bounce is told by a
mail server, so a sweep looks.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from cessions.enums import AgreedState
from cessions.models import AgreedService, AgreedTransfer, RequestedService
from cessions.notifications import agreed, alarm
from cessions.notifications.alarm import Transferred
from cessions.notifications.holder import SEARCH
from cessions.services import states
from cessions.services.agreements import lock_transfer
from cessions.services.transfer_lock import in_lock
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.records.services import journal

TO_THE_HOLDER = (SEARCH, "decision_hold", "decision_executed_holder", *agreed.TO_HOLDER)
EVENT = "bounce_in_the_lock"


def watch_locks(now: datetime) -> int:
    """Alarm for every mail to a holder that bounced since his services were transferred and locked.

    Each bounce alarms once, however often the sweep comes by. Returns how many alarms went out.
    """
    since = _locked_since(now)
    bounced = _bounced(transferred.stream for transferred in since)
    return sum(
        _alarm(transferred, mails, now)
        for transferred, start in since.items()
        if (mails := [pk for pk, at in bounced[transferred.stream] if start <= at <= now])
    )


def _locked_since(now: datetime) -> dict[Transferred, datetime]:
    """The requests and agreed transfers in their lock, and since when."""
    by_request = RequestedService.objects.filter(in_lock(now)).select_related("request")
    by_agreement = AgreedService.objects.filter(
        locked__contains=now, transfer__state=AgreedState.EXECUTED
    ).select_related("transfer")
    since: dict[Transferred, datetime] = {}
    since |= {row.request: row.locked.lower for row in by_request if row.request and row.locked}
    since |= {row.transfer: row.locked.lower for row in by_agreement if row.locked}
    return since


def _bounced(streams: Iterable[str]) -> dict[str, list[tuple[int, datetime]]]:
    """The mails to holders that came back, and when, by journal; one query for all."""
    found: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    mails = OutgoingMail.objects.filter(
        stream__in=list(streams), kind__in=TO_THE_HOLDER, bounced_at__isnull=False
    )
    for stream, pk, at in mails.order_by("pk").values_list("stream", "pk", "bounced_at"):
        if at is not None:
            found[stream].append((pk, at))
    return found


@transaction.atomic
def _alarm(transferred: Transferred, mails: Iterable[int], now: datetime) -> int:
    if isinstance(transferred, AgreedTransfer):
        lock_transfer(transferred.pk)
    else:
        states.lock(transferred.pk)
    told = JournalEntry.objects.filter(stream=transferred.stream, event=EVENT)
    known = set(told.values_list("facts__mail", flat=True))
    new = [mail for mail in mails if mail not in known]
    for mail in new:
        journal(transferred.stream, EVENT, at=now, request=transferred.number, mail=mail)
    if new:
        alarm.bounce_in_the_lock(transferred, now=now)
    return len(new)
