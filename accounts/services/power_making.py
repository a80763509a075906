"""The sweep that makes the PDFs of drafted powers of attorney (A9)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.enums import PaperState
from accounts.models import PowerOfAttorney
from accounts.power_pdf import power_pdf
from hosting.lib.sweeps import each
from hosting.records.services import journal, store_made


def make_due_powers(clock: Callable[[], datetime]) -> int:
    """Make every PDF that is due, in one pass; returns how many. `clock` tells the instant.

    One power's trouble stops no other: what fails is passed by, and tried by the next sweep.
    """
    due = PowerOfAttorney.objects.filter(draft__isnull=True, state=PaperState.DRAFTED)
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    return each(keys, lambda pk: keep_draft(pk, clock()), name="powers")


@transaction.atomic
def keep_draft(pk: int, now: datetime) -> bool:
    """Make one PDF, keep it, and journal its hash. False when another worker has it in hand."""
    rows = PowerOfAttorney.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    row = (
        rows.select_related("account")
        .filter(pk=pk, draft__isnull=True, state=PaperState.DRAFTED)
        .first()
    )
    if row is None:
        return False
    name = f"{row.reference}.pdf"
    row.draft = store_made(power_pdf(row), name=name, content_type="application/pdf", now=now)
    row.save(update_fields=["draft"])
    journal(row.account.stream, "power.made", at=now, power=row.pk, sha256=row.draft.sha256)
    return True
