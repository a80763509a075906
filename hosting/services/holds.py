"""Continuity holds: while one runs, nothing is stopped for non-payment (H2).

Placed by a request or an emergency (`source`: its number), confirmed or lifted by staff within one
business day, ended with its source or after 60 days unless a supervisor renews it.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.sweeps import each
from hosting.models import ContinuityHold, Service
from hosting.policies import hold_ends_at, one_business_day_after
from hosting.records.services import Entry, journal_many
from hosting.records.services.journal import SYSTEM
from hosting.services.locks import lock_service, lock_services
from hosting.services.roles import require_staff, require_supervisor, required_text
from hosting.services.webhooks import Event, announce


def place_hold(
    service: Service, *, cause: str, source: str, now: datetime, actor: str = SYSTEM
) -> ContinuityHold:
    """Place a hold on a service; where `source` placed one that runs still, that one."""
    return place_holds([service.pk], cause=cause, source=source, now=now, actor=actor)[0]


@transaction.atomic
def place_holds(
    ids: Iterable[int], *, cause: str, source: str, now: datetime, actor: str = SYSTEM
) -> list[ContinuityHold]:
    """Place a hold on each of the services; twice is as once."""
    services = lock_services(ids)
    running = ContinuityHold.objects.filter(source=source, ended_at=None, service__in=services)
    kept = {hold.service_id: hold for hold in running}
    new = ContinuityHold.objects.bulk_create(
        ContinuityHold(
            service=service,
            cause=cause,
            source=source,
            started_at=now,
            ends_at=hold_ends_at(now),
            confirm_by=one_business_day_after(now, ZoneInfo(settings.TIME_ZONE)),
        )
        for service in services
        if service.pk not in kept
    )
    _tell("hold_placed", new, now, actor)
    return [*kept.values(), *new]


def running(service_id: int, now: datetime) -> "QuerySet[ContinuityHold]":
    """The holds that protect a service at `now`, the one that runs longest first."""
    holds = ContinuityHold.objects.filter(service_id=service_id, ended_at=None, ends_at__gt=now)
    return holds.order_by("-ends_at")


@transaction.atomic
def confirm_hold(hold: ContinuityHold, *, by: User, now: datetime) -> ContinuityHold:
    """Staff looked at it: it stays (H2). Twice is as once. Raises ValidationError."""
    require_staff(by)
    hold = _locked_running(hold)
    if hold.confirmed_at is None:
        hold.confirmed_by, hold.confirmed_at = by, now
        hold.save(update_fields=["confirmed_by", "confirmed_at"])
        _journal("hold_confirmed", [hold], now, f"user:{by.pk}")
    return hold


@transaction.atomic
def lift_hold(hold: ContinuityHold, *, reason: str, by: User, now: datetime) -> ContinuityHold:
    """Staff end a hold, for a reason (H2). Raises ValidationError."""
    require_staff(by)
    words = required_text("reason", reason)
    hold = _locked_running(hold)
    _end([hold], words, "lifted", now, f"user:{by.pk}", by=by)
    return hold


@transaction.atomic
def renew_hold(hold: ContinuityHold, *, by: User, now: datetime) -> ContinuityHold:
    """A supervisor lets a hold run 60 days from now; renewing it again does not add up (H2).

    Raises ValidationError.
    """
    require_supervisor(by)
    hold = _locked_running(hold)
    hold.renewed_by, hold.renewed_at, hold.ends_at = by, now, hold_ends_at(now)
    hold.save(update_fields=["renewed_by", "renewed_at", "ends_at"])
    _journal("hold_renewed", [hold], now, f"user:{by.pk}")
    return hold


@transaction.atomic
def end_holds_of(
    source: str,
    *,
    reason: str,
    now: datetime,
    actor: str = SYSTEM,
    ids: Iterable[int] | None = None,
) -> int:
    """End the holds that `source` placed; with `ids`, those on these services. Returns how many.

    `reason` is a code, for instance the state into which the request went.
    """
    found = ContinuityHold.objects.filter(source=source, ended_at=None)
    if ids is not None:
        found = found.filter(service_id__in=list(ids))
    lock_services(found.values_list("service_id", flat=True))
    holds = list(found.select_related("service").order_by("pk"))
    _end(holds, reason, reason, now, actor)
    return len(holds)


def end_overdue(now: datetime, limit: int = 100) -> int:
    """End up to `limit` holds whose 60 days are over; one transaction each. Returns how many."""
    overdue = ContinuityHold.objects.filter(ended_at=None, ends_at__lte=now)
    due = list(overdue.order_by("ends_at").values_list("pk", flat=True)[:limit])
    return each(due, lambda pk: _end_if_overdue(pk, now), name="overdue_holds")


@transaction.atomic
def _end_if_overdue(pk: int, now: datetime) -> bool:
    hold = ContinuityHold.objects.select_related("service").get(pk=pk)
    lock_service(hold.service)
    hold.refresh_from_db()
    if hold.ended_at is not None or hold.ends_at > now:
        return False
    _end([hold], "over", "over", now, SYSTEM)
    return True


def _locked_running(hold: ContinuityHold) -> ContinuityHold:
    """The hold as it stands under its service's lock. Raises ValidationError when it ended."""
    service = lock_service(hold.service)
    hold = ContinuityHold.objects.get(pk=hold.pk)
    hold.service = service
    if hold.ended_at is not None:
        raise ValidationError(_("This hold has ended already."), code="ended")
    return hold


def _end(
    holds: list[ContinuityHold],
    words: str,
    code: str,
    now: datetime,
    actor: str,
    by: User | None = None,
) -> None:
    """Write the end of holds whose services are locked: an emergency can hold hundreds."""
    for hold in holds:
        hold.ended_at, hold.ended_by, hold.end_reason = now, by, words
    ContinuityHold.objects.bulk_update(holds, ["ended_at", "ended_by", "end_reason"])
    _tell("hold_ended", holds, now, actor, reason=code)


def _tell(event: str, holds: list[ContinuityHold], now: datetime, actor: str, **facts: str) -> None:
    """To the journal and to the outside systems."""
    _journal(event, holds, now, actor, **facts)
    announce(
        (
            Event(
                hold.service,
                event,
                {
                    "hold": hold.pk,
                    "cause": str(hold.cause),
                    "source": hold.source,
                    "ends_at": hold.ends_at.isoformat(),
                }
                | facts,
            )
            for hold in holds
        ),
        now=now,
    )


def _journal(
    event: str, holds: list[ContinuityHold], now: datetime, actor: str, **facts: str
) -> None:
    """The same fact in the service's own stream and in its account's."""
    journal_many(
        Entry(
            stream,
            event.replace("hold_", "hold."),
            now,
            actor,
            {"hold": hold.pk, "service": hold.service_id, "source": hold.source} | facts,
        )
        for hold in holds
        for stream in (f"service:{hold.service_id}", f"account:{hold.service.account_id}")
    )
