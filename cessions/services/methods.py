"""Every way on file to reach a holder: present, former, and at his other services (A3, A4, C6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.enums import ContactKind, IdentityField
from accounts.models import ContactMethod, CustomerAccount, FormerIdentity
from cessions.facts import method_key
from hosting.models import DomainRegistration


@dataclass(frozen=True)
class Method:
    """One way to reach the holder. `key` is how attempts and methods find each other."""

    kind: str
    address: str
    label: str = ""
    contact_method_id: int | None = None
    former: bool = False
    since: datetime | None = None

    @property
    def key(self) -> str:
        return method_key(self.kind, self.address)

    @property
    def kind_words(self) -> str:
        """What kind of way it is, in the reader's language."""
        return str(ContactKind(self.kind).label)

    @property
    def sendable(self) -> bool:
        """Whether a machine can use it: an e-mail address that is one."""
        return self.kind == ContactKind.EMAIL and is_address(self.address)


def is_address(text: str) -> bool:
    """Whether `text` is one e-mail address that an outgoing mail can take."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254


def methods_of(
    accounts: Collection[CustomerAccount], now: datetime
) -> dict[int, tuple[Method, ...]]:
    """The usable methods of each of `accounts` (by id) at `now`, in the account's order, each once.

    Present ones first, then those that ended within 12 months (A4), then addresses that stand as
    his own in the registrations of his services (C6). Three queries for any number of accounts.
    """
    found: dict[int, dict[str, Method]] = {account.pk: {} for account in accounts}
    for account_id, method in [*_on_file(found, now), *_at_services(accounts)]:
        found[account_id].setdefault(method.key, method)
    return {account_id: tuple(methods.values()) for account_id, methods in found.items()}


def _on_file(account_ids: Iterable[int], now: datetime) -> list[tuple[int, Method]]:
    rows = ContactMethod.objects.usable(now).filter(account_id__in=list(account_ids))
    ordered = sorted(rows, key=lambda row: (row.ended_at is not None, row.order, row.pk))
    return [
        (
            row.account_id,
            Method(
                kind=row.kind,
                address=row.value.strip(),
                label=row.label,
                contact_method_id=row.pk,
                former=row.ended_at is not None,
                since=row.created_at,
            ),
        )
        for row in ordered
    ]


def _at_services(accounts: Collection[CustomerAccount]) -> list[tuple[int, Method]]:
    names = _names_of(accounts)
    rows = (
        DomainRegistration.objects.filter(service__account__in=names)
        .order_by()
        .values_list(
            "service__account_id",
            "owner_name",
            "owner_organisation",
            "owner_email",
            "technical_contact",
        )
        .distinct()
    )
    return [
        (account_id, Method(kind=ContactKind.EMAIL, address=address))
        for account_id, owner, organisation, email, technical in rows
        for address in _his_own(names[account_id], owner, organisation, email, technical)
    ]


def _his_own(
    names: Collection[str], owner: str, organisation: str, email: str, technical: str
) -> list[str]:
    """The addresses of one registration that are the holder's: those that stand beside his name."""
    found = []
    if email and (plain(owner) in names or plain(organisation) in names):
        found.append(email)
    name, address = parseaddr(technical)
    if plain(name) in names and is_address(address):
        found.append(address)
    return found


def _names_of(accounts: Collection[CustomerAccount]) -> Mapping[int, set[str]]:
    """Present and former names of each account (A4), as `plain` writes them."""
    names = {a.pk: {plain(a.full_name), plain(a.trade_name)} for a in accounts}
    former = FormerIdentity.objects.filter(
        account__in=names, field__in=[IdentityField.FULL_NAME, IdentityField.TRADE_NAME]
    )
    for account_id, value in former.values_list("account_id", "value"):
        names[account_id].add(plain(value))
    return {account_id: found - {""} for account_id, found in names.items()}


def plain(name: str) -> str:
    """A name for comparison: case and spaces do not matter."""
    return " ".join(name.casefold().split())
