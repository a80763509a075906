"""The sweep that makes the PDFs of sent quotes, and again when it fails (B4)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from hosting.lib.sweeps import each
from hosting.records.models import StoredFile
from hosting.records.services import destroy_files, store_made
from interventions.letters import quote_pdf
from interventions.models import Quote
from interventions.services.quote_rows import lock, note

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE_DOUBLINGS = 6  # 5 minutes doubled 6 times: about five hours

CLAIM = """
UPDATE interventions_quote SET
    tries = tries + 1,
    next_try_at = %(now)s + %(pause)s * (1 << least(tries, %(doublings)s))
WHERE id IN (
    SELECT id FROM interventions_quote WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def make_due(now: datetime, limit: int = 20) -> int:
    """Make the PDFs of up to `limit` sent quotes; returns how many were due.

    A claimed quote's next try lies ahead already, so that a killed worker leaves it due again.
    """
    values: dict[str, Any] = {
        "now": now,
        "limit": limit,
        "pause": FIRST_PAUSE,
        "doublings": LONGEST_PAUSE_DOUBLINGS,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        claimed = [pk for (pk,) in cursor.fetchall()]
    quotes = Quote.objects.filter(pk__in=claimed).order_by("pk")
    each(quotes, lambda quote: make_pdf(quote, now=now), name="quotes")
    return len(claimed)


def make_pdf(quote: Quote, *, now: datetime) -> StoredFile:
    """Make one quote's PDF, keep it, and journal its hash. Made meanwhile by another: that one."""
    content = quote_pdf(quote)
    with transaction.atomic():
        name = f"{quote.number}.pdf"
        file = store_made(content, name=name, content_type="application/pdf", now=now)
        row = lock(quote.pk)
        if row.file is not None:
            destroy_files([file], now=now)
            return row.file
        row.file, row.next_try_at = file, None
        row.save(update_fields=["file", "next_try_at"])
        note(row, "quote.pdf_made", now=now, actor="system", sha256=file.sha256)
    return file
