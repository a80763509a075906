"""Erasing personal words: which columns of which tables, what stays instead, and their hashes (L1, L2).

An app lists its tables once; the list says what is hashed and what is emptied, so that nothing is erased
of which no hash stays.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from hosting.records.services.journal import Entry

GONE = "–"
"""In the place of words that a row must have: the database or a page asks for some."""
HASHES_IN_AN_ENTRY = 500


@dataclass(frozen=True)
class Personal:
    """A table with personal words, the way from it to what is erased, and what stays instead.

    `by_owner`: evidence that the application may not change; the database empties it itself. `only`:
    rows that are kept for another reason are left out.
    """

    model: type[models.Model]
    way: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    by_owner: bool = False
    only: Q = field(default_factory=Q)


def empty(*names: str) -> dict[str, Any]:
    """Columns that are simply emptied."""
    return dict.fromkeys(names, "")


def hashes_of(
    tables: Iterable[Personal], key: UUID, *, stream: str, now: datetime
) -> Iterator[Entry]:
    """One SHA-256 per row over its words as JSON (keys sorted): whole rows, as a name or a number alone
    could be guessed from its hash."""
    for table in tables:
        found = _rows(table, key).order_by("pk").values("pk", *table.fields)
        hashed = [[str(row.pop("pk")), _sha256(row)] for row in found if any(row.values())]
        for start in range(0, len(hashed), HASHES_IN_AN_ENTRY):
            facts = {
                "table": table.model._meta.model_name,
                "fields": sorted(table.fields),
                "rows": hashed[start : start + HASHES_IN_AN_ENTRY],
            }
            yield Entry(stream, "words_erased", now, facts=facts)


def empty_rows(tables: Iterable[Personal], key: UUID) -> None:
    """Put what stays in the place of the words, but for what only the tables' owner may empty."""
    for table in tables:
        if not table.by_owner:
            _empty_rows(table, key)


def _empty_rows(table: Personal, key: UUID) -> None:
    rows = _rows(table, key)
    needed = [name for name, value in table.fields.items() if value is GONE]
    for name in needed:  # only where there was something
        rows.exclude(**{name: ""}).update(**{name: GONE})
    rows.update(**{name: value for name, value in table.fields.items() if name not in needed})


def _rows(table: Personal, key: UUID) -> "models.QuerySet[Any, Any]":
    return table.model._default_manager.filter(table.only, **{table.way: key})


def _sha256(row: Mapping[str, Any]) -> str:
    words = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(words.encode()).hexdigest()
