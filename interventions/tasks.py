"""Sweeps of the interventions: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from interventions.services import (
    alarms,
    answers,
    asking,
    backing_up,
    probing,
    purging,
    restoring,
)
from interventions.services.leases import LONG_WORK

BATCH = 100


@shared_task(time_limit=LONG_WORK)
def sweep_backups() -> None:
    """Make the backups that wait (I4)."""
    backing_up.make_due(clock.now)


@shared_task(time_limit=LONG_WORK)
def sweep_restores() -> None:
    """Carry out the restores that wait (I9)."""
    restoring.restore_due(clock.now)


@shared_task
def sweep_probes() -> None:
    """Look at clients' pages, before the work and after it (V3)."""
    probing.probe_due(clock.now())


@shared_task
def follow_interventions() -> None:
    """Count T0 and T1, remind, close what was not answered, alarm (I5, I6, I9, I12)."""
    asking.follow_mails(clock.now(), BATCH)
    asking.step_due(clock.now(), BATCH)
    answers.follow_restores(clock.now(), BATCH)
    answers.silence_due(clock.now(), BATCH)
    alarms.alarm_due(clock.now(), BATCH)


@shared_task
def sweep_purges() -> None:
    """Destroy the bytes whose time is over, and credentials with them (I3, I8)."""
    while purging.purge_due(clock.now(), BATCH) == BATCH:
        pass
