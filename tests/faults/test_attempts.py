"""What may go wrong on the way to the holder: rivals, kills, a lost bell, refusals, double clicks.

On real connections, processes and a real mail server (C2, C3, C5, DESIGN principles 1 and 2).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from cessions.enums import RequestState, SignKind
from cessions.models import AnswerLink, ContactAttempt, HolderSign, TransferRequest
from cessions.services.attempts import attempt_contacts
from cessions.services.contact_tasks import contact_tasks
from cessions.services.signs import holder_answered
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.records.services import sending
from tests.factories import TransferRequestFactory
from tests.smtp import Peer

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, ROUNDS = 8, 50

ATTEMPT = """
import django, os, signal, sys
from datetime import datetime
django.setup()
from cessions.services import attempts
from hosting.lib import bell
{prepare}
attempts.attempt_contacts(datetime.fromisoformat(sys.argv[1]))
"""
DIE = "lambda *_: os.kill(os.getpid(), signal.SIGKILL)"
KILLED_BEFORE_THE_COMMIT = f"attempts.journal_many = {DIE}"
KILLED_AFTER_THE_COMMIT = f"bell.ring = {DIE}"


@pytest.fixture
def peer(settings: Any) -> Iterator[Callable[..., Peer]]:
    """Starts a scripted mail server and points the product at it."""
    started: list[Peer] = []

    def start(scripts: Any = None) -> Peer:
        server = Peer(scripts)
        started.append(server.__enter__())
        settings.EMAIL_BACKEND = "hosting.lib.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        return server

    settings.MAIL_CONNECTIONS = 1
    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def team() -> Iterator[Callable[[Callable[[], Any]], list[Any]]]:
    """Lets eight workers, with a connection each, do the same thing at the same instant."""
    barrier = Barrier(WORKERS)

    def at_once(job: Callable[[], Any]) -> Any:
        barrier.wait(timeout=60)
        return job()

    def all_at_once(job: Callable[[], Any]) -> list[Any]:
        jobs = [pool.submit(at_once, job) for _ in range(WORKERS)]
        return [each.result(timeout=60) for each in jobs]

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        yield all_at_once
        all_at_once(lambda: connection.close())


def in_a_process(now: datetime, prepare: str = "", **environment: str) -> int:
    """The exit code of a process of its own that looks for due attempts at `now`."""
    words = [sys.executable, "-c", ATTEMPT.format(prepare=prepare), now.isoformat()]
    own = {
        "DATABASE_URL": f"postgresql:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "hosting.settings",
    }
    known = os.environ | own | environment
    return subprocess.run(words, env=known, check=False, timeout=60).returncode


def test_eight_workers_on_one_due_attempt_make_one_row_and_one_mail(team, now):
    for number in range(ROUNDS):
        TransferRequestFactory()
        found = team(lambda: attempt_contacts(now))
        assert sorted(found) == [0] * (WORKERS - 1) + [1]
        assert ContactAttempt.objects.count() == OutgoingMail.objects.count() == number + 1
    assert JournalEntry.objects.filter(event="contact_attempted").count() == ROUNDS


def test_eight_workers_share_what_is_due(team, now):
    for _ in range(40):
        TransferRequestFactory()
    found = team(lambda: attempt_contacts(now, limit=5))
    assert sum(found) == ContactAttempt.objects.count() == OutgoingMail.objects.count() == 40


def test_without_a_broker_the_bell_is_lost_and_nothing_else(peer, now):
    server = peer()
    TransferRequestFactory()
    assert in_a_process(now, REDIS_URL="unix:///nowhere/broker.sock?db=0") == 0
    assert sending.send_due(lambda: now) == 1
    mail = OutgoingMail.objects.get()
    assert [kept["Message-ID"] for kept in server.mails] == [mail.message_id]


def test_a_worker_killed_between_the_claim_and_the_commit_leaves_the_attempt_due(now):
    request = TransferRequestFactory()
    assert in_a_process(now, KILLED_BEFORE_THE_COMMIT) == -signal.SIGKILL
    assert not ContactAttempt.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert TransferRequest.objects.due_for_attempt(now).get() == request
    assert attempt_contacts(now) == 1
    assert ContactAttempt.objects.count() == OutgoingMail.objects.count() == 1


def test_a_worker_killed_after_the_commit_leaves_the_mail_to_the_sweep(peer, now):
    server = peer()
    TransferRequestFactory()
    assert in_a_process(now, KILLED_AFTER_THE_COMMIT) == -signal.SIGKILL
    assert attempt_contacts(now) == 0
    assert sending.send_due(lambda: now) == 1
    assert len(server.mails) == 1


def test_a_refused_mail_makes_tasks_for_staff_and_the_next_date_tries_again(peer, now):
    request = TransferRequestFactory()
    address = request.account.contact_methods.get(kind="email").value
    server = peer({address: ["550 no such user", "550 no such user"]})
    attempt_contacts(now)
    sending.send_due(lambda: now)
    case = contact_tasks(now)[0]
    assert (case.mail, case.counts_today, case.letter_needed) == ("dead", False, True)
    tomorrow = now + timedelta(days=1)
    assert attempt_contacts(tomorrow) == 1
    sending.send_due(lambda: tomorrow)
    assert ContactAttempt.objects.count() == 2
    assert server.mails == []


def test_a_deferred_mail_goes_out_later_on_its_date_and_counts(peer, now):
    request = TransferRequestFactory()
    address = request.account.contact_methods.get(kind="email").value
    peer({address: ["451 later", "250 ok"]})
    attempt_contacts(now)
    sending.send_due(lambda: now)
    assert not contact_tasks(now)[0].counts_today
    later = OutgoingMail.objects.get().next_try_at
    sending.send_due(lambda: later)
    assert contact_tasks(later)[0].counts_today
    assert ContactAttempt.objects.count() == 1


def test_a_double_click_is_one_answer(team, now):
    request = TransferRequestFactory()
    attempt_contacts(now)
    link = AnswerLink.objects.get(request=request)
    for kind in (SignKind.AGREEMENT, SignKind.OBJECTION):
        found = team(lambda kind=kind: holder_answered(link, kind, now))
        assert len({sign.pk for sign in found}) == 1
    assert HolderSign.objects.count() == 2
    told = OutgoingMail.objects.filter(recipient=request.filing.email)
    assert sorted(told.values_list("kind", flat=True)) == [
        "cession_holder_reached",
        "cession_waits",
    ]


def test_after_an_answer_no_attempt_is_made_whichever_came_first(team, now):
    for _ in range(10):
        request = TransferRequestFactory()
        address = request.account.contact_methods.get(kind="email").value
        link = AnswerLink.objects.create(request=request, address=address, created_at=now)
        jobs = iter(
            [partial(holder_answered, link, SignKind.OBJECTION, now)]
            + [partial(attempt_contacts, now)] * (WORKERS - 1)
        )
        team(lambda jobs=jobs: next(jobs)())
        request.refresh_from_db()
        assert (request.state, request.next_attempt_at) == (RequestState.HOLDER_REACHED, None)
        assert request.attempts.count() <= 1
    assert attempt_contacts(now + timedelta(days=1)) == 0
