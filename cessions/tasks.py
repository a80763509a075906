"""Sweeps of the transfer requests: beat or a bell rings, the database says what is due."""

from celery import shared_task

from cessions.services import (
    agreed,
    attempts,
    challenges,
    claimant_domain,
    destruction,
    erasure,
    execution,
    export_making,
    holding,
    intake,
    letter_making,
    lockwatch,
    pack_making,
    paper_reading,
    questions,
    reading,
)
from hosting.lib import clock

BATCH = 100
LETTERS = 20
SCANS = 20
LOOKS = 20  # up to 5 seconds each
READINGS = 20


@shared_task
def sweep_contact_attempts() -> None:
    """Write to every holder who is due, a hundred requests at a time (C1, C2)."""
    while attempts.attempt_contacts(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def hold_services() -> None:
    """Hold the services of new requests (H2)."""
    while holding.hold_new_requests(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def expire_drafts() -> None:
    """Let go of drafts and unconfirmed filings whose time is over, with their files (T1)."""
    while intake.expire_due(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def follow_questions() -> None:
    """Remind claimants of staff's questions, and let requests lapse after two reminders (T6)."""
    while questions.step_due(clock.now(), BATCH) == BATCH:
        pass


@shared_task
def sweep_challenges() -> None:
    """End verifications whose time is over; look for the codes that machines can see (V2),
    and look up the claimants' e-mail domains (V4)."""
    while challenges.expire_due(clock.now(), BATCH) == BATCH:
        pass
    challenges.check_due(clock.now(), LOOKS)
    claimant_domain.look_up_due(clock.now(), LOOKS)


@shared_task
def sweep_letters() -> None:
    """Make the PDFs of queued letters (X5)."""
    while letter_making.make_due_letters(clock.now(), LETTERS) == LETTERS:
        pass


@shared_task
def sweep_packs() -> None:
    """Make the contracts that resellers asked for, until none gets further (P2)."""
    while pack_making.make_due_packs(clock.now()):
        pass


@shared_task
def sweep_papers() -> None:
    """File scans by their code; note codes and signatures of what waits for staff (P3)."""
    while paper_reading.file_due_scans(clock.now(), SCANS) == SCANS:
        pass
    paper_reading.read_uploaded(clock.now(), SCANS)
    paper_reading.read_identity_copies(clock.now(), SCANS)


@shared_task
def read_documents() -> None:
    """Prepare documents for the people who judge them; what is left is read at the next ring (D5)."""
    reading.read_due(clock.now, READINGS)


@shared_task
def sweep_executions() -> None:
    """Carry out, or void, the approvals whose hold is over; tell of bounces in a lock (X3, X5)."""
    execution.execute_due(clock.now(), BATCH)
    lockwatch.watch_locks(clock.now())


@shared_task
def sweep_agreed() -> None:
    """Carry out agreed transfers whose hold is over, end those nobody accepted, make letters (X7)."""
    agreed.execute_due(clock.now(), BATCH)
    while agreed.expire_due(clock.now(), BATCH) == BATCH:
        pass
    while agreed.make_due_letters(clock.now(), LETTERS) == LETTERS:
        pass


@shared_task
def sweep_exports() -> None:
    """Make the archives that were asked for, and destroy those whose time is over (X6)."""
    export_making.make_due_exports(clock.now())
    export_making.destroy_due_exports(clock.now())


@shared_task
def destroy_evidence() -> None:
    """Destroy the identity documents of cases that ended, and erase files years after their end (D7,
    L1)."""
    destruction.destroy_due(clock.now())
    while erasure.erase_due(clock.now()) == erasure.MOST_AT_A_RING:
        pass
