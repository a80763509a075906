"""The ways in for mail: webhook, pipe, mailbox. Kept first, read afterwards, erased in the end."""

import base64
import io
import json
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from hosting.lib import clock, replies
from hosting.lib.imap import OutOfReach, mailbox
from hosting.lib.incoming import MOST_BYTES
from hosting.records import webhooks
from interventions import tasks
from interventions.enums import Came, MailWay
from interventions.management.commands import receive_mail as pipe_command
from interventions.models import IncomingMail, TicketMessage
from interventions.services import inbox
from interventions.services import mailbox as boxes
from tests.imap import ImapPeer
from tests.interventions import cases
from tests.interventions.mails import reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "talking")]
CANARY = "canary-51c0"


def texts():
    return list(TicketMessage.objects.order_by("pk").values_list("text", flat=True))


# -- Kept, read, erased -------------------------------------------------------------------------------


def test_a_mail_is_kept_then_read_then_erased(now):
    kept = inbox.take_in(reply(cases.a_ticket(now)).as_bytes(), way=MailWay.PIPE, now=now)
    assert texts() == []
    assert inbox.read_due(now) == 1
    kept.refresh_from_db()
    assert (bytes(kept.raw), kept.outcome, kept.done_at) == (b"", Came.KEPT, now)
    assert texts() == ["It is still empty."]
    assert inbox.read_due(now) == 0


def test_a_mail_that_cannot_be_written_is_tried_again_and_given_up_in_the_end(
    now, monkeypatch, caplog, capfd
):
    def broken(raw, *, now):
        raise DatabaseError(raw.decode())

    monkeypatch.setattr(inbox, "receive_mail", broken)
    good = cases.a_ticket(now)
    kept = inbox.take_in(CANARY.encode(), way=MailWay.PIPE, now=now)
    assert inbox.read_due(now) == 0
    kept.refresh_from_db()
    assert kept.next_try_at == now + inbox.AGAIN
    for count in range(2, inbox.MOST_TRIES + 1):
        assert inbox.read_due(now + count * timedelta(hours=1)) == 0
    kept.refresh_from_db()
    assert (kept.next_try_at, kept.outcome, bytes(kept.raw)) == (None, Came.FAILED, CANARY.encode())
    said = capfd.readouterr()
    assert CANARY not in caplog.text + said.err + said.out
    assert good.messages.count() == 0


def test_the_bell_rings_a_task_that_exists():
    assert tasks.read_incoming_mail.name == inbox.READ_INCOMING


def test_the_sweeps_read_fetch_and_forget(imap, now, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    imap([reply(cases.a_ticket(now)).as_bytes()])
    tasks.fetch_mail()
    tasks.read_incoming_mail()
    assert texts() == ["It is still empty."]
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=31))
    tasks.forget_incoming_mail()
    assert not IncomingMail.objects.exists()


def test_one_broken_mail_stops_no_other(now, monkeypatch):
    right = inbox.receive_mail

    def broken(raw, *, now):
        if raw == b"bad":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        return right(raw, now=now)

    monkeypatch.setattr(inbox, "receive_mail", broken)
    for raw in (b"bad", reply(cases.a_ticket(now)).as_bytes()):
        inbox.take_in(raw, way=MailWay.PIPE, now=now)
    assert inbox.read_due(now) == 1
    assert len(texts()) == 1


def test_what_was_read_a_month_ago_is_forgotten(now):
    inbox.take_in(b"old", way=MailWay.PIPE, now=now - timedelta(days=31))
    inbox.take_in(b"waiting", way=MailWay.PIPE, now=now - timedelta(days=31))
    IncomingMail.objects.filter(raw=b"old").update(next_try_at=None)
    inbox.take_in(b"new", way=MailWay.PIPE, now=now)
    assert inbox.forget_old(now) == 1
    assert IncomingMail.objects.count() == 2


