"""Sweeps of the courtesy interventions: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from interventions.services import tickets

BATCH = 100


@shared_task
def expire_tickets() -> None:
    """Let go of tickets that nobody confirmed, with what they hold (I2, L1)."""
    while tickets.expire_due(clock.now(), BATCH) == BATCH:
        pass
