"""Sweeps of the records: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from hosting.records.services import sending


@shared_task
def send_due_mail() -> None:
    """Hand over every mail that is due."""
    sending.send_due(clock.now)
