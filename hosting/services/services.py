"""The verbs of the services. Each locks, checks again, writes, and journals, in one transaction.

What cannot be done raises ValidationError with words for the person at the screen. `actor` is
"system" or "user:<id>"; `now` is an aware instant.
"""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount
from hosting.enums import ServiceKind, ServiceStatus, StatusCause
from hosting.lib.names import NotADomainName
from hosting.models import DomainRegistration, OwnershipPeriod, Plan, Service
from hosting.policies import Owner, is_stopped_by_hold, may_become, stored_name
from hosting.records.services import Entry, journal_many
from hosting.records.services.journal import SYSTEM
from hosting.services.holds import running
from hosting.services.locks import lock_service


@transaction.atomic
def create_service(
    account: CustomerAccount,
    *,
    kind: str,
    name: str,
    now: datetime,
    actor: str = SYSTEM,
    plan: Plan | None = None,
    status: str = ServiceStatus.ACTIVE,
    due_on: date | None = None,
    paid_until: date | None = None,
    owner: Owner | None = None,
) -> Service:
    """Add a service to an account: its name in A-label form, its ownership period opened (S1, S2, S5)."""
    service = Service(
        account=account,
        kind=kind,
        name=checked_name(kind, name),
        plan=plan if kind == ServiceKind.HOSTING else None,
        status=status,
        due_on=due_on,
        paid_until=paid_until,
        created_at=now,
    )
    service.full_clean()
    try:
        with transaction.atomic():
            service.save(force_insert=True)
    except IntegrityError as error:  # somebody else was faster by a moment
        taken = _("A service of this kind and name exists already.")
        raise ValidationError(taken, code="taken") from error
    if kind == ServiceKind.DOMAIN:
        _registration(service, owner or Owner()).save(force_insert=True)
    if status != ServiceStatus.TERMINATED:
        OwnershipPeriod.objects.create(
            service=service, account=account, during=(now, None), reason="created"
        )
    _journal(service, "service.created", now, actor, kind=kind)
    return service


@transaction.atomic
def change_terms(
    service: Service,
    *,
    plan: Plan | None,
    due_on: date | None,
    paid_until: date | None,
    now: datetime,
    actor: str = SYSTEM,
) -> Service:
    """Write a new plan, due date or date up to which the service is paid (S1)."""
    service = lock_service(service)
    wanted: dict[str, object] = {
        "plan_id": plan.pk if plan and service.kind == ServiceKind.HOSTING else None,
        "due_on": due_on,
        "paid_until": paid_until,
    }
    changed = {name: value for name, value in wanted.items() if getattr(service, name) != value}
    if changed:
        facts = {name: _plain(value) for name, value in changed.items()}
        _write(service, changed)
        _journal(service, "service.terms_changed", now, actor, **facts)
    return service


@transaction.atomic
def change_status(
    service: Service,
    status: str,
    *,
    now: datetime,
    actor: str = SYSTEM,
    cause: str = StatusCause.OTHER,
) -> Service:
    """Write the status (S1). What is terminated stays so, and its ownership ends (S5).

    `cause` says why: while a continuity hold runs, nothing is stopped for non-payment (H2). Raises
    ValidationError.
    """
    service = lock_service(service)
    before = service.status
    if before == status:
        return service
    if not may_become(before, status):
        raise ValidationError(
            _("A terminated service does not come back: please create a new one."),
            code="terminated",
        )
    if is_stopped_by_hold(status, cause):
        _refuse_on_hold(service, now)
    _write(service, {"status": status})
    if status == ServiceStatus.TERMINATED:
        close_ownership(service, now=now)
    _journal(
        service, "service.status_changed", now, actor, before=before, after=status, cause=cause
    )
    return service


def _refuse_on_hold(service: Service, now: datetime) -> None:
    """Raises ValidationError with the hold that runs longest; asked under the service's lock."""
    hold = running(service.pk, now).first()
    if hold is not None:
        words = _(
            "A continuity hold (%(cause)s %(source)s) runs on this service until %(until)s: it cannot"
            " be stopped for non-payment before."
        )
        until = date_format(localtime(hold.ends_at), "SHORT_DATE_FORMAT")
        values = {"cause": hold.get_cause_display(), "source": hold.source, "until": until}
        raise ValidationError(words % values, code="on_hold")


