"""Writing what is missing, in bulk and in one transaction: all of it or nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts.models import ContactMethod, CustomerAccount
from hosting.enums import ServiceKind, ServiceStatus
from hosting.imports.comparing import Missing, chunks
from hosting.imports.rows import AccountRow, ServiceRow
from hosting.lib.dates import start_of
from hosting.models import DomainRegistration, OwnershipPeriod, Service
from hosting.records.services import Entry, journal_many


@dataclass(frozen=True)
class Result:
    """How many rows were added."""

    accounts: int
    contacts: int
    services: int


@dataclass(frozen=True)
class Import:
    """When, by whom, and out of which file (its SHA-256); the zone in which the file's dates lie."""

    now: datetime
    zone: ZoneInfo
    actor: str
    file_hash: str

    def since(self, day: date | None) -> datetime:
        """Local midnight that begins `day`, or now; nothing begins in the future."""
        return min(start_of(day, self.zone), self.now) if day else self.now


@transaction.atomic
def write(
    missing: Missing, about: Import, *, seen: Callable[[int], Any] = lambda _count: None
) -> Result:
    """Add all that is missing and journal it per account. `seen` hears how many rows were written.

    Database errors leave nothing behind.
    """
    ids = dict(missing.here)
    for rows in chunks(missing.new):
        created = CustomerAccount.objects.bulk_create(_account(row, about) for row in rows)
        ids |= {account.number: account.pk for account in created}
        seen(len(rows))
    for contacts in chunks(_ordered(missing, ids)):
        ContactMethod.objects.bulk_create(_contact(*contact, about) for contact in contacts)
        seen(len(contacts))
    added: dict[int, list[int]] = {}
    for services in chunks(missing.services):
        _write_services([(ids[number], row) for number, row in services], missing, about, added)
        seen(len(services))
    _journal(missing, ids, added, about)
    return Result(len(missing.new), len(missing.contacts), len(missing.services))


def _account(row: AccountRow, about: Import) -> CustomerAccount:
    return CustomerAccount(
        number=row.number, created_at=about.since(row.since), **asdict(row.identity)
    )


def _ordered(missing: Missing, ids: dict[str, int]) -> list[tuple[int, int, str, str]]:
    """Account, place, kind and value; on accounts that are here, after what they have."""
    places: dict[int, int] = {}
    found = []
    for number, (kind, value) in missing.contacts:
        account = ids[number]
        place = places.setdefault(account, 100 if number in missing.here else 0)
        places[account] = place + 1
        found.append((account, place, kind, value))
    return found


def _contact(account: int, place: int, kind: str, value: str, about: Import) -> ContactMethod:
    return ContactMethod(
        account_id=account, kind=kind, value=value, order=place, created_at=about.now
    )


def _write_services(
    rows: list[tuple[int, ServiceRow]],
    missing: Missing,
    about: Import,
    added: dict[int, list[int]],
) -> None:
    services = [_service(account, row, missing, about) for account, row in rows]
    for service in services:
        service.unicode_name = service.searched_name
    Service.objects.bulk_create(services)
    pairs = list(zip(services, (row for _account, row in rows), strict=True))
    DomainRegistration.objects.bulk_create(
        _registration(service, row) for service, row in pairs if row.kind == ServiceKind.DOMAIN
    )
    OwnershipPeriod.objects.bulk_create(
        OwnershipPeriod(
            service=service,
            account_id=service.account_id,
            during=(service.created_at, None),
            reason="imported",
        )
        for service in services
        if service.status != ServiceStatus.TERMINATED
    )
    for service in services:
        added.setdefault(service.account_id, []).append(service.pk)


def _service(account: int, row: ServiceRow, missing: Missing, about: Import) -> Service:
    return Service(
        account_id=account,
        kind=row.kind,
        name=row.name,
        plan_id=missing.plans[row.plan] if row.plan else None,
        status=row.status,
        due_on=row.due_on,
        paid_until=row.paid_until,
        created_at=about.since(row.since),
    )


def _registration(service: Service, row: ServiceRow) -> DomainRegistration:
    owner = row.owner
    return DomainRegistration(
        service=service,
        owner_name=owner.name,
        owner_organisation=owner.organisation,
        owner_email=owner.email,
        owner_address=owner.address,
        technical_contact=owner.technical_contact,
    )


def _journal(
    missing: Missing, ids: dict[str, int], added: dict[int, list[int]], about: Import
) -> None:
    """One entry per account that got something, naming the file by its hash."""
    new = {ids[row.number] for row in missing.new}
    contacts: dict[int, int] = {}
    for number, _contact in missing.contacts:
        contacts[ids[number]] = contacts.get(ids[number], 0) + 1
    for accounts in chunks(sorted(new | added.keys() | contacts.keys())):
        journal_many(
            Entry(
                f"account:{account}",
                "account.imported",
                about.now,
                about.actor,
                {
                    "file": about.file_hash,
                    "new": account in new,
                    "contacts": contacts.get(account, 0),
                    "services": added.get(account, []),
                },
            )
            for account in accounts
        )
