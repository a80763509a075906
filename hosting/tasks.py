"""Sweeps of continuity: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from hosting.services import holds, renewals, webhooks

BATCH = 100


@shared_task
def sweep_holds() -> None:
    """End the holds whose 60 days are over, and tell of due dates inside the others (H2)."""
    while holds.end_overdue(clock.now(), BATCH) == BATCH:
        pass
    renewals.alarm_due_dates(clock.now())


@shared_task
def send_webhooks() -> None:
    """Tell the outside systems what is due."""
    webhooks.send_due(clock.now)
