"""The copy of an identity document that came with a signed paper goes with the paper (P3)."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.enums import PaperState
from accounts.models import PowerOfAttorney, SignedPaper
from hosting.lib.dates import as_utc, local_date
from hosting.lib.sweeps import each
from hosting.records.services import destroy_now, journal

RULE = "P3"


def destroy_on_commit(paper: SignedPaper, *, now: datetime) -> None:
    """Destroy the copy of a paper that ends in this transaction as soon as it is committed; what
    storage does not let go is tried again by the sweep."""
    transaction.on_commit(
        lambda: each([paper.pk], partial(_destroy, type(paper), now=now), name="identity copies")
    )


def destroy_due_copies(now: datetime, limit: int = 100) -> int:
    """Destroy the copies whose paper ended: was withdrawn or revoked, ran out, or was refused so long
    ago as identity documents of a case are kept after its end. How many went. For the sweep."""
    done = 0
    for model in SignedPaper.__subclasses__():
        papers = model._default_manager.filter(_over(model, now))
        left = papers.filter(identity_copy__isnull=False, identity_copy__destroyed_at__isnull=True)
        keys = list(left.order_by("pk").values_list("pk", flat=True)[:limit])
        done += each(keys, partial(_destroy, model, now=now), name="identity copies")
    return done


def _over(model: type[SignedPaper], now: datetime) -> Q:
    """Among papers of `model`: those whose copy of an identity document is kept no longer at `now`."""
    refused_before = as_utc(now) - timedelta(days=settings.IDENTITY_RETENTION_DAYS)
    over = Q(state=PaperState.ENDED) | Q(state=PaperState.REFUSED, judged_at__lte=refused_before)
    if issubclass(model, PowerOfAttorney):
        over |= Q(ends_on__lt=local_date(now, ZoneInfo(settings.TIME_ZONE)))
    return over


@transaction.atomic
def _destroy(model: type[SignedPaper], pk: int, *, now: datetime) -> bool:
    """One copy, its bytes first; the journal says so afterwards. Raises what storage raises."""
    papers = model._default_manager.filter(_over(model, now))
    locked = papers.select_for_update(of=("self",), no_key=True)
    paper = locked.select_related("account", "identity_copy").filter(pk=pk).first()
    copy = paper.identity_copy if paper else None
    if paper is None or copy is None or copy.destroyed_at is not None:
        return False
    destroy_now(copy, now=now)
    model._default_manager.filter(pk=pk).update(identity_findings=None)
    kind = "power" if isinstance(paper, PowerOfAttorney) else "contract"
    facts: dict[str, Any] = {
        kind: paper.pk,
        "reference": paper.reference,
        "sha256": copy.sha256,
        "received_sha256": copy.received_sha256 or copy.sha256,
        "rule": RULE,
    }
    journal(paper.account.stream, f"{kind}.identity_destroyed", at=now, **facts)
    return True
