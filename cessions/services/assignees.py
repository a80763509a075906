"""Whom the reseller lists as eligible for his services, before anything happens to him (P1)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.models import CustomerAccount
from accounts.policies import email_address, telephone
from cessions.models import Assignee
from cessions.services.assignee_writing import Change, Person, write_changes, write_new
from hosting.enums import ServiceStatus
from hosting.models import Service
from hosting.records.services import journal
from hosting.records.services.journal import SYSTEM

MOST_EMAILS = 5


@transaction.atomic
def add_assignee(
    account: CustomerAccount,
    person: Person,
    services: Sequence[Service],
    *,
    now: datetime,
    actor: str = SYSTEM,
) -> Assignee:
    """List `person` as eligible for `services` of the account (P1). Raises ValidationError."""
    account = locked_account(account)
    right = checked(person, account.country)
    chosen = [service.pk for service in _of_the_account(services, account)]
    return write_new(account, [(right, chosen)], now=now, actor=actor)[0]


@transaction.atomic
def change_assignee(
    assignee: Assignee,
    person: Person,
    services: Sequence[Service],
    *,
    now: datetime,
    actor: str = SYSTEM,
) -> Assignee:
    """Correct an assignee, or the services he is eligible for; contracts keep what they said.

    Raises ValidationError. Where nothing differs, nothing is written.
    """
    account = locked_account(assignee.account)
    assignee = _present(assignee)
    change = Change(
        assignee,
        checked(person, account.country),
        before=frozenset(assignee.services.values_list("pk", flat=True)),
        wanted=frozenset(service.pk for service in _of_the_account(services, account)),
    )
    write_changes(account, [change], now=now, actor=actor)
    return assignee


@transaction.atomic
def end_assignee(assignee: Assignee, *, now: datetime, actor: str = SYSTEM) -> Assignee:
    """Take an assignee off the list; contracts with him stay what they are until withdrawn (P3)."""
    account = locked_account(assignee.account)
    assignee = _present(assignee)
    assignee.ended_at = now
    assignee.save(update_fields=["ended_at"])
    journal(account.stream, "assignee.ended", at=now, actor=actor, assignee=assignee.pk)
    return assignee


def checked(person: Person, country: str) -> Person:
    """`person` as it is stored: trimmed, addresses and number checked. Raises ValidationError.

    `country` is the ISO code by which a telephone number without prefix is read.
    """
    problems: dict[str, ValidationError] = {}
    emails: dict[str, str] = {}
    for typed in filter(str.strip, person.emails):
        try:
            address = email_address(typed)
        except ValidationError as error:
            problems["emails"] = ValidationError(f"{typed.strip()}: {' '.join(error.messages)}")
        else:
            emails.setdefault(address.lower(), address)
    number = " ".join(person.telephone.split())
    try:
        number = telephone(number, country) if number else ""
    except ValidationError as error:
        problems["telephone"] = error
    full_name = " ".join(person.full_name.split())
    if not full_name:
        problems["full_name"] = ValidationError(_("Please give the full name."))
    if not emails and "emails" not in problems:
        problems["emails"] = ValidationError(_("Please give at least one e-mail address."))
    if len(emails) > MOST_EMAILS:
        words = _("Please give at most %(count)d e-mail addresses.") % {"count": MOST_EMAILS}
        problems["emails"] = ValidationError(words)
    if problems:
        raise ValidationError(dict(problems))
    return Person(
        full_name=full_name,
        organisation=" ".join(person.organisation.split()),
        emails=tuple(emails.values()),
        telephone=number,
        language=person.language,
    )


def offered_services(account: CustomerAccount) -> list[Service]:
    """What an assignee can be eligible for: the account's services that are not terminated."""
    services = account.services.exclude(status=ServiceStatus.TERMINATED)
    return list(services.order_by("name", "kind"))


def own_addresses(account: CustomerAccount) -> frozenset[str]:
    """The holder's e-mail addresses, in small letters, for `is_the_holder`."""
    found = account.contact_methods.filter(kind=ContactKind.EMAIL)
    return frozenset(address.lower() for address in found.values_list("value", flat=True))


def is_the_holder(
    assignee: Assignee | Person, holder: CustomerAccount, addresses: Collection[str]
) -> bool:
    """Whether the one listed seems to be the reseller himself: then nothing is prepared (S3, P1)."""
    same_name = assignee.full_name.casefold() == " ".join(holder.full_name.split()).casefold()
    return same_name or any(address.lower() in addresses for address in assignee.emails)


def locked_account(account: CustomerAccount) -> CustomerAccount:
    """The account's row, locked: changes of one account's list follow each other."""
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _present(assignee: Assignee) -> Assignee:
    assignee = Assignee.objects.get(pk=assignee.pk)
    if assignee.ended_at is not None:
        raise ValidationError(
            _("This person is no longer on your list: please add him anew."), code="former"
        )
    return assignee


def _of_the_account(services: Sequence[Service], account: CustomerAccount) -> list[Service]:
    """The services, each once. Raises ValidationError for none, and for one of somebody else."""
    wanted = {service.pk for service in services}
    found = [service for service in offered_services(account) if service.pk in wanted]
    if not wanted or len(found) != len(wanted):
        raise ValidationError({"services": _("Please choose services of this account.")})
    return found
