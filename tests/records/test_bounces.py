"""Bounces by pipe and by webhook: told once, whatever comes twice (C3, C5, C9)."""

import base64
import io
import json
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import include, path

from hosting.records import webhooks
from hosting.records.dsn import NotUnderstood, read_notification
from hosting.records.enums import MailState
from hosting.records.management.commands import receive_bounce
from hosting.records.models import JournalEntry, MailOutcome
from hosting.records.services import bounces, sending
from hosting.records.services.bounces import Told, receive_notification, record_bounce

urlpatterns = [
    path("anymail/", include((webhooks.tracking_urls(), "anymail"))),
    path("", include("hosting.urls")),
]

DSN = """\
From: MAILER-DAEMON@mx.example.net
To: bounce@easyhoster.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

I am sorry to have to inform you ...
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
Arrival-Date: Tue, 9 Jun 2026 11:00:00 +0200

Final-Recipient: rfc822; ada@example.org
{action}Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>:
    user unknown

--B
Content-Type: {original}

{headers}
--B--
"""


def dsn(message_id, action="Action: failed\n", status="5.1.1", original="text/rfc822-headers"):
    headers = f"From: us@example.org\nMessage-ID: {message_id}\nSubject: Hello"
    if original == "message/rfc822":
        headers += "\n\nGood day\n"
    return DSN.format(action=action, status=status, original=original, headers=headers).encode()


OUT_OF_OFFICE = b"""\
From: ada@example.org
To: us@example.org
Subject: Away
Auto-Submitted: auto-replied
In-Reply-To: <x@easyhoster.example>

I am in hospital.
"""


@pytest.mark.parametrize("original", ["text/rfc822-headers", "message/rfc822"])
def test_a_notification_is_read_as_rfc_3464_has_it(original):
    found = read_notification(dsn("<a@b.c>", original=original))
    assert (found.message_id, found.failed, found.status) == ("<a@b.c>", True, "5.1.1")
    assert "user unknown" in found.diagnosis


@pytest.mark.parametrize(
    ("action", "status", "failed"),
    [
        ("Action: failed\n", "5.1.1", True),
        ("Action: Failed\n", "4.4.7", True),
        ("Action: delayed\n", "4.2.0", False),
        ("Action: delivered\n", "2.0.0", False),
        ("", "5.2.2", True),
        ("", "4.2.2", False),
    ],
)
def test_the_action_says_whether_it_failed_and_without_one_the_status(action, status, failed):
    assert read_notification(dsn("<a@b.c>", action, status)).failed is failed


def test_without_the_original_its_reference_will_do():
    raw = dsn("none", original="text/plain")
    raw = raw.replace(b"Auto-Submitted", b"References: <q@b.c> <a@b.c>\nAuto-Submitted", 1)
    assert read_notification(raw).message_id == "<a@b.c>"


@pytest.mark.parametrize(
    "raw",
    [
        dsn("none", original="text/plain"),
        dsn("<a@b.c>").replace(b"message/delivery-status", b"text/plain"),
        dsn("<a@b.c>")[:400],
    ],
)
def test_a_broken_notification_is_said_to_be_one(raw):
    with pytest.raises(NotUnderstood):
        read_notification(raw)


@pytest.mark.parametrize(
    "raw", [OUT_OF_OFFICE, b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\n\nx"]
)
def test_an_automatic_reply_or_any_other_mail_is_no_bounce(raw, now):
    assert read_notification(raw) is None
    assert receive_notification(raw, now=now) == Told.IGNORED


@pytest.mark.django_db
def test_a_bounce_is_recorded_once(outbox, peer, now):
    peer()
    mail = outbox(stream="case:1")
    sending.send_due(lambda: now)
    later = now + timedelta(hours=2)
    assert receive_notification(dsn(mail.message_id), now=later) == Told.RECORDED
    assert receive_notification(dsn(mail.message_id), now=later + timedelta(1)) == Told.KNOWN
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at, mail.bounced_at) == (MailState.BOUNCED, now, later)
    outcome = mail.outcomes.get(kind="bounced")
    assert "5.1.1" in outcome.text
    assert "ada@" not in outcome.text
    events = JournalEntry.objects.filter(stream="case:1").values_list("event", flat=True)
    assert list(events) == ["mail.accepted", "mail.bounced"]


