"""Restores: asked for, claimed, carried out beside the site and exchanged (I9-I11).

The original is served until the restored site stands complete beside it; whatever happens, the next try
goes on from what lies on the server. The backup is out of every purge's reach meanwhile.
"""

from datetime import datetime
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.lib.bell import ring_on_commit
from hosting.lib.sweeps import each
from hosting.records.services import journal
from interventions import backups, policies
from interventions.backups.errors import SwapFailed
from interventions.enums import BackupPurpose, BackupState, InterventionState, RestoreState
from interventions.models import Intervention, SiteBackup, SiteRestore
from interventions.notifications import alarm, site_alarm
from interventions.notifications import client as notify
from interventions.services.backing_up import PASSING, RESTORE, open_key, order_backup
from interventions.services.leases import (
    LEASE,
    MOST_BEGINNINGS,
    MOST_TRIES,
    Clock,
    GivenUp,
    Lease,
    LostLease,
    Unforeseen,
)
from interventions.services.site_access import engine_site
from interventions.services.site_locks import (
    is_being_saved,
    is_restored_by_other,
    lock_site,
    refuse_lost_site,
    refuse_while_restoring,
)
from interventions.services.states import NotPossible, lock, note

WANTED = (RestoreState.QUEUED, RestoreState.RUNNING)
RESTORED = "restored"
"""In `progress`: the exchange is done, only the original is left to be removed."""
log = structlog.get_logger(__name__)


@transaction.atomic
def ask_restore(
    intervention: Intervention, *, now: datetime, by: User | None = None, actor: str = "client"
) -> SiteRestore:
    """Have the site put back as it was before the work (I9). Pressed twice, it is one restore; after a
    failed one it is a new try.

    Raises NotPossible unless the client has invalidated and the bytes exist.
    """
    intervention = lock(intervention.pk)
    former = intervention.restore
    if former is not None and former.state != RestoreState.FAILED:
        return former
    if intervention.state != InterventionState.INVALIDATED or intervention.backup is None:
        raise NotPossible("state")
    refuse_lost_site(intervention)
    restore = _queue(intervention.backup, by=by, now=now)
    intervention.restore, intervention.next_step_at = restore, None
    intervention.save(update_fields=["restore", "next_step_at"])
    note(intervention, "restore.asked", now=now, actor=actor, restore=str(restore.pk))
    return restore


@transaction.atomic
def restore_site(backup: SiteBackup, *, by: User, now: datetime) -> SiteRestore:
    """A client puts his own site back to one of its backups (N7); a safety copy is made first.

    Raises NotPossible when the bytes are gone, or while another restore of the site is under way.
    """
    site = lock_site(backup.site_id)
    refuse_while_restoring(site)
    restore = _queue(backup, by=by, now=now)
    restore.safety = order_backup(site, purpose=BackupPurpose.SAFETY, by=by, now=now)
    restore.save(update_fields=["safety"])
    facts = {"restore": str(restore.pk), "backup": str(backup.pk)}
    journal(backup.stream, "restore.asked", at=now, actor=f"user:{by.pk}", **facts)
    return restore


def _queue(backup: SiteBackup, *, by: User | None, now: datetime) -> SiteRestore:
    backup = SiteBackup.objects.select_for_update().get(pk=backup.pk)
    if backup.state != BackupState.READY:
        raise NotPossible("purged", _("The backup does not exist any more."))
    ring_on_commit(RESTORE)
    return SiteRestore.objects.create(backup=backup, asked_by=by, asked_at=now, next_try_at=now)


def restore_due(clock: Clock, limit: int = 5) -> int:
    """Carry out the restores that wait, and those that a killed worker left; how many were tried."""
    due = SiteRestore.objects.filter(next_try_at__lte=clock(), state__in=WANTED)
    keys = due.order_by("next_try_at").values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: carry_out(key, clock), name="site restores")


def carry_out(key: UUID, clock: Clock) -> bool:
    """Carry one restore out, outside any transaction. False when it is not due, or waits for its safety
    copy."""
    restore = _claim(key, clock())
    if restore is None:
        return False
    rows = SiteRestore.objects.filter(pk=key, state=RestoreState.RUNNING)
    lease = Lease(rows, restore.tries, clock)
    try:
        _restore(restore, lease)
        _done(restore, lease, clock())
    except backups.BackupError as error:
        _stopped(restore, lease, error, clock)
    except LostLease:
        return False
    except Exception as error:
        log.exception("restore_failed", restore=str(key))
        _stopped(restore, lease, Unforeseen(kind=type(error).__name__), clock)
    return True


@transaction.atomic
def _claim(key: UUID, now: datetime) -> SiteRestore | None:
    """The restore and, with it, its backup: READY -> RESTORING, as a purge takes it (I10). None also
    while the site is being backed up, or restored from another backup."""
    rows = SiteRestore.objects.select_for_update(of=("self",))
    found = rows.select_related("backup__site__server", "safety")
    restore = found.filter(pk=key, next_try_at__lte=now, state__in=WANTED).first()
    if restore is None or not _safety_stands(restore, now):
        return None
    site = lock_site(restore.backup.site_id)
    if is_being_saved(site, now) or is_restored_by_other(site, restore):
        return None
    backup = SiteBackup.objects.filter(pk=restore.backup_id)
    fresh = restore.state == RestoreState.QUEUED
    if fresh and not backup.filter(state=BackupState.READY).update(state=BackupState.RESTORING):
        _give_up(restore, _("The backup does not exist any more."), now)
        return None
    SiteRestore.objects.filter(pk=key).update(
        state=RestoreState.RUNNING,
        tries=F("tries") + 1,
        leased_until=now + LEASE,
        next_try_at=now + LEASE,
    )
    restore.refresh_from_db(fields=["state", "tries"])
    return restore


