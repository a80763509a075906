"""Emergency contacts: the holder names them, they confirm themselves, either side ends it (A8).

With a known death or guardianship of the holder the mandate ends by law (A12): nobody is named, asked,
confirmed or let in any more; to decline or to end stays possible. The rows stay as they are: should the
event be withdrawn, the mandate stands as before. What somebody may decide is never edited: a change ends the row, and the new one asks him again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import EmergencyPower, Role
from accounts.models import CustomerAccount, EmergencyContact, Membership, User
from accounts.notifications import trusted as notify
from accounts.policies import email_address, telephone
from accounts.services.newcomers import new_user
from hosting.records.services import journal

AT_MOST = 5
FIELDS = ("full_name", "relation", "email", "telephone", "language", "powers", "remark")


@transaction.atomic
def name_contact(
    account: CustomerAccount, *, now: datetime, actor: str, **fields: Any
) -> EmergencyContact:
    """Name a trusted person, who is invited to confirm himself; `fields` are `FIELDS`.

    Raises ValidationError: wrong values, somebody named twice, more than five, or a death or
    guardianship that ended such mandates (A12).
    """
    account = _locked(account)
    present = list(account.emergency_contacts.filter(ended_at=None))
    if len(present) >= AT_MOST:
        raise ValidationError(_("Five emergency contacts are enough: please end one first."))
    _require_mandate(account)
    order = max((contact.order + 1 for contact in present), default=0)
    return _name(account, order, now=now, actor=actor, **fields)


@transaction.atomic
def change_powers(
    contact: EmergencyContact, *, powers: Sequence[str], remark: str, now: datetime, actor: str
) -> EmergencyContact:
    """Let a contact decide something else: the row ends, a new one asks him again.

    Until he confirms, he is nobody's emergency contact. Raises ValidationError for one that ended.
    """
    account = _locked(contact.account)
    _require_mandate(account)
    old = _present(contact)
    _end(old, now)
    kept = {name: getattr(old, name) for name in FIELDS} | {"powers": powers, "remark": remark}
    return _name(account, old.order, now=now, actor=actor, **kept)


@transaction.atomic
def end_contact(contact: EmergencyContact, *, now: datetime, actor: str) -> EmergencyContact:
    """He is no emergency contact any more, signs in no longer, and is told so. Raises ValidationError."""
    account = _locked(contact.account)
    contact = _present(contact)
    _end(contact, now)
    journal(account.stream, "trusted.ended", at=now, actor=actor, contact=str(contact.pk))
    notify.ended(contact, now=now)
    return contact


@transaction.atomic
def invite_again(contact: EmergencyContact, *, now: datetime, actor: str) -> None:
    """Send a new link; the older one no longer works. Raises ValidationError once he has answered."""
    account = _locked(contact.account)
    _require_mandate(account)
    contact = _present(contact)
    if contact.confirmed_at is not None:
        raise ValidationError(_("This person has confirmed already."))
    contact.generation += 1
    contact.invited_at, contact.declined_at = now, None
    contact.save(update_fields=["generation", "invited_at", "declined_at"])
    journal(account.stream, "trusted.invited", at=now, actor=actor, contact=str(contact.pk))
    notify.invited(contact, now=now)


@transaction.atomic
def reorder(account: CustomerAccount, ids: Sequence[UUID], *, now: datetime, actor: str) -> None:
    """Put the present contacts into the order of `ids`, which names each once. Raises ValidationError."""
    account = _locked(account)
    contacts = {contact.pk: contact for contact in account.emergency_contacts.filter(ended_at=None)}
    if sorted(ids) != sorted(contacts):
        raise ValidationError(_("The contacts changed meanwhile: please look at the list again."))
    for place, pk in enumerate(ids):
        contacts[pk].order = place
    EmergencyContact.objects.bulk_update(contacts.values(), ["order"])
    order = [str(pk) for pk in ids]
    journal(account.stream, "trusted.reordered", at=now, actor=actor, contacts=order)


@transaction.atomic
def confirm(contact: EmergencyContact, now: datetime) -> EmergencyContact:
    """The person himself says yes, by his own link. Pressing twice changes nothing more.

    Raises ValidationError when the holder ended it meanwhile, or an event did (A12).
    """
    account = _locked(contact.account)
    _require_mandate(account)
    contact = _present(contact)
    if contact.confirmed_at is None:
        contact.confirmed_at, contact.declined_at = now, None
        contact.save(update_fields=["confirmed_at", "declined_at"])
        _journal_own(account, "trusted.confirmed", contact, now)
    return contact


@transaction.atomic
def decline(contact: EmergencyContact, now: datetime) -> EmergencyContact:
    """The person himself says no: the row ends, he signs in no longer. Raises ValidationError."""
    account = _locked(contact.account)
    contact = _present(contact)
    contact.declined_at = now
    contact.save(update_fields=["declined_at"])
    _end(contact, now)
    _journal_own(account, "trusted.declined", contact, now)
    return contact


@transaction.atomic
def let_in(contact: EmergencyContact, password: str, now: datetime) -> Membership:
    """A confirmed contact who is new here chooses a password and signs in with it from now on.

    Raises ValidationError when somebody signs in with his address already: a link of the mail takes
    over no user; or when he has not confirmed.
    """
    account = _locked(contact.account)
    _require_mandate(account)
    contact = _present(contact)
    if contact.confirmed_at is None:
        raise ValidationError(_("Please confirm first."))
    if User.objects.filter(email__iexact=contact.email).exists():
        raise ValidationError(
            _(
                "Somebody signs in with this address already. Please sign in, and open the link again."
            )
        )
    user = new_user(
        contact.email,
        password=password,
        full_name=contact.full_name,
        language=contact.language,
        now=now,
    )
    return _member(account, contact, user, now)


@transaction.atomic
def join_signed_in(contact: EmergencyContact, user: User, now: datetime) -> Membership | None:
    """The space of a confirmed contact opens to `user`, who signed in with the contact's address.

    None for another address, for staff, and where he has access already.
    """
    account = _locked(contact.account)
    _require_mandate(account)
    contact = _present(contact)
    same = user.email.lower() == contact.email.lower()
    if contact.confirmed_at is None or not same or user.is_staff:
        return None
    if account.memberships.filter(user=user, ended_at=None).exists():
        return None
    return _member(account, contact, user, now)


def _name(
    account: CustomerAccount, order: int, *, now: datetime, actor: str, **fields: Any
) -> EmergencyContact:
    contact = EmergencyContact(
        account=account,
        order=order,
        created_at=now,
        invited_at=now,
        **_checked(fields, account.country),
    )
    contact.full_clean()
    contact.save(force_insert=True)
    journal(
        account.stream,
        "trusted.named",
        at=now,
        actor=actor,
        contact=str(contact.pk),
        powers=list(contact.powers),
    )
    notify.invited(contact, now=now)
    return contact


def _checked(fields: dict[str, Any], country: str) -> dict[str, Any]:
    """The fields as they are stored: address and number in their one form. Raises ValidationError."""
    number = fields.get("telephone", "").strip()
    powers = list(dict.fromkeys(fields.get("powers", [])))
    if not set(powers) <= set(EmergencyPower.values):
        raise ValidationError({"powers": _("Please choose among what is offered.")})
    try:
        address = email_address(fields["email"])
    except ValidationError as error:
        raise ValidationError({"email": error}) from error
    try:
        number = telephone(number, country) if number else ""
    except ValidationError as error:
        raise ValidationError({"telephone": error}) from error
    return fields | {"email": address, "telephone": number, "powers": powers}


def _member(
    account: CustomerAccount, contact: EmergencyContact, user: User, now: datetime
) -> Membership:
    member = Membership.objects.create(
        account=account, user=user, role=Role.EMERGENCY, emergency_contact=contact, created_at=now
    )
    _journal_own(account, "trusted.signs_in", contact, now)
    return member


def _end(contact: EmergencyContact, now: datetime) -> None:
    """The row ends, and with it his access."""
    contact.ended_at = now
    contact.save(update_fields=["ended_at"])
    contact.memberships.filter(ended_at=None).update(ended_at=now)


def _require_mandate(account: CustomerAccount) -> None:
    if account.events.end_mandates().exists():
        raise ValidationError(_("This is no longer possible: please call us."))


def _locked(account: CustomerAccount) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _present(contact: EmergencyContact) -> EmergencyContact:
    contact = EmergencyContact.objects.select_related("account").get(pk=contact.pk)
    if contact.ended_at is not None:
        raise ValidationError(_("This person is no emergency contact any more."))
    return contact


def _journal_own(
    account: CustomerAccount, event: str, contact: EmergencyContact, now: datetime
) -> None:
    actor = f"emergency_contact:{contact.pk}"
    journal(account.stream, event, at=now, actor=actor, contact=str(contact.pk))
