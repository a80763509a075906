"""The sweep that makes the PDFs of queued letters, afterwards and again when it fails (X5)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from cessions.letters import letter_pdf
from cessions.models import Letter
from hosting.lib.sweeps import each
from hosting.records.models import StoredFile
from hosting.records.services import destroy_files, journal, store_made

FIRST_PAUSE_MINUTES = 5
LONGEST_PAUSE_DOUBLINGS = 6  # 5 minutes doubled 6 times: about five hours

CLAIM = """
UPDATE cessions_letter SET
    tries = tries + 1,
    next_try_at = %(now)s + %(pause)s * (1 << least(tries, %(doublings)s))
WHERE id IN (
    SELECT id FROM cessions_letter WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def make_due_letters(now: datetime, limit: int = 20) -> int:
    """Make the PDFs of up to `limit` due letters; returns how many were due.

    A claimed letter's next try lies ahead already, so that a killed worker or an error leaves it due
    again after a pause that doubles. One letter's trouble stops no other; it is logged.
    """
    claimed = claim_letters(now, limit)
    letters = Letter.objects.filter(pk__in=claimed).select_related("filing").order_by("pk")
    each(letters, lambda letter: make_letter(letter, now), name="letters")
    return len(claimed)


def claim_letters(now: datetime, limit: int) -> list[int]:
    """The ids of due letters, for this sweep alone until their next try."""
    values: dict[str, Any] = {
        "now": now,
        "limit": limit,
        "pause": timedelta(minutes=FIRST_PAUSE_MINUTES),
        "doublings": LONGEST_PAUSE_DOUBLINGS,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [pk for (pk,) in cursor.fetchall()]


def make_letter(letter: Letter, now: datetime) -> StoredFile:
    """Make one letter's PDF, keep it, and journal its hash. Made meanwhile by another: that one."""
    content = letter_pdf(letter)
    name = f"{letter.context.get('number', letter.pk)}-{letter.kind}.pdf"
    with transaction.atomic():
        file = store_made(content, name=name, content_type="application/pdf", now=now)
        row = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if row.file is not None:
            destroy_files([file], now=now)
            return row.file
        row.file, row.made_at, row.next_try_at = file, now, None
        row.save(update_fields=["file", "made_at", "next_try_at"])
        journal(
            letter.filing.stream,
            "letter_made",
            at=now,
            letter=letter.pk,
            kind=str(letter.kind),
            sha256=file.sha256,
        )
    return file
