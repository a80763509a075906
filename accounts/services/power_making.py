"""The sweep that makes the PDFs of drafted powers of attorney (A9)."""

from datetime import datetime

from django.db import transaction

from accounts.enums import PaperState
from accounts.models import PowerOfAttorney
from accounts.power_pdf import power_pdf
from hosting.lib.sweeps import each
from hosting.records.services import journal, store_made


def make_due_powers(now: datetime, limit: int) -> int:
    """Make up to `limit` PDFs; returns how many. One power's trouble stops no other."""
    due = PowerOfAttorney.objects.filter(draft__isnull=True, state=PaperState.DRAFTED)
    return each(due.order_by("pk")[:limit], lambda power: keep_draft(power, now), name="powers")


@transaction.atomic
def keep_draft(power: PowerOfAttorney, now: datetime) -> bool:
    """Make one PDF, keep it, and journal its hash. False when another worker has it in hand."""
    rows = PowerOfAttorney.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    row = rows.select_related("account").filter(pk=power.pk, draft__isnull=True).first()
    if row is None:
        return False
    name = f"{row.reference}.pdf"
    row.draft = store_made(power_pdf(row), name=name, content_type="application/pdf", now=now)
    row.save(update_fields=["draft"])
    journal(row.account.stream, "power.made", at=now, power=row.pk, sha256=row.draft.sha256)
    return True
