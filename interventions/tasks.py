"""Sweeps of the interventions: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from interventions.services import (
    alarms,
    answers,
    asking,
    backing_up,
    erasure,
    inbox,
    mailbox,
    nightly,
    probing,
    purging,
    quote_answers,
    quote_making,
    restoring,
    tickets,
)
from interventions.services.leases import LONG_WORK

BATCH = 100
QUOTES = 20


@shared_task(time_limit=LONG_WORK)
def sweep_backups() -> None:
    """Make the backups that wait (I4)."""
    backing_up.make_due(clock.now)


@shared_task
def plan_nights() -> None:
    """Give sites their first night, or take it away, as their plans say (N7, S4)."""
    nightly.plan_nights(clock.now())


@shared_task
def sweep_nights() -> None:
    """Order the automatic backups whose moment has come (N7)."""
    while nightly.order_due(clock.now(), BATCH) == BATCH:
        pass


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


@shared_task
def expire_tickets() -> None:
    """Let go of tickets that nobody confirmed, with what they hold (I2, L1)."""
    while tickets.expire_due(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def erase_tickets() -> None:
    """Erase what closed tickets hold, years after their end (L1, L2)."""
    erasure.erase_due(clock.now(), BATCH)


@shared_task
def expire_quotes() -> None:
    """Let go of wishes that nobody confirmed, end quotes whose last day is over (N6, L1)."""
    while quote_answers.expire_due(clock.now(), BATCH) >= BATCH:
        pass


@shared_task
def make_quotes() -> None:
    """Make the PDFs of sent quotes (B4)."""
    while quote_making.make_due(clock.now(), QUOTES) == QUOTES:
        pass


@shared_task
def read_incoming_mail() -> None:
    """Read the mails that came in: each goes to its ticket, or to the bounces."""
    while inbox.read_due(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def fetch_mail() -> None:
    """Fetch what is new in the mailbox, where the installation has one."""
    mailbox.fetch(clock.now)


@shared_task
def forget_incoming_mail() -> None:
    """Let go of what is left of mails that were read a month ago (L1)."""
    inbox.forget_old(clock.now())
