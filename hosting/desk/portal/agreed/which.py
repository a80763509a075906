"""Which agreed transfers somebody of the account sees (X7, A8)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from cessions.enums import AgreedState
from cessions.models import AgreedTransfer
from cessions.services.agreements import OPEN
from hosting.desk.portal.access import Visitor


def transfers_of(visitor: Visitor, now: datetime) -> QuerySet[AgreedTransfer]:
    """All of the account; an emergency contact what he can still object to at `now` (A8, C11)."""
    found = visitor.account.agreed_transfers.order_by("-proposed_at")
    if visitor.sees_account:
        return found
    locked = Q(state=AgreedState.EXECUTED, services__locked__contains=now)
    return found.filter(Q(state__in=OPEN) | locked).distinct()
