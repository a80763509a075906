"""Appending to the journal. The database computes place and hashes (DESIGN, principle 7)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hosting.records.models import JournalEntry

SYSTEM = "system"


@dataclass(frozen=True)
class Entry:
    """One fact to append: ids, codes and hashes only, no personal content."""

    stream: str
    event: str
    at: datetime
    actor: str = SYSTEM
    facts: dict[str, Any] = field(default_factory=dict)


def journal(stream: str, event: str, *, at: datetime, actor: str = SYSTEM, **facts: Any) -> None:
    """Append one fact to `stream`, inside the caller's transaction.

    `at` is an aware instant; `actor` is "system", "claimant", "holder" or "user:<id>".
    """
    journal_many([Entry(stream, event, at, actor, facts)])


def journal_many(entries: Iterable[Entry]) -> None:
    """Append many facts in one statement; streams are taken in order, so that two never deadlock."""
    ordered = sorted(entries, key=lambda entry: entry.stream)
    JournalEntry.objects.bulk_create(
        JournalEntry(
            stream=entry.stream,
            event=entry.event,
            at=entry.at,
            actor=entry.actor,
            facts=entry.facts,
        )
        for entry in ordered
    )
