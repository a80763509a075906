"""Staff's own remarks on a case, who works on it, and the advice taken on a grave event (A12)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.roles import is_support
from cessions.models import CaseComment
from cessions.services import states
from cessions.services.guard import (
    ActRefused,
    actor_of,
    require_factor,
    require_reason,
    require_staff,
    require_supervisor,
)
from hosting.lib.factor import Factor
from hosting.records.services import journal


@transaction.atomic
def add_comment(request_id: int, *, text: str, by: User, now: datetime) -> CaseComment:
    """Keep a remark; it is never shown outside. Raises ActRefused without words."""
    require_staff(by)
    request = states.lock(request_id)
    words = require_reason(text)
    comment = CaseComment.objects.create(request=request, author=by, at=now, text=words)
    journal(request.stream, "commented", at=now, actor=actor_of(by), comment=comment.pk)
    return comment


@transaction.atomic
def assign(request_id: int, *, to: User | None, by: User, now: datetime) -> None:
    """Give the case to a member of staff, or to nobody. Raises ActRefused."""
    require_staff(by)
    if to is not None and not is_support(to):
        raise ActRefused("staff")
    request = states.lock(request_id)
    request.assigned_to = to
    request.save(update_fields=["assigned_to"])
    journal(
        request.stream,
        "assigned",
        at=now,
        actor=actor_of(by),
        request=request.number,
        to=to.pk if to else None,
    )


@transaction.atomic
def record_advice(
    request_id: int, *, text: str, by: User, now: datetime, factor: Factor | None
) -> None:
    """A supervisor records the advice taken where a death, a guardianship or a liquidation is known
    (A12): that settles the blocker of K2. Raises ActRefused."""
    require_supervisor(by)
    confirmed = require_factor(factor)
    advice = require_reason(text)
    request = states.lock(request_id)
    if not request.is_open:
        raise ActRefused("state")
    request.advice, request.advice_by, request.advice_at = advice, by, now
    request.save(update_fields=["advice", "advice_by", "advice_at"])
    journal(
        request.stream,
        "advice_recorded",
        at=now,
        actor=actor_of(by),
        request=request.number,
        factor=str(confirmed),
    )