def test_of_a_mail_over_5_mb_the_beginning_is_kept(now):
    kept = inbox.take_in(b"x" * (MOST_BYTES + 100), way=MailWay.PIPE, now=now)
    assert (len(kept.raw), kept.size) == (MOST_BYTES + 1, MOST_BYTES + 100)


# -- The mail server's pipe ---------------------------------------------------------------------------


def pipe(monkeypatch, raw):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    try:
        call_command("receive_mail")
    except SystemExit as ended:
        return ended.code
    return 0


def test_the_pipe_takes_everything_and_asks_again_when_the_database_is_away(now, monkeypatch):
    ticket = cases.a_ticket(now)
    for raw in (reply(ticket).as_bytes(), b"", b"\0rubbish", b"x" * (MOST_BYTES * 2)):
        assert pipe(monkeypatch, raw) == 0
    assert inbox.read_due(clock.now()) == 4
    assert len(texts()) == 1

    def away(raw, *, way, now):
        raise OperationalError("gone")

    monkeypatch.setattr(pipe_command, "take_in", away)
    assert pipe(monkeypatch, b"") == 75


# -- The e-mail service's webhook ---------------------------------------------------------------------


@pytest.fixture
def service(settings):
    """Postmark's inbound webhook, with the whole mail or with its parts."""
    settings.ANYMAIL_WEBHOOK_SECRET = settings.ANYMAIL["WEBHOOK_SECRET"] = "service:secret"
    yield lambda event, secret="service:secret": Client().post(
        "/anymail/postmark/inbound/",
        json.dumps(event),
        content_type="application/json",
        headers={"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"},
    )
    del settings.ANYMAIL["WEBHOOK_SECRET"]


