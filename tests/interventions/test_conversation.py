"""The conversation on a ticket: what staff write, what the client writes on his page (issue 4, I6)."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.template.loader import render_to_string

from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, OutgoingMail, StoredFile
from hosting.records.services import sending
from interventions import worklist
from interventions.admin.conversation import ConversationFiles, WriteForm, conversation
from interventions.enums import TicketState
from interventions.forms import MessageForm
from interventions.models import MessageFile, Ticket, TicketMessage
from interventions.services import conversation as talk
from interventions.services.incoming import receive_mail
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases
from tests.interventions.mails import reply

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("english", "talking"),
]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def staff():
    return factories.UserFactory(support=True, full_name="Claire Weber")


def staffs_mails():
    return list(OutgoingMail.objects.filter(kind__startswith="ticket_answered").order_by("pk"))


def events(ticket):
    rows = JournalEntry.objects.filter(stream=ticket.stream).order_by("sequence")
    return list(rows.values_list("event", flat=True))


def test_what_staff_write_is_kept_and_mailed_and_the_answer_leads_back(staff, now, peer):
    ticket, server = cases.a_ticket(now), peer()
    message = talk.write_to_client(ticket, text="Which page?\r\n", by=staff, now=now)
    assert (message.text, message.by, message.mail.recipient) == (
        "Which page?",
        staff,
        ticket.email,
    )
    assert "message.sent" in events(ticket)
    assert sending.send_due(lambda: now) == 1
    [kept] = server.mails
    body = kept.get_body(("plain",)).get_content()
    assert "Which page?" in body
    assert "Claire Weber" in body
    assert "/assistance/suivi/" in body
    assert kept["Auto-Submitted"] is None
    answer = reply(ticket, "The cart.", To=kept["Reply-To"], In_Reply_To=kept["Message-ID"])
    receive_mail(answer.as_bytes(), now=now)
    assert [one.text for one in ticket.messages.all()] == ["Which page?", "The cart."]


def test_mail_programs_thread_the_conversation(staff, now, peer):
    ticket, server = cases.a_ticket(now), peer()
    talk.write_to_client(ticket, text="Which page?", by=staff, now=now)
    sending.send_due(lambda: now)
    receive_mail(reply(ticket, "The cart.").as_bytes(), now=now)
    receive_mail(
        reply(ticket, "Away", Auto_Submitted="auto-replied", Message_ID="<a@b>").as_bytes(), now=now
    )
    talk.write_to_client(ticket, text="Thank you.", by=staff, now=now + MINUTE)
    sending.send_due(lambda: now + MINUTE)
    first, second = server.kept(ticket.email)
    assert second["In-Reply-To"] == "<answer-1@bakery.example>"
    assert second["References"].split() == [first["Message-ID"], "<answer-1@bakery.example>"]
    assert first["Subject"] == second["Subject"]


def test_without_a_reply_address_the_mail_says_where_to_answer(staff, now, settings):
    settings.REPLY_ADDRESS = ""
    talk.write_to_client(cases.a_ticket(now), text="Which page?", by=staff, now=now)
    mail = OutgoingMail.objects.get()
    assert mail.reply_to == ""
    assert "replies to this e-mail are not read" in mail.text


def test_the_requests_for_validation_lead_back_too(now):
    cases.ended(now)
    mail = OutgoingMail.objects.get(kind="intervention_check")
    assert mail.reply_to.startswith("[[reply:ticket:")


def test_only_staff_write_and_not_without_words(staff, now):
    ticket = cases.a_ticket(now)
    with pytest.raises(ValidationError):
        talk.write_to_client(ticket, text=" \n", by=staff, now=now)
    with pytest.raises(ValidationError):
        talk.write_to_client(ticket, text="Hello", by=factories.UserFactory(), now=now)
    assert not OutgoingMail.objects.exists()


def test_nothing_is_written_to_an_address_that_nobody_confirmed(staff, now):
    ticket = cases.a_ticket(now, state=TicketState.UNCONFIRMED)
    for write in (
        lambda: talk.write_to_client(ticket, text="Hello", by=staff, now=now),
        lambda: talk.client_wrote(ticket, text="Hello", now=now),
    ):
        with pytest.raises(NotPossible):
            write()


def test_what_the_client_writes_is_told_to_the_technician_as_a_link_alone(now):
    intervention = cases.opened(now)
    talk.client_wrote(intervention.ticket, text="A secret sentence", now=now)
    [mail] = staffs_mails()
    assert mail.recipient == intervention.technician.email
    assert "secret" not in mail.subject + mail.text + mail.html
    assert f"/admin/interventions/ticket/{intervention.ticket.pk}/change/" in mail.text


def test_without_a_technician_support_is_told(now, settings):
    talk.client_wrote(cases.a_ticket(now), text="Hello", now=now)
    assert [mail.recipient for mail in staffs_mails()] == [settings.PROVIDER["email"]]


def test_a_technician_who_left_is_not_written_to(now, settings):
    intervention = cases.opened(now)
    intervention.technician.is_active = False
    intervention.technician.save()
    talk.client_wrote(intervention.ticket, text="Hello", now=now)
    assert [mail.recipient for mail in staffs_mails()] == [settings.PROVIDER["email"]]


def test_several_messages_in_a_row_are_one_mail_until_staff_answer(staff, now):
    ticket = cases.a_ticket(now)
    for count in range(3):
        talk.client_wrote(ticket, text=f"Message {count}", now=now + count * MINUTE)
    assert len(staffs_mails()) == 1
    talk.write_to_client(ticket, text="Yes?", by=staff, now=now + 3 * MINUTE)
    talk.client_wrote(ticket, text="More", now=now + 4 * MINUTE)
    assert len(staffs_mails()) == 2
    talk.client_wrote(ticket, text="Still more", now=now + 15 * MINUTE)
    assert len(staffs_mails()) == 3


def test_the_same_words_sent_twice_at_once_are_one_message(now):
    ticket = cases.a_ticket(now)
    first = talk.client_wrote(ticket, text="Hello", now=now)
    assert talk.client_wrote(ticket, text="Hello ", now=now + MINUTE) == first
    talk.client_wrote(ticket, text="Hello", now=now + 11 * MINUTE)
    assert ticket.messages.count() == 2


def test_a_closed_ticket_is_open_again_when_its_client_writes(now):
    ticket = cases.a_ticket(now, state=TicketState.CLOSED, closed_at=now)
    talk.client_wrote(ticket, text="It came back.", now=now + MINUTE)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == (TicketState.OPEN, None)
    assert "ticket.reopened" in events(ticket)


def test_the_queue_counts_clients_who_wrote_last(staff, now):
    silent, answered, waiting = (cases.a_ticket(now) for _ in range(3))
    away = cases.a_ticket(now)
    closed = cases.a_ticket(now)
    for ticket in (answered, waiting, closed):
        talk.client_wrote(ticket, text="Hello", now=now)
    talk.write_to_client(answered, text="Hello", by=staff, now=now)
    receive_mail(reply(away, Auto_Submitted="auto-replied").as_bytes(), now=now)
    Ticket.objects.filter(pk=closed.pk).update(state=TicketState.CLOSED)
    assert list(worklist.client_wrote_last()) == [waiting]
    assert silent not in worklist.client_wrote_last()


def test_a_message_is_never_altered_nor_its_author_exchanged(now):
    message = talk.client_wrote(cases.a_ticket(now), text="Hello", now=now)
    for change in ({"text": "Bye"}, {"other_address": "eve@evil.example"}, {"automatic": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketMessage.objects.filter(pk=message.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        message.delete()


# -- What is shown ------------------------------------------------------------------------------------


def shown_to_client(ticket, form=None):
    words = {"conversation": talk.conversation_of(ticket, for_client=True), "message_form": form}
    return render_to_string("interventions/parts/conversation.html", words)


def shown_to_staff(ticket):
    return render_to_string("admin/interventions/parts/conversation.html", conversation(ticket))


def test_the_client_reads_the_newest_last_with_history_folded_and_nothing_runs(staff, now):
    ticket = cases.a_ticket(now)
    talk.write_to_client(ticket, text="Which <b>page</b>?", by=staff, now=now)
    quoting = "The <script>cart</script>.\n\nOn Tuesday Claire wrote:\n> Which page?"
    receive_mail(reply(ticket, quoting).as_bytes(), now=now)
    receive_mail(
        reply(ticket, "Away", Auto_Submitted="auto-replied", Message_ID="<a@b>").as_bytes(), now=now
    )
    page = shown_to_client(ticket, MessageForm())
    assert page.index("Which &lt;b&gt;page") < page.index("&lt;script&gt;")
    assert "<details><summary>Quoted" in page
    assert "Away" not in page
    assert "Please no passwords here" in page
    assert 'name="do" value="write"' in page
    assert "Away" in shown_to_staff(ticket)


def test_a_page_of_many_messages_costs_as_many_queries_as_of_one(
    staff, now, django_assert_num_queries
):
    ticket = cases.a_ticket(now)
    for count in range(3):
        talk.client_wrote(ticket, text=f"Message {count}", now=now)
        talk.write_to_client(ticket, text="Yes", by=staff, now=now)
    with django_assert_num_queries(2):
        shown_to_client(ticket)
    with django_assert_num_queries(2):
        shown_to_staff(ticket)


def test_staff_see_what_is_not_the_clients_word(now):
    ticket = cases.a_ticket(now)
    receive_mail(reply(ticket, From="eve@evil.example").as_bytes(), now=now)
    for page in (shown_to_staff(ticket), shown_to_client(ticket)):
        assert "eve@evil.example" in page
        assert "rom another address" in page


def test_staff_open_a_clients_file_once_it_was_scanned_and_each_look_is_journalled(staff, now, rf):
    ticket = cases.a_ticket(now)
    message = reply(ticket)
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
    message.add_attachment(png, maintype="image", subtype="png", filename="cart.png")
    receive_mail(message.as_bytes(), now=now)
    kept = MessageFile.objects.get()
    request, files = rf.get("/"), ConversationFiles(Ticket, admin.site)
    request.user = staff
    with pytest.raises(Http404):
        files.open_message_file(request, kept.pk)
    StoredFile.objects.update(scan_state=ScanState.CLEAN)
    answer = files.open_message_file(request, kept.pk)
    assert b"".join(answer.streaming_content) == png
    answer.file_to_stream.close()
    assert events(ticket)[-1] == "message_file.opened"
    request.user = factories.UserFactory()
    with pytest.raises(PermissionDenied):
        files.open_message_file(request, kept.pk)
    page = shown_to_staff(ticket)
    assert "cart.png" in page
    assert "scanned, nothing found" in page


def test_the_verb_writes_from_a_tickets_page_and_an_interventions(staff, now):
    intervention = cases.opened(now)
    for target in (intervention.ticket, intervention):
        form = WriteForm({"text": "Hello"}, target=target)
        assert form.is_valid()
        assert intervention.ticket.email in form.perform(at=now, user=staff)
    assert intervention.ticket.messages.count() == 2
