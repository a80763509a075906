"""The sweep of the outbox: claim what is due, hand it over, record what the server said.

Claim and record are one statement each per batch, in short transactions; in between no transaction
is open. A claim is a lease: `next_try_at` moves ahead, and `tries` counts it. Who is killed between
the server's 250 and the record repeats a mail at most once, under the same Message-ID.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction

from hosting.lib.metrics import MAILS
from hosting.records.courier import Answer, Courier
from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import MailOutcome, OutgoingMail
from hosting.records.policies import gives_up_at, next_try
from hosting.records.services.journal import Entry, journal_many

BATCH = 100
LEASE = timedelta(minutes=5)  # longer than a batch may take, with its last conversation
BATCH_SECONDS = 120
SWEEP_SECONDS = 300
RECORD_EVERY_SECONDS = 1.0
TROUBLES_IN_A_ROW = 3
TOO_LATE = "not handed over before its time was over"
NOT_TRIED = "not tried: the mail server was out of reach for the mails before"
DEADLOCK, SERIALIZATION = "40P01", "40001"
log = structlog.get_logger(__name__)

CLAIM = """
UPDATE records_outgoingmail SET next_try_at = %(until)s, tries = tries + 1
WHERE id IN (
    SELECT id FROM records_outgoingmail WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
RETURNING *
"""

RECORD = """
UPDATE records_outgoingmail AS mail SET
    state = CASE WHEN mail.bounced_at IS NULL THEN done.state ELSE mail.state END,
    tries = done.tries,
    next_try_at = done.next_try_at,
    accepted_at = COALESCE(mail.accepted_at, done.accepted_at),
    erased_at = CASE WHEN done.erase THEN COALESCE(mail.erased_at, done.at) ELSE mail.erased_at END,
    text = CASE WHEN done.erase THEN '' ELSE mail.text END,
    html = CASE WHEN done.erase THEN '' ELSE mail.html END
FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::text[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::boolean[])
    AS done (id, claimed_tries, tries, state, at, next_try_at, accepted_at, erase)
WHERE mail.id = done.id
    AND (done.accepted_at IS NOT NULL
         OR (mail.tries = done.claimed_tries AND mail.next_try_at IS NOT NULL))
"""


@dataclass(frozen=True)
class Done:
    """A claimed mail and what came of it; no answer when the time for its batch was over."""

    mail: OutgoingMail
    answer: Answer | None


@dataclass
class Round:
    """One batch under way: its end, and how often in a row the server was out of reach."""

    ends: float = field(default_factory=lambda: time.monotonic() + BATCH_SECONDS)
    troubles: int = 0

    @property
    def over(self) -> bool:
        return time.monotonic() > self.ends

    @property
    def hopeless(self) -> bool:
        return self.troubles >= TROUBLES_IN_A_ROW

    def note(self, answer: Answer) -> None:
        self.troubles = self.troubles + 1 if answer.kind == MailOutcomeKind.UNREACHED else 0


def send_due(clock: Callable[[], datetime]) -> int:
    """Hand over every due mail, in batches; the number that was accepted.

    `clock` tells the present instant (aware): an acceptance counts for the date on which it
    happened, not for that of the sweep's start (C3). Ends early when the mail server is out of
    reach, or after 5 minutes; what is left is due still.
    """
    accepted, ends = 0, time.monotonic() + SWEEP_SECONDS
    with couriers(clock) as deliver:
        while time.monotonic() < ends:
            mails = claim(clock())
            round_ = Round()
            accepted += _hand_over(mails, deliver, round_, clock)
            if len(mails) < BATCH or round_.hopeless:
                break
    return accepted


def claim(now: datetime) -> list[OutgoingMail]:
    """Up to 100 due mails, for this sweep alone until the lease ends; the longest due first."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "batch": BATCH})
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    # Django takes values in the order of its fields; the table has its columns in that of migrations.
    fields = [field.attname for field in OutgoingMail._meta.concrete_fields]
    mails = (
        OutgoingMail.from_db("default", fields, [row[name] for name in fields]) for row in rows
    )
    return sorted(mails, key=lambda mail: mail.pk)


Deliver = Callable[
    [Iterable[OutgoingMail], Callable[[Courier, OutgoingMail], Done]], Iterator[Done]
]


@contextmanager
def couriers(clock: Callable[[], datetime]) -> Iterator[Deliver]:
    """A way to do something with each mail, on one reused connection or on several at a time."""
    number = settings.MAIL_CONNECTIONS
    idle: SimpleQueue[Courier] = SimpleQueue()
    team = [Courier(clock) for _ in range(number)]
    for courier in team:
        idle.put(courier)

    def deliver(
        mails: Iterable[OutgoingMail], hand_over: Callable[[Courier, OutgoingMail], Done]
    ) -> Iterator[Done]:
        def with_a_courier(mail: OutgoingMail) -> Done:
            courier = idle.get()
            try:
                return hand_over(courier, mail)
            finally:
                idle.put(courier)

        if number == 1:
            return map(with_a_courier, mails)
        return pool.map(with_a_courier, mails)

    with ThreadPoolExecutor(max_workers=number, thread_name_prefix="mail") as pool:
        try:
            yield deliver
        finally:
            for courier in team:
                courier.close()


def _hand_over(
    mails: list[OutgoingMail], deliver: Deliver, round_: Round, clock: Callable[[], datetime]
) -> int:
    def hand_over(courier: Courier, mail: OutgoingMail) -> Done:
        now = clock()
        if gives_up_at(mail.created_at, mail.give_up_at) <= now:
            return Done(mail, Answer(MailOutcomeKind.UNREACHED, now, None, TOO_LATE))
        if round_.hopeless:
            return Done(mail, Answer(MailOutcomeKind.UNREACHED, now, None, NOT_TRIED))
        if round_.over:
            return Done(mail, None)
        answer = courier.deliver(mail)
        round_.note(answer)
        return Done(mail, answer)

    accepted, waiting, recorded_at = 0, [], time.monotonic()
    for done in deliver(mails, hand_over):
        waiting.append(done)
        accepted += done.answer is not None and done.answer.kind == MailOutcomeKind.ACCEPTED
        if time.monotonic() - recorded_at > RECORD_EVERY_SECONDS:
            record(waiting, clock())
            waiting, recorded_at = [], time.monotonic()
    record(waiting, clock())
    return accepted


def record(dones: list[Done], now: datetime) -> None:
    """Write down what came of claimed mails: their states, outcome rows and journal entries.

    What the server said is lost for nobody's sake: a deadlock with another transaction is tried
    again. A mail that another sweep has claimed meanwhile, or that bounced or was withdrawn, keeps
    its state, unless it was accepted here.
    """
    if not dones:
        return
    for tries_left in reversed(range(5)):
        try:
            with transaction.atomic():
                _write(dones, now)
            break
        except OperationalError as error:
            if sql_state(error) not in (DEADLOCK, SERIALIZATION) or not tries_left:
                raise
            log.info("mail_record_repeated", tries_left=tries_left)
    for done in dones:
        if done.answer:
            MAILS.labels(outcome=done.answer.kind).inc()


def _write(dones: list[Done], now: datetime) -> None:
    rows = [_row(done, now) for done in dones]
    answered = [(done.mail, done.answer) for done in dones if done.answer]
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [list(column) for column in zip(*rows, strict=True)])
    MailOutcome.objects.bulk_create(
        MailOutcome(mail=mail, at=answer.at, kind=answer.kind, code=answer.code, text=answer.text)
        for mail, answer in answered
    )
    journal_many(_entry(mail, answer) for mail, answer in answered if mail.stream)


