"""The rows of the file: each is checked by the same rules as what staff type (A1-A3, S1, S2)."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.enums import AccountKind, ContactKind, RegistrationKind
from accounts.models import CustomerAccount
from accounts.policies import contact_value, country_code, email_address, registration_number
from accounts.services import Identity
from hosting.enums import ServiceKind, ServiceStatus
from hosting.models import DomainRegistration
from hosting.policies import Owner
from hosting.services import checked_name

IDENTITY_COLUMNS = (
    "kind",
    "trade_name",
    "registration_kind",
    "registration_number",
    "full_name",
    "street",
    "postal_code",
    "city",
    "country",
    "language",
)
ACCOUNT_COLUMNS = ("account_number", *IDENTITY_COLUMNS, "emails", "telephones", "customer_since")
OWNER_COLUMNS = (
    "owner_name",
    "owner_organisation",
    "owner_email",
    "owner_address",
    "technical_contact",
)
SERVICE_COLUMNS = (
    "service_kind",
    "service_name",
    "plan",
    "status",
    "due_on",
    "paid_until",
    "service_since",
    *OWNER_COLUMNS,
)
COLUMNS = (*ACCOUNT_COLUMNS, *SERVICE_COLUMNS)
REQUIRED = ("account_number", "full_name")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SEPARATOR = "|"  # between several addresses or numbers in one cell


class FileRefused(Exception):
    """The file as a whole cannot be read; the message says why."""


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; `line` counts the lines of the file from 1, the header's."""

    line: int
    column: str
    words: str


@dataclass(frozen=True)
class ServiceRow:
    """A service as the file has it."""

    line: int
    kind: str
    name: str
    plan: str
    status: str
    due_on: date | None
    paid_until: date | None
    since: date | None
    owner: Owner


@dataclass
class AccountRow:
    """An account as the file has it: its first row, and the services of all its rows."""

    line: int
    number: str
    identity: Identity
    contacts: list[tuple[str, str]]
    since: date | None
    services: list[ServiceRow] = field(default_factory=list)


@dataclass
class Contents:
    """All that the file says: accounts by number, and what is wrong."""

    accounts: dict[str, AccountRow] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0


def read(lines: Iterable[str], *, seen: Callable[[], Any] = lambda: None) -> Contents:
    """Read the whole file. `seen` is called after each row. Raises FileRefused for its header."""
    contents = Contents()
    places: dict[tuple[str, str], int] = {}
    for line, cells in _table(lines):
        contents.rows += 1
        cell = Cells(line, cells, contents.problems)
        account = _account(cell, contents)
        service = _service(cell) if cells["service_kind"] or cells["service_name"] else None
        if account and service and not _named_twice(service, places, contents):
            account.services.append(service)
        seen()
    return contents


