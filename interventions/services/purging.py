"""Destroying the bytes of backups in their window, and the credentials with them (I3, I8-I10)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.sweeps import each
from hosting.records.services import journal
from hosting.services.roles import require_supervisor, required_text
from interventions import backups, policies
from interventions.enums import BackupState
from interventions.models import Intervention, SiteBackup
from interventions.services.credentials import erase_credentials
from interventions.services.states import NotPossible, lock


def purge_due(now: datetime, limit: int = 100) -> int:
    """Destroy what is due at `now`, and what a killed worker left half done; how many went."""
    due = SiteBackup.objects.due_for_purge(now)
    keys = due.order_by("purge_after").values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: purge(key, now=now), name="purges")


def purge(key: UUID, *, now: datetime) -> bool:
    """Destroy the bytes of one backup, if it is due and nothing holds it; False otherwise.

    First the backup is taken out of every restore's reach, then its bytes go, then its key. Killed in
    between, the next sweep goes on.
    """
    if not _claim(key, now):
        return False
    _destroy(key, now)
    return True


@transaction.atomic
def purge_by_hand(intervention: Intervention, *, reason: str, by: User, now: datetime) -> None:
    """A supervisor has bytes destroyed that no sweep would ever touch: cancelled work, or seven days
    without T0 (I6). Raises NotPossible otherwise; a sweep does it within minutes."""
    require_supervisor(by)
    words = required_text("reason", reason)
    intervention = lock(intervention.pk)
    may = policies.may_purge_by_hand(
        intervention.state, intervention.t0_at, intervention.ended_at, now
    )
    backup = intervention.backup
    if not may or backup is None or backup.purged_at is not None:
        raise NotPossible("purge", _("This backup cannot be destroyed now."))
    taken = SiteBackup.objects.filter(
        pk=backup.pk, state__in=(BackupState.READY, BackupState.FAILED)
    )
    if not taken.update(state=BackupState.PURGING, purge_after=now, purge_before=now):
        raise NotPossible("purge", _("This backup cannot be destroyed now."))
    facts = {"intervention": intervention.number, "backup": str(backup.pk), "reason": words}
    journal(intervention.ticket.stream, "purge.ordered", at=now, actor=f"user:{by.pk}", **facts)


@transaction.atomic
def _claim(key: UUID, now: datetime) -> bool:
    """READY -> PURGING under the intervention's lock, the very lock that an invalidation takes, and the
    backup's, which a restore takes: one that is asked for keeps the bytes (I10)."""
    found = Intervention.objects.filter(backup=key).values_list("pk", flat=True).first()
    intervention = lock(found) if found else None
    backup = SiteBackup.objects.select_for_update().get(pk=key)
    if backup.state == BackupState.PURGING:
        return True
    due = SiteBackup.objects.due_for_purge(now).filter(pk=key)
    if backup.state not in (BackupState.READY, BackupState.FAILED) or not due.exists():
        return False
    if backup.restores.under_way().exists():
        return False
    if intervention is not None and not policies.may_purge(
        intervention.state, intervention.t0_at, intervention.t1_at, now
    ):
        return False
    backup.state = BackupState.PURGING
    backup.save(update_fields=["state"])
    return True


def _destroy(key: UUID, now: datetime) -> None:
    backup = SiteBackup.objects.get(pk=key)
    if backup.stored_as:
        backups.delete(backup.stored_as, backups.default_store())
    with transaction.atomic():
        intervention = Intervention.objects.filter(backup=key).select_related("ticket").first()
        SiteBackup.objects.filter(pk=key).update(
            state=BackupState.PURGED, stored_as="", sealed_key="", purged_at=now
        )
        stream = intervention.ticket.stream if intervention else backup.stream
        journal(
            stream,
            "backup.purged",
            at=now,
            backup=str(key),
            size=backup.size,
            sha256=backup.sha256,
        )
        if intervention is not None:
            erase_credentials(intervention.ticket, now=now)
