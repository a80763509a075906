"""Sweeps of the courtesy interventions: beat or a bell rings, the database says what is due."""

from celery import shared_task

from hosting.lib import clock
from interventions.services import quote_answers, quote_making, tickets

BATCH = 100
QUOTES = 20


@shared_task
def expire_tickets() -> None:
    """Let go of tickets that nobody confirmed, with what they hold (I2, L1)."""
    while tickets.expire_due(clock.now(), BATCH) == BATCH:
        pass


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
