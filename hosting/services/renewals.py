"""Due dates inside a hold: alarms before them, and a supervisor's recorded decision (H2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import PowerScope
from accounts.models import User
from hosting import notifications as notify
from hosting.enums import RenewalChoice, ServiceKind, ServiceStatus
from hosting.lib.dates import ONE_DAY, local_date
from hosting.lib.factor import Factor
from hosting.lib.sweeps import each
from hosting.models import ContinuityHold, RenewalDecision, Service
from hosting.policies import Stage, alarm_due, is_due_inside
from hosting.records.services import Entry, journal_many
from hosting.services.locks import lock_service
from hosting.services.powers import has_power
from hosting.services.roles import require_factor, require_supervisor, required_text
from hosting.services.services import change_terms
from hosting.services.webhooks import Event, announce

SOON = timedelta(days=4)  # no date later than this is within 72 hours, in any zone
TOLD = {Stage.FIRST: "alarmed_72h_for", Stage.LAST: "alarmed_24h_for"}


@dataclass(frozen=True)
class Renewal:
    """What a supervisor decides about a due date."""

    choice: str
    reason: str
    new_due_on: date | None = None
    charged_to_holder: bool = False


def zone() -> ZoneInfo:
    """The provider's zone (setting TIME_ZONE)."""
    return ZoneInfo(settings.TIME_ZONE)


# -- What is due -------------------------------------------------------------------------------------


def undecided(now: datetime) -> "QuerySet[ContinuityHold]":
    """Running holds whose service has a due date nobody decided on, up to the hold's end; the earliest
    date first. One row per hold: `one_per_service` leaves the hold that runs longest."""
    decided = RenewalDecision.objects.filter(
        service=OuterRef("service_id"), due_on=OuterRef("service__due_on")
    )
    holds = ContinuityHold.objects.filter(
        ~Exists(decided),
        ended_at=None,
        ends_at__gt=now,
        service__due_on__lte=F("ends_at") + ONE_DAY,  # whatever the zone; the policy is exact
    ).exclude(service__status=ServiceStatus.TERMINATED)
    return holds.select_related("service__account").order_by("service__due_on", "-ends_at")


def one_per_service(holds: Iterable[ContinuityHold]) -> list[ContinuityHold]:
    """Of each service the first hold, as far as its due date lies inside."""
    kept: dict[int, ContinuityHold] = {}
    for hold in holds:
        if is_due_inside(hold.service.due_on, hold.ends_at, zone()):
            kept.setdefault(hold.service_id, hold)
    return list(kept.values())


# -- Alarms ------------------------------------------------------------------------------------------


def alarm_due_dates(now: datetime) -> int:
    """Tell the supervisors 72 h and 24 h before each due date, once each. Returns how many alarms."""
    soon = one_per_service(undecided(now).filter(service__due_on__lte=(now + SOON).date()))
    due = [
        hold.service_id
        for hold in soon
        if hold.service.due_on and _stage([hold], hold.service.due_on, now)
    ]
    return each(due, lambda service_id: _alarm(service_id, now), name="due_date_alarms")


@transaction.atomic
def _alarm(service_id: int, now: datetime) -> bool:
    """Look again under the service's lock; all its holds note that the date was told."""
    service = lock_service(Service(pk=service_id))
    holds = list(undecided(now).filter(service=service))
    if not holds or service.due_on is None:
        return False
    stage = _stage(holds, service.due_on, now)
    if stage is None:
        return False
    ids = [hold.pk for hold in holds]
    ContinuityHold.objects.filter(pk__in=ids).update(**{TOLD[stage]: service.due_on})
    notify.due_date_near(holds[0], now=now)
    return True


def _stage(holds: list[ContinuityHold], due_on: date, now: datetime) -> Stage | None:
    """The alarm that none of the holds has given yet."""
    first = {hold.alarmed_72h_for for hold in holds}
    last = {hold.alarmed_24h_for for hold in holds}
    return alarm_due(
        due_on,
        due_on if due_on in first else None,
        due_on if due_on in last else None,
        now,
        zone(),
    )


# -- The decision ------------------------------------------------------------------------------------


