"""What servers and e-mail services say, read as what it means for a mail (C3)."""

import smtplib
from types import SimpleNamespace

import pytest
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core import mail as django_mail

from hosting.records.courier import read_refusal
from hosting.records.enums import MailState
from hosting.records.services import sending

REFUSED = smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"5.1.1 unknown")})
GREYLISTED = smtplib.SMTPRecipientsRefused({"ada@example.org": (450, b"4.7.1 greylisted")})


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (REFUSED, "refused", 550),
        (GREYLISTED, "deferred", 450),
        (smtplib.SMTPDataError(554, b"5.7.1 spam"), "refused", 554),
        (smtplib.SMTPDataError(452, b"4.3.1 disk full"), "deferred", 452),
        (smtplib.SMTPSenderRefused(530, b"sign in first", "us@example.org"), "unreached", 530),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), "unreached", 535),
        (smtplib.SMTPConnectError(554, b"go away"), "unreached", 554),
        (smtplib.SMTPServerDisconnected("timed out"), "unreached", None),
        (ConnectionRefusedError(), "unreached", None),
        (AnymailRecipientsRefused(), "refused", None),
        (AnymailInvalidAddress("no such form"), "refused", None),
        (
            AnymailAPIError("bad", status_code=422, response=SimpleNamespace(reason="x")),
            "refused",
            422,
        ),
        (
            AnymailAPIError("key", status_code=401, response=SimpleNamespace(reason="x")),
            "unreached",
            401,
        ),
        (AnymailAPIError("no route"), "unreached", None),
    ],
)
def test_a_refused_recipient_is_told_from_trouble_on_the_way(error, kind, code):
    refusal = read_refusal(error)
    assert (refusal.kind, refusal.code) == (kind, code)


@pytest.mark.django_db
def test_an_e_mail_services_acceptance_counts_and_nothing_is_tracked(settings, outbox, clock, now):
    settings.EMAIL_BACKEND, settings.MAIL_CONNECTIONS = "anymail.backends.test.EmailBackend", 1
    settings.BOUNCE_ADDRESS = "bounce@easyhoster.example"
    mail = outbox()
    assert sending.send_due(clock) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (MailState.SENT, now)
    given = django_mail.outbox[0].anymail_test_params
    assert given["metadata"] == {"message_id": mail.message_id}
    assert (given["track_opens"], given["track_clicks"]) == (False, False)
    assert given["envelope_sender"] == "bounce@easyhoster.example"
    assert str(given["from"].addr_spec) == settings.PROVIDER["email"]
