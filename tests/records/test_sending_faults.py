"""Kills and rivals of the sweep, on real processes and a real mail server (DESIGN, principle 2)."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection, connections, transaction

from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import JournalEntry, MailOutcome, OutgoingMail
from hosting.records.services import sending, withdraw_mails

pytestmark = pytest.mark.django_db(transaction=True)

KILLED_BEFORE_THE_COMMIT = """
import django, os, signal, sys
from datetime import datetime
django.setup()
from django.conf import settings
from hosting.records.services import sending, withdraw_mails
settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_CONNECTIONS = "127.0.0.1", int(sys.argv[1]), 1
sending.record = lambda dones, now: os.kill(os.getpid(), signal.SIGKILL)
sending.send_due(lambda: datetime.fromisoformat(sys.argv[2]))
"""


def sweep_killed_before_the_commit(port: int, now) -> int:
    """The exit code of a sweep in a process of its own, killed between the 250 and the commit."""
    environment = os.environ | {
        "DATABASE_URL": f"postgresql:///{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "hosting.settings",
    }
    words = [sys.executable, "-c", KILLED_BEFORE_THE_COMMIT, str(port), now.isoformat()]
    return subprocess.run(words, env=environment, check=False, timeout=60).returncode


def test_a_worker_killed_between_the_250_and_the_commit_repeats_each_mail_once_at_most(
    peer, outbox, now
):
    server = peer()
    mails = [outbox(f"n{number}@example.org", stream=f"case:{number}") for number in range(3)]
    assert sweep_killed_before_the_commit(server.port, now) == -signal.SIGKILL
    assert len(server.mails) == 3
    assert not MailOutcome.objects.exists()

    assert sending.send_due(lambda: now + sending.LEASE / 2) == 0  # the lease still holds
    assert sending.send_due(lambda: now + sending.LEASE) == 3
    for mail in mails:
        assert [kept["Message-ID"] for kept in server.kept(mail.recipient)] == [mail.message_id] * 2
        assert mail.outcomes.get().kind == MailOutcomeKind.ACCEPTED
    assert JournalEntry.objects.filter(event="mail.accepted").count() == 3
    assert sending.send_due(lambda: now + timedelta(days=2)) == 0


def test_sweeps_at_the_same_time_send_each_mail_once(peer, outbox, now):
    server = peer()
    for number in range(230):
        outbox(f"n{number}@example.org", stream=f"case:{number % 7}")
    barrier = Barrier(4)

    def sweep() -> int:
        try:
            barrier.wait()
            return sending.send_due(lambda: now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(run.result() for run in [pool.submit(sweep) for _ in range(4)]) == 230
    assert len({kept["Message-ID"] for kept in server.mails}) == len(server.mails) == 230
    assert MailOutcome.objects.count() == 230
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.SENT}


def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(peer, outbox, now, monkeypatch):
    peer()
    outbox()
    seen = []
    deliver = sending.Courier.deliver

    def watched(courier, mail):
        seen.append(connection.in_atomic_block)
        return deliver(courier, mail)

    monkeypatch.setattr(sending.Courier, "deliver", watched)
    assert sending.send_due(lambda: now) == 1
    assert seen == [False]


def test_a_deadlock_on_recording_loses_nothing(peer, outbox, now, monkeypatch):
    peer()
    mail = outbox()
    write, tries = sending._write, []

    def deadlocked_once(dones, at):
        tries.append(1)
        if len(tries) == 1:
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$")
        write(dones, at)

    monkeypatch.setattr(sending, "_write", deadlocked_once)
    assert sending.send_due(lambda: now) == 1
    assert (len(tries), mail.outcomes.count()) == (2, 1)


def test_another_database_error_on_recording_is_not_hidden(peer, outbox, now, monkeypatch):
    peer()
    outbox()

    def broken(dones, at):
        raise OperationalError("the server is gone")

    monkeypatch.setattr(sending, "_write", broken)
    with pytest.raises(OperationalError):
        sending.send_due(lambda: now)


def test_withdrawing_never_waits_for_a_sweep_that_records(outbox, now):
    mail = outbox(stream="case:1")

    def withdraw() -> int:
        try:
            return withdraw_mails([mail.pk], now=now, actor="holder")
        finally:
            connections.close_all()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        OutgoingMail.objects.filter(pk=mail.pk).update(tries=1)
        assert pool.submit(withdraw).result(timeout=20) == 0
    assert withdraw() == 1
