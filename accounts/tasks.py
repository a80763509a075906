"""Sweeps of the accounts: beat rings, the database says what is due."""

from celery import shared_task

from accounts.services import checkin_steps, identity_copies, power_making
from hosting.lib import clock

BATCH = 100


@shared_task
def sweep_check_ins() -> None:
    """Plan first check-ins, open those whose year is over, and take each one's next step (A11)."""
    for sweep in (checkin_steps.schedule_new, checkin_steps.open_due, checkin_steps.step_due):
        while sweep(clock.now(), BATCH) == BATCH:
            pass


@shared_task
def sweep_powers() -> None:
    """Make the PDFs of drafted powers of attorney (A9)."""
    power_making.make_due_powers(clock.now)


@shared_task
def destroy_identity_copies() -> None:
    """Destroy the copies of identity documents whose contract or power has ended (P3)."""
    while identity_copies.destroy_due_copies(clock.now(), BATCH) >= BATCH:
        pass
