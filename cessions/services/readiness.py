"""What is in place for the services of an account (P6), read in the same few queries whether it has
one service or two hundred."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from accounts.enums import ENDING_EVENTS, AccountKind, ContactKind, PaperState
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
Facts = Mapping[int, list[tuple[TransferContract, ContractFact]]]
"""Per service, the accepted contracts that name it, and how each stands for it."""


@dataclass(frozen=True)
class Overview:
    """The readiness of some services, and what concerns the whole account."""

    by_service: Mapping[int, Readiness]
    outdated: tuple[TransferContract, ...]
    """Contracts that no longer say what is so, where no other one does (P3)."""
    missing_ways: tuple[str, ...]
    """Which of e-mail and telephone the account lacks (A2)."""


@dataclass(frozen=True)
class _OfAccount:
    """What holds for each service of the account."""

    prepared: Prepared
    names: tuple[str, str]
    emails: tuple[str, ...]
    missing_ways: tuple[str, ...]


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
                contracts=tuple(fact for _contract, fact in facts[service.pk]),
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
    if account.events.filter(kind__in=ENDING_EVENTS, withdrawn_at__isnull=True).exists():
        return False
    confirmed = account.emergency_contacts.filter(confirmed_at__isnull=False, declined_at=None)
    return confirmed.filter(ended_at__isnull=True).exists()


def _listed(account: CustomerAccount) -> Listed:
    rows = Assignee.services.through.objects.filter(
        assignee__account=account, assignee__ended_at__isnull=True
    )
    return frozenset(rows.values_list("assignee_id", "service_id"))


def _contract_facts(account: CustomerAccount, listed: Listed) -> Facts:
    accepted = account.transfercontracts.filter(state=PaperState.ACCEPTED)
    found: Facts = defaultdict(list)
    for contract in accepted.select_related("assignee").prefetch_related("services"):
        for service in contract.services.all():
            if service.account_id != account.pk or service.status == ServiceStatus.TERMINATED:
                continue
            fact = _contract_fact(contract, service.pk, account, listed)
            found[service.pk].append((contract, fact))
    return found


def _contract_fact(
    contract: TransferContract, service_id: int, account: CustomerAccount, listed: Listed
) -> ContractFact:
    assignee = contract.assignee
    return ContractFact(
        outdated=contract_outdated(
            contract.context,
            {name: getattr(account, name) for name in TRANSFEROR_FIELDS},
            {"full_name": assignee.full_name, "organisation": assignee.organisation},
            assignee_listed=(assignee.pk, service_id) in listed,
        ),
        identity_expired=identity_expired(contract.identity_valid_until, contract.signed_on),
    )


def _outdated(facts: Facts) -> tuple[TransferContract, ...]:
    """The outdated contracts of services that have none that is up to date."""
    alone = [rows for rows in facts.values() if all(fact.outdated for _contract, fact in rows)]
    return tuple({contract.pk: contract for rows in alone for contract, _fact in rows}.values())


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
