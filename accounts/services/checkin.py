"""The yearly check-in of a reseller: planned, asked, reminded of, answered or closed (A11)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CheckIn, ContactMethod, CustomerAccount, User
from accounts.services.contacts import verify_contact
from hosting.records.services import journal


@dataclass(frozen=True)
class StillRight:
    """What somebody ticked as still right. `facts` are lists of ids for the journal, of what has no
    date of its own to be verified: papers, emergency contacts, the identity."""

    contacts: Collection[ContactMethod] = ()
    facts: dict[str, object] = field(default_factory=dict)


def next_year(now: datetime) -> datetime:
    """When the next check-in is due after one that ended at `now`."""
    return now + timedelta(days=settings.CHECK_IN_DAYS)


@transaction.atomic
def schedule_first(account: CustomerAccount, now: datetime) -> bool:
    """Plan the first check-in of an account whose first owner joined. Twice is as once; whether it
    was planned now."""
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    if account.next_check_in_at is not None:
        return False
    _plan(account, next_year(now))
    journal(account.stream, "checkin.scheduled", at=now)
    return True


@transaction.atomic
def confirm(
    account: CustomerAccount, right: StillRight, *, by: User, now: datetime
) -> CheckIn | None:
    """The holder looked through everything: the contacts he ticked are verified now, the check-in
    that runs (if one does; it is returned) is answered, the next one is due in a year.

    Contacts that ended meanwhile are left out. What was not ticked keeps its former date.
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    actor = f"user:{by.pk}"
    wanted = [method.pk for method in right.contacts]
    running = _running(account)  # before any journal: the sweep takes both in this order
    present = account.contact_methods.current().select_related("account").filter(pk__in=wanted)
    for method in present:
        verify_contact(method, how=_("yearly check-in"), now=now, actor=actor)
    if running is not None:
        running.confirmed_at, running.confirmed_by, running.next_step_at = now, by, None
        running.save(update_fields=["confirmed_at", "confirmed_by", "next_step_at"])
    _plan(account, next_year(now))
    journal(
        account.stream,
        "checkin.confirmed",
        at=now,
        actor=actor,
        check_in=running and running.pk,
        contacts=sorted(wanted),
        **right.facts,
    )
    return running


def _running(account: CustomerAccount) -> CheckIn | None:
    open_ones = account.check_ins.filter(confirmed_at__isnull=True, closed_at__isnull=True)
    return open_ones.select_for_update(of=("self",)).first()


def _plan(account: CustomerAccount, at: datetime | None) -> None:
    account.next_check_in_at = at
    account.save(update_fields=["next_check_in_at"])
