"""The holder's side changes how he is reached (A3). Whoever does it, those who were on file before are
told: somebody who got into the space must not replace the addresses in silence (V4)."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.models import ContactMethod, CustomerAccount, User
from accounts.notifications import contacts as notify
from accounts.policies import REQUIRED_WAYS
from accounts.services.contacts import (
    add_contact,
    change_contact,
    end_contact,
    reorder_contacts,
)

TOLD_FOR = timedelta(days=30)
"""How long an address that ended is still told of further changes (V4: the last 30 days)."""
STEPS = {"up": -1, "down": 1}


@transaction.atomic
def add_own(
    account: CustomerAccount, *, kind: str, value: str, label: str = "", by: User, now: datetime
) -> ContactMethod:
    """Add a way to reach the holder; the addresses on file before are told. Raises ValidationError."""
    before = _told(account, now)
    added = add_contact(
        account, kind=kind, value=value, label=label, now=now, actor=f"user:{by.pk}"
    )
    notify.changed(account, before, added=added, by=str(by), now=now)
    return added


@transaction.atomic
def change_own(
    method: ContactMethod, *, value: str, label: str = "", by: User, now: datetime
) -> ContactMethod:
    """Replace an address or a number; the former one is kept (A4) and told. Another label alone is
    told to nobody. Raises ValidationError."""
    account = method.account
    before = _told(account, now)
    new = change_contact(method, value=value, label=label, now=now, actor=f"user:{by.pk}")
    if new.pk != method.pk:
        notify.changed(account, before, added=new, ended=method, by=str(by), now=now)
    return new


@transaction.atomic
def end_own(
    method: ContactMethod, *, by: User, now: datetime, knows_it_is_the_last: bool = False
) -> ContactMethod:
    """End a contact; it stays usable for 12 months (A4) and is told itself.

    The last e-mail address or telephone ends only for one who knows what that means (A2): otherwise
    ValidationError with the code "last".
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=method.account_id)
    if is_the_last(method) and not knows_it_is_the_last:
        raise ValidationError(_("Please confirm that you know what follows."), code="last")
    before = _told(account, now)
    ended = end_contact(method, now=now, actor=f"user:{by.pk}")
    notify.changed(account, before, ended=ended, by=str(by), now=now)
    return ended


def is_the_last(method: ContactMethod) -> bool:
    """Whether this is the last e-mail address or the last telephone on file (A2)."""
    if method.kind not in REQUIRED_WAYS:
        return False
    present = ContactMethod.objects.current().filter(account=method.account_id, kind=method.kind)
    return not present.exclude(pk=method.pk).exists()


@transaction.atomic
def move_own(method: ContactMethod, step: str, *, by: User, now: datetime) -> None:
    """Move a present contact one place "up" or "down"; the first and the last stay where they are.

    Raises ValidationError for another step, or a former contact.
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=method.account_id)
    ids = list(account.contact_methods.current().values_list("pk", flat=True))
    if step not in STEPS or method.pk not in ids:
        raise ValidationError(
            _("The contacts changed meanwhile: please look at the list again."), code="stale"
        )
    place = ids.index(method.pk)
    other = min(max(place + STEPS[step], 0), len(ids) - 1)
    ids[place], ids[other] = ids[other], ids[place]
    reorder_contacts(account, ids, now=now, actor=f"user:{by.pk}")


def _told(account: CustomerAccount, now: datetime) -> list[str]:
    """The e-mail addresses on file now, or until lately. Not the one that is being added: nobody
    knows yet whose it is."""
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=now - TOLD_FOR)
    emails = account.contact_methods.filter(lately, kind=ContactKind.EMAIL)
    found = {value.lower(): value for value in emails.values_list("value", flat=True)}
    return sorted(found.values())
