"""Staff's search for tickets and interventions: number, name, e-mail address, or site.

Each column is asked by its own index for at most one row more than is shown, as in `hosting.search`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from hosting.lib.admin import COUNTED as LIMIT
from hosting.search import find_services
from interventions.models import Intervention, Ticket

SHORT = 3  # fewer letters have no trigram: a whole word, then


def find_tickets(term: str) -> list[UUID]:
    """Ids of the tickets that fit what staff typed, at most LIMIT + 1."""
    word = term.replace("\0", "").strip()
    if not word:
        return []
    rows = Ticket.objects.all()
    by_key = [rows.filter(number=word.upper()), rows.filter(email__iexact=word)]
    if word[:1].upper() == "I":
        by_key.append(rows.filter(interventions__number=word.upper()))
    if found := _ids(by_key):
        return found
    how = "icontains" if len(word) >= SHORT else "iexact"
    by_words = [rows.filter(**{f"{name}__{how}": word}) for name in ("full_name", "service_name")]
    return _ids([*by_words, rows.filter(service__in=find_services(word))])


def find_works(term: str) -> list[UUID]:
    """Ids of the interventions that fit: by their own number, or through their ticket or site."""
    word = term.replace("\0", "").strip()
    if not word:
        return []
    rows = Intervention.objects.all()
    if found := _ids([rows.filter(number=word.upper())]):
        return found
    by_site = rows.filter(site__service__in=find_services(word))
    return _ids([rows.filter(ticket__in=find_tickets(word)), by_site])


def _ids(sides: Iterable[QuerySet[Any]]) -> list[UUID]:
    found: dict[UUID, None] = {}
    for side in sides:
        found.update(dict.fromkeys(side.order_by().values_list("pk", flat=True)[: LIMIT + 1]))
    return list(found)[: LIMIT + 1]
