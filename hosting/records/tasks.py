"""Sweeps of the records: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock, heartbeat
from hosting.records.services import checking, files, seals, sending


@shared_task
def send_due_mail() -> None:
    """Hand over every mail that is due."""
    sending.send_due(clock.now)


@shared_task
def check_files() -> None:
    """Check the uploads that wait for it (D6)."""
    checking.check_due(clock.now)


@shared_task
def seal_journal() -> None:
    """Seal the journal, at the first ring of each local date."""
    seals.seal_journal(clock.now())


@shared_task
def note_heartbeat() -> None:
    """Beat rings and a worker hears it: note when, for `/health/ready/`."""
    heartbeat.note()


@shared_task
def remove_leftovers() -> None:
    """Remove uploads that killed requests left behind."""
    files.clear_incoming()
    files.remove_orphans(clock.now())
