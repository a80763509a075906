"""Assignees from a table (CSV): read and compared first, written in one transaction afterwards (P1).

An assignee is known by his first e-mail address. Services are added, never taken away, so that a
file imported twice changes nothing the second time.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerAccount
from cessions.models import Assignee
from cessions.services.assignee_writing import (
    FIELDS,
    Change,
    Person,
    stored,
    write_changes,
    write_new,
)
from cessions.services.assignees import checked, locked_account, offered_services
from hosting.lib.names import ascii_or_none
from hosting.models import Service
from hosting.records.services.journal import SYSTEM

COLUMNS = ("full_name", "organisation", "emails", "telephone", "language", "services")
REQUIRED = ("full_name", "emails", "services")
EXAMPLE = ("Alix Martin", "Boulangerie Martin", "alix@example.org", "+33388123456", "fr")
SEPARATOR = "|"  # between several addresses or services in one cell
MOST_ROWS = 1_000
MOST_BYTES = 1_000_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class TableRefused(ValueError):
    """The table as a whole cannot be read; the message says why."""


@dataclass
class Row:
    """One line of the table, and what it would do: `add`, `change`, `same` or `wrong`."""

    line: int
    name: str
    result: str = "wrong"
    problems: list[str] = field(default_factory=list)
    person: Person | None = None
    services: list[Service] = field(default_factory=list)
    assignee: Assignee | None = None


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or Latin-1 as older spreadsheets write it. Raises TableRefused."""
    if len(content) > MOST_BYTES:
        raise TableRefused(_("The table is larger than 1 MB."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def plan(account: CustomerAccount, text: str) -> list[Row]:
    """What each line of `text` would do to the account's list. Writes nothing. Raises TableRefused."""
    names = _by_name(account)
    known = {a.emails[0].lower(): a for a in _present(account)}
    lines: dict[str, int] = {}
    rows = []
    for line, cells in _table(text):
        row = Row(line, cells["full_name"])
        row.services = _services(cells["services"], names, row)
        row.person = _person(cells, account, row)
        if row.person is not None:
            key = row.person.emails[0].lower()
            first = lines.setdefault(key, line)
            if first != line:
                row.problems.append(_("Line %(line)d has this person already.") % {"line": first})
            row.assignee = known.get(key)
        if not row.problems:
            row.result = _result(row)
        rows.append(row)
    return rows


@transaction.atomic
def import_table(
    account: CustomerAccount, text: str, *, now: datetime, actor: str = SYSTEM
) -> list[Row]:
    """Write all lines of `text`, or none: where one is wrong, nothing is written.

    The list is compared anew under the account's lock. Returns the rows. Raises TableRefused.
    """
    account = locked_account(account)
    rows = plan(account, text)
    if any(row.problems for row in rows):
        return rows
    new = [
        (row.person, [service.pk for service in row.services])
        for row in rows
        if row.person is not None and row.assignee is None
    ]
    write_new(account, new, now=now, actor=actor)
    write_changes(account, list(_changes(account, rows)), now=now, actor=actor)
    return rows


def example(account: CustomerAccount) -> str:
    """A table to begin with: the account's list, or one made-up line; safe in a spreadsheet."""
    listed = [
        (
            assignee.full_name,
            assignee.organisation,
            SEPARATOR.join(assignee.emails),
            assignee.telephone,
            assignee.language,
            SEPARATOR.join(sorted({service.display_name for service in assignee.services.all()})),
        )
        for assignee in _present(account)
    ]
    first = next((service.display_name for service in offered_services(account)), "example.org")
    written = StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows(safe(row) for row in listed or [(*EXAMPLE, first)])
    return written.getvalue()


def safe(cells: Iterable[str]) -> list[str]:
    """The cells, so that no spreadsheet takes one for a formula; `plan` takes the mark off again."""
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


def _table(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and trimmed cells of each row. Raises TableRefused."""
    text = text.removeprefix("\ufeff")
    if len(text.encode()) > MOST_BYTES:
        raise TableRefused(_("The table is larger than 1 MB."))
    if "\x00" in text:
        raise TableRefused(_("This is no text table (CSV)."))
    head = text.lstrip().partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(StringIO(text.lstrip(), newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        _check_columns(columns)
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                words = _("The table has more than %(count)d lines.")
                raise TableRefused(words % {"count": MOST_ROWS})
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _cells(columns, cells)
    except csv.Error as error:
        raise TableRefused(_("This is no text table (CSV).")) from error


def _check_columns(columns: list[str]) -> None:
    wrong = [name for name in columns if name not in COLUMNS]
    missing = [name for name in REQUIRED if name not in columns]
    if wrong or missing or len(set(columns)) != len(columns):
        words = _("The first line must name the columns: %(names)s.")
        raise TableRefused(words % {"names": ", ".join(COLUMNS)})


def _cells(columns: list[str], cells: list[str]) -> dict[str, str]:
    found = dict.fromkeys(COLUMNS, "")
    for name, cell in zip(columns, cells, strict=False):
        value = " ".join(cell.split())
        marked = value.startswith("'") and value[1:].startswith(FORMULA)
        found[name] = value[1:] if marked else value
    return found


def _person(cells: dict[str, str], account: CustomerAccount, row: Row) -> Person | None:
    """Who the line speaks of; None and problems where something is wrong."""
    language = cells["language"].lower() or account.language
    if language not in dict(settings.LANGUAGES):
        row.problems.append(_("The language is one of: fr, de, en."))
    if any(len(cells[name]) > 200 for name in ("full_name", "organisation")):
        row.problems.append(_("A name is longer than 200 characters."))
    emails = tuple(cells["emails"].split(SEPARATOR))
    typed = Person(cells["full_name"], emails, cells["telephone"], cells["organisation"], language)
    try:
        return checked(typed, account.country)
    except ValidationError as error:
        row.problems.extend(error.messages)
        return None


def _services(cell: str, names: dict[str, list[Service]], row: Row) -> list[Service]:
    """The services a cell names; a name that a domain and a hosting share means both."""
    found: dict[int, Service] = {}
    wanted = [name for name in map(str.strip, cell.split(SEPARATOR)) if name]
    for name in wanted:
        services = names.get(name.lower()) or names.get(ascii_or_none(name), [])
        if not services:
            words = _("“%(name)s” is not a service of your account.")
            row.problems.append(words % {"name": name})
        found.update((service.pk, service) for service in services)
    if not wanted:
        row.problems.append(_("Please name at least one service."))
    return list(found.values())


def _result(row: Row) -> str:
    if row.assignee is None:
        return "add"
    before = {service.pk for service in row.assignee.services.all()}
    more = {service.pk for service in row.services} - before
    differs = any(stored(row.assignee, n) != getattr(row.person, n) for n in FIELDS)
    return "change" if more or differs else "same"


def _changes(account: CustomerAccount, rows: Iterable[Row]) -> Iterator[Change]:
    """What the lines change: services are added; of his present ones, those still offered stay."""
    offered = {service.pk for service in offered_services(account)}
    for row in rows:
        if row.result == "change" and row.assignee is not None and row.person is not None:
            before = frozenset(service.pk for service in row.assignee.services.all())
            wanted = before & offered | {service.pk for service in row.services}
            yield Change(row.assignee, row.person, before, wanted)


def _present(account: CustomerAccount) -> list[Assignee]:
    present = account.assignees.filter(ended_at__isnull=True)
    return list(present.prefetch_related("services"))


def _by_name(account: CustomerAccount) -> dict[str, list[Service]]:
    names: dict[str, list[Service]] = {}
    for service in offered_services(account):
        for name in {service.name.lower(), service.display_name.lower()}:
            names.setdefault(name, []).append(service)
    return names
