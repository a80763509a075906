"""Automatic backups: each site whose plan includes them once a night, at its own moment (N7, S4).

`Site.next_backup_at` is the plan: set by a sweep when the service's plan begins to include them, moved to
the next night with each backup ordered, emptied when the plan ends them.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from hosting.lib.sweeps import each
from interventions import policies
from interventions.enums import BackupPurpose
from interventions.models import Site
from interventions.services.backing_up import order_backup


def plan_nights(now: datetime, limit: int = 500) -> int:
    """Give a first night to sites whose plan includes automatic backups, and take it from those whose
    plan does not any more; how many were changed. More than `limit` wait for the next sweep."""
    nightly = Site.objects.backed_up_nightly()
    ended = Site.objects.filter(next_backup_at__isnull=False).exclude(pk__in=nightly.values("pk"))
    changed = ended.update(next_backup_at=None)
    begun = nightly.filter(next_backup_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    return changed + sum(_begin(site, now) for site in begun[:limit])


def _begin(site: int, now: datetime) -> int:
    first = policies.next_night(site, now, _zone())
    return Site.objects.filter(pk=site, next_backup_at__isnull=True).update(next_backup_at=first)


def order_due(now: datetime, limit: int = 100) -> int:
    """Order the backups whose moment has come: one for each site, however long nobody asked; how many."""
    due = Site.objects.filter(next_backup_at__lte=now).order_by("next_backup_at")
    return each(
        due.values_list("pk", flat=True)[:limit], lambda site: _order(site, now), name="nights"
    )


@transaction.atomic
def _order(key: int, now: datetime) -> bool:
    """Claim the site's night, and order its backup; of two sweeps one finds it due."""
    rows = Site.objects.select_for_update(of=("self",), skip_locked=True)
    site = rows.filter(pk=key, next_backup_at__lte=now).first()
    if site is None:
        return False
    included = Site.objects.backed_up_nightly().filter(pk=key).exists()
    site.next_backup_at = policies.next_night(key, now, _zone()) if included else None
    site.save(update_fields=["next_backup_at"])
    if included:
        order_backup(site, purpose=BackupPurpose.AUTOMATIC, now=now)
    return included


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
