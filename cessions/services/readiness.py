"""What is in place for the services of an account (P6), read in the same few queries whether it has
one service or two hundred."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from accounts.enums import MANDATE_ENDS, AccountKind, ContactKind, PaperState
from accounts.models import CustomerAccount
from accounts.policies import REQUIRED_WAYS, missing_ways
from cessions.models import Assignee, TransferContract
from cessions.policies.readiness import (
    TRANSFEROR_FIELDS,
    ContractFact,
    Prepared,
    Readiness,
    RegisteredOwner,
    contract_outdated,
    identity_expired,
    readiness,
)
from hosting.enums import ServiceKind, ServiceStatus
from hosting.models import Service
from hosting.policies import owner_is_reseller
from hosting.services import owner_of
from hosting.services.powers import has_power

Listed = frozenset[tuple[int, int]]
"""Pairs of an assignee and a service for which he is listed."""
Facts = dict[int, list[tuple[int, ContractFact]]]
"""Per service, the keys of the accepted contracts that name it, and how each stands for it."""


@dataclass(frozen=True)
class Overview:
    """The readiness of some services, and what concerns the whole account."""

    by_service: Mapping[int, Readiness]
    outdated: tuple[int, ...]
    """Keys of contracts that no longer say what is so, where no other one does (P3)."""
    missing_ways: tuple[str, ...]
    """Which of e-mail and telephone the account lacks (A2)."""


@dataclass(frozen=True)
class _OfAccount:
    """What holds for each service of the account."""

    prepared: Prepared
    names: tuple[str, str]
    emails: tuple[str, ...]
    missing_ways: tuple[str, ...]


class _Accepted(NamedTuple):
    """An accepted contract and one of the services it names, as far as it matters here."""

    service_id: int
    contract_id: int
    assignee_id: int
    full_name: str
    organisation: str
    transferor: dict[str, Any] | None
    """As the draft froze him; so `assignee`."""
    assignee: dict[str, Any] | None
    signed_on: date | None
    identity_valid_until: date | None


def overview_of(account: CustomerAccount, services: Iterable[Service], today: date) -> Overview:
    """The readiness of `services`, all of this account, on the local date `today`.

    Select `registration` and `preparation` along with them, so that no query is asked per service.
    """
    shared = _of_account(account, today)
    listed = _listed(account)
    facts = _contract_facts(account, listed)
    with_assignee = {service_id for _assignee, service_id in listed}
    by_service = {
        service.pk: readiness(
            replace(
                shared.prepared,
                assignee_listed=service.pk in with_assignee,
                contracts=tuple(fact for _pk, fact in facts[service.pk]),
                papers_handed=_papers_handed(service),
                owner=_owner(service, account, shared),
            )
        )
        for service in services
    }
    return Overview(by_service, _outdated(facts), shared.missing_ways)


def _of_account(account: CustomerAccount, today: date) -> _OfAccount:
    methods = list(account.contact_methods.current().values_list("kind", "value"))
    kinds = {kind for kind, _value in methods}
    prepared = Prepared(
        has_email=ContactKind.EMAIL in kinds,
        has_telephone=ContactKind.PHONE in kinds,
        has_alternative=bool(kinds - set(REQUIRED_WAYS)),
        emergency_contact_confirmed=_emergency_contact_confirmed(account),
        power_in_force=has_power(account.pk, today),
    )
    emails = tuple(value for kind, value in methods if kind == ContactKind.EMAIL)
    return _OfAccount(
        prepared, (account.trade_name, account.full_name), emails, missing_ways(kinds)
    )


def _emergency_contact_confirmed(account: CustomerAccount) -> bool:
    """Death or guardianship ended the mandate of all of them (A12)."""
    if account.events.filter(kind__in=MANDATE_ENDS, withdrawn_at__isnull=True).exists():
        return False
    confirmed = account.emergency_contacts.filter(confirmed_at__isnull=False, declined_at=None)
    return confirmed.filter(ended_at__isnull=True).exists()


def _listed(account: CustomerAccount) -> Listed:
    rows = Assignee.services.through.objects.filter(
        assignee__account=account, assignee__ended_at__isnull=True
    )
    return frozenset(rows.values_list("assignee_id", "service_id"))


def _contract_facts(account: CustomerAccount, listed: Listed) -> Facts:
    transferor = {name: getattr(account, name) for name in TRANSFEROR_FIELDS}
    found: Facts = defaultdict(list)
    for row in _accepted(account):
        fact = ContractFact(
            outdated=contract_outdated(
                {"transferor": row.transferor or {}, "assignee": row.assignee or {}},
                transferor,
                {"full_name": row.full_name, "organisation": row.organisation},
                assignee_listed=(row.assignee_id, row.service_id) in listed,
            ),
            identity_expired=identity_expired(row.identity_valid_until, row.signed_on),
        )
        found[row.service_id].append((row.contract_id, fact))
    return found


def _accepted(account: CustomerAccount) -> Iterator[_Accepted]:
    """Those of the account's services that are still here, in one lean statement: an account can have
    thousands, and this is the page that its people see first."""
    rows = TransferContract.services.through.objects.filter(
        transfercontract__account=account,
        transfercontract__state=PaperState.ACCEPTED,
        service__account=account,
    ).exclude(service__status=ServiceStatus.TERMINATED)
    columns = rows.order_by("transfercontract_id").values_list(
        "service_id",
        "transfercontract_id",
        "transfercontract__assignee_id",
        "transfercontract__assignee__full_name",
        "transfercontract__assignee__organisation",
        "transfercontract__context__transferor",
        "transfercontract__context__assignee",
        "transfercontract__signed_on",
        "transfercontract__identity_valid_until",
    )
    return (_Accepted(*column) for column in columns)


def _outdated(facts: Facts) -> tuple[int, ...]:
    """The outdated contracts of services that have none that is up to date."""
    alone = [rows for rows in facts.values() if all(fact.outdated for _pk, fact in rows)]
    return tuple(dict.fromkeys(pk for rows in alone for pk, _fact in rows))


def _papers_handed(service: Service) -> bool:
    preparation = getattr(service, "preparation", None)
    return preparation is not None and preparation.papers_handed_at is not None


def _owner(service: Service, account: CustomerAccount, shared: _OfAccount) -> RegisteredOwner:
    """S3: asked for domains of resellers only; a direct client may own his."""
    if service.kind != ServiceKind.DOMAIN or account.kind != AccountKind.RESELLER:
        return RegisteredOwner.NOT_ASKED
    registration = getattr(service, "registration", None)
    if registration is None:
        return RegisteredOwner.UNKNOWN
    owner = owner_of(registration)
    if not (owner.name or owner.organisation or owner.email):
        return RegisteredOwner.UNKNOWN
    if owner_is_reseller(owner, names=shared.names, emails=shared.emails):
        return RegisteredOwner.RESELLER
    return RegisteredOwner.CLIENT