def _safety_stands(restore: SiteRestore, now: datetime) -> bool:
    """Whether the safety copy is verified, or none is asked for; a failed one ends the restore (N7)."""
    safety = restore.safety
    if safety is None or safety.state == BackupState.READY:
        return True
    if safety.state == BackupState.FAILED:
        words = _("No safety copy could be made, so nothing was restored: %(error)s")
        _give_up(restore, words % {"error": safety.error}, now)
    return False


def _give_up(restore: SiteRestore, words: str, now: datetime) -> None:
    """It never began: nothing was changed; staff are told all the same, for somebody waits for it."""
    SiteRestore.objects.filter(pk=restore.pk).update(
        state=RestoreState.FAILED, error=words[:500], ended_at=now, next_try_at=None
    )
    stream, facts = restore.backup.stream, {"restore": str(restore.pk), "code": "not_begun"}
    journal(stream, "restore.failed", at=now, **facts)
    intervention = Intervention.objects.filter(restore=restore).select_related("ticket").first()
    if intervention is not None:
        alarm.raise_alarm(alarm.RESTORE_FAILED, intervention, now=now, error=words)
    else:
        site_alarm.raise_alarm(site_alarm.RESTORE_FAILED, restore.backup.site, now=now, error=words)


def _restore(restore: SiteRestore, lease: Lease) -> None:
    backup = restore.backup
    if restore.tries > MOST_BEGINNINGS:
        raise GivenUp(times=MOST_BEGINNINGS)
    site, manifest = engine_site(backup.site), backups.Manifest.from_json(backup.manifest)
    done = restore.progress.get("phase") == RESTORED
    if not done and backups.standing(site, manifest) != backups.Standing.LEAVING:
        store, key = backups.default_store(), open_key(backup)
        backups.restore(site, manifest, store, key=key, tell=lease.tell)
    lease.write(progress={"phase": RESTORED})
    backups.finish(site, manifest)


def _stopped(restore: SiteRestore, lease: Lease, error: backups.BackupError, clock: Clock) -> None:
    """Try again what may pass. A site that is restored is, though the original could not be removed; any
    other one is given back as it was before the restore, with nothing beside it."""
    with translation.override(settings.LANGUAGE_CODE):
        words = str(error)[:500]
    restored = SiteRestore.objects.filter(pk=restore.pk, progress__phase=RESTORED).exists()
    passing = restored or isinstance(error, (*PASSING, SwapFailed))
    if passing and restore.tries < MOST_TRIES:
        lease.again(error=words)
    elif restored:
        _done(restore, lease, clock(), error=words)
    else:
        lease.write(error=words)
        _take_back(restore)
        _failed(restore, lease, error, words, clock())


def _take_back(restore: SiteRestore) -> None:
    """Leave nothing half done on the server. Where that cannot be, the next restore begins with it."""
    backup = restore.backup
    try:
        backups.roll_back(engine_site(backup.site), backups.Manifest.from_json(backup.manifest))
    except Exception:
        log.exception("restore_not_taken_back", restore=str(restore.pk))


@transaction.atomic
def _done(restore: SiteRestore, lease: Lease, now: datetime, *, error: str = "") -> None:
    """The site is as it was; the backup may be used and purged again, and the client is told (I9).
    `error`: why the original still lies beside it."""
    intervention = _intervention(restore)
    lease.end(state=RestoreState.DONE, progress={}, ended_at=now, error=error)
    SiteBackup.objects.filter(pk=restore.backup_id, state=BackupState.RESTORING).update(
        state=BackupState.READY
    )
    facts = {"restore": str(restore.pk), "backup": str(restore.backup_id)}
    if intervention is None:
        journal(restore.backup.stream, "restore.done", at=now, **facts)
        return
    intervention.told_mail = notify.restored(intervention, now=now)
    intervention.next_step_at = now + policies.SILENCE_ENDS_HOLD
    intervention.save(update_fields=["told_mail", "next_step_at"])
    note(intervention, "restore.done", now=now, actor="system", **facts)


@transaction.atomic
def _failed(
    restore: SiteRestore, lease: Lease, error: backups.BackupError, words: str, now: datetime
) -> None:
    """The backup stays, and supervisors are alarmed at once (I9)."""
    intervention = _intervention(restore)
    lease.end(state=RestoreState.FAILED, error=words, ended_at=now, progress={})
    SiteBackup.objects.filter(pk=restore.backup_id, state=BackupState.RESTORING).update(
        state=BackupState.READY
    )
    facts = {"restore": str(restore.pk), "code": error.code}
    if intervention is None:
        journal(restore.backup.stream, "restore.failed", at=now, **facts)
        site_alarm.raise_alarm(site_alarm.RESTORE_FAILED, restore.backup.site, now=now, error=words)
        return
    note(intervention, "restore.failed", now=now, actor="system", **facts)
    alarm.raise_alarm(alarm.RESTORE_FAILED, intervention, now=now, error=words)


def _intervention(restore: SiteRestore) -> Intervention | None:
    """The intervention of a restore, locked: before the backup, as everywhere."""
    found = Intervention.objects.filter(restore=restore).values_list("pk", flat=True).first()
    return lock(found) if found else None
