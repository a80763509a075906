# ruff: noqa: S608 (put together from constants of this file alone; values are parameters)
"""The rows of a case as lines of JSON: what a machine reads, and what the hashes are computed from."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Max, QuerySet

from accounts.models import User
from cessions.models import CaseMessage, Challenge, Filing, LegalHold, Reading
from cessions.snapshot import Case
from hosting.records.models import JournalEntry
from hosting.records.services.verification import INSTANT

PIECE = 500
JOURNAL = f"""
SELECT stream, sequence, to_char(at AT TIME ZONE 'UTC', {INSTANT}) AS at, actor, event,
       facts::text AS facts, previous_hash, hash
FROM records_journalentry WHERE stream = %(stream)s ORDER BY sequence
"""
SEALS = f"""
WITH holding AS (SELECT date FROM records_journalseal WHERE heads ? %(stream)s)
SELECT to_char(date, 'YYYY-MM-DD') AS date,
       to_char(sealed_at AT TIME ZONE 'UTC', {INSTANT}) AS sealed_at,
       CASE WHEN heads ? %(stream)s THEN heads::text END AS heads, previous_hash, hash
FROM records_journalseal
WHERE date BETWEEN (SELECT min(date) FROM holding) AND (SELECT max(date) FROM holding)
ORDER BY records_journalseal.date
"""
"""The seals that hold an entry of the stream, and between them the others, without what they hold."""

LEFT_OUT = {"nonce"}
"""What codes are derived from is told to nobody."""


def journal_rows(filing: Filing) -> Iterator[dict[str, Any]]:
    """The journal of the case: of each entry exactly the words that its hash is made of."""
    return _rows(JOURNAL, filing.stream)


def seal_rows(filing: Filing) -> Iterator[dict[str, Any]]:
    """The daily seals that hold the ends of the case's journal, and the links between them."""
    return _rows(SEALS, filing.stream)


def case_rows(case: Case, filing: Filing, people: dict[str, str]) -> dict[str, Any]:
    """All that is recorded of the case; `people` are the names behind the journal's actors."""
    told = asdict(case)
    told.pop("journal")
    return {
        **told,
        "people": people,
        "challenges": _values(Challenge.objects.filter(filing=filing)),
        "messages": _values(CaseMessage.objects.filter(filing=filing)),
        "legal_holds": _values(LegalHold.objects.filter(filing=filing)),
        "readings": _values(Reading.objects.filter(document__filing=filing)),
    }


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Each row as one line of JSON."""
    for row in rows:
        yield json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n"


def json_document(value: object) -> bytes:
    """`value` as JSON that people can read."""
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2, sort_keys=True)
    return text.encode() + b"\n"


def people_of(filing: Filing) -> dict[str, str]:
    """The names behind the actors of the case's journal."""
    entries = JournalEntry.objects.filter(stream=filing.stream, actor__startswith="user:")
    actors = entries.order_by().values_list("actor", flat=True).distinct()
    keys = [int(actor.removeprefix("user:")) for actor in actors]
    users = User.objects.filter(pk__in=keys).order_by("pk")
    return {f"user:{user.pk}": user.full_name or user.email for user in users}


def last_change(filing: Filing) -> datetime:
    """When the case changed last: its state is told as of then, whenever it is handed out."""
    entries = JournalEntry.objects.filter(stream=filing.stream)
    last: datetime | None = entries.aggregate(last=Max("at"))["last"]
    return max(filing.created_at, last) if last else filing.created_at


def _values(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in LEFT_OUT}
        for row in rows.order_by("pk").values()
    ]


def _rows(query: str, stream: str) -> Iterator[dict[str, Any]]:
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = PIECE
        cursor.execute(query, {"stream": stream})
        names: list[str] = []
        for row in cursor:
            names = names or [column.name for column in cursor.description]
            yield dict(zip(names, row, strict=True))
