"""Asking for a restore; a worker carries it out (I9, I11)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.bell import ring_on_commit
from interventions.enums import BackupState, InterventionState
from interventions.models import Intervention, SiteBackup, SiteRestore
from interventions.services.states import NotPossible, lock, note

RESTORE = "interventions.tasks.sweep_restores"


@transaction.atomic
def ask_restore(
    intervention: Intervention, *, now: datetime, by: User | None = None, actor: str = "client"
) -> SiteRestore:
    """Have the site put back as it was before the work (I9). Pressed twice, it is one restore.

    Raises NotPossible unless the client has invalidated and the bytes exist.
    """
    intervention = lock(intervention.pk)
    if intervention.restore is not None:
        return intervention.restore
    if intervention.state != InterventionState.INVALIDATED or intervention.backup is None:
        raise NotPossible("state")
    backup = SiteBackup.objects.select_for_update().get(pk=intervention.backup.pk)
    if backup.state != BackupState.READY:
        raise NotPossible("purged", _("The backup does not exist any more."))
    intervention.restore = SiteRestore.objects.create(
        backup=backup, asked_by=by, asked_at=now, next_try_at=now
    )
    intervention.next_step_at = None
    intervention.save(update_fields=["restore", "next_step_at"])
    note(
        intervention,
        "restore.asked",
        now=now,
        actor=actor,
        restore=str(intervention.restore.pk),
    )
    ring_on_commit(RESTORE)
    return intervention.restore
