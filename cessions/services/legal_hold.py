"""A supervisor keeps the evidence of a case beyond its time, and lets it go again (D7)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.models import LegalHold
from cessions.services import states
from cessions.services.guard import (
    ActRefused,
    actor_of,
    require_factor,
    require_reason,
    require_supervisor,
)
from hosting.lib.factor import Factor
from hosting.records.services import journal


@transaction.atomic
def set_hold(
    request_id: int, *, reason: str, by: User, now: datetime, factor: Factor | None
) -> LegalHold:
    """Suspend the destruction of a case's documents and the erasure of its file, from now on.

    It holds for the whole filing, ended or not. Raises ActRefused, also while one is in force.
    """
    require_supervisor(by)
    confirmed = require_factor(factor)
    words = require_reason(reason)
    filing = states.lock(request_id).filing
    if filing.legal_holds.filter(lifted_at__isnull=True).exists() or filing.erased_at is not None:
        raise ActRefused("state")
    hold = LegalHold.objects.create(filing=filing, reason=words, by=by, at=now)
    facts = {"hold": hold.pk, "factor": str(confirmed)}
    journal(filing.stream, "legal_hold_set", at=now, actor=actor_of(by), **facts)
    return hold


@transaction.atomic
def lift_hold(
    request_id: int, *, reason: str, by: User, now: datetime, factor: Factor | None
) -> LegalHold:
    """Let the case go its way: what is due goes with the next sweep. Raises ActRefused."""
    require_supervisor(by)
    confirmed = require_factor(factor)
    words = require_reason(reason)
    filing = states.lock(request_id).filing
    hold = filing.legal_holds.filter(lifted_at__isnull=True).first()
    if hold is None:
        raise ActRefused("state")
    hold.lifted_by, hold.lifted_at, hold.lifted_because = by, now, words
    hold.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    facts = {"hold": hold.pk, "factor": str(confirmed)}
    journal(filing.stream, "legal_hold_lifted", at=now, actor=actor_of(by), **facts)
    return hold
