"""Sealing: once a day the journal's heads that moved go into one chained row (DESIGN, principle 7)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection, transaction

from hosting.lib.dates import local_date

log = structlog.get_logger(__name__)


def seal_journal(now: datetime) -> str | None:
    """Seal the local date of `now`; the seal's hash, or None when that date is sealed already.

    The hash goes into the log too: kept elsewhere, it shows even a rewritten chain of seals. A
    stream in use at that moment is left to the next seal.
    """
    day = local_date(now, ZoneInfo(settings.TIME_ZONE))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT journal_seal(%s, %s)", [day, now])
        sealed: str | None = cursor.fetchone()[0]
    if sealed:
        log.info("journal_sealed", date=day.isoformat(), hash=sealed)
    return sealed