@transaction.atomic
def change_owner(
    service: Service, owner: Owner, *, now: datetime, actor: str = SYSTEM
) -> DomainRegistration:
    """Write who is registered as the owner of a domain. A change of the owner himself is dated (V4)."""
    service = lock_service(service)
    if service.kind != ServiceKind.DOMAIN:
        raise ValidationError(_("Only a domain name has a registered owner."), code="not_a_domain")
    new = _registration(service, owner)
    old = DomainRegistration.objects.filter(service=service).first()
    if old is None:
        new.owner_changed_at = now
        new.save(force_insert=True)
    elif owner_of(old) == owner_of(new):
        return old
    else:
        new.pk, new.registrar_locked_until = old.pk, old.registrar_locked_until
        same = owner_of(old).is_same_person(owner_of(new))
        new.owner_changed_at = old.owner_changed_at if same else now
        new.save()
    _journal(service, "service.owner_changed", now, actor)
    return new


@transaction.atomic
def set_registrar_lock(
    service: Service, until: date | None, *, now: datetime, actor: str = SYSTEM
) -> None:
    """Note until when the registrar refuses to move the domain (S2)."""
    service = lock_service(service)
    changed = (
        DomainRegistration.objects.filter(service=service)
        .exclude(registrar_locked_until=until)
        .update(registrar_locked_until=until)
    )
    if changed:
        _journal(service, "service.registrar_lock", now, actor, until=_plain(until))


@transaction.atomic
def transfer_ownership(
    service: Service,
    to_account: CustomerAccount,
    *,
    now: datetime,
    reason: str,
    actor: str = SYSTEM,
) -> OwnershipPeriod:
    """Move a service to another account: the running ownership period ends at `now`, a new one begins
    (S5, X4). `reason` is a short code or number, not a personal text. Returns the new period.

    Raises ValidationError for a terminated service, the same account, or a `now` that does not lie
    after the beginning of the running period.
    """
    service = lock_service(service)
    if service.status == ServiceStatus.TERMINATED:
        raise ValidationError(_("This service is terminated."), code="terminated")
    if service.account_id == to_account.pk:
        raise ValidationError(_("The service is in this account already."), code="same_account")
    before = service.account_id
    close_ownership(service, now=now)
    _write(service, {"account_id": to_account.pk})
    period = OwnershipPeriod.objects.create(
        service=service, account=to_account, during=(now, None), reason=reason
    )
    facts = {"service": service.pk, "from": before, "to": to_account.pk, "reason": reason}
    streams = (f"service:{service.pk}", f"account:{before}", to_account.stream)
    journal_many(Entry(stream, "service.transferred", now, actor, facts) for stream in streams)
    return period


def close_ownership(service: Service, *, now: datetime) -> None:
    """End the running ownership period at `now`, inside the caller's transaction (S5).

    No running period: nothing happens. Raises ValidationError when it began at `now` or later.
    """
    period = (
        OwnershipPeriod.objects.select_for_update()
        .filter(service=service, during__upper_inf=True)
        .first()
    )
    if period is None:
        return
    if period.during.lower is not None and period.during.lower >= now:
        raise ValidationError(
            _("The present ownership begins only now: it cannot end before."), code="too_early"
        )
    period.during = (period.during.lower, now)
    period.save(update_fields=["during"])


def checked_name(kind: str, name: str) -> str:
    """The name as it is stored; ValidationError where it cannot be one (S2)."""
    try:
        stored = stored_name(kind, name)
    except NotADomainName as error:
        raise ValidationError(
            {"name": _("This is not a domain name. It looks like “example.fr”.")}
        ) from error
    if not stored:
        raise ValidationError({"name": _("Please give the service a name.")})
    return stored


def owner_of(registration: DomainRegistration) -> Owner:
    """The registered owner as a value."""
    return Owner(
        name=registration.owner_name,
        organisation=registration.owner_organisation,
        email=registration.owner_email,
        address=registration.owner_address,
        technical_contact=registration.technical_contact,
    )


def _registration(service: Service, owner: Owner) -> DomainRegistration:
    if owner.email:
        try:
            validate_email(owner.email)
        except ValidationError as error:
            raise ValidationError({"owner_email": error.messages}) from error
    return DomainRegistration(
        service=service,
        owner_name=" ".join(owner.name.split()),
        owner_organisation=" ".join(owner.organisation.split()),
        owner_email=owner.email.strip(),
        owner_address=owner.address.strip().replace("\r\n", "\n"),
        technical_contact=" ".join(owner.technical_contact.split()),
    )


def _write(service: Service, values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(service, name, value)
    service.save(update_fields=[name.removesuffix("_id") for name in values])


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _journal(service: Service, event: str, now: datetime, actor: str, **facts: object) -> None:
    """The same fact in the service's own stream and in its account's."""
    facts = {"service": service.pk} | facts
    streams = (f"service:{service.pk}", f"account:{service.account_id}")
    journal_many(Entry(stream, event, now, actor, facts) for stream in streams)
