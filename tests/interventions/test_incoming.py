"""Mails that come in: whose ticket, whose words; nothing is answered, nothing is lost (I6, RFC 3834)."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hosting.lib import replies
from hosting.records.models import MailOutcome, OutgoingMail, StoredFile
from interventions import worklist
from interventions.enums import Came, InterventionState, TicketState
from interventions.models import Intervention, MessageFile, Ticket, TicketMessage
from interventions.services import conversation as talk
from interventions.services import incoming
from interventions.services.incoming import receive_mail
from tests import factories
from tests.interventions import cases
from tests.interventions.mails import reply
from tests.records.test_bounces import dsn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "talking")]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
CANARY = "canary-7f3a"


def receive(message, now):
    return receive_mail(message.as_bytes(), now=now)


def told():
    return OutgoingMail.objects.filter(kind__startswith="ticket_answered").count()


@pytest.mark.parametrize("header", ["To", "Cc", "Delivered-To", "X-Original-To"])
def test_the_token_finds_the_ticket_wherever_it_stands(now, header):
    ticket = cases.a_ticket(now)
    message = reply(ticket, To="support@help.example.org")
    del message[header]
    message[header] = f"Support <{replies.address('ticket', ticket.pk)}>"
    assert receive(message, now) == Came.KEPT
    kept = ticket.messages.get()
    assert (kept.text, kept.by, kept.automatic) == ("It is still empty.", None, False)
    assert told() == 1


def test_without_a_token_what_it_answers_and_who_sent_it_find_the_ticket(now):
    staff, ticket = factories.UserFactory(support=True), cases.a_ticket(now)
    mail = talk.write_to_client(ticket, text="Which page?", by=staff, now=now).mail
    for number, header in enumerate(("In_Reply_To", "References")):
        message = reply(
            ticket,
            **{"To": "support@x.example", header: f"<x@y> {mail.message_id}"},
            Message_ID=f"<{number}@bakery.example>",
        )
        assert receive(message, now) == Came.KEPT
    stranger = reply(
        ticket, To="support@x.example", From="eve@evil.example", In_Reply_To=mail.message_id
    )
    assert receive(stranger, now) == Came.NOBODYS
    assert ticket.messages.filter(by=None).count() == 2


def test_a_mail_about_nothing_of_ours_is_kept_nowhere_and_answered_by_nothing(now):
    ticket = cases.a_ticket(now)
    assert receive(reply(ticket, To="support@help.example.org"), now) == Came.NOBODYS
    forged = replies.address("ticket", ticket.pk, 1)
    assert receive(reply(ticket, To=forged), now) == Came.NOBODYS
    assert not TicketMessage.objects.exists()
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "sender",
    [
        "eve@evil.example",
        '"ada@bakery.example" <eve@evil.example>',
        "ada@bakery.example.evil.example",
        "",
    ],
)
def test_from_another_address_it_is_kept_but_is_not_the_clients_word(now, sender, settings):
    settings.LANGUAGE_CODE = "en"  # nobody is in charge: the mail goes to the house
    ticket = cases.a_ticket(now, state=TicketState.CLOSED, closed_at=now)
    assert receive(reply(ticket, From=sender), now) == Came.OTHER_ADDRESS
    kept = ticket.messages.get()
    assert kept.other_address
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.CLOSED
    assert OutgoingMail.objects.get().kind == "ticket_answered_other"


def test_two_senders_are_no_client(now):
    ticket = cases.a_ticket(now)
    raw = b"From: ada@bakery.example\r\n" + reply(ticket, From="eve@evil.example").as_bytes()
    assert receive_mail(raw, now=now) == Came.OTHER_ADDRESS


def test_the_clients_address_may_be_written_large(now):
    ticket = cases.a_ticket(now, email="Ada@Bakery.example")
    assert receive(reply(ticket, From="ADA@bakery.EXAMPLE"), now) == Came.KEPT


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "auto_reply"},
        {"X_Autoreply": "yes"},
        {"Return_Path": "<>"},
        {"Subject": "Réponse automatique : Your site"},
        {"Subject": "Automatische Antwort: Your site"},
        {"Subject": "Out of office: Your site"},
    ],
)
def test_an_automatic_reply_is_kept_and_nothing_follows(now, headers):
    ticket = cases.a_ticket(now, state=TicketState.CLOSED, closed_at=now)
    assert receive(reply(ticket, **headers), now) == Came.AUTOMATIC
    assert ticket.messages.get().automatic
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.CLOSED
    assert not OutgoingMail.objects.exists()
    assert not worklist.client_wrote_last().exists()


@pytest.mark.parametrize("sender", ["ada@bakery.example", "eve@evil.example"])
def test_no_mail_counts_t0_or_answers_a_request_for_validation(now, sender):
    for intervention in (cases.ended(now), cases.asked(now)):
        before = Intervention.objects.values().get(pk=intervention.pk)
        message = reply(
            intervention.ticket,
            "I validate: all is well.",
            From=sender,
            Message_ID=f"<{intervention.pk}@x>",
        )
        receive(message, now + timedelta(hours=1))
        assert Intervention.objects.values().get(pk=intervention.pk) == before
    assert before["state"] == InterventionState.ASKED


def test_a_mail_that_repeats_is_one_message(now):
    ticket = cases.a_ticket(now)
    assert receive(reply(ticket), now) == Came.KEPT
    assert receive(reply(ticket), now + timedelta(hours=1)) == Came.KNOWN
    assert (ticket.messages.count(), told()) == (1, 1)


def test_a_mail_without_message_id_that_repeats_is_one_message(now):
    ticket = cases.a_ticket(now)
    assert receive(reply(ticket, Message_ID=""), now) == Came.KEPT
    assert receive(reply(ticket, Message_ID=""), now) == Came.KNOWN


def test_the_clients_mail_opens_a_closed_ticket_again(now):
    ticket = cases.a_ticket(now, state=TicketState.CLOSED, closed_at=now)
    assert receive(reply(ticket), now) == Came.KEPT
    assert Ticket.objects.get(pk=ticket.pk).state == TicketState.OPEN


@pytest.mark.parametrize("state", [TicketState.UNCONFIRMED, TicketState.EXPIRED])
def test_a_ticket_that_nobody_confirmed_takes_no_mail(now, state):
    ticket = cases.a_ticket(now, state=state)
    assert receive(reply(ticket), now) == Came.NOBODYS


def test_an_expired_ticket_has_no_address_that_an_empty_sender_could_match(now):
    ticket = cases.a_ticket(now, state=TicketState.EXPIRED, email="")
    assert receive(reply(ticket, From=""), now) == Came.NOBODYS


def test_a_bounce_goes_to_the_bounces(now):
    staff, ticket = factories.UserFactory(support=True), cases.a_ticket(now)
    mail = talk.write_to_client(ticket, text="Which page?", by=staff, now=now).mail
    raw = dsn(mail.message_id).replace(
        b"bounce@easyhoster.example", replies.address("ticket", ticket.pk).encode()
    )
    assert receive_mail(raw, now=now) == Came.BOUNCE
    mail.refresh_from_db()
    assert mail.bounced_at == now
    assert ticket.messages.count() == 1


def test_a_bounce_made_of_hundreds_of_parts_is_not_read(now):
    """Reading it would take minutes: each line is held against each part that is open."""
    staff, ticket = factories.UserFactory(support=True), cases.a_ticket(now)
    mail = talk.write_to_client(ticket, text="Which page?", by=staff, now=now).mail
    end = dsn(mail.message_id).rstrip()
    parts = b"".join(
        b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (n, n + 1)
        for n in range(99)
    )
    assert receive_mail(end + b"\r\n" + parts, now=now) != Came.BOUNCE
    mail.refresh_from_db()
    assert mail.bounced_at is None


def test_a_report_that_nobody_understands_is_an_automatic_reply(now):
    ticket = cases.a_ticket(now)
    message = reply(ticket)
    message.replace_header(
        "Content-Type", 'multipart/report; report-type=delivery-status; boundary="b"'
    )
    assert receive_mail(message.as_bytes(), now=now) == Came.AUTOMATIC
    assert not MailOutcome.objects.exists()


def test_files_of_the_client_are_taken_through_the_one_upload_path(now):
    ticket = cases.a_ticket(now)
    message = reply(ticket)
    for number in range(6):
        message.add_attachment(
            PNG + bytes([number]), maintype="image", subtype="png", filename=f"{number}.png"
        )
    message.add_attachment(b"MZ", maintype="image", subtype="png", filename="../evil.png")
    assert receive(message, now) == Came.KEPT
    files = list(MessageFile.objects.all())
    assert [bool(one.file_id) for one in files] == [True] * 5 + [False] * 2
    assert {one.file.content_type for one in files[:5]} == {"image/png"}
    assert {one.file.scan_state for one in files[:5]} == {"not_scanned"}
    assert files[5].size == len(PNG) + 1


@pytest.mark.parametrize(
    "headers", [{"From": "eve@evil.example"}, {"Auto_Submitted": "auto-replied"}]
)
def test_files_of_strangers_and_machines_are_named_not_taken(now, headers):
    ticket = cases.a_ticket(now)
    message = reply(ticket, **headers)
    message.add_attachment(PNG, maintype="image", subtype="png", filename="a.png")
    receive(message, now)
    assert MessageFile.objects.get().file is None
    assert not StoredFile.objects.exists()


def test_a_mail_that_is_too_large_keeps_its_words_and_says_that_it_was_cut(now):
    ticket = cases.a_ticket(now)
    message = reply(ticket)
    message.add_attachment(
        PNG + b"\0" * 6_000_000, maintype="image", subtype="png", filename="a.png"
    )
    assert receive(message, now) == Came.KEPT
    assert ticket.messages.get().text == "It is still empty.\n\n[…]"
    assert MessageFile.objects.get().file is None


def test_a_robot_that_never_ends_is_stopped(now, monkeypatch):
    monkeypatch.setattr(incoming, "MOST_A_DAY", 3)
    ticket = cases.a_ticket(now)
    came = [receive(reply(ticket, Message_ID=f"<{n}@x>"), now) for n in range(4)]
    assert came == [Came.KEPT] * 3 + [Came.TOO_MANY]


def test_no_word_of_a_mail_is_in_a_log_line(now, capfd, caplog):
    ticket = cases.a_ticket(now)
    for number, headers in enumerate(
        (
            {},
            {"From": f"{CANARY}@evil.example"},
            {"Auto_Submitted": "auto-replied"},
            {"To": "x@y.z"},
        )
    ):
        message = reply(
            ticket, f"My {CANARY}", Subject=CANARY, Message_ID=f"<{CANARY}{number}@x>", **headers
        )
        message.add_attachment(b"x", maintype="image", subtype="png", filename=f"{CANARY}.png")
        receive(message, now)
    said = capfd.readouterr()
    assert "mail_came" in said.err + said.out + caplog.text
    assert CANARY not in said.err + said.out + caplog.text


PIECES = st.sampled_from(
    [
        b"From: ada@bakery.example\r\n",
        b"From: \xff\r\n",
        b"Message-ID: <a\0b@c>\r\n",
        b"Message-ID: <one@bakery.example>\r\n",
        b"Auto-Submitted: auto-replied\r\n",
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n',
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: text/rfc822-headers\r\n",
        b'Content-Type: image/png; name="\xe9\0.png"\r\n',
        b"Action: failed\r\n",
        b"Status: 5.1.1\r\n",
        b"\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"words\0\xed\xa0\x80\r\n",
    ]
)


@hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    pieces=st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=25),
    with_token=st.booleans(),
)
def test_any_bytes_are_taken_in(now, pieces, with_token):
    ticket = Ticket.objects.first() or cases.a_ticket(now)
    head = f"To: {replies.address('ticket', ticket.pk)}\r\n".encode() if with_token else b""
    assert isinstance(receive_mail(head + b"".join(pieces), now=now), Came)


def test_an_ordinary_mail_program_is_understood(now):
    ticket = cases.a_ticket(now)
    message = EmailMessage()
    message["From"] = "=?utf-8?q?Ad=C3=A9?= <ada@bakery.example>"
    message["To"] = f'"Support" <{replies.address("ticket", ticket.pk).upper()}>'
    message["Message-ID"] = "<x@bakery.example>"
    message.set_content("<div>Ça marche</div><blockquote>old</blockquote>", subtype="html")
    assert receive(message, now) == Came.KEPT
    [shown] = talk.conversation_of(ticket, for_client=True)
    assert (shown.new, shown.quoted) == ("Ça marche", "> old")
