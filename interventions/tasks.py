"""Sweeps of the courtesy interventions: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from interventions.services import inbox, mailbox

BATCH = 100


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
