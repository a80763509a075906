"""The last changes of an object, field by field, out of the rows that the database kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User

LAST = 10


@dataclass(frozen=True)
class Change:
    """One field of one change: what it was, what it became, when, and by which member of staff."""

    at: datetime
    by: str
    label: str
    before: str
    after: str


def changes(obj: Any, fields: Sequence[str]) -> list[Change]:
    """The last changes of `obj` in `fields`, the newest first. `obj.history` holds former rows."""
    rows = list(obj.history.select_related(*_related(obj, fields)).order_by("-pgh_id")[:LAST])
    people = _people(rows)
    found: list[Change] = []
    after = obj
    for before in rows:
        by = people.get((before.pgh_context or {}).get("user"), "")
        for name in fields:
            column = obj._meta.get_field(name).attname
            if getattr(before, column) != getattr(after, column):
                found.append(_change(name, before, after, by))
        after = before
    return found


def _related(obj: Any, fields: Iterable[str]) -> list[str | None]:
    """The fields that lead to other rows; without any, a word that asks for none."""
    return [name for name in fields if obj._meta.get_field(name).is_relation] or [None]


def _change(name: str, before: Any, after: Any, by: str) -> Change:
    label = str(before._meta.get_field(name).verbose_name)
    return Change(before.pgh_created_at, by, label, _shown(before, name), _shown(after, name))


def _shown(row: Any, name: str) -> str:
    display = getattr(row, f"get_{name}_display", None)
    value = display() if display else getattr(row, name)
    return "" if value is None else str(value)


def _people(rows: list[Any]) -> dict[Any, str]:
    ids = {user for row in rows if (user := (row.pgh_context or {}).get("user"))}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)} if ids else {}
