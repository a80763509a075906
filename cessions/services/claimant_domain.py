"""Since when the domain of the claimant's e-mail address exists: looked up once, kept as a fact (V4)."""

from datetime import datetime, timedelta

from django.db import transaction

from cessions.models import Filing
from cessions.services.locks import lock_filing
from hosting.lib import rdap
from hosting.lib.names import ascii_or_none
from hosting.lib.sweeps import each
from hosting.records.services import journal

AGAIN_AFTER = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=2)
FINAL = ("unknown", "off")


def domain_of(email: str) -> str:
    """The registrable domain of an address; empty where there is none."""
    name = ascii_or_none(email.rpartition("@")[2])
    return rdap.registrable(name) if name else ""


def first_due(filing: Filing, now: datetime) -> datetime | None:
    """When to look up first: at once, where a directory is set and there is an address."""
    domain = domain_of(filing.email)
    return now if domain and rdap.is_on(domain) else None


def look_up_due(now: datetime, limit: int = 20) -> int:
    """Look up the domains of claimants who were received lately; how many. For the sweep."""
    due = Filing.objects.filter(email_domain_due_at__lte=now).order_by("email_domain_due_at")
    rows = list(due[:limit])
    each(rows, lambda filing: look_up(filing, now), name="claimant_domains")
    return len(rows)


def look_up(filing: Filing, now: datetime) -> bool:
    """Ask the registry and keep its answer; tried again for two days when it gives none. The network
    is asked with nothing locked."""
    since, answered = None, True
    try:
        since = rdap.registered_on(domain_of(filing.email))
    except rdap.NotLookedUp as error:
        answered = error.code in FINAL
    with transaction.atomic():
        row = lock_filing(filing)
        if row.email_domain_due_at is None or row.email != filing.email:
            return False
        confirmed = row.confirmed_at or now
        over = answered or now >= confirmed + GIVEN_UP_AFTER
        row.email_domain_due_at = None if over else now + AGAIN_AFTER
        row.email_domain_since = since
        row.save(update_fields=["email_domain_due_at", "email_domain_since"])
        if over:
            day = since.isoformat() if since else ""
            journal(row.stream, "claimant_domain_looked_up", at=now, since=day)
    return over
