"""What must not go unseen for longer than 15 minutes: looked for by a sweep, told once (issue's list)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from hosting.lib.sweeps import each
from interventions import policies
from interventions.enums import InterventionState
from interventions.models import Intervention
from interventions.notifications import alarm


def alarm_due(now: datetime, limit: int = 100) -> int:
    """Alarm for backups whose bytes should be gone, and for work that nobody ended (I8)."""
    overdue = Q(backup__purge_before__lte=now, backup__purged_at__isnull=True)
    forgotten = Q(state=InterventionState.STARTED, started_at__lte=now - policies.WORK_WITHOUT_END)
    rows = Intervention.objects.filter(overdue | forgotten, alarmed_at__isnull=True)
    found = list(rows.select_related("ticket", "backup").order_by("pk")[:limit])
    return each(found, lambda row: _alarm(row, now), name="alarms of interventions")


@transaction.atomic
def _alarm(intervention: Intervention, now: datetime) -> bool:
    mine = Intervention.objects.filter(pk=intervention.pk, alarmed_at__isnull=True)
    if not mine.update(alarmed_at=now):
        return False
    started = intervention.state == InterventionState.STARTED
    kind = alarm.NOT_ENDED if started else alarm.PURGE_OVERDUE
    alarm.raise_alarm(kind, intervention, now=now)
    return True
