"""Making backups: claimed, taken, read back; only then *ready* (I4). Killed at any point, made anew."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation

from accounts.models import User
from hosting.lib import envelope
from hosting.lib.bell import ring_on_commit
from hosting.lib.sweeps import each
from hosting.records.services import journal
from interventions import backups, policies
from interventions.backups.errors import ConnectionCut, Unreachable
from interventions.enums import BackupPurpose, BackupState
from interventions.models import Intervention, Site, SiteBackup
from interventions.notifications import alarm, site_alarm
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
from interventions.services.site_locks import is_being_restored, lock_site
from interventions.services.work import MAKE_BACKUPS, backup_ended

PASSING = (Unreachable, ConnectionCut)
"""What may be over in a minute; anything else fails at once."""
WANTED = (BackupState.QUEUED, BackupState.RUNNING)
RESTORE = "interventions.tasks.sweep_restores"
ENOUGH = 400
"""Failures in a row that are counted, one a night."""
log = structlog.get_logger(__name__)


@transaction.atomic
def order_backup(site: Site, *, purpose: str, now: datetime, by: User | None = None) -> SiteBackup:
    """Have `site` backed up; one that waits or runs already for the same purpose is returned instead."""
    site = lock_site(site.pk)
    found = site.backups.filter(purpose=purpose, state__in=WANTED).first()
    if found is not None and purpose != BackupPurpose.INTERVENTION:
        return found
    backup = SiteBackup.objects.create(
        site=site, purpose=purpose, asked_by=by, asked_at=now, next_try_at=now
    )
    actor = f"user:{by.pk}" if by else "system"
    journal(
        backup.stream,
        "backup.asked",
        at=now,
        actor=actor,
        backup=str(backup.pk),
        purpose=str(purpose),
    )
    ring_on_commit(MAKE_BACKUPS)
    return backup


def make_due(clock: Clock, limit: int = 5) -> int:
    """Make the backups that wait, and those that a killed worker left; how many were tried.

    `clock` gives the present instant: the work takes minutes. The nightly ones come last: nobody waits
    for them.
    """
    due = SiteBackup.objects.filter(next_try_at__lte=clock(), state__in=WANTED)
    due = due.annotate(nightly=Q(purpose=BackupPurpose.AUTOMATIC))
    keys = due.order_by("nightly", "next_try_at").values_list("pk", flat=True)[:limit]
    return each(keys, lambda key: make(key, clock), name="site backups")


def make(key: UUID, clock: Clock) -> bool:
    """Make one backup, outside any transaction. False when somebody else has it."""
    backup = _claim(key, clock())
    if backup is None:
        return False
    lease = Lease(SiteBackup.objects.filter(pk=key, state=BackupState.RUNNING), backup.tries, clock)
    try:
        _take(backup, lease, clock)
    except backups.BackupError as error:
        _failed(backup, lease, error, clock)
    except LostLease:
        return False
    except Exception as error:
        log.exception("backup_failed", backup=str(key))
        _failed(backup, lease, Unforeseen(kind=type(error).__name__), clock)
    return True


@transaction.atomic
def _claim(key: UUID, now: datetime) -> SiteBackup | None:
    """The row, taken by one statement: of two workers one finds it due. None also while a restore
    changes the site."""
    site = SiteBackup.objects.filter(pk=key).values_list("site", flat=True).get()
    if is_being_restored(lock_site(site)):
        return None
    due = SiteBackup.objects.filter(pk=key, next_try_at__lte=now, state__in=WANTED)
    taken = due.update(
        state=BackupState.RUNNING,
        tries=F("tries") + 1,
        leased_until=now + LEASE,
        next_try_at=now + LEASE,
    )
    if not taken:
        return None
    return SiteBackup.objects.select_related("site__server", "site__service__plan").get(pk=key)


def _take(backup: SiteBackup, lease: Lease, clock: Clock) -> None:
    store, key = backups.default_store(), backups.new_key()
    if backup.stored_as:
        backups.delete(backup.stored_as, store)  # what a killed worker left
    if backup.tries > MOST_BEGINNINGS:
        raise GivenUp(times=MOST_BEGINNINGS)
    stored_as = backups.new_backup_id()
    lease.write(stored_as=stored_as, sealed_key=seal_key(backup, key), error="", progress={})
    manifest = backups.create(
        engine_site(backup.site), store, backup_id=stored_as, key=key, tell=lease.tell
    )
    backups.verify(manifest, store, key=key, tell=lease.tell)
    files = manifest.member("files")
    with transaction.atomic():
        now = clock()
        lease.end(
            state=BackupState.READY,
            manifest=plain(manifest.as_json()),
            size=manifest.stored_bytes,
            sha256=files.stored_sha256 if files else "",
            verified_at=now,
            progress={},
            **_kept(backup, now),
        )
        _journal(backup, "backup.ready", now, size=manifest.stored_bytes)
        backup_ended(backup, now=now)
        if backup.purpose == BackupPurpose.SAFETY:
            ring_on_commit(RESTORE)


def _kept(backup: SiteBackup, now: datetime) -> dict[str, datetime]:
    """The columns that plan the purge of a client's backup; none for an intervention's (I8, N7)."""
    plan = backup.site.service.plan
    days: dict[str, int] = {
        BackupPurpose.MANUAL: settings.MANUAL_BACKUP_DAYS,
        BackupPurpose.SAFETY: settings.SAFETY_BACKUP_DAYS,
        BackupPurpose.AUTOMATIC: plan.backup_retention_days if plan else 0,
    }
    window = policies.kept_until(backup.purpose, now, days)
    return dict(zip(("purge_after", "purge_before"), window, strict=True)) if window else {}


def _failed(backup: SiteBackup, lease: Lease, error: backups.BackupError, clock: Clock) -> None:
    """Try again in a minute what may pass; otherwise it has failed, and staff are alarmed at once."""
    now = clock()
    with translation.override(settings.LANGUAGE_CODE):
        if isinstance(error, PASSING) and backup.tries < MOST_TRIES:
            lease.again(error=str(error)[:500], state=BackupState.QUEUED)
            return
    _remove_bytes(backup)
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        lease.end(
            error=str(error)[:500],
            state=BackupState.FAILED,
            stored_as="",
            sealed_key="",
            progress={},
        )
        _journal(backup, "backup.failed", now, code=error.code)
        _alarm(backup, str(error), now)
        backup_ended(backup, now=now)


def _alarm(backup: SiteBackup, error: str, now: datetime) -> None:
    """Tell staff of a failure: an intervention's at once, an automatic one when it is not the first."""
    intervention = Intervention.objects.filter(backup=backup).select_related("ticket").first()
    if intervention is not None:
        alarm.raise_alarm(alarm.BACKUP_FAILED, intervention, now=now, error=error)
    elif backup.purpose == BackupPurpose.AUTOMATIC and _failed_again(backup):
        site_alarm.raise_alarm(site_alarm.BACKUPS_FAIL, backup.site, now=now, error=error)
        _journal(backup, "backups.alarmed", now)
    else:
        return
    SiteBackup.objects.filter(pk=backup.pk).update(alarmed_at=now)


