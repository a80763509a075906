"""How the holder is reached. A change ends a row and adds another: former ones stay usable (A2-A4)."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import ContactMethod, CustomerAccount
from accounts.policies import contact_value
from hosting.records.services import journal
from hosting.records.services.journal import SYSTEM


@transaction.atomic
def add_contact(
    account: CustomerAccount,
    *,
    kind: str,
    value: str,
    now: datetime,
    actor: str = SYSTEM,
    label: str = "",
    order: int | None = None,
) -> ContactMethod:
    """Add a contact method at the end, or at `order` (A3). Raises ValidationError."""
    account = _locked(account)
    if order is None:
        last = account.contact_methods.current().aggregate(last=Max("order"))["last"]
        order = 0 if last is None else last + 1
    method = ContactMethod(
        account=account,
        kind=kind,
        value=_checked(kind, value, account),
        label=" ".join(label.split()),
        order=order,
        created_at=now,
    )
    method.full_clean()
    method.save(force_insert=True)
    journal(account.stream, "contact.added", at=now, actor=actor, method=method.pk, kind=kind)
    return method


@transaction.atomic
def change_contact(
    method: ContactMethod, *, value: str, now: datetime, actor: str = SYSTEM, label: str = ""
) -> ContactMethod:
    """Replace a contact method by another value: the old row ends, a new one takes its place (A4).

    Where only the label differs, the row stays. Returns the row that is present now.
    """
    account = _locked(method.account)
    method = _current(method)
    label = " ".join(label.split())
    if _checked(method.kind, value, account) == method.value:
        if label != method.label:
            method.label = label
            method.save(update_fields=["label"])
            journal(account.stream, "contact.labelled", at=now, actor=actor, method=method.pk)
        return method
    _end(method, now)
    new = add_contact(
        account,
        kind=method.kind,
        value=value,
        label=label,
        order=method.order,
        now=now,
        actor=actor,
    )
    journal(account.stream, "contact.changed", at=now, actor=actor, former=method.pk, method=new.pk)
    return new


@transaction.atomic
def end_contact(method: ContactMethod, *, now: datetime, actor: str = SYSTEM) -> ContactMethod:
    """Make a contact method a former one; it stays usable in attempts for 12 months (A4, C6)."""
    account = _locked(method.account)
    method = _current(method)
    _end(method, now)
    journal(account.stream, "contact.ended", at=now, actor=actor, method=method.pk)
    return method


@transaction.atomic
def verify_contact(
    method: ContactMethod, *, how: str, now: datetime, actor: str = SYSTEM
) -> ContactMethod:
    """Note that a contact method was found right, when and how (A3)."""
    account = _locked(method.account)
    method = _current(method)
    method.verified_at, method.verified_how = now, " ".join(how.split())
    if not method.verified_how:
        raise ValidationError({"how": _("Please say how it was verified.")})
    method.save(update_fields=["verified_at", "verified_how"])
    journal(account.stream, "contact.verified", at=now, actor=actor, method=method.pk)
    return method


@transaction.atomic
def reorder_contacts(
    account: CustomerAccount, ids: Sequence[int], *, now: datetime, actor: str = SYSTEM
) -> None:
    """Put the present contact methods into the order of `ids`, which names each of them once (A3)."""
    account = _locked(account)
    methods = {method.pk: method for method in account.contact_methods.current()}
    if sorted(ids) != sorted(methods):
        raise ValidationError(
            _("The contacts changed meanwhile: please look at the list again."), code="stale"
        )
    moved = [pk for place, pk in enumerate(ids) if methods[pk].order != place]
    for place, pk in enumerate(ids):
        methods[pk].order = place
    if moved:
        ContactMethod.objects.bulk_update(methods.values(), ["order"])
        journal(account.stream, "contact.reordered", at=now, actor=actor, methods=list(ids))


def _locked(account: CustomerAccount) -> CustomerAccount:
    """The account's row, locked: changes of one account's contacts follow each other."""
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _current(method: ContactMethod) -> ContactMethod:
    method = ContactMethod.objects.get(pk=method.pk)
    if method.ended_at is not None:
        raise ValidationError(
            _("This is a former contact: it does not change any more."), code="former"
        )
    return method


def _end(method: ContactMethod, now: datetime) -> None:
    method.ended_at = now
    method.save(update_fields=["ended_at"])


def _checked(kind: str, value: str, account: CustomerAccount) -> str:
    try:
        return contact_value(kind, value, account.country)
    except ValidationError as error:
        raise ValidationError({"value": error}) from error
