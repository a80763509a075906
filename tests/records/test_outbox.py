"""Putting mail into the outbox, in the business transaction (DESIGN, principle 4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from hosting.lib import bell
from hosting.lib.metrics import BELLS_UNHEARD
from hosting.records.models import OutgoingMail
from hosting.records.services import build_mail, queue_mail, queue_mails
from hosting.records.services.mail import SEND_DUE_MAIL


def parts(now, **more):
    return {
        "kind": "test",
        "recipient": "ada@example.org",
        "language": "en",
        "subject": "Hello",
        "text": "Good day",
        "now": now,
    } | more


@pytest.fixture
def rung(monkeypatch):
    rings = []
    monkeypatch.setattr(bell, "ring", rings.append)
    return rings


@pytest.mark.django_db
def test_a_queued_mail_is_due_at_once_or_from_its_instant(now):
    queue_mail(**parts(now))
    queue_mail(**parts(now, not_before=now + timedelta(hours=1)))
    assert OutgoingMail.objects.due(now).count() == 1
    assert OutgoingMail.objects.due(now + timedelta(hours=1)).count() == 2


@pytest.mark.parametrize(
    "address", ['"a@b, c@d"', "a@b, c@d", "ada@", "ada@example.org\nBcc: x@y.org", ""]
)
def test_one_valid_recipient_or_none(now, address):
    with pytest.raises(ValidationError):
        build_mail(**parts(now, recipient=address))


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_once_for_many_mails_and_on_commit_only(now, rung):
    with transaction.atomic():
        queue_mails(build_mail(**parts(now)) for _ in range(3))
        assert rung == []
    assert rung == [SEND_DUE_MAIL]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_no_mail_and_no_ring(now, rung):
    with transaction.atomic():
        queue_mail(**parts(now))
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    assert rung == []


@pytest.mark.django_db(transaction=True)
def test_losing_the_broker_loses_no_mail_and_breaks_no_request(now, monkeypatch, tmp_path):
    gone = bell.current_app.connection_for_write(f"redis+socket://{tmp_path}/gone.sock")
    with gone, gone.Producer() as producer:
        send = bell.current_app.send_task
        monkeypatch.setattr(
            bell.current_app._get_current_object(),
            "send_task",
            lambda name, **words: send(name, **words, producer=producer),
        )
        before = BELLS_UNHEARD._value.get()
        with transaction.atomic():
            queue_mail(**parts(now))
    assert BELLS_UNHEARD._value.get() == before + 1
    assert OutgoingMail.objects.due(now).count() == 1
    assert connection.is_usable()
