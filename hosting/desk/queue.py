"""What waits for staff in the assistance, counted for the start page: one bounded query per kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from interventions import worklist

MOST = 99


@dataclass(frozen=True)
class Waiting:
    """So many rows of a kind wait; `shown` is the number in words, "99+" for more."""

    label: str
    shown: str
    url: str
    tone: str = ""


def waiting(now: datetime) -> list[Waiting]:
    """Every kind of which something waits, what must not wait first."""
    return [entry for entry in _kinds(now) if entry.shown != "0"]


def _kinds(now: datetime) -> Iterator[Waiting]:
    works, tickets, contests = "intervention", "ticket", "contest"
    yield _waiting(
        _("Destruction of a backup overdue"),
        worklist.purge_overdue(now),
        works,
        tone="bad",
        waiting="purge",
    )
    yield _waiting(
        _("The client says that something is wrong"),
        worklist.invalidated(),
        works,
        tone="bad",
        state__exact="invalidated",
    )
    yield _waiting(
        _("Client to be called: work ended, not reached"),
        worklist.waits_for_call(now),
        works,
        tone="warn",
        waiting="call",
    )
    yield _waiting(
        _("Tickets to join to an account"), worklist.tickets_to_join(), tickets, which="join"
    )
    yield _waiting(
        _("Interventions without a backup"),
        worklist.waits_for_backup(),
        works,
        state__exact="open",
    )
    yield _waiting(
        _("Interventions ready to start"),
        worklist.waits_for_start(),
        works,
        state__exact="ready",
    )
    yield _waiting(
        _("Contests to answer"), worklist.contests(), contests, tone="warn", answer="waiting"
    )


def _waiting(
    label: str, rows: QuerySet[Any], model: str, *, tone: str = "", **query: str
) -> Waiting:
    count = rows.order_by()[: MOST + 1].count()
    url = reverse(f"admin:interventions_{model}_changelist")
    shown = f"{MOST}+" if count > MOST else str(count)
    return Waiting(label, shown, f"{url}?{urlencode(query)}", tone)