def _failed_again(backup: SiteBackup) -> bool:
    ended = backup.site.backups.filter(purpose=BackupPurpose.AUTOMATIC).exclude(state__in=WANTED)
    return policies.alarm_of_failures(
        ended.order_by("-asked_at").values_list("state", flat=True)[:ENOUGH]
    )


def _remove_bytes(backup: SiteBackup) -> None:
    """What was stored by this very try: a backup that failed has no bytes."""
    mine = SiteBackup.objects.filter(pk=backup.pk, tries=backup.tries).exclude(stored_as="")
    for stored_as in mine.values_list("stored_as", flat=True):
        backups.delete(stored_as, backups.default_store())


def seal_key(backup: SiteBackup, key: bytes) -> str:
    """The backup's own key, for its column; bound to its row."""
    return envelope.seal(key, belongs_to=f"backup:{backup.pk}")


def open_key(backup: SiteBackup) -> bytes:
    """What `seal_key` was given. Raises envelope.CannotOpen."""
    return envelope.open_sealed(backup.sealed_key, belongs_to=f"backup:{backup.pk}")


@transaction.atomic
def wrap_backup_keys_anew(limit: int = 500) -> int:
    """Wrap the keys of all backups with the present key of the house; how many changed."""
    changed = 0
    rows = SiteBackup.objects.select_for_update(of=("self",)).exclude(sealed_key="")
    for backup in rows.only("sealed_key").order_by("pk").iterator(limit):
        anew = envelope.wrap_anew(backup.sealed_key, belongs_to=f"backup:{backup.pk}")
        if anew != backup.sealed_key:
            SiteBackup.objects.filter(pk=backup.pk).update(sealed_key=anew)
            changed += 1
    return changed


def plain(kept: object) -> object:
    """`kept` as PostgreSQL takes it: what is no character in a file's name is written as \\xNN."""
    if isinstance(kept, dict):
        return {name: plain(value) for name, value in kept.items()}
    if isinstance(kept, list | tuple):
        return [plain(value) for value in kept]
    if isinstance(kept, str):
        return kept.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return kept


def _journal(backup: SiteBackup, event: str, now: datetime, **facts: Any) -> None:
    journal(backup.stream, event, at=now, backup=str(backup.pk), tries=backup.tries, **facts)