def _row(done: Done, now: datetime) -> tuple[object, ...]:
    """The values of RECORD for one mail."""
    mail, answer = done.mail, done.answer
    if answer is None:
        return mail.pk, mail.tries, mail.tries - 1, mail.state, now, now, None, False
    state, again_at = settled(mail, answer)
    accepted_at = answer.at if state == MailState.SENT else None
    erase = mail.sensitive and again_at is None
    return mail.pk, mail.tries, mail.tries, state, answer.at, again_at, accepted_at, erase


def settled(mail: OutgoingMail, answer: Answer) -> tuple[MailState, datetime | None]:
    """The state that follows from an answer, and when the mail is tried again, if it is."""
    if answer.kind == MailOutcomeKind.ACCEPTED:
        return MailState.SENT, None
    if answer.kind == MailOutcomeKind.REFUSED:
        return MailState.FAILED, None
    again_at = next_try(answer.at, mail.tries, gives_up_at(mail.created_at, mail.give_up_at))
    return (MailState.DEFERRED if again_at else MailState.FAILED), again_at


def _entry(mail: OutgoingMail, answer: Answer) -> Entry:
    facts = {"mail": mail.pk, "message_id": mail.message_id, "kind": mail.kind}
    facts |= {"code": answer.code, "try": mail.tries, "state": settled(mail, answer)[0].value}
    if answer.kind == MailOutcomeKind.ACCEPTED:
        facts["content_hash"] = mail.content_hash  # what was said can be shown later (X6)
    return Entry(mail.stream, f"mail.{answer.kind.value}", answer.at, facts=facts)


def sql_state(error: OperationalError) -> str | None:
    """PostgreSQL's five-character code of an error."""
    return getattr(error.__cause__, "sqlstate", None)
