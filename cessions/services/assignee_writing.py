"""Writing assignees with their services and their journal, many in as few statements as one (P1).

Whoever calls holds the account's lock and has checked what comes in.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Q

from accounts.models import CustomerAccount
from cessions.models import Assignee
from hosting.records.services.journal import Entry, journal_many


@dataclass(frozen=True)
class Person:
    """Who an assignee is, as the reseller tells it (P1)."""

    full_name: str
    emails: tuple[str, ...]
    telephone: str = ""
    organisation: str = ""
    language: str = settings.LANGUAGE_CODE


@dataclass(frozen=True)
class Change:
    """What an assignee becomes: who he is, and the services (ids) he is eligible for from now on."""

    assignee: Assignee
    person: Person
    before: frozenset[int]
    wanted: frozenset[int]

    @property
    def changed(self) -> list[str]:
        """The fields in which he differs from what is stored."""
        return [n for n in FIELDS if stored(self.assignee, n) != getattr(self.person, n)]


FIELDS = tuple(field.name for field in fields(Person))


def write_new(
    account: CustomerAccount,
    listed: Sequence[tuple[Person, Collection[int]]],
    *,
    now: datetime,
    actor: str,
) -> list[Assignee]:
    """List each person with the services (ids) of his; three statements. Raises ValidationError."""
    new = [Assignee(account=account, created_at=now, **vars(person)) for person, _ids in listed]
    for assignee in new:
        _check(assignee)
    Assignee.objects.bulk_create(new)
    ids = [list(services) for _person, services in listed]
    _add([(one.pk, pk) for one, services in zip(new, ids, strict=True) for pk in services])
    journal_many(
        Entry(
            account.stream,
            "assignee.added",
            now,
            actor,
            {"assignee": assignee.pk, "services": services},
        )
        for assignee, services in zip(new, ids, strict=True)
    )
    return new


def write_changes(
    account: CustomerAccount, changes: Sequence[Change], *, now: datetime, actor: str
) -> None:
    """Write those of `changes` that change anything; four statements. Raises ValidationError."""
    found = [(change, change.changed) for change in changes]
    real = [(one, names) for one, names in found if names or one.wanted != one.before]
    if not real:
        return
    for change, names in real:
        for name in names:
            setattr(change.assignee, name, getattr(change.person, name))
        _check(change.assignee)
    Assignee.objects.bulk_update([change.assignee for change, _names in real], FIELDS)
    _add([(one.assignee.pk, pk) for one, _names in real for pk in one.wanted - one.before])
    _remove([(one.assignee.pk, one.before - one.wanted) for one, _names in real])
    journal_many(
        Entry(
            account.stream,
            "assignee.changed",
            now,
            actor,
            {
                "assignee": change.assignee.pk,
                "fields": names,
                "added": sorted(change.wanted - change.before),
                "removed": sorted(change.before - change.wanted),
            },
        )
        for change, names in real
    )


def stored(assignee: Assignee, name: str) -> object:
    """A field of `assignee` as `Person` has it."""
    value = getattr(assignee, name)
    return tuple(value) if isinstance(value, list) else value


def _check(assignee: Assignee) -> None:
    """Lengths and choices; the account is locked, no need to ask for it again."""
    assignee.clean_fields(exclude={"account"})


def _add(pairs: Sequence[tuple[int, int]]) -> None:
    through = Assignee.services.through
    through.objects.bulk_create(through(assignee_id=one, service_id=pk) for one, pk in pairs)


def _remove(gone: Sequence[tuple[int, frozenset[int]]]) -> None:
    taken = [Q(assignee_id=one, service_id__in=services) for one, services in gone if services]
    if taken:
        Assignee.services.through.objects.filter(reduce(or_, taken)).delete()