@transaction.atomic
def decide_renewal(
    hold: ContinuityHold, renewal: Renewal, *, by: User, factor: Factor | None, now: datetime
) -> RenewalDecision:
    """A supervisor renews a service on the holder's behalf, or lets it go (H2).

    A renewal writes the new due date; up to when the service is paid stays as it is. It is charged
    to the holder only for a domain name, under a power of attorney in force that says so (A9).
    Raises ValidationError.
    """
    require_supervisor(by)
    confirmed = require_factor(factor)
    reason = required_text("reason", renewal.reason)
    service = lock_service(hold.service)
    hold = ContinuityHold.objects.get(pk=hold.pk)
    due_on = _due_on(hold, service, now)
    _check(renewal, service, due_on, now)
    decision = RenewalDecision.objects.create(
        hold=hold,
        service=service,
        due_on=due_on,
        choice=renewal.choice,
        new_due_on=renewal.new_due_on if renewal.choice == RenewalChoice.RENEW else None,
        charged_to_holder=renewal.charged_to_holder,
        reason=reason,
        by=by,
        at=now,
    )
    _journal(decision, confirmed, now)
    if decision.choice == RenewalChoice.RENEW:
        _renew(decision, now)
    return decision


def _due_on(hold: ContinuityHold, service: Service, now: datetime) -> date:
    """The due date to decide on. Raises ValidationError when there is none (any more)."""
    if hold.ended_at is not None or hold.ends_at <= now:
        raise ValidationError(_("This hold has ended already."), code="ended")
    if service.due_on is None or not is_due_inside(service.due_on, hold.ends_at, zone()):
        words = _("No due date of this service lies within the hold.")
        raise ValidationError(words, code="not_due")
    if RenewalDecision.objects.filter(service=service, due_on=service.due_on).exists():
        raise ValidationError(_("This due date was decided on already."), code="decided")
    return service.due_on


def _check(renewal: Renewal, service: Service, due_on: date, now: datetime) -> None:
    if renewal.choice != RenewalChoice.RENEW:
        if renewal.charged_to_holder:
            words = _("Only a renewal can be charged.")
            raise ValidationError({"charged_to_holder": words}, code="not_renewed")
        return
    if renewal.new_due_on is None or renewal.new_due_on <= due_on:
        words = _("Please give the new due date; it lies after the present one.")
        raise ValidationError({"new_due_on": words})
    if renewal.charged_to_holder and not _may_be_charged(service, now):
        words = _(
            "Nothing can be charged to the holder: no power of attorney in force lets us renew this"
            " service at his expense."
        )
        raise ValidationError({"charged_to_holder": words})


def _may_be_charged(service: Service, now: datetime) -> bool:
    today = local_date(now, zone())
    return service.kind == ServiceKind.DOMAIN and has_power(
        service.account_id, today, PowerScope.RENEW_DOMAINS
    )


def _renew(decision: RenewalDecision, now: datetime) -> None:
    service, actor = decision.service, f"user:{decision.by_id}"
    change_terms(
        service,
        plan=service.plan,
        due_on=decision.new_due_on,
        paid_until=service.paid_until,
        now=now,
        actor=actor,
    )
    facts = {
        "hold": decision.hold_id,
        "due_on": decision.due_on.isoformat(),
        "new_due_on": decision.new_due_on.isoformat() if decision.new_due_on else None,
        "charged_to_holder": decision.charged_to_holder,
    }
    announce([Event(service, "renewed_on_behalf", facts)], now=now)


def _journal(decision: RenewalDecision, factor: Factor, now: datetime) -> None:
    facts = {
        "decision": decision.pk,
        "hold": decision.hold_id,
        "service": decision.service_id,
        "due_on": decision.due_on.isoformat(),
        "choice": str(decision.choice),
        "charged": decision.charged_to_holder,
        "factor": str(factor),
    }
    streams = (f"service:{decision.service_id}", f"account:{decision.service.account_id}")
    actor = f"user:{decision.by_id}"
    journal_many(Entry(stream, "renewal.decided", now, actor, facts) for stream in streams)