def inbound(ticket, **more):
    address = replies.address("ticket", ticket.pk)
    sender = {"Email": ticket.email, "Name": ticket.full_name, "MailboxHash": ""}
    return {
        "FromFull": sender,
        "ToFull": [{"Email": "support@help.example.org", "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": address,
        "Subject": "Re: Your site",
        "MessageID": "b5bd4b6a-1f28-4d6b-8d2c-d5a0f0d0b6b7",
        "Date": "Tue, 9 Jun 2026 11:00:00 +0200",
        "TextBody": "Still empty, é.",
        "HtmlBody": "",
        "Headers": [{"Name": "Message-ID", "Value": "<answer-9@bakery.example>"}],
        "Attachments": [],
    } | more


def test_a_services_webhook_brings_the_answer_to_its_ticket(service, now):
    ticket = cases.a_ticket(now)
    for _twice in range(2):
        assert service(inbound(ticket)).status_code == 200
    assert texts() == []
    assert inbox.read_due(clock.now()) == 2
    assert texts() == ["Still empty, é."]
    assert set(IncomingMail.objects.values_list("outcome", flat=True)) == {"kept", "known"}
    kept = TicketMessage.objects.get()
    assert (kept.other_address, kept.came_by_mail) == ("", "<answer-9@bakery.example>")


def test_a_webhook_without_the_secret_brings_nothing(service, now):
    assert service(inbound(cases.a_ticket(now)), secret="guessed:wrong").status_code == 400
    assert not IncomingMail.objects.exists()


def test_rubbish_that_the_service_hands_over_is_answered_with_200(service, now):
    rubbish = {
        "TextBody": "\0\ud800",
        "Subject": "\0\r\nBcc: x@y.z",
        "FromFull": {"Email": "\ud800"},
    }
    answer = service(inbound(cases.a_ticket(now), **rubbish))
    assert answer.status_code == 200
    inbox.read_due(clock.now())
    assert not IncomingMail.objects.filter(next_try_at__isnull=False).exists()


def test_the_addresses_for_mail_exist_where_replies_are_taken_alone(settings):
    assert any("inbound" in str(url.pattern) for url in webhooks.inbound_urls())
    settings.REPLY_ADDRESS = ""
    assert webhooks.inbound_urls() == []
    assert not any("inbound" in str(url.pattern) for url in webhooks.tracking_urls())


# -- The mailbox --------------------------------------------------------------------------------------


@pytest.fixture
def imap(settings):
    """Starts an IMAP server and points the product at it."""
    started = []

    def start(mails=(), **words):
        peer = ImapPeer(mails, **words)
        started.append(peer.__enter__())
        settings.IMAP_URL, settings.EMAIL_TIMEOUT = peer.url, 5
        return peer

    yield start
    for peer in started:
        peer.__exit__()


def test_the_mailbox_is_emptied_once(imap, now):
    ticket = cases.a_ticket(now)
    mails = [reply(ticket, f"Words {n}", Message_ID=f"<{n}@x>").as_bytes() for n in range(3)]
    peer = imap([*mails, b"\0rubbish", b""])
    assert boxes.fetch(lambda: now) == 5
    assert peer.seen == list(peer.mails)
    assert boxes.fetch(lambda: now) == 0
    assert inbox.read_due(now) == 5
    assert texts() == ["Words 0", "Words 1", "Words 2"]


def test_a_mail_is_marked_seen_only_once_it_is_safe(imap, now, monkeypatch):
    peer = imap([reply(cases.a_ticket(now)).as_bytes()])

    def away(raw, *, way, now):
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(boxes, "take_in", away)
        with pytest.raises(OperationalError):
            boxes.fetch(lambda: now)
    assert peer.seen == []
    assert boxes.fetch(lambda: now) == 1
    assert peer.seen == [11]


def test_a_line_that_is_cut_costs_no_mail_and_is_not_tried_in_a_loop(imap, now, capfd, caplog):
    ticket = cases.a_ticket(now)
    mails = [reply(ticket, f"{CANARY} {n}", Message_ID=f"<{n}@x>").as_bytes() for n in range(3)]
    peer = imap(mails, drop_after=2)
    assert boxes.fetch(lambda: now) == 2
    assert (peer.connections, len(peer.seen)) == (1, 2)
    said = capfd.readouterr()
    logged = said.err + said.out + caplog.text
    assert "mailbox_out_of_reach" in logged
    assert CANARY not in logged
    peer.drop_after = None
    assert boxes.fetch(lambda: now) == 1


@pytest.mark.parametrize(
    ("refuse", "step"),
    [("LOGIN", "sign in"), ("SELECT", "select"), ("SEARCH", "search"), ("FETCH", "fetch")],
)
def test_a_refusal_is_told_with_its_step_and_without_the_password(
    imap, settings, now, refuse, step, capfd, caplog
):
    imap([b"mail"], refuse=refuse)
    assert boxes.fetch(lambda: now) == 0
    said = capfd.readouterr()
    logged = said.err + said.out + caplog.text
    assert step in logged
    assert "cret" not in logged.replace("secretary", "")


def test_nobody_answers_is_told_and_raises_nothing(settings, now):
    with ImapPeer() as peer:
        settings.IMAP_URL = peer.url
    assert boxes.fetch(lambda: now) == 0
    with pytest.raises(OutOfReach, match="connect"), mailbox(settings.IMAP_URL, 5):
        pass


def test_without_a_mailbox_nothing_is_fetched(settings, now, capsys):
    settings.IMAP_URL = ""
    assert boxes.fetch(lambda: now) == 0
    with pytest.raises(CommandError):
        call_command("fetch_mail")


def test_the_command_says_how_many_it_took(imap, capsys):
    imap([b"one", b"two"])
    call_command("fetch_mail")
    assert "2 mails" in capsys.readouterr().out


def test_a_huge_mail_is_not_fetched_whole(imap, now):
    imap([b"x" * (MOST_BYTES + 1000)])
    assert boxes.fetch(lambda: now) == 1
    assert IncomingMail.objects.get().size == MOST_BYTES + 1
