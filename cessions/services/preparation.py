"""What the reseller says he did for a service beforehand (P5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.models import ServicePreparation
from hosting.models import Service
from hosting.records.services import journal


def papers_handed(service: Service, *, by: User, now: datetime) -> ServicePreparation:
    """The reseller handed his client the invoice and the proof of payment (P5). Saying so twice
    keeps the first date."""
    return _say(service, now, by=by, now=now)


def papers_not_handed(service: Service, *, by: User, now: datetime) -> ServicePreparation:
    """He takes that back: it was a mistake, or a new term was paid since (P5)."""
    return _say(service, None, by=by, now=now)


@transaction.atomic
def _say(
    service: Service, handed_at: datetime | None, *, by: User, now: datetime
) -> ServicePreparation:
    service = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    preparation = ServicePreparation.objects.filter(service=service).first()
    if preparation is None:
        preparation = ServicePreparation(service=service)
    if (preparation.papers_handed_at is None) == (handed_at is None) and preparation.pk:
        return preparation
    preparation.papers_handed_at, preparation.by = handed_at, by
    preparation.save()
    event = "papers_handed" if handed_at else "papers_not_handed"
    stream, actor = f"account:{service.account_id}", f"user:{by.pk}"
    journal(stream, event, at=now, actor=actor, service=service.pk)
    return preparation
