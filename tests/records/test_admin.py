"""The records in the admin: read fast and by all staff, changed by nobody (C5, D6)."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hosting.lib import links
from hosting.records.enums import MailState
from hosting.records.models import JournalEntry, JournalSeal, OutgoingMail
from hosting.records.services import journal, store_upload
from hosting.records.services.bounces import record_bounce
from hosting.records.services.seals import seal_journal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MODELS = ("outgoingmail", "journalentry", "journalseal", "storedfile")


@pytest.fixture
def staff(client):
    """A browser in which a member of the support is signed in."""
    client.force_login(UserFactory(support=True))
    return client


@pytest.fixture
def supervisor(client):
    """A browser in which a supervisor is signed in: he reads the journal too."""
    client.force_login(UserFactory(supervisor=True))
    return client


def address(model, page="changelist", *args):
    return reverse(f"admin:records_{model}_{page}", args=args)


@pytest.fixture
def rows(now, outbox):
    """One row of each kind, by model name."""
    journal("case:1", "happened", at=now, n=1)
    seal_journal(now)
    return {
        "outgoingmail": outbox(stream="case:1"),
        "journalentry": JournalEntry.objects.first(),
        "journalseal": JournalSeal.objects.get(),
        "storedfile": store_upload(SimpleUploadedFile("id.pdf", b"%PDF-1.7 x"), now=now),
    }


@pytest.mark.parametrize("model", MODELS)
def test_supervisors_read_lists_and_pages_and_change_nothing(supervisor, rows, model):
    assert supervisor.get(address(model)).status_code == 200
    assert supervisor.get(address(model, "change", rows[model].pk)).status_code == 200
    assert supervisor.get(address(model, "add")).status_code == 403
    assert supervisor.get(address(model, "delete", rows[model].pk)).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_others_see_nothing(client, rows, model):
    client.force_login(UserFactory())
    assert client.get(address(model)).status_code in (302, 403)
    assert client.get(address(model, "change", rows[model].pk)).status_code in (302, 403)


def test_a_list_costs_the_same_for_one_mail_and_for_many(staff, outbox):
    outbox()
    with CaptureQueriesContext(connection) as one:
        staff.get(address("outgoingmail"))
    for _ in range(20):
        outbox()
    with CaptureQueriesContext(connection) as many:
        staff.get(address("outgoingmail"))
    assert len(many) == len(one)
    assert not any('"text"' in query["sql"] for query in many)


@pytest.mark.parametrize("word", ["ADA@example.org", "case:7", "message_id"])
def test_a_mail_is_found_by_address_stream_or_message_id(staff, outbox, word):
    mail = outbox(stream="case:7")
    outbox("bob@example.org")
    found = staff.get(address("outgoingmail"), {"q": getattr(mail, word, word)})
    assert list(found.context["cl"].queryset) == [mail]


def test_mails_in_trouble_are_read_from_an_index_of_their_own(outbox):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    query = OutgoingMail.objects.filter(state=MailState.FAILED).order_by("-id")[:50]
    assert "mail_not_sent" in query.explain()
    assert "mail_by_recipient" in OutgoingMail.objects.filter(recipient__iexact="a@b.c").explain()


def test_a_private_link_is_hidden_from_staff(staff, outbox):
    place = links.placeholder("cession_answer", uuid.UUID(int=3))
    mail = outbox(text=f"Answer here: {place} please")
    page = staff.get(address("outgoingmail", "change", mail.pk)).content.decode()
    assert "Answer here: [private link] please" in page
    assert uuid.UUID(int=3).hex not in page


def test_a_sensitive_mail_is_not_shown(staff, outbox):
    mail = outbox(sensitive=True, text="Your code: 123456")
    page = staff.get(address("outgoingmail", "change", mail.pk)).content.decode()
    assert "123456" not in page


def test_a_mail_is_sent_once_more_as_a_new_one(staff, outbox, now):
    mail = outbox(stream="case:1", reply_to="help@example.org")
    record_bounce(mail.message_id, "mailbox full", now=now)
    resend = address("outgoingmail", "resend", mail.pk)
    assert staff.get(resend).status_code == 200
    assert OutgoingMail.objects.count() == 1
    assert staff.post(resend).status_code == 302
    new, old = OutgoingMail.objects.order_by("-pk")
    assert (old.state, new.state) == (MailState.BOUNCED, MailState.QUEUED)
    assert new.message_id != old.message_id
    assert (new.text, new.recipient, new.reply_to) == (old.text, old.recipient, old.reply_to)
    entry = JournalEntry.objects.get(event="mail.resent")
    assert entry.actor.startswith("user:")
    assert entry.facts == {"mail": old.pk, "resent_as": new.pk}


def test_a_mail_on_its_way_or_erased_is_not_sent_again(staff, outbox, now):
    waiting, erased = outbox(), outbox(sensitive=True)
    OutgoingMail.objects.filter(pk=erased.pk).update(
        next_try_at=None, text="", html="", erased_at=now
    )
    for mail in (waiting, erased):
        assert staff.post(address("outgoingmail", "resend", mail.pk)).status_code == 200
    assert OutgoingMail.objects.count() == 2


def test_a_chain_is_shown_by_its_stream(supervisor, now):
    journal("case:1", "one", at=now)
    journal("case:2", "two", at=now)
    found = supervisor.get(address("journalentry"), {"q": "case:2"})
    assert [entry.event for entry in found.context["cl"].queryset] == ["two"]