@pytest.mark.django_db
def test_a_late_mail_is_not_bounced(outbox, now):
    mail = outbox()
    raw = dsn(mail.message_id, "Action: delayed\n", "4.2.0")
    assert receive_notification(raw, now=now) == Told.LATE
    mail.refresh_from_db()
    assert (mail.state, mail.bounced_at) == (MailState.QUEUED, None)


@pytest.mark.django_db
def test_a_bounced_mail_is_not_tried_again(outbox, now, peer):
    server = peer()
    mail = outbox()
    record_bounce(mail.message_id, "gone", now=now)
    assert sending.send_due(lambda: now) == 0
    assert server.mails == []


def pipe(monkeypatch, raw):
    """The exit code of the command with `raw` on its standard input."""
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_bounce", stdout=io.StringIO(), stderr=io.StringIO())
    except SystemExit as end:
        return end.code
    return 0


@pytest.mark.django_db
def test_the_pipe_tells_the_mail_server_how_it_went(monkeypatch, outbox):
    mail = outbox()
    assert pipe(monkeypatch, dsn(mail.message_id)) == 0
    assert pipe(monkeypatch, dsn(mail.message_id)) == 0
    assert mail.outcomes.count() == 1
    assert pipe(monkeypatch, OUT_OF_OFFICE) == 0
    assert pipe(monkeypatch, dsn("<nobody@knows.it>")) == 67
    assert pipe(monkeypatch, dsn("none", original="text/plain")) == 65

    def away(raw, *, now):
        raise OperationalError("gone")

    monkeypatch.setattr(receive_bounce, "receive_notification", away)
    assert pipe(monkeypatch, dsn(mail.message_id)) == 75


@pytest.fixture
def service(settings):
    """An e-mail service's webhook (Postmark's), with and without the secret."""
    settings.ROOT_URLCONF = __name__
    settings.ANYMAIL_WEBHOOK_SECRET = "service:secret"

    def tell(message_id, kind="HardBounce", secret="service:secret"):  # noqa: S107
        event = {
            "RecordType": "Bounce",
            "Type": kind,
            "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
            "Metadata": {"message_id": message_id},
            "Description": "The server was unable to deliver your message to ada@example.org",
            "Email": "ada@example.org",
            "BouncedAt": "2026-06-09T09:00:00Z",
        }
        words = base64.b64encode(secret.encode()).decode()
        return Client().post(
            "/anymail/postmark/tracking/",
            json.dumps(event),
            content_type="application/json",
            headers={"authorization": f"Basic {words}"},
        )

    return tell


@pytest.mark.django_db
def test_an_e_mail_services_bounce_is_recorded_once(service, outbox):
    mail = outbox(stream="case:1")
    assert service(mail.message_id).status_code == 200
    assert service(mail.message_id).status_code == 200
    mail.refresh_from_db()
    assert mail.state == MailState.BOUNCED
    assert mail.outcomes.count() == 1


@pytest.mark.django_db
def test_a_webhook_without_the_secret_is_refused(service, outbox):
    mail = outbox()
    assert service(mail.message_id, secret="guessed:wrong").status_code == 400
    mail.refresh_from_db()
    assert mail.bounced_at is None


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["Transient", "AutoResponder", "Subscribe"])
def test_what_is_no_bounce_changes_nothing(service, outbox, kind):
    mail = outbox()
    assert service(mail.message_id, kind=kind).status_code == 200
    assert not MailOutcome.objects.exists()


@pytest.mark.django_db
def test_a_bounce_of_an_unknown_mail_is_logged_not_an_error(service, monkeypatch):
    seen = []
    monkeypatch.setattr(bounces.log, "warning", lambda event, **words: seen.append(event))
    assert service("<nobody@knows.it>").status_code == 200
    assert seen == ["bounce_of_unknown_mail"]


@pytest.mark.django_db
def test_without_a_secret_there_is_no_webhook(client):
    assert client.post("/anymail/postmark/tracking/", "{}", "application/json").status_code == 404
