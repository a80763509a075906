"""What the file says, compared with what is here: only what is missing is added, nothing changes.

An account that is here already must be the same in the file: who its holder is changes in the admin,
where former names are kept (A4). So a file can be imported twice, and a longer one after a shorter.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from django.utils.translation import gettext as _

from accounts.models import ContactMethod, CustomerAccount
from accounts.services import FIELDS, identity_of
from hosting.enums import ServiceStatus
from hosting.imports.rows import AccountRow, Contents, Problem, ServiceRow
from hosting.models import Plan, Service

T = TypeVar("T")
CHUNK = 5000


@dataclass
class Missing:
    """What is to be added: new accounts, and contacts and services of accounts that are here."""

    new: list[AccountRow] = field(default_factory=list)
    here: dict[str, int] = field(default_factory=dict)  # account number -> id
    contacts: list[tuple[str, tuple[str, str]]] = field(default_factory=list)
    services: list[tuple[str, ServiceRow]] = field(default_factory=list)
    plans: dict[str, int] = field(default_factory=dict)  # code -> id
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0


def compare(contents: Contents) -> Missing:
    """What of the file is not here yet, and where it contradicts what is here."""
    missing = Missing(plans=dict(Plan.objects.values_list("code", "id")))
    for rows in chunks(contents.accounts.values()):
        _compare_accounts(rows, missing)
        _compare_services(rows, missing)
    return missing


def _compare_accounts(rows: Sequence[AccountRow], missing: Missing) -> None:
    numbers = [row.number for row in rows]
    found = {a.number: a for a in CustomerAccount.objects.filter(number__in=numbers)}
    present: dict[int, set[tuple[str, str]]] = {}
    for method in ContactMethod.objects.current().filter(account__in=found.values()):
        present.setdefault(method.account_id, set()).add((method.kind, method.value.lower()))
    for row in rows:
        account = found.get(row.number)
        if account is None:
            missing.new.append(row)
            missing.contacts += [(row.number, contact) for contact in row.contacts]
            continue
        _compare_identity(row, account, missing)
        missing.here[row.number] = account.pk
        methods = present.get(account.pk, set())
        added = [c for c in row.contacts if (c[0], c[1].lower()) not in methods]
        missing.contacts += [(row.number, contact) for contact in added]
        missing.unchanged += not added


def _compare_identity(row: AccountRow, account: CustomerAccount, missing: Missing) -> None:
    here = identity_of(account)
    for name in FIELDS:
        if getattr(here, name) != getattr(row.identity, name):
            words = _(
                "The account is here with something else: “%(here)s”. Please change it in the back "
                "office, where former names are kept."
            )
            value = getattr(here, name)
            missing.problems.append(Problem(row.line, name, words % {"here": value}))


def _compare_services(rows: Sequence[AccountRow], missing: Missing) -> None:
    services = [(row.number, service) for row in rows for service in row.services]
    names = {service.name for _number, service in services}
    found = {
        (service.kind, service.name): service.account.number
        for service in Service.objects.filter(name__in=names)
        .exclude(status=ServiceStatus.TERMINATED)
        .select_related("account")
    }
    ended = _terminated(names) if any(s.status == "terminated" for _n, s in services) else set()
    for number, service in services:
        owner = found.get((service.kind, service.name))
        if service.plan and service.plan not in missing.plans:
            words = _("There is no plan “%(code)s”.") % {"code": service.plan}
            missing.problems.append(Problem(service.line, "plan", words))
        if service.status == ServiceStatus.TERMINATED:
            if (number, service.kind, service.name) not in ended:
                missing.services.append((number, service))
        elif owner is None:
            missing.services.append((number, service))
        elif owner != number:
            words = _("This service is in the account %(number)s.") % {"number": owner}
            missing.problems.append(Problem(service.line, "service_name", words))


def _terminated(names: Iterable[str]) -> set[tuple[str, str, str]]:
    ended = Service.objects.filter(name__in=names, status=ServiceStatus.TERMINATED)
    return set(ended.values_list("account__number", "kind", "name"))


def chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """`rows` in lists of at most `size`."""
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part
