"""Announced absences: silence is then no sign that somebody disappeared (A11, C11)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount, PlannedAbsence, User
from accounts.policies.absence import refuse_absence
from hosting.lib.dates import local_date
from hosting.records.services import journal


def today(now: datetime) -> date:
    """The provider's local date at `now`."""
    return local_date(now, ZoneInfo(settings.TIME_ZONE))


@transaction.atomic
def announce_absence(
    account: CustomerAccount,
    *,
    from_on: date,
    until_on: date,
    by: User,
    now: datetime,
    remark: str = "",
) -> PlannedAbsence:
    """Write down that the holder will be away from `from_on` to `until_on`, both included (A11).

    `by` is the holder, somebody who prepares for him, or staff whom he told. Raises ValidationError
    for the past, an end before the start, more than a year, or an absence that overlaps another.
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    standing = account.absences.filter(cancelled_at__isnull=True)
    refuse_absence((from_on, until_on), standing.values_list("from_on", "until_on"), today(now))
    absence = PlannedAbsence(
        account=account,
        from_on=from_on,
        until_on=until_on,
        remark=" ".join(remark.split()),
        told_at=now,
        told_by=by,
    )
    absence.full_clean()
    absence.save(force_insert=True)
    journal(
        account.stream,
        "absence.announced",
        at=now,
        actor=f"user:{by.pk}",
        absence=absence.pk,
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat(),
    )
    return absence


@transaction.atomic
def cancel_absence(absence: PlannedAbsence, *, by: User, now: datetime) -> PlannedAbsence:
    """Take an announced absence back: from now on silence counts again (A11).

    Raises ValidationError when it was taken back or is over already.
    """
    absence = PlannedAbsence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if absence.cancelled_at is not None:
        raise ValidationError(_("This absence was taken back already."), code="cancelled")
    if absence.until_on < today(now):
        raise ValidationError(_("This absence is over; it stays on file."), code="over")
    absence.cancelled_at = now
    absence.save(update_fields=["cancelled_at"])
    stream = f"account:{absence.account_id}"
    journal(stream, "absence.cancelled", at=now, actor=f"user:{by.pk}", absence=absence.pk)
    return absence
