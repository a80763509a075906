"""Sweeps of the transfer requests: beat or a bell rings, the database says what is due."""

from celery import shared_task

from cessions.services import attempts
from hosting.lib import clock

BATCH = 100


@shared_task
def sweep_contact_attempts() -> None:
    """Write to every holder who is due, a hundred requests at a time (C1, C2)."""
    while attempts.attempt_contacts(clock.now(), BATCH) == BATCH:
        pass
