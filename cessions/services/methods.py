"""Every way on file to reach a holder: present, former, at his other services, and through those who
stand in for him (A3, A4, A8, A12, C6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from enum import StrEnum
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.enums import MANDATE_ENDS, ContactKind, IdentityField, Judgement
from accounts.models import (
    ContactMethod,
    CustomerAccount,
    EmergencyContact,
    FormerIdentity,
    HolderEvent,
    LegalRepresentative,
)
from cessions.facts import method_key
from hosting.models import DomainRegistration


class Reader(StrEnum):
    """Who reads what goes there: the holder, or somebody who stands in for him."""

    HOLDER = "holder"
    TRUSTED = "trusted"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True)
class Method:
    """One way to reach the holder. `key` is how attempts and methods find each other."""

    kind: str
    address: str
    label: str = ""
    contact_method_id: int | None = None
    former: bool = False
    since: datetime | None = None
    reader: Reader = Reader.HOLDER
    name: str = ""
    """Who reads it, where it is not the holder."""
    language: str = ""
    """His language, where it is known; else the account's."""
    emergency_contact_id: UUID | None = None

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
    his own in the registrations of his services (C6), then emergency contacts who confirmed
    themselves (A8) and accepted representatives (A12). Five queries for any number of accounts.
    """
    found: dict[int, dict[str, Method]] = {account.pk: {} for account in accounts}
    for account_id, method in [
        *_on_file(found, now),
        *_at_services(accounts),
        *_trusted(found),
        *_representatives(found),
    ]:
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


def _trusted(account_ids: Iterable[int]) -> list[tuple[int, Method]]:
    """Emergency contacts; death or guardianship ended their mandate (A8, A12)."""
    ended = HolderEvent.objects.filter(kind__in=MANDATE_ENDS, withdrawn_at=None)
    rows = EmergencyContact.objects.filter(
        account__in=list(account_ids), confirmed_at__isnull=False, ended_at=None
    ).exclude(account__in=ended.values("account"))
    return [
        (
            row.account_id,
            Method(
                kind=kind,
                address=value.strip(),
                label=row.relation,
                since=row.confirmed_at,
                reader=Reader.TRUSTED,
                name=row.full_name,
                language=row.language,
                emergency_contact_id=row.pk,
            ),
        )
        for row in rows.order_by("order", "created_at")
        for kind, value in ((ContactKind.EMAIL, row.email), (ContactKind.PHONE, row.telephone))
        if value
    ]


def _representatives(account_ids: Iterable[int]) -> list[tuple[int, Method]]:
    """Legal representatives whom staff accepted: they answer as the holder would (A12)."""
    rows = LegalRepresentative.objects.filter(
        account__in=list(account_ids), judgement=Judgement.ACCEPTED, ended_at=None
    )
    return [
        (
            row.account_id,
            Method(
                kind=kind,
                address=value.strip(),
                label=row.get_kind_display(),
                since=row.judged_at,
                reader=Reader.REPRESENTATIVE,
                name=row.full_name,
            ),
        )
        for row in rows.order_by("pk")
        for kind, value in ((ContactKind.EMAIL, row.email), (ContactKind.PHONE, row.telephone))
        if value
    ]


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
