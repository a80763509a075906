"""The reseller finds his list of assignees still right (P1, A11)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import CustomerAccount
from cessions.models import Assignee
from hosting.records.services import journal


@transaction.atomic
def verify_assignees(
    account: CustomerAccount, assignees: Iterable[Assignee], *, now: datetime, actor: str
) -> int:
    """Give those of `assignees` that the account still lists a new date of having been found right.

    One that ended meanwhile, or that is another account's, is left out. Returns how many were dated.
    """
    present = Assignee.objects.filter(account=account, ended_at__isnull=True)
    locked = present.select_for_update(no_key=True).order_by("pk")
    found = [
        assignee.pk for assignee in locked.filter(pk__in=[assignee.pk for assignee in assignees])
    ]
    if found:
        Assignee.objects.filter(pk__in=found).update(verified_at=now)
        journal(account.stream, "assignee.verified", at=now, actor=actor, assignees=found)
    return len(found)