def _table(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row, every column present, cells trimmed."""
    try:
        yield from _rows(lines)
    except UnicodeDecodeError as error:
        raise FileRefused(_("The file is not in UTF-8: please save it so.")) from error
    except csv.Error as error:
        raise FileRefused(_("The file is no CSV: %(error)s") % {"error": error}) from error


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    source = iter(lines)
    header = next(source, "").removeprefix("\ufeff")
    delimiter = ";" if header.count(";") > header.count(",") else ","
    columns = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    _check_header(columns)
    reader = csv.reader(source, delimiter=delimiter, strict=True)
    line = 2
    for row in reader:
        if any(cell.strip() for cell in row):
            row += [""] * (len(columns) - len(row))
            cells = dict(zip(columns, (cell.strip() for cell in row), strict=False))
            cells = {name: cells.get(name, "") for name in COLUMNS}
            cells["rest"] = SEPARATOR.join(row[len(columns) :])
            yield line, cells
        line = reader.line_num + 2


def _check_header(columns: list[str]) -> None:
    unknown = [name for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    twice = sorted({name for name in columns if columns.count(name) > 1})
    for names, words in (
        (unknown, _("The first line names columns that are not known: %(names)s.")),
        (missing, _("The first line lacks the columns: %(names)s.")),
        (twice, _("The first line names columns twice: %(names)s.")),
    ):
        if names:
            raise FileRefused(words % {"names": ", ".join(names)})


class Cells:
    """The cells of one row; what is wrong with one is noted with line and column."""

    def __init__(self, line: int, cells: dict[str, str], problems: list[Problem]) -> None:
        self.line, self.cells, self.problems = line, cells, problems
        self.right = True
        if cells["rest"]:
            self.wrong("", _("This line has more cells than the first line has columns."))
        for name, value in cells.items():
            if CONTROL.search(value):
                self.wrong(name, _("There is a control character in it."))

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def wrong(self, column: str, words: str) -> None:
        self.right = False
        self.problems.append(Problem(self.line, column, words))

    def checked(self, column: str, check: Callable[..., Any], *more: Any) -> Any:
        """What `check` makes of the cell; None and a problem where it refuses."""
        try:
            return check(*more, self.cells[column])
        except ValidationError as error:
            self.wrong(column, " ".join(error.messages))
            return None

    def chosen(self, column: str, choices: Iterable[str], default: str) -> str:
        """One of the words that the column may hold, or the default for an empty cell."""
        value = self.cells[column].lower() or default
        if value not in choices:
            words = _("“%(value)s” is not one of: %(choices)s.")
            known = ", ".join(choice for choice in choices if choice)
            self.wrong(column, words % {"value": value, "choices": known})
        return value

    def day(self, column: str) -> date | None:
        """A date as 2026-12-31; None for an empty cell."""
        value = self.cells[column]
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            words = _("“%(value)s” is not a date. It looks like 2026-12-31.")
            self.wrong(column, words % {"value": value})
            return None

    def short(self, model: Any, names: Iterable[str], prefix: str = "") -> None:
        """Refuse what is longer than its column in the database."""
        for name in names:
            limit = getattr(model._meta.get_field(prefix + name), "max_length", None)
            if limit and len(self.cells[name]) > limit:
                words = _("This is longer than %(limit)d characters.")
                self.wrong(name, words % {"limit": limit})


def _account(cell: Cells, contents: Contents) -> AccountRow | None:
    """The account of a row: a new one, or the one that an earlier row began."""
    number = cell["account_number"].upper()
    if not number:
        cell.wrong("account_number", _("Please give the account number."))
        return None
    known = contents.accounts.get(number)
    if known is None:
        account = AccountRow(
            cell.line, number, _identity(cell), _contacts(cell), cell.day("customer_since")
        )
        if len(number) > 20:
            cell.wrong(
                "account_number", _("This is longer than %(limit)d characters.") % {"limit": 20}
            )
        contents.accounts[number] = account
        return account
    _same_as(known, cell)
    return known


def _identity(cell: Cells) -> Identity:
    cell.short(CustomerAccount, IDENTITY_COLUMNS)
    country = "FR"
    if cell["country"]:
        country = cell.checked("country", country_code) or "FR"
    kind = cell.chosen("registration_kind", RegistrationKind.values, RegistrationKind.NONE)
    number = ""
    if kind in RegistrationKind.values:
        number = (
            cell.checked(
                "registration_number", lambda typed: registration_number(kind, typed, country)
            )
            or ""
        )
    if not cell["full_name"]:
        cell.wrong("full_name", _("Please give the holder's full name."))
    languages = [code for code, _name in settings.LANGUAGES]
    texts = ("trade_name", "full_name", "street", "postal_code", "city")
    return Identity(
        kind=cell.chosen("kind", AccountKind.values, AccountKind.DIRECT),
        registration_kind=kind,
        registration_number=number,
        country=country,
        language=cell.chosen("language", languages, settings.LANGUAGE_CODE),
        **{name: " ".join(cell[name].split()) for name in texts},
    )


def _contacts(cell: Cells) -> list[tuple[str, str]]:
    """E-mail addresses and telephones in order, each once; numbers are read by the country's rules."""
    country = cell["country"].upper() or "FR"
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for column, kind in (("emails", ContactKind.EMAIL), ("telephones", ContactKind.PHONE)):
        for typed in filter(None, (part.strip() for part in cell[column].split(SEPARATOR))):
            try:
                value = contact_value(kind, typed, country)
            except ValidationError as error:
                cell.wrong(column, f"{typed}: {' '.join(error.messages)}")
            else:
                found.setdefault((kind.value, value.lower()), (kind.value, value))
    return list(found.values())


def _same_as(known: AccountRow, cell: Cells) -> None:
    """A further row of an account repeats its data or leaves them out."""
    if not any(cell[name] for name in ACCOUNT_COLUMNS if name != "account_number"):
        return
    problems = len(cell.problems)
    identity, contacts = _identity(cell), _contacts(cell)
    if len(cell.problems) == problems and (identity, contacts, cell.day("customer_since")) != (
        known.identity,
        known.contacts,
        known.since,
    ):
        words = _("Line %(line)d says something else about this account.")
        cell.wrong("account_number", words % {"line": known.line})


def _service(cell: Cells) -> ServiceRow | None:
    kind = cell.chosen("service_kind", ServiceKind.values, ServiceKind.DOMAIN)
    name = ""
    if kind in ServiceKind.values:
        try:
            name = checked_name(kind, cell["service_name"])
        except ValidationError as error:
            cell.wrong("service_name", " ".join(error.messages))
    if len(name) > 253:
        cell.wrong("service_name", _("This is longer than %(limit)d characters.") % {"limit": 253})
    if cell["plan"] and kind != ServiceKind.HOSTING:
        cell.wrong("plan", _("Only web hosting has a plan."))
    service = ServiceRow(
        line=cell.line,
        kind=kind,
        name=name,
        plan=cell["plan"],
        status=cell.chosen("status", ServiceStatus.values, ServiceStatus.ACTIVE),
        due_on=cell.day("due_on"),
        paid_until=cell.day("paid_until"),
        since=cell.day("service_since"),
        owner=_owner(cell, kind),
    )
    return service if cell.right else None


def _owner(cell: Cells, kind: str) -> Owner:
    given = [name for name in OWNER_COLUMNS if cell[name]]
    if given and kind != ServiceKind.DOMAIN:
        cell.wrong(given[0], _("Only a domain name has a registered owner."))
    cell.short(DomainRegistration, OWNER_COLUMNS)
    email = cell.checked("owner_email", email_address) if cell["owner_email"] else ""
    return Owner(
        name=" ".join(cell["owner_name"].split()),
        organisation=" ".join(cell["owner_organisation"].split()),
        email=email or "",
        address=cell["owner_address"].replace("\r\n", "\n"),
        technical_contact=" ".join(cell["technical_contact"].split()),
    )


def _named_twice(
    service: ServiceRow, places: dict[tuple[str, str], int], contents: Contents
) -> bool:
    """Whether an earlier line has this service already; what is terminated may come again."""
    if service.status == ServiceStatus.TERMINATED:
        return False
    first = places.setdefault((service.kind, service.name), service.line)
    if first == service.line:
        return False
    words = _("Line %(line)d has this service already.") % {"line": first}
    contents.problems.append(Problem(service.line, "service_name", words))
    return True
