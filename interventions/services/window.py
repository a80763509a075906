"""When the bytes behind an intervention may go: written on its backup, from T0, then from T1 (I8, I9)."""

from datetime import datetime

from interventions import policies
from interventions.models import Intervention, SiteBackup


def destroy_after(intervention: Intervention, start: datetime | None) -> None:
    """Plan the purge 24 to 48 hours after `start` (T0 or T1); None: keep the bytes, there is no plan."""
    earliest, latest = policies.purge_window(start) if start else (None, None)
    if intervention.backup_id is not None:
        SiteBackup.objects.filter(pk=intervention.backup_id).update(
            purge_after=earliest, purge_before=latest
        )
